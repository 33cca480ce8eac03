"""Organizations and the signed-in user, as GraphQL shows them."""

from datetime import datetime
from typing import Annotated, Any

import strawberry
from sqlmodel import col
from strawberry import argument

from app.billing.actions import billing
from app.boards.loaders import boards_listed, card_shown, cards_listed
from app.calendar import agenda, feeds
from app.calendar.loaders import feeds_of_viewer
from app.calendar.model import Just
from app.chats.loaders import chats_listed
from app.core.conditions import both, inverse
from app.core.context import Role
from app.core.declare import Connection, Info, called, called_count, computed, connected, found, mine, present, show
from app.core.node import Node, node_type
from app.core.policy import Verb, allows, is_owner
from app.core.refs import (
    AccountExport,
    ActivityEvent,
    ApiKey,
    Assignable,
    Billing,
    CalendarFeed,
    CalendarFile,
    CalendarItem,
    Card,
    CardTable,
    Commentable,
    Company,
    CustomField,
    Dm,
    Invitation,
    Message,
    Notification,
    PeopleGroup,
    Person,
    Project,
    Recording,
    SearchHit,
    SearchMetadata,
    Subscribable,
    Tag,
    TaskType,
    TimeEntry,
    Today,
    UploadedFile,
    WorkGroups,
)
from app.core.sources import Link
from app.exports.actions import export_account
from app.keys.loaders import keys_listed
from app.keys.model import ApiKey as ApiKeyRow
from app.notifications.loaders import assignments_listed, notifications_listed, work_grouped
from app.notifications.model import Notification as NotificationRow
from app.orgs import actions
from app.orgs.loaders import MY_ORGANIZATIONS, OTHER_OWNERS, user_by_id
from app.orgs.model import Organization as OrganizationRow
from app.people.loaders import (
    clients_listed,
    companies_listed,
    groups_listed,
    invitations_waiting,
    people_listed,
    team_listed,
)
from app.people.model import Company as CompanyRow
from app.people.model import Invitation as InvitationRow
from app.people.model import Membership
from app.people.model import PeopleGroup as GroupRow
from app.projects.loaders import SEE_EVERY_PROJECT, projects_listed, projects_newest_first, projects_planned
from app.projects.model import Project as ProjectRow
from app.recordings.activity import happened, recent_enough, within_history
from app.recordings.loaders import able, messages_listed, recordings_listed
from app.recordings.model import Event
from app.recordings.model import Recording as RecordingRow
from app.registries.loaders import fields_listed, tags_listed, task_types_listed
from app.registries.model import CustomField as CustomFieldRow
from app.registries.model import Tag as TagRow
from app.registries.model import TaskType as TaskTypeRow
from app.search.loaders import ask, found_by_words
from app.timekeeping.loaders import entries_listed
from app.timekeeping.model import TimeEntry as TimeEntryRow


@strawberry.type(description="An organization that you belong to, as your list shows it. Open it with `organization`.")
class ViewerOrganization:
    id: strawberry.ID = strawberry.field(description="The organization's id.")
    name: str = strawberry.field(description="What it is called.")
    slug: str = strawberry.field(description="Its name in every address.")
    role: Role = strawberry.field(description="Your role in it.")
    membership_id: strawberry.ID = strawberry.field(description="Who you are in it: your id as one of its people.")
    sole_owner: bool = strawberry.field(description="You are its only owner, so you cannot leave it.")
    created_at: datetime = strawberry.field(description="When it was founded.")

    requires_two_factor_setup: bool = computed(
        lambda row, viewer: False,
        description="It asks for a second factor at sign-in that you have not set up yet.",
    )


@strawberry.type(description="The signed-in user.")
class Viewer:
    id: strawberry.ID = strawberry.field(description="The user's id; organizations know people by another one.")
    name: str = strawberry.field(description="What the user is called.")
    email: str = strawberry.field(description="The address that the user signs in with.")
    email_verified: bool = strawberry.field(description="Whether the address is known to be the user's.")
    image: str | None = strawberry.field(description="Address of the user's picture.")
    time_zone: str | None = strawberry.field(description="The time zone that the user lives in, as in `Europe/Paris`.")
    created_at: datetime = strawberry.field(description="When the user signed up.")
    updated_at: datetime = strawberry.field(description="When the user last changed the account.")

    organizations: list[ViewerOrganization] = called(
        MY_ORGANIZATIONS, description="The organizations that you belong to, by name."
    )
    organization_count: int = called_count(MY_ORGANIZATIONS, description="How many organizations you belong to.")


@node_type(description="A team and all that is its own. Everything in it is seen with your eyes.")
class Organization(Node):
    name: str = strawberry.field(description="What it is called.")
    slug: str = strawberry.field(description="Its name in every address; never changes.")
    logo: str | None = strawberry.field(description="Address of its logo.")
    created_at: datetime = strawberry.field(description="When it was founded.")
    updated_at: datetime = strawberry.field(description="When it was last changed.")
    people: Connection[Person] = connected(
        Membership, people_listed, description="Its people, by name. Clients find those they share a project with."
    )
    invitations: Connection[Invitation] = connected(
        InvitationRow,
        invitations_waiting,
        verb=Verb.invite_people,
        description="Invitations that nobody has taken yet, newest first. For owners and admins only.",
    )
    api_keys: Connection[ApiKey] = connected(
        ApiKeyRow,
        keys_listed,
        verb=Verb.make_api_keys,
        description="Your API keys, revoked and expired ones too, the latest first; for owners and admins everybody's.",
    )
    companies: Connection[Company] = connected(
        CompanyRow, companies_listed, description="The companies that its people belong to, by name."
    )
    groups: Connection[PeopleGroup] = connected(
        GroupRow, groups_listed, description="Its named bundles of people, by name. Clients find none."
    )

    tags: Connection[Tag] = connected(TagRow, tags_listed, description="The words that tasks are marked with, by name.")
    task_types: Connection[TaskType] = connected(
        TaskTypeRow, task_types_listed, description="The kinds of tasks, by name."
    )
    custom_fields: Connection[CustomField] = connected(
        CustomFieldRow, fields_listed, description="The fields that it adds to its projects, by name."
    )

    projects: Connection[Project] = connected(
        ProjectRow, projects_listed, description="Its projects that you can see: starred first, then by name."
    )
    projects_by_age: Connection[Project] = connected(
        ProjectRow,
        projects_newest_first,
        description="Its projects that you can see, active and archived ones alike: the newest first.",
    )
    untrashed_project: Project | None = found(
        ProjectRow, choose=projects_newest_first, description="One of its projects that is not in the trash."
    )
    all_projects: Connection[Project] = connected(
        ProjectRow,
        projects_listed,
        verb=Verb.see_every_project,
        prepare=SEE_EVERY_PROJECT,
        description="Every project, also those that you are not on (`joined` tells). For owners only. A query that "
        "asks for it shows what is in all of them in its other lists too; a mutation's answer cannot have it.",
    )
    recordings: Connection[Recording] = connected(
        RecordingRow, recordings_listed, description="Recordings of one type across projects, newest first."
    )
    messages: Connection[Message] = connected(
        RecordingRow, messages_listed, description="Messages across projects, newest first."
    )
    message: Message | None = found(RecordingRow, choose=messages_listed, description="An active message.")
    activity: Connection[ActivityEvent] = connected(
        Event,
        happened,
        settle=within_history,
        settled=recent_enough,
        description="What happened in the projects that you see, newest first; as far back as the plan goes.",
    )
    search: Connection[SearchHit] = connected(
        RecordingRow,
        found_by_words,
        settle=ask,
        description="Recordings by what they say: title, content, comments. Only what you may see, and no trash.",
    )

    chats: Connection[Dm] = connected(
        RecordingRow, chats_listed, description="Your direct chats: where something was said last comes first."
    )
    notifications: Connection[Notification] = connected(
        NotificationRow, notifications_listed, description="What you were told, newest first."
    )
    assignments: Connection[Recording] = connected(
        RecordingRow,
        assignments_listed,
        description="Open to-dos, cards and steps that are yours to do, in active projects: what is due first, then in "
        "the order they were made.",
    )
    boards: Connection[CardTable] = connected(
        RecordingRow, boards_listed, description="The boards of its active projects, by name."
    )
    board: CardTable | None = found(RecordingRow, choose=boards_listed, description="One of these boards.")
    cards: Connection[Card] = connected(
        RecordingRow, cards_listed, description="Cards of all boards, newest first. A cursor is the last card's id."
    )
    card: Card | None = found(RecordingRow, choose=card_shown, description="One of these cards.")
    time_entries: Connection[TimeEntry] = connected(
        TimeEntryRow,
        entries_listed,
        description="Time that people spent, latest entered first. A cursor is the last entry's id. Clients find none.",
    )
    time_entry: TimeEntry | None = found(TimeEntryRow, description="One of these entries.")
    planned_projects: Connection[Project] = connected(
        ProjectRow, projects_planned, description="Its active projects that people made, by name."
    )
    planned_project: Project | None = found(ProjectRow, choose=projects_planned, description="One of these projects.")

    project: Project | None = found(
        ProjectRow, description="One of its projects; null, with an error, where there is none that you can see."
    )
    recording: Recording | None = found(RecordingRow, description="Any recording.")
    commentable: Commentable | None = found(
        RecordingRow, only=able("commentable"), description="A recording that people can discuss."
    )
    assignable: Assignable | None = found(
        RecordingRow, only=able("assignable"), description="A recording that people can be made responsible for."
    )
    subscribable: Subscribable | None = found(
        RecordingRow, only=able("subscribable"), description="A recording that people can follow."
    )

    upload: UploadedFile | None = found(RecordingRow, only=able("filed"), description="A file that people share.")

    @strawberry.field(description="What search can be narrowed down to.")
    def search_metadata(self) -> SearchMetadata:
        return show({})

    @strawberry.field(
        description="What lies on the calendar between two moments, `to` not included and at most 400 days after "
        "`from`: the first 1,000 by start, all-day first, then title. Series are expanded."
    )
    async def calendar(
        self,
        info: Info,
        from_: Annotated[datetime, argument(name="from", description="From when on: a moment, or a day.")],
        to: Annotated[datetime, argument(description="Until when: a moment, or the first day that is not shown.")],
        just: Annotated[Just | None, argument(description="ME: only what you made, take part in or are to do.")] = None,
        tasks: Annotated[bool | None, argument(description="Open tasks that are due then too.")] = None,
        projects: Annotated[list[strawberry.ID] | None, argument(description="Only these projects.")] = None,
    ) -> list[CalendarItem]:
        return show(
            await agenda.calendar(
                info.context, from_, to, mine=just is Just.ME, tasks=bool(tasks), project_ids=projects
            )
        )

    @strawberry.field(description="What you made or take part in within the next seven days.")
    async def my_events(self, info: Info) -> list[CalendarItem]:
        return show(await agenda.my_events(info.context))

    @strawberry.field(description="What you have to do with today, by your own clock.")
    def do_today(self) -> Today:
        return show({})

    @strawberry.field(description="Your feeds for calendar programs, oldest first.")
    async def calendar_feeds(self, info: Info) -> list[CalendarFeed]:
        return show(await feeds_of_viewer(info.context))

    @strawberry.field(description="An entry with all its occurrences, as a file for calendar programs.")
    async def event_file(
        self, info: Info, id: Annotated[strawberry.ID, argument(description="The entry's id.")]
    ) -> CalendarFile | None:
        return show(await feeds.event_file(info.context, id))

    @strawberry.field(
        description="All that is in it, to take along, also what lies in projects that you are not on. For owners only."
    )
    async def account_export(
        self,
        info: Info,
        projects: Annotated[
            list[strawberry.ID] | None, argument(description="Only what lies in these projects.")
        ] = None,
    ) -> AccountExport:
        return show(await export_account(info.context, projects))

    @strawberry.field(description="Its plan: what it has, uses and may use. Clients find none.")
    async def billing(self, info: Info) -> Billing | None:
        row: Any = self
        return show(await billing(info.context, row))

    role: Role = computed(lambda row, viewer: viewer.role, description="Your role in it.")
    membership_id: strawberry.ID = computed(lambda row, viewer: viewer.me, description="Your id as one of its people.")
    membership: Person = mine(Membership, description="You, as one of its people.")
    sole_owner: bool = present(
        Membership,
        on=col(Membership.org_id),
        where=OTHER_OWNERS,
        say=lambda row, viewer, others: both(is_owner(viewer.role), inverse(others)),
        description="You are its only owner, so you cannot leave it.",
    )
    requires_two_factor_setup: bool = computed(
        lambda row, viewer: False,
        description="It asks for a second factor at sign-in that you have not set up yet.",
    )
    viewer_can_invite: bool = computed(
        lambda row, viewer: allows(viewer, Verb.invite_people),
        description="You may invite people and manage those who are here, companies and groups.",
    )
    person: Person | None = found(
        Membership, choose=people_listed, description="One of its people, by the membership id."
    )
    client: Person | None = found(
        Membership, choose=clients_listed, description="One of its clients, by the membership id."
    )
    teammate: Person | None = found(
        Membership, choose=team_listed, description="One of its team, by the membership id."
    )
    company: Company | None = found(CompanyRow, choose=companies_listed, description="One of its companies.")
    group: PeopleGroup | None = found(GroupRow, choose=groups_listed, description="One of its groups.")

    @strawberry.field(description="The same open work, subtasks and steps with what they lie in.")
    async def grouped_assignments(self, info: Info) -> WorkGroups:
        return show(await work_grouped(info.context))


@strawberry.input(description="What a new organization starts with.")
class CreateOrganizationInput:
    name: str = strawberry.field(description="What it is called: 1 to 100 characters, a letter or a number among them.")


@strawberry.type
class Query:
    @strawberry.field(description="The signed-in user.")
    async def viewer(self, info: Info) -> Viewer:
        return show(await info.context.load(user_by_id, info.context.user_id))

    @strawberry.field(description="One of your organizations. One operation can open only one.")
    async def organization(
        self,
        info: Info,
        slug: Annotated[
            str,
            argument(
                description="Its name in addresses; `~` is the one that your API key opens, or else your personal one."
            ),
        ],
    ) -> Organization | None:
        place = await info.context.enter(slug)
        return show(await info.context.load(Link("id", OrganizationRow), place.org_id))


@strawberry.type
class Mutation:
    @strawberry.mutation(description="Found an organization. You become its owner.")
    async def create_organization(
        self, info: Info, input: Annotated[CreateOrganizationInput, argument(description="How it starts.")]
    ) -> Organization:
        return show(await actions.create(info.context, input.name))
