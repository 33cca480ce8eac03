"""Who belongs to an organization: inviting, joining, changing, removing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ARRAY, String, all_, cast, delete, func, literal, update
from sqlalchemy import select as select_columns
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col, select

from app.billing.plans import require_room_for_person
from app.core.context import Context, Role
from app.core.db import among
from app.core.errors import Conflict, Forbidden, Invalid, NotFound, Reason
from app.core.ids import new_id, read_id
from app.core.policy import ONLY_OWNERS, Verb, allows, is_owner, is_team, may_invite_as, require, roles_to_offer
from app.core.rules import normal_email, optional_text
from app.core.secret import digest
from app.core.table import Id, Instant, Json
from app.orgs.loaders import has_other_owner, lock_organization
from app.people.loaders import find_person, has_expired, known_company, known_projects
from app.people.mails import join_token, mail_invitation
from app.people.model import GroupMember, Invitation, Membership
from app.projects.model import AccessLevel, Project, ProjectAccess
from app.recordings.events import note

NAME = 100
TITLE = 100
PHONE = 50
NOTE = 2_000
PROJECTS = 100
"""How many projects one invitation may lead to."""
WAITS = timedelta(days=7)
"""How long an invitation waits, where it does not wait for as long as it takes."""
NEEDS_OWNER = "An organization needs an owner"


@dataclass(frozen=True)
class Newcomer:
    """The user who takes a place."""

    id: str
    name: str
    email: str
    image: str | None


@dataclass(frozen=True)
class Offer:
    """What an invitation offers, as it was asked for."""

    email: str
    role: Role
    name: str | None = None
    company_id: str | None = None
    note: str | None = None
    project_ids: Sequence[str] = ()
    levels: Mapping[str, str] | None = None
    """Of workspaces among the projects: `editor` or `viewer`."""
    expires_at: datetime | None = None
    """Until when it can be taken; null for as long as it takes."""


async def invite(ctx: Context, offer: Offer) -> Invitation:
    """Offer a place by mail. A user who has an account joins at once where the settings say so (domain.md 3, Q3).

    Inviting an address again while it waits renews the invitation: the same id, what is offered now, another mail.
    Raises Forbidden, Invalid, LimitReached.
    """
    require(ctx, Verb.invite_people)
    _require_may_give(ctx, offer.role)
    values = await _checked(ctx, offer)
    waiting = await _unanswered(ctx, values["email"])
    if waiting is not None:
        _require_may_give(ctx, waiting.role)
    return await _offer(ctx, offer, values, waiting)


async def invite_guest(ctx: Context, offer: Offer) -> Invitation:
    """The same, of a client to what the caller may share with others, whatever his role: he has been asked for that."""
    values = await _checked(ctx, offer)
    return await _offer(ctx, offer, values, await _unanswered(ctx, values["email"]))


async def _offer(ctx: Context, offer: Offer, values: dict[str, Any], waiting: Invitation | None) -> Invitation:
    email = values["email"]
    if waiting is None:
        await require_room_for_person(ctx, offer.role)
        id = await _add(ctx, values)
    else:
        if not _takes_room(ctx, waiting) or is_team(waiting.role) is not is_team(offer.role):
            await require_room_for_person(ctx, offer.role)
        id = await _renew(ctx, waiting.id, values)
    await note(ctx, "person_invited", detail={"invitation_id": id, "email": email})
    invitation = await invitation_by_id(ctx, id)
    newcomer = await _known_user(ctx, email)
    if newcomer is None:
        await mail_invitation(ctx, invitation)
        return invitation
    membership_id = await seat(ctx, invitation, newcomer)
    await note(ctx, "person_joined", detail={"membership_id": membership_id})
    return await invitation_by_id(ctx, id)


async def resend(ctx: Context, id: str) -> Invitation:
    """Mail a waiting invitation again. One that expires waits for as long again from now on.

    Raises NotFound for one that was taken or withdrawn, LimitReached where its place was given away since it expired.
    """
    return await extend(ctx, await _waiting(ctx, id), {})


async def extend(ctx: Context, invitation: Invitation, values: Mapping[str, Any]) -> Invitation:
    """Change where a waiting invitation leads, and mail it again. Whether the caller may, was asked before.

    Who sent it answers for it still where the caller could not have sent it. Raises LimitReached.
    """
    if not _takes_room(ctx, invitation):
        await require_room_for_person(ctx, invitation.role)
    waits = {"expires_at": ctx.now + WAITS} if invitation.expires_at else {}
    answers = bool(invitation.expires_at) or may_invite_as(ctx, invitation.role)
    kept = {} if answers else {"invited_by_id": invitation.invited_by_id}
    await _renew(ctx, invitation.id, {**values, **waits, **kept})
    await mail_invitation(ctx, invitation)
    return await invitation_by_id(ctx, invitation.id)


async def withdraw(ctx: Context, id: str) -> None:
    """Take a waiting invitation back; its link leads nowhere any more. Raises NotFound."""
    invitation = await _waiting(ctx, id)
    await ctx.tx.run(delete(Invitation).where(col(Invitation.id) == invitation.id))
    await note(ctx, "invitation_withdrawn", detail={"invitation_id": invitation.id, "email": invitation.email})


async def change(ctx: Context, id: str, values: dict[str, Any]) -> Membership:
    """Change a person's role, company, title or phone; what is not in `values` stays as it is.

    Raises NotFound, Forbidden (only owners make and unmake owners), Invalid (the last owner stays one), LimitReached
    (a client who becomes a member takes a member's place).
    """
    person = await find_person(ctx, id)
    require(ctx, Verb.manage_people)
    role = values.get("role", person.role)
    if role != person.role:
        _require_may_give(ctx, role)
        _require_may_give(ctx, person.role)
    wanted = dict(values)
    if "title" in wanted:
        wanted["title"] = optional_text("title", wanted["title"], most=TITLE)
    if "phone" in wanted:
        wanted["phone"] = optional_text("phone", wanted["phone"], most=PHONE)
    if "company_id" in wanted:
        wanted["company_id"] = await known_company(ctx, wanted["company_id"])
    await lock_organization(ctx)
    person = await find_person(ctx, id)
    if is_owner(person.role) and not is_owner(role) and not await has_other_owner(ctx, person.id):
        raise Invalid.field("role", Reason.conflict, NEEDS_OWNER)
    changed = {field: value for field, value in wanted.items() if getattr(person, field) != value}
    if "role" in changed:
        await _change_role(ctx, person, role)
    if changed:
        await _update(ctx, person.id, changed)
        await note(ctx, "person_changed", detail={"membership_id": person.id, "fields": sorted(changed)})
    return await find_person(ctx, id)


async def remove(ctx: Context, id: str, text: str | None) -> Membership:
    """Take a person out of the organization; oneself: leave. What they made stays theirs; they can be invited again.

    Raises NotFound, Forbidden, and Invalid for the last owner.
    """
    person = await find_person(ctx, id)
    if person.id == ctx.me:
        require(ctx, Verb.leave)
    else:
        require(ctx, Verb.manage_people)
        _require_may_give(ctx, person.role)
    said = optional_text("note", text, most=NOTE)
    await lock_organization(ctx)
    person = await find_person(ctx, id)
    if is_owner(person.role) and not await has_other_owner(ctx, person.id):
        raise Invalid([], NEEDS_OWNER)
    await note(ctx, "person_removed", detail={"membership_id": person.id, "note": said})
    await _withdraw_from(ctx, person.id, None)
    await _update(ctx, person.id, {"removed_at": ctx.now, "company_id": None})
    await ctx.tx.call("thicket_let_go", person.id)
    ctx.forget()
    removed = await ctx.tx.first(select(Membership).where(col(Membership.id) == person.id))
    assert removed is not None
    return removed


def _require_may_give(ctx: Context, role: str) -> None:
    if not may_invite_as(ctx, role):
        raise Forbidden(ONLY_OWNERS)


async def _checked(ctx: Context, offer: Offer) -> dict[str, Any]:
    """The offer as columns. Raises Invalid."""
    if len(offer.project_ids) > PROJECTS:
        raise Invalid.field("project_ids", Reason.too_long, f"project_ids holds more than {PROJECTS} projects")
    return {
        "email": normal_email("email", offer.email),
        "role": offer.role.value,
        "name": optional_text("name", offer.name, most=NAME),
        "company_id": await known_company(ctx, offer.company_id),
        "note": optional_text("note", offer.note, most=NOTE),
        "project_ids": await known_projects(ctx, offer.project_ids),
        "levels": dict(offer.levels) if offer.levels else None,
        "expires_at": offer.expires_at,
    }


async def _unanswered(ctx: Context, email: str) -> Invitation | None:
    """The invitation of that address that nobody has taken yet; locks the organization. Raises Invalid for a member."""
    await lock_organization(ctx)
    there = select(Membership).where(col(Membership.email) == email, col(Membership.removed_at).is_(None))
    if await ctx.tx.first(there) is not None:
        raise Invalid.field("email", Reason.conflict, f"{email} is already a member")
    return await ctx.tx.first(
        select(Invitation).where(col(Invitation.email) == email, col(Invitation.accepted_at).is_(None))
    )


def _takes_room(ctx: Context, waiting: Invitation) -> bool:
    """Whether the plan counts it (app/billing/plans.py)."""
    return not waiting.declined and not has_expired(waiting, ctx)


async def invitation_for(ctx: Context, offer: Offer) -> Invitation:
    """An invitation that nobody is mailed, since its place is taken at once. Raises Invalid."""
    return await invitation_by_id(ctx, await _add(ctx, await _checked(ctx, offer)))


async def _add(ctx: Context, values: dict[str, Any]) -> str:
    id = new_id()
    await ctx.tx.add(
        Invitation(
            id=id,
            org_id=ctx.org_id,
            invited_by_id=ctx.me,
            digest=digest(join_token(ctx, id)),
            created_at=ctx.now,
            **values,
        )
    )
    return id


async def _renew(ctx: Context, id: str, values: dict[str, Any]) -> str:
    """Whoever sends an invitation again answers for it from then on."""
    query = update(Invitation).where(col(Invitation.id) == id)
    await ctx.tx.run(query.values({"declined": False, "invited_by_id": ctx.me, **values}))
    return id


async def invitation_by_id(ctx: Context, id: str) -> Invitation:
    invitation = await ctx.tx.first(select(Invitation).where(col(Invitation.id) == id))
    assert invitation is not None
    return invitation


async def _waiting(ctx: Context, id: str) -> Invitation:
    """A waiting invitation that the caller may manage, locked. Raises NotFound (those who see none too), Forbidden."""
    await lock_organization(ctx)
    query = select(Invitation).where(col(Invitation.id) == read_id(id), col(Invitation.accepted_at).is_(None))
    invitation = await ctx.tx.first(query)
    if invitation is None or not allows(ctx, Verb.invite_people):
        raise NotFound
    require(ctx, Verb.invite_people)
    _require_may_give(ctx, invitation.role)
    return invitation


async def _known_user(ctx: Context, email: str) -> Newcomer | None:
    """The user with this address, if users join without a word of theirs here."""
    if not ctx.caller.settings.accepts_invites_by_address:
        return None
    rows = await ctx.tx.call("thicket_user_by_email", email)
    return Newcomer(rows[0].id, rows[0].name, rows[0].email, rows[0].image) if rows else None


async def seat(ctx: Context, invitation: Invitation, user: Newcomer) -> str:
    """Make the user a person of the organization; the membership's id, which is the old one for whoever comes back.

    Raises Conflict for somebody who is there already.
    """
    place: dict[str, Any] = {"role": invitation.role, "company_id": invitation.company_id, "removed_at": None}
    former = await ctx.tx.first(select(Membership).where(col(Membership.user_id) == user.id))
    if former is not None:
        if former.removed_at is None:
            raise Conflict("You are already a member of this organization")
        membership_id = former.id
        await _update(ctx, former.id, place)
    else:
        membership_id = new_id()
        await ctx.tx.add(
            Membership(
                id=membership_id,
                org_id=invitation.org_id,
                user_id=user.id,
                name=user.name,
                email=user.email,
                image=user.image,
                created_at=ctx.now,
                updated_at=ctx.now,
                **place,
            )
        )
    await _put_on_projects(ctx, invitation, membership_id)
    await ctx.tx.run(
        update(Invitation).where(col(Invitation.id) == invitation.id).values(accepted_at=ctx.now, declined=False)
    )
    ctx.forget()
    return membership_id


async def _put_on_projects(ctx: Context, invitation: Invitation, membership_id: str) -> None:
    """On those of the invitation's projects that are still there. A client opens a project to clients (Q8)."""
    if not invitation.project_ids:
        return
    still_there = among(Project.id, invitation.project_ids)
    levels = literal(invitation.levels or {}, Json)
    rows = select_columns(
        col(Project.id),
        literal(membership_id, Id),
        literal(invitation.org_id, Id),
        func.coalesce(levels[cast(col(Project.id), String)].astext, AccessLevel.MEMBER.value),
        literal(ctx.now, Instant),
    ).where(still_there)
    columns = ["project_id", "membership_id", "org_id", "level", "created_at"]
    await ctx.tx.run(insert(ProjectAccess).from_select(columns, rows).on_conflict_do_nothing())
    if not is_team(invitation.role):
        await ctx.tx.run(
            update(Project)
            .where(still_there, col(Project.clients_enabled).is_(False))
            .values(clients_enabled=True, updated_at=ctx.now)
        )


async def _change_role(ctx: Context, person: Membership, role: str) -> None:
    """What a new role brings with it."""
    if is_team(role) is not is_team(person.role):
        await require_room_for_person(ctx, role)
    if not is_team(role):
        await ctx.tx.run(delete(GroupMember).where(col(GroupMember.membership_id) == person.id))
    await _withdraw_from(ctx, person.id, role)


async def _withdraw_from(ctx: Context, membership_id: str, role: str | None) -> None:
    """Take back the invitations that the person, with this role or gone, could not send any more.

    Otherwise who loses a role could keep a link that gives it back.
    """
    await ctx.tx.run(
        delete(Invitation).where(
            col(Invitation.invited_by_id) == membership_id,
            col(Invitation.accepted_at).is_(None),
            col(Invitation.role) != all_(literal(roles_to_offer(role), ARRAY(String))),
        )
    )


async def _update(ctx: Context, id: str, values: dict[str, Any]) -> None:
    await ctx.tx.run(update(Membership).where(col(Membership.id) == id).values(**values, updated_at=ctx.now))
    ctx.forget()
