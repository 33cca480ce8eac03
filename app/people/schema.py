"""People, companies, groups and invitations, as GraphQL shows them."""

from dataclasses import asdict
from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Any

import strawberry
from sqlmodel import col
from strawberry import argument

from app.core.answers import OK, Done
from app.core.conditions import bare, choice, either, inverse, is_set
from app.core.context import Role
from app.core.declare import Connection, Info, computed, connected, counted, linked, listed, part, show
from app.core.inputs import given
from app.core.node import Node, node_type
from app.core.policy import Verb, allows, may_invite_as
from app.people import actions, directory, mails
from app.people.loaders import (
    groups_of_person,
    has_expired,
    members_counted,
    people_in_group,
    people_of_company,
)
from app.people.model import Company as CompanyRow
from app.people.model import GroupMember, Membership
from app.people.model import PeopleGroup as GroupRow

Org = Annotated[str, argument(description="The organization's slug.")]


@strawberry.enum(description="What kind of being a person is.")
class PersonKind(StrEnum):
    PERSON = "person"


@strawberry.enum(description="How far an invitation has come.")
class InvitationStatus(StrEnum):
    PENDING = "pending"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    EXPIRED = "expired"


@strawberry.enum(description="What became of an invitation's mail.")
class MailStatus(StrEnum):
    SENT = "sent"


@strawberry.type(description="Days on which somebody is away.")
class OutOfOffice:
    start_date: date = strawberry.field(description="The first day.")
    end_date: date = strawberry.field(description="The last day.")


@strawberry.type(description="A person's account, which may have a place in several organizations.")
class PersonUser:
    id: strawberry.ID = strawberry.field(description="The user's id; the same in every organization.")
    name: str = strawberry.field(description="What the user is called.")
    email: str = strawberry.field(description="The user's address.")
    image: str | None = strawberry.field(description="Address of the user's picture.")


@node_type(description="Somebody in an organization: a user's place in it. Ids of people are membership ids.")
class Person(Node):
    name: str = strawberry.field(description="What the person is called.")
    email: str = strawberry.field(description="The person's address.")
    image: str | None = strawberry.field(description="Address of the person's picture.")
    role: Role = strawberry.field(description="What the person may do.")
    user_id: strawberry.ID = strawberry.field(description="The id of the person's user.")
    title: str | None = strawberry.field(description="What the person does, as in `Designer`.")
    phone: str | None = strawberry.field(description="Where to call the person.")
    time_zone: str | None = strawberry.field(description="The time zone that the person has chosen; null for none.")
    last_seen_at: datetime | None = strawberry.field(
        description="When the person was last there; to the minute for programs, to the day in a browser."
    )
    company_id: strawberry.ID | None = strawberry.field(description="The id of the company that the person belongs to.")
    removed_at: datetime | None = strawberry.field(
        description="When the person left or was removed; null for who is still there."
    )
    created_at: datetime = strawberry.field(description="When the person joined for the first time.")
    updated_at: datetime = strawberry.field(description="When the person's place was last changed.")
    company: "Company | None" = linked("company_id", CompanyRow, description="The company that the person belongs to.")
    groups: "list[PeopleGroup]" = listed(
        GroupRow,
        groups_of_person,
        on=col(GroupMember.membership_id),
        description="The groups that the person is in, by name.",
    )

    kind: PersonKind = computed(lambda row, viewer: PersonKind.PERSON.value, description="What kind of being it is.")

    active: bool = computed(
        lambda row, viewer: inverse(is_set(row.removed_at)), description="The person is still here."
    )

    username: str = computed(
        lambda row, viewer: bare(row.name),
        description="A short name: the name in lower case, letters and digits only. Others may have the same one.",
    )

    user: PersonUser = part(
        {"id": "user_id", "name": "name", "email": "email", "image": "image"}, description="The person's account."
    )
    out_of_office: OutOfOffice | None = part(
        {"start_date": "out_of_office_start", "end_date": "out_of_office_end"},
        description="The days on which the person is away; null when none are set.",
    )
    viewer_can_manage: bool = computed(
        lambda row, viewer: allows(viewer, Verb.manage_people),
        description="You may change the person's company, title and phone, and the role within your own rights.",
    )
    viewer_can_remove: bool = computed(
        lambda row, viewer: either(row.id == viewer.me, may_invite_as(viewer, row.role)),
        description="You may take the person out of the organization; if it is you: leave.",
    )


@node_type(description="A company that people belong to: your own, or a client's.")
class Company(Node):
    name: str = strawberry.field(description="What it is called; 1 to 200 characters.")
    is_client: bool = strawberry.field(description="It is a client's.")
    dms_disabled: bool = strawberry.field(description="Its people cannot be written to directly.")
    website: str | None = strawberry.field(description="Address of its pages.")
    email: str | None = strawberry.field(description="Where to write to it.")
    phone_number: str | None = strawberry.field(description="Where to call it.")
    address: str | None = strawberry.field(description="Where it is.")
    created_at: datetime = strawberry.field(description="When it was added.")
    updated_at: datetime = strawberry.field(description="When it was last changed.")
    member_count: int = counted(
        Membership, members_counted, on=col(Membership.company_id), description="How many people belong to it."
    )
    people: Connection[Person] = connected(
        Membership, people_of_company, on=col(Membership.company_id), description="Its people, by name."
    )


@node_type(description="A named bundle of people of the team. Clients are in none.")
class PeopleGroup(Node):
    name: str = strawberry.field(description="What it is called; 1 to 200 characters.")
    created_at: datetime = strawberry.field(description="When it was made.")
    members: list[Person] = listed(
        Membership, people_in_group, on=col(GroupMember.group_id), description="Who is in it, by name."
    )


@strawberry.type(description="A mailed offer of a place in an organization.")
class Invitation:
    id: strawberry.ID = strawberry.field(description="The invitation's id.")
    email: str = strawberry.field(description="The address that it was sent to.")
    name: str | None = strawberry.field(description="What the invited person is called.")
    role: Role = strawberry.field(description="The role that is offered.")
    company_id: strawberry.ID | None = strawberry.field(description="The company that the person will belong to.")
    note: str | None = strawberry.field(description="What the mail says besides.")
    project_ids: list[strawberry.ID] = strawberry.field(description="The projects that the person will be put on.")
    declined: bool = strawberry.field(description="The invited person does not want to join.")
    accepted_at: datetime | None = strawberry.field(description="When the place was taken.")
    expires_at: datetime | None = strawberry.field(
        description="Until when the place can be taken; null for as long as it takes."
    )
    created_at: datetime = strawberry.field(description="When it was made.")
    company: Company | None = linked(
        "company_id", CompanyRow, description="The company that the person will belong to."
    )
    invited_by: Person | None = linked("invited_by_id", Membership, description="Who sent it last.")

    status: InvitationStatus = computed(
        lambda row, viewer: choice(
            is_set(row.accepted_at),
            InvitationStatus.ACCEPTED.value,
            choice(
                row.declined,
                InvitationStatus.DECLINED.value,
                choice(has_expired(row, viewer), InvitationStatus.EXPIRED.value, InvitationStatus.PENDING.value),
            ),
        ),
        description="How far it has come.",
    )
    email_status: MailStatus | None = computed(
        lambda row, viewer: choice(is_set(row.accepted_at), None, MailStatus.SENT.value),
        description="What became of its mail; null when none was needed, since the person joined at once.",
    )

    @strawberry.field(
        description="The address to join at. It opens the door to whoever has it, so it is null for those who may not "
        "offer this role themselves."
    )
    def join_url(self, info: Info) -> str | None:
        row: Any = self
        return mails.join_url(info.context, row) if may_invite_as(info.context, self.role) else None


@strawberry.type(description="A person after a change.")
class UpdatePersonPayload:
    ok: bool = strawberry.field(description=OK)
    person: Person = strawberry.field(description="The person as it is now.")


@strawberry.type(description="A group after a change.")
class UpdateGroupPayload:
    ok: bool = strawberry.field(description=OK)
    group: PeopleGroup = strawberry.field(description="The group as it is now.")


@strawberry.input(description="Whom to invite, to what.")
class InvitePersonInput:
    email: str = strawberry.field(description="The address to send the invitation to.")
    role: Role = strawberry.field(description="What the person may do. Only owners can invite owners.")
    name: str | None = strawberry.field(default=None, description="What the person is called; at most 100 characters.")
    company_id: strawberry.ID | None = strawberry.field(
        default=None, description="The company that the person will belong to."
    )
    note: str | None = strawberry.field(
        default=None, description="What the mail says besides; at most 2,000 characters."
    )
    project_ids: list[strawberry.ID] | None = strawberry.field(
        default=None, description="Active projects that the person will be put on; at most 100."
    )


@strawberry.input(description="What to change of a person. What is not given stays as it is.")
class UpdatePersonInput:
    role: strawberry.Maybe[Role] = strawberry.field(
        description="What the person may do. Only owners make and unmake owners; the last owner stays one."
    )
    company_id: strawberry.Maybe[strawberry.ID | None] = strawberry.field(
        description="The company that the person belongs to; null for none."
    )
    title: strawberry.Maybe[str | None] = strawberry.field(
        description="What the person does; at most 100 characters, null for nothing in particular."
    )
    phone: strawberry.Maybe[str | None] = strawberry.field(
        description="Where to call the person; at most 50 characters, null for nowhere."
    )


@strawberry.input(description="What a new company starts with.")
class CreateCompanyInput:
    name: str = strawberry.field(description="What it is called; 1 to 200 characters.")
    is_client: bool = strawberry.field(default=False, description="It is a client's.")
    website: str | None = strawberry.field(
        default=None, description="Address of its pages: begins with `http://` or `https://`; at most 2,000 characters."
    )
    email: str | None = strawberry.field(default=None, description="Where to write to it.")
    phone_number: str | None = strawberry.field(default=None, description="Where to call it; at most 50 characters.")
    address: str | None = strawberry.field(default=None, description="Where it is; at most 1,000 characters.")


@strawberry.input(description="What to change of a company. What is not given stays as it is.")
class UpdateCompanyInput:
    name: strawberry.Maybe[str] = strawberry.field(description="What it is called; 1 to 200 characters.")
    is_client: strawberry.Maybe[bool] = strawberry.field(description="It is a client's.")
    dms_disabled: strawberry.Maybe[bool] = strawberry.field(description="Its people cannot be written to directly.")
    website: strawberry.Maybe[str | None] = strawberry.field(
        description="Address of its pages: begins with `http://` or `https://`; null for none."
    )
    email: strawberry.Maybe[str | None] = strawberry.field(description="Where to write to it; null for nowhere.")
    phone_number: strawberry.Maybe[str | None] = strawberry.field(
        description="Where to call it; at most 50 characters, null for nowhere."
    )
    address: strawberry.Maybe[str | None] = strawberry.field(
        description="Where it is; at most 1,000 characters, null for nowhere."
    )


@strawberry.input(description="What a new group starts with.")
class CreateGroupInput:
    name: str = strawberry.field(description="What it is called; 1 to 200 characters.")
    membership_ids: list[strawberry.ID] | None = strawberry.field(
        default=None, description="Who is in it: people of the team, at most 1,000."
    )


@strawberry.input(description="What to change of a group. What is not given stays as it is.")
class UpdateGroupInput:
    name: strawberry.Maybe[str] = strawberry.field(description="What it is called; 1 to 200 characters.")
    membership_ids: strawberry.Maybe[list[strawberry.ID]] = strawberry.field(
        description="Who is in it from now on: people of the team, at most 1,000."
    )


PersonId = Annotated[strawberry.ID, argument(description="The person's membership id.")]
InvitationId = Annotated[strawberry.ID, argument(description="The invitation's id.")]
CompanyId = Annotated[strawberry.ID, argument(description="The company's id.")]
GroupId = Annotated[strawberry.ID, argument(description="The group's id.")]


@strawberry.type
class Mutation:
    @strawberry.mutation(
        description="Invite somebody. A waiting invitation to the same address is renewed and sent again."
    )
    async def invite_person(
        self, info: Info, org: Org, input: Annotated[InvitePersonInput, argument(description="Whom, to what.")]
    ) -> Invitation:
        await info.context.enter(org)
        offer = actions.Offer(
            email=input.email,
            role=input.role,
            name=input.name,
            company_id=input.company_id,
            note=input.note,
            project_ids=input.project_ids or (),
        )
        return show(await actions.invite(info.context, offer))

    @strawberry.mutation(description="Send a waiting invitation again.")
    async def resend_invitation(self, info: Info, org: Org, id: InvitationId) -> Done:
        await info.context.enter(org)
        await actions.resend(info.context, id)
        return Done(ok=True)

    @strawberry.mutation(description="Take a waiting invitation back. Its link leads nowhere any more.")
    async def delete_invitation(self, info: Info, org: Org, id: InvitationId) -> Done:
        await info.context.enter(org)
        await actions.withdraw(info.context, id)
        return Done(ok=True)

    @strawberry.mutation(description="Change a person's role, company, title or phone.")
    async def update_person(
        self,
        info: Info,
        org: Org,
        id: PersonId,
        input: Annotated[UpdatePersonInput, argument(description="What to change.")],
    ) -> UpdatePersonPayload:
        await info.context.enter(org)
        person = await actions.change(info.context, id, given(input))
        return UpdatePersonPayload(ok=True, person=show(person))

    @strawberry.mutation(
        description="Take a person out of the organization; yourself: leave. What they made stays theirs."
    )
    async def remove_person(
        self,
        info: Info,
        org: Org,
        id: PersonId,
        note: Annotated[str | None, argument(description="Why; at most 2,000 characters.")] = None,
    ) -> Done:
        await info.context.enter(org)
        await actions.remove(info.context, id, note)
        return Done(ok=True)

    @strawberry.mutation(description="Add a company.")
    async def create_company(
        self, info: Info, org: Org, input: Annotated[CreateCompanyInput, argument(description="How it starts.")]
    ) -> Company:
        await info.context.enter(org)
        return show(await directory.create_company(info.context, asdict(input)))

    @strawberry.mutation(description="Change a company.")
    async def update_company(
        self,
        info: Info,
        org: Org,
        id: CompanyId,
        input: Annotated[UpdateCompanyInput, argument(description="What to change.")],
    ) -> Company:
        await info.context.enter(org)
        return show(await directory.change_company(info.context, id, given(input)))

    @strawberry.mutation(description="Remove a company. Its people stay, without one.")
    async def delete_company(self, info: Info, org: Org, id: CompanyId) -> Done:
        await info.context.enter(org)
        await directory.delete_company(info.context, id)
        return Done(ok=True)

    @strawberry.mutation(description="Bundle people of the team under a name.")
    async def create_group(
        self, info: Info, org: Org, input: Annotated[CreateGroupInput, argument(description="How it starts.")]
    ) -> PeopleGroup:
        await info.context.enter(org)
        return show(await directory.create_group(info.context, input.name, input.membership_ids or ()))

    @strawberry.mutation(description="Rename a group, or replace the people in it.")
    async def update_group(
        self,
        info: Info,
        org: Org,
        id: GroupId,
        input: Annotated[UpdateGroupInput, argument(description="What to change.")],
    ) -> UpdateGroupPayload:
        await info.context.enter(org)
        values = given(input)
        group = await directory.change_group(info.context, id, values.get("name"), values.get("membership_ids"))
        return UpdateGroupPayload(ok=True, group=show(group))

    @strawberry.mutation(description="Remove a group. Its people stay.")
    async def delete_group(self, info: Info, org: Org, id: GroupId) -> Done:
        await info.context.enter(org)
        await directory.delete_group(info.context, id)
        return Done(ok=True)
