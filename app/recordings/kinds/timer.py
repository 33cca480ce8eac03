"""Timer: its rules and its GraphQL type."""

from datetime import datetime
from typing import cast

import strawberry

from app.core.declare import Info
from app.core.scalars import JsonValue
from app.recordings.kind import Kind, Sharing, Text
from app.recordings.model import RecordingType
from app.recordings.schema import Positionable, Recording, recording_type
from app.timers import facts, shapes
from app.timers.clockwork import shown_target
from app.timers.facts import TimerMode, facts_of
from app.timers.loaders import PROJECT, TIMER, key_of, shared_at, space_keys
from app.timers.shapes import shaped


@recording_type(
    Kind(
        RecordingType.TIMER,
        parents=frozenset({RecordingType.TIMER_BOARD, RecordingType.TIMER_SPACE}),
        content=Text.NONE,
        dates=frozenset({"starts_at"}),
        positionable=True,
        sharing=Sharing.NEVER,
        made_apart=True,
    )
)
class Timer(Positionable, Recording):
    """It counts down to a moment, or up from one. `startsAt` is that moment, `title` its label."""

    @strawberry.field(description="When it ends, or began: `startsAt`, or when it was made where it has none.")
    def target_date(self) -> datetime:
        return self.starts_at or self.created_at

    @strawberry.field(description="The time zone by whose clock it repeats.")
    def timezone(self) -> str:
        return self.time_zone or "UTC"  # type: ignore[attr-defined]

    @strawberry.field(description="What it goes by: the id that its maker gave it, else `timer_…`.")
    def key(self) -> strawberry.ID:
        return strawberry.ID(key_of(TIMER, self.id, self.key))

    @strawberry.field(description="What its project goes by: `project_…`.")
    def project_key(self) -> strawberry.ID:
        return strawberry.ID(key_of(PROJECT, str(self.project_id)))

    @strawberry.field(description="What its space goes by; null for a loose one.")
    async def space_key(self, info: Info) -> strawberry.ID | None:
        return cast(strawberry.ID | None, await info.context.load(space_keys, self.parent_id))

    @strawberry.field(
        description="What it counts to now: the next time that it ends, or its next milestone; `startsAt` where "
        "nothing is to come any more."
    )
    def effective_at(self, info: Info) -> datetime:
        start = self.starts_at or self.created_at
        return shown_target(start, self.time_zone, facts_of(self), info.context.now)  # type: ignore[attr-defined]

    @strawberry.field(description="When it was archived; null while it is not.")
    def archived_at(self) -> datetime | None:
        return facts.archived_at(self)

    @strawberry.field(description="When it was given a public link; null without one.")
    async def shared_at(self, info: Info) -> datetime | None:
        return await info.context.load(shared_at, self.id)

    @strawberry.field(description="Whether it counts down UNTIL its moment, or up SINCE it.")
    def mode(self) -> TimerMode:
        return TimerMode(facts_of(self)["mode"])

    @strawberry.field(description="What else there is to say, as plain text.")
    def description(self) -> str | None:
        return cast("str | None", facts_of(self)["description"])

    @strawberry.field(description="Whether people are told when it ends.")
    def notify(self) -> bool:
        return cast("bool", facts_of(self)["notify"])

    @strawberry.field(description="It stands before the others.")
    def pinned(self) -> bool:
        return cast("bool", facts_of(self)["pinned"])

    @strawberry.field(
        description='How long before its end people are told: a list of `{"offset_minutes"}`.',
        metadata=shaped(shapes.REMINDERS),
    )
    def reminders(self) -> JsonValue:
        return cast("JsonValue", facts_of(self)["reminders"])

    @strawberry.field(
        description='How it begins anew when it ends: `{"type", "enabled", "lastDay"}`; by day, week, month or year.',
        metadata=shaped(shapes.RECURRENCE),
    )
    def repeats(self) -> JsonValue | None:
        return cast("JsonValue | None", facts_of(self)["recurrence"])

    @strawberry.field(
        description='The picture behind it: `{"unsplashId", "url", "thumbUrl", "authorName", "authorUrl"}`.',
        metadata=shaped(shapes.IMAGE),
    )
    def image(self) -> JsonValue | None:
        return cast("JsonValue | None", facts_of(self)["image"])

    @strawberry.field(
        description='What it counts up to: `{"rules": [{"unit", "at": […]} or {"unit", "every"}]}`; '
        "null where it counts down.",
        metadata=shaped(shapes.MILESTONES),
    )
    def milestones(self) -> JsonValue | None:
        return cast("JsonValue | None", facts_of(self)["milestones"])
