"""Who is drawn into a recording: assignees, subscribers, people who are mentioned."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import ARRAY, any_, bindparam, delete, func, literal, or_, update
from sqlalchemy import select as columns
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col, select

from app.chats.model import ChatParticipant
from app.core.context import Context
from app.core.db import among
from app.core.errors import Invalid, NotFound, Problem, Reason
from app.core.html import mentioned_in
from app.core.ids import is_id
from app.core.policy import Verb, managers_only, require, team_only
from app.core.table import Id
from app.people.model import Membership
from app.projects.loaders import ON_PROJECT
from app.projects.model import Project
from app.recordings.actions.access import require_active, require_open_project
from app.recordings.events import note
from app.recordings.kind import kind_of
from app.recordings.loaders import find
from app.recordings.model import Assignment, Mention, Recording, RecordingType, Subscription, SubscriptionReason

SEEING = (
    select(col(Membership.id))
    .join(Project, ON_PROJECT)
    .where(
        col(Project.id) == bindparam("project", type_=Id),
        col(Membership.id) == any_(bindparam("ids", type_=ARRAY(Id))),
        col(Membership.removed_at).is_(None),
    )
)
"""Who of some people can see a project. It is kept: to build it takes longer than to run it."""
SUBSCRIBED = ["recording_id", "membership_id", "org_id", "reason", "created_at"]


async def known_on_project(ctx: Context, recording: Recording, ids: Sequence[str], field: str) -> list[str]:
    """The ids in their order, each once: people who can see the project. Raises Invalid for any other."""
    wanted = list(dict.fromkeys(id.lower() for id in ids))
    if not wanted:
        return []
    there = await _there(ctx, recording, wanted)
    unknown = [id for id in wanted if id not in there]
    if unknown:
        problems = [Problem(field, Reason.not_found, f"Unknown membership {id}") for id in unknown]
        raise Invalid(problems, "Unknown membership")
    return wanted


async def _there(ctx: Context, recording: Recording, ids: Collection[str]) -> set[str]:
    """Who of these can see its project, or is in its direct chat; what else lies in no project is the team's.

    What is work for another project is for those alone who see that one too, and for owners and admins.
    """
    possible = [id for id in ids if is_id(id)]
    if recording.project_id is not None and recording.linked_project_id is None:
        return {row[0] for row in await ctx.tx.rows(SEEING, ids=possible, project=recording.project_id)}
    query = select(col(Membership.id)).where(col(Membership.removed_at).is_(None), among(Membership.id, possible))
    if _in_chat(recording):
        chat = recording.parent_id or recording.id
        query = query.join(ChatParticipant, col(ChatParticipant.membership_id) == col(Membership.id))
        query = query.where(col(ChatParticipant.recording_id) == chat)
    elif recording.project_id is None:
        query = query.where(team_only(col(Membership.role)))
    else:
        query = query.join(Project, ON_PROJECT).where(col(Project.id) == recording.project_id)
    if recording.linked_project_id is not None:
        linked = select(col(Membership.id)).join(Project, ON_PROJECT)
        on_linked = col(Membership.id).in_(linked.where(col(Project.id) == recording.linked_project_id))
        query = query.where(or_(on_linked, managers_only(col(Membership.role))))
    return {row[0] for row in await ctx.tx.rows(query)}


def _in_chat(recording: Recording) -> bool:
    """It is a direct chat, or said in one."""
    return recording.project_id is None and recording.type in (RecordingType.DM, RecordingType.CHAT_LINE)


async def set_assignees(ctx: Context, id: str, membership_ids: Sequence[str]) -> Recording:
    """Make exactly these people responsible. Raises NotFound for what nobody can be assigned to."""
    recording = await find(ctx, id)
    if not kind_of(recording.type).assignable:
        raise NotFound
    await require_open_project(ctx, recording)
    require(ctx, Verb.arrange)
    require_active(recording)
    wanted = await known_on_project(ctx, recording, membership_ids, "membership_ids")
    await replace_assignees(ctx, recording, wanted)
    return recording


async def replace_assignees(ctx: Context, recording: Recording, wanted: Sequence[str]) -> None:
    """Only who is new is told, and subscribed together with who assigned them (domain.md 2.8)."""
    query = select(col(Assignment.membership_id)).where(col(Assignment.recording_id) == recording.id)
    before = {row[0] for row in await ctx.tx.rows(query.with_for_update())}
    added = [id for id in wanted if id not in before]
    dropped = before - set(wanted)
    if dropped:
        await ctx.tx.run(
            delete(Assignment).where(
                col(Assignment.recording_id) == recording.id, among(Assignment.membership_id, dropped)
            )
        )
    await assign(ctx, recording, added)
    if added or dropped:
        detail = {"added": added, "removed": sorted(dropped)}
        await note(ctx, "assigned", project_id=recording.project_id, recording_id=recording.id, detail=detail)


async def assign(ctx: Context, recording: Recording, membership_ids: Sequence[str]) -> None:
    """Add assignees, without asking and without an event."""
    ctx.tx.later(*assignments(ctx, recording, membership_ids))
    if membership_ids and kind_of(recording.type).subscribable:
        await subscribe(ctx, recording, membership_ids, SubscriptionReason.ASSIGNED, overrule=True)
        await subscribe(ctx, recording, [ctx.me], SubscriptionReason.ASSIGNED)


def assignments(ctx: Context, recording: Recording, membership_ids: Sequence[str]) -> list[Assignment]:
    """The rows of new assignees."""
    about: dict[str, Any] = {
        "recording_id": recording.id,
        "org_id": ctx.org_id,
        "assigned_by_id": ctx.me,
        "created_at": ctx.now,
    }
    return [Assignment(**about, membership_id=id) for id in membership_ids]


def subscriptions(ctx: Context, recording: Recording, reasons: Mapping[str, SubscriptionReason]) -> list[Subscription]:
    """The rows of who hears of a new recording, and why."""
    about: dict[str, Any] = {"recording_id": recording.id, "org_id": ctx.org_id, "created_at": ctx.now}
    return [Subscription(**about, membership_id=id, reason=reason.value) for id, reason in reasons.items()]


async def subscribe(
    ctx: Context,
    recording: Recording,
    membership_ids: Collection[str],
    reason: SubscriptionReason,
    *,
    overrule: bool = False,
) -> None:
    """Let people hear of it. Somebody's earlier "no" stands unless it is overruled."""
    if not membership_ids:
        return
    ids = bindparam(None, list(dict.fromkeys(membership_ids)), type_=ARRAY(Id))
    people = columns(
        literal(recording.id, Id),
        func.unnest(ids),
        literal(ctx.org_id, Id),
        literal(reason.value),
        literal(ctx.now),
    )
    statement = insert(Subscription).from_select(SUBSCRIBED, people)
    keys = [col(Subscription.recording_id), col(Subscription.membership_id)]
    if overrule:
        statement = statement.on_conflict_do_update(index_elements=keys, set_={"unsubscribed_at": None})
    else:
        statement = statement.on_conflict_do_nothing(index_elements=keys)
    await ctx.tx.run(statement)


async def subscribe_project(ctx: Context, recording: Recording) -> None:
    """Let everybody hear of it who can see it."""
    people = (
        columns(
            literal(recording.id, Id),
            col(Membership.id),
            col(Membership.org_id),
            literal(SubscriptionReason.CHOSEN.value),
            literal(ctx.now),
        )
        .join(Project, ON_PROJECT)
        .where(col(Project.id) == recording.project_id, col(Membership.removed_at).is_(None))
        .where(or_(team_only(col(Membership.role)), literal(recording.visible_to_clients)))
    )
    await ctx.tx.run(insert(Subscription).from_select(SUBSCRIBED, people).on_conflict_do_nothing())


async def subscribe_audience(ctx: Context, recording: Recording, audience: object) -> None:
    """Make the audience of a post exactly its subscribers: everyone, nobody, or who was chosen (domain.md 2.8)."""
    if audience is None or audience == "everyone":
        await subscribe_project(ctx, recording)
        return
    chosen: list[str] = []
    if isinstance(audience, list):
        chosen = await known_on_project(ctx, recording, audience, "notify")
    # The author of a draft hears of it; of the post only if chosen.
    await ctx.tx.run(
        delete(Subscription).where(
            col(Subscription.recording_id) == recording.id,
            col(Subscription.reason) == SubscriptionReason.AUTHOR.value,
        )
    )
    await subscribe(ctx, recording, chosen, SubscriptionReason.CHOSEN)


async def follow(ctx: Context, id: str) -> Recording:
    """Hear of it from now on; overrules an earlier "no"."""
    recording = await _subscribable(ctx, id)
    await subscribe(ctx, recording, [ctx.me], SubscriptionReason.MANUAL, overrule=True)
    ctx.forget()
    return recording


async def unfollow(ctx: Context, id: str) -> Recording:
    """Hear no more of it; automatic subscriptions do not come back, except by a new assignment."""
    recording = await _subscribable(ctx, id)
    await subscribe(ctx, recording, [ctx.me], SubscriptionReason.MANUAL)
    await ctx.tx.run(
        update(Subscription)
        .where(col(Subscription.recording_id) == recording.id, col(Subscription.membership_id) == ctx.me)
        .values(unsubscribed_at=ctx.now)
    )
    ctx.forget()
    return recording


async def _subscribable(ctx: Context, id: str) -> Recording:
    recording = await find(ctx, id)
    if not kind_of(recording.type).subscribable:
        raise NotFound
    await require_open_project(ctx, recording)
    require(ctx, Verb.subscribe)
    return recording


async def change_subscribers(
    ctx: Context, id: str, add: Sequence[str], remove: Sequence[str], *, tell: bool
) -> Recording:
    """Choose for others who hears of it; `tell`: who is added is shown it now."""
    recording = await find(ctx, id)
    if not kind_of(recording.type).subscribable:
        raise NotFound
    await require_open_project(ctx, recording)
    require(ctx, Verb.subscribe_others)
    added = await known_on_project(ctx, recording, add, "add")
    removed = await known_on_project(ctx, recording, remove, "remove")
    await subscribe(ctx, recording, added, SubscriptionReason.CHOSEN, overrule=True)
    if removed:
        await ctx.tx.run(
            delete(Subscription).where(
                col(Subscription.recording_id) == recording.id, among(Subscription.membership_id, removed)
            )
        )
    if added and tell:
        detail = {"membership_ids": added}
        await note(ctx, "notified", project_id=recording.project_id, recording_id=recording.id, detail=detail)
    ctx.forget()
    return recording


async def remember_mentions(ctx: Context, recording: Recording, content: str | None, *, new: bool = False) -> list[str]:
    """Keep whom the text names of those who can see it, and let them hear of it; of a comment: of its thread.

    Who was not named before: all of them, in what is `new`.
    """
    named = mentioned_in(content)
    if new and not named:
        return []
    gone = delete(Mention).where(col(Mention.recording_id) == recording.id).returning(col(Mention.membership_id))
    before = set() if new else {row[0] for row in await ctx.tx.rows(gone)}
    there = await _who_see(ctx, recording, named) if named else set()
    mentioned = [id for id in named if id in there]
    about: dict[str, Any] = {"recording_id": recording.id, "org_id": ctx.org_id, "created_at": ctx.now}
    ctx.tx.later(*(Mention(**about, membership_id=id) for id in mentioned))
    thread = recording
    if mentioned and recording.type == RecordingType.COMMENT:
        thread = await find(ctx, recording.parent_id or "")
    if kind_of(thread.type).subscribable:
        await subscribe(ctx, thread, mentioned, SubscriptionReason.MENTIONED)
    return [id for id in mentioned if id not in before]


async def _who_see(ctx: Context, recording: Recording, ids: Collection[str]) -> set[str]:
    """Who of these can see the recording: clients only what is shared with them."""
    there = await _there(ctx, recording, ids)
    if recording.visible_to_clients or _in_chat(recording):
        return there
    query = select(col(Membership.id)).where(among(Membership.id, there), team_only(col(Membership.role)))
    return {row[0] for row in await ctx.tx.rows(query)}


async def drop_those_without_access(ctx: Context, recording_ids: Sequence[str], project_id: str) -> None:
    """After a move to another project: nobody stays involved who cannot see it there (domain.md 2.7)."""
    there = (
        select(col(Membership.id))
        .join(Project, ON_PROJECT)
        .where(col(Project.id) == project_id, col(Membership.removed_at).is_(None))
    )
    for table in (Assignment, Subscription, Mention):
        await ctx.tx.run(
            delete(table).where(among(table.recording_id, recording_ids), col(table.membership_id).not_in(there))
        )
