"""Who is told of what happened (domain.md 2.9): the rules, from an operation's events to claims on people's attention.

A claim says what is told and of whom to think: a thread's subscribers, people by name, whom a text mentions. Who of
them really hears of it (who can see it, wants it, did not do it) is found out in one statement for all claims
(migrations/telling.py).
"""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

import orjson

from app.core.context import Context
from app.core.db import Call
from app.core.effects import Happening, informed
from app.core.jobs import queued
from app.recordings.kind import kind_of
from app.recordings.model import RecordingType

ADDED = "people_added"
"""What happens to projects of which people are told."""
MAILING = "notifications.mail"
"""The job that mails what was told (jobs.py)."""


class Action(StrEnum):
    """What people are told of."""

    ASSIGNED = "assigned"
    MENTIONED = "mentioned"
    COMMENTED = "commented"
    POSTED = "posted"
    COMPLETED = "completed"
    TODO_ADDED = "todo_added"
    CARD_ADDED = "card_added"
    INVITED = "invited"
    EVENT_UPDATED = "event_updated"
    EVENT_CANCELLED = "event_cancelled"
    REMINDER = "reminder"
    CHAT_ACTIVITY = "chat_activity"
    PINGED = "pinged"
    CHEERED = "cheered"
    ADDED_TO_PROJECT = "added_to_project"


DIRECT = frozenset(
    {Action.MENTIONED, Action.ASSIGNED, Action.INVITED, Action.EVENT_UPDATED, Action.EVENT_CANCELLED, Action.PINGED}
)
"""What is meant for somebody in person; the rest is not for those who want mentions only."""

STRENGTH = (Action.MENTIONED, Action.ASSIGNED, Action.INVITED, Action.COMMENTED)
"""Of one deed everybody is told once: by the first of these that concerns them."""

WORDS = {
    Action.ASSIGNED: "assigned you {}",
    Action.MENTIONED: "mentioned you in {}",
    Action.COMMENTED: "commented on {}",
    Action.POSTED: "posted {}",
    Action.COMPLETED: "completed {}",
    Action.TODO_ADDED: "added {}",
    Action.CARD_ADDED: "put {} into a column that you watch",
    Action.INVITED: "invited you to {}",
    Action.EVENT_UPDATED: "changed {}",
    Action.EVENT_CANCELLED: "cancelled {}",
    Action.CHAT_ACTIVITY: "wrote in {}",
    Action.PINGED: "wrote to you",
    Action.CHEERED: "cheered {}",
    Action.ADDED_TO_PROJECT: "added you to {}",
}
"""What they read after the actor's name; `{}` is the title of what it is about."""


@dataclass(frozen=True)
class Claim:
    """That some people should be told something of an event. Names are those of `thicket_told`."""

    event: str
    family: str
    """Of all claims of one family a person hears one."""
    action: Action
    rank: int
    direct: bool
    actor: str
    body: str
    recording: str | None = None
    project: str | None = None
    named: str | None = None
    """The recording whose title the body names; else it names the project."""
    bundle: str | None = None
    source: str = "people"
    """`people`; or `subscribers`, `mentions`, `assignees` or `participants` of the recording `thread`."""
    thread: str | None = None
    people: Sequence[str] = ()


@dataclass(frozen=True)
class Subject:
    """What rules want to know of a recording: the columns of `thicket_subjects`."""

    id: str
    type: str
    parent_id: str | None
    parent_type: str | None
    above_id: str | None
    above_type: str | None
    creator_id: str


@dataclass(frozen=True)
class Told:
    """One event with what its rules want to know of its recording."""

    happening: Happening
    family: str
    subject: Subject

    @property
    def thread(self) -> str:
        """What a remark is a remark on; else the recording itself."""
        remark = self.subject.type in (RecordingType.COMMENT, RecordingType.CHAT_LINE)
        return str(self.subject.parent_id if remark else self.subject.id)

    def claim(self, action: Action, **options: Any) -> Claim:
        """A claim on this event; about the recording itself unless said otherwise."""
        about = {"recording": self.subject.id, "named": self.thread, **options}
        return _claim(self.happening, self.family, action, **about)


Rule = Callable[[Told], list[Claim]]


def _subjects(ctx: Context, happened: Sequence[Happening]) -> Call | None:
    ruled = _ruled(ctx, happened)
    claimed = ruled or any(each.action == ADDED for each in _here(ctx, happened))
    return Call("thicket_subjects", ([each.recording_id for each in ruled],)) if claimed else None


@informed(_subjects)
async def tell(ctx: Context, happened: Sequence[Happening], found: list[dict[str, Any]]) -> None:
    """Write what everybody is told of an operation: one statement at most, however much and however many."""
    claims = [_added(each) for each in _here(ctx, happened) if each.action == ADDED]
    ruled = _ruled(ctx, happened)
    subjects = {row["id"]: Subject(**row) for row in found}
    fresh = {each.recording_id for each in ruled if each.action in ("created", "published")}
    for each in ruled:
        subject = subjects.get(each.recording_id or "")
        if subject is not None:
            one_deed = each.recording_id in fresh or subject.type == RecordingType.SCHEDULE_ENTRY
            told = Told(each, subject.id if one_deed else each.id, subject)
            claims += RULES[each.action](told)
    if claims:
        mailing = orjson.dumps([queued(MAILING, {})]).decode()
        await ctx.tx.call("thicket_tell", [asdict(claim) for claim in claims], ctx.now, mailing)


def _here(ctx: Context, happened: Sequence[Happening]) -> list[Happening]:
    return [each for each in happened if each.org_id == ctx.org_id]


def _ruled(ctx: Context, happened: Sequence[Happening]) -> list[Happening]:
    """What there are rules for. Of copies nobody hears."""
    here = _here(ctx, happened)
    return [each for each in here if each.action in RULES and "copied_from" not in (each.detail or {})]


def _claim(happening: Happening, family: str, action: Action, **options: Any) -> Claim:
    return Claim(
        event=happening.id,
        family=family,
        action=action,
        rank=STRENGTH.index(action) if action in STRENGTH else len(STRENGTH),
        direct=action in DIRECT,
        actor=happening.actor_id,
        body=WORDS[action],
        **options,
    )


def _added(happening: Happening) -> Claim:
    people = (happening.detail or {})["membership_ids"]
    return _claim(happening, happening.id, Action.ADDED_TO_PROJECT, project=happening.project_id, people=people)


def _created(told: Told) -> list[Claim]:
    subject = told.subject
    claims = [told.claim(Action.MENTIONED, source="mentions", thread=subject.id)]
    match subject.type, subject.parent_type:
        case RecordingType.COMMENT, _:
            claims.append(told.claim(Action.COMMENTED, source="subscribers", thread=told.thread))
        case RecordingType.CHAT_LINE, RecordingType.CHAT:
            where = {"recording": told.thread, "thread": told.thread, "bundle": f"chat_activity:{told.thread}"}
            claims.append(told.claim(Action.CHAT_ACTIVITY, source="subscribers", **where))
        case RecordingType.CHAT_LINE, RecordingType.DM:
            where = {"recording": told.thread, "thread": told.thread, "bundle": f"pinged:{told.thread}"}
            claims.append(told.claim(Action.PINGED, source="participants", **where))
        case RecordingType.TODO, RecordingType.TODOLIST:
            lists = [subject.parent_id, subject.above_id if subject.above_type == RecordingType.TODOLIST else None]
            claims += [told.claim(Action.TODO_ADDED, source="subscribers", thread=each) for each in lists if each]
        case RecordingType.TODO, RecordingType.TODOSET:
            claims.append(told.claim(Action.TODO_ADDED, source="subscribers", thread=subject.parent_id))
        case RecordingType.CARD, _:
            claims.append(_watched(told))
        case type, _ if kind_of(type).notifies:
            claims.append(told.claim(Action.POSTED, source="subscribers", thread=subject.id))
    return claims


def _watched(told: Told) -> Claim:
    """A card came into a column."""
    return told.claim(Action.CARD_ADDED, source="subscribers", thread=told.subject.parent_id)


def _assigned(told: Told) -> list[Claim]:
    """Who is new hears of it, nobody else."""
    added = (told.happening.detail or {}).get("added", ())
    event = told.subject.type == RecordingType.SCHEDULE_ENTRY
    return [told.claim(Action.INVITED if event else Action.ASSIGNED, people=added)]


def _completed(told: Told) -> list[Claim]:
    """A subtask's completion is news for its parent's subscribers too; a done card lands in the Done column."""
    subject = told.subject
    threads = [subject.id, subject.parent_id if subject.type == subject.parent_type else None]
    claims = [told.claim(Action.COMPLETED, source="subscribers", thread=each) for each in threads if each]
    return [*claims, _watched(told)] if subject.type == RecordingType.CARD else claims


def _moved(told: Told) -> list[Claim]:
    """Only cards make news by moving; one that moves into Done is done."""
    if told.subject.type != RecordingType.CARD:
        return []
    return _completed(told) if told.happening.aside.get("completed") else [_watched(told)]


def _changed(told: Told) -> list[Claim]:
    """Whom the text did not mention before hears of it; and who takes part in a changed event."""
    claims = [told.claim(Action.MENTIONED, people=told.happening.aside.get("mentioned", ()))]
    if told.subject.type == RecordingType.SCHEDULE_ENTRY:
        claims.append(told.claim(Action.EVENT_UPDATED, source="assignees", thread=told.subject.id))
    return claims


def _trashed(told: Told) -> list[Claim]:
    if told.subject.type != RecordingType.SCHEDULE_ENTRY:
        return []
    return [told.claim(Action.EVENT_CANCELLED, source="assignees", thread=told.subject.id)]


def _cheered(told: Told) -> list[Claim]:
    """Its author alone."""
    bundle = f"cheered:{told.subject.id}"
    return [told.claim(Action.CHEERED, people=[told.subject.creator_id], bundle=bundle)]


def _shown(told: Told) -> list[Claim]:
    """Who was made a subscriber is shown it now."""
    return [told.claim(Action.POSTED, people=(told.happening.detail or {})["membership_ids"])]


RULES: dict[str, Rule] = {
    "created": _created,
    "published": _created,
    "assigned": _assigned,
    "completed": _completed,
    "moved": _moved,
    "changed": _changed,
    "occurrence_changed": _changed,
    "trashed": _trashed,
    "occurrence_cancelled": _trashed,
    "cheered": _cheered,
    "notified": _shown,
}
"""What happened to a recording → who should hear of it. Reopened, moved, edited, archived and trashed: nobody."""
