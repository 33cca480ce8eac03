"""Time entries, as GraphQL shows them."""

from datetime import datetime
from typing import Annotated

import strawberry
from strawberry import Maybe, argument

from app.core.conditions import choice, is_set
from app.core.declare import Info, computed, linked, show
from app.core.inputs import given
from app.core.refs import Card, CardStep, Person
from app.core.sources import SOURCE, Expression
from app.people.model import Membership
from app.recordings.model import Recording as RecordingRow
from app.timekeeping import actions
from app.timekeeping.loaders import project_in_sql, project_of
from app.timekeeping.model import TimeSource

Org = Annotated[str, argument(description="The organization's slug.")]
Id = Annotated[strawberry.ID, argument(description="The entry's id.")]


@strawberry.type(description="A stretch of time that somebody worked on a card or on one of its steps.")
class TimeEntry:
    id: strawberry.ID = strawberry.field(description="The entry's id.")
    org_id: strawberry.ID = strawberry.field(name="organizationId", description="The organization that it belongs to.")
    card_id: strawberry.ID | None = strawberry.field(description="The card, where it was spent on the card itself.")
    step_id: strawberry.ID | None = strawberry.field(description="The step that it was spent on.")
    membership_id: strawberry.ID = strawberry.field(description="The membership id of who spent it.")
    description: str | None = strawberry.field(description="What was done.")
    started_at: datetime = strawberry.field(description="When it began.")
    ended_at: datetime | None = strawberry.field(description="When it ended; null while a timer runs.")
    duration_seconds: int | None = strawberry.field(description="How long it took; null while a timer runs.")
    source: TimeSource = strawberry.field(description="Typed by hand, or measured by a timer.")
    auto_stopped: bool = strawberry.field(
        description="The server stopped the timer: the work was done or gone, or it had run for a whole day."
    )
    created_at: datetime = strawberry.field(description="When it was entered.")
    updated_at: datetime = strawberry.field(description="When it was last changed.")
    person: Person = linked("membership_id", Membership, description="Who spent it.")
    card: Card | None = linked("card_id", RecordingRow, description="The card, where it was spent on the card itself.")
    step: CardStep | None = linked("step_id", RecordingRow, description="The step that it was spent on.")

    recording_id: strawberry.ID = computed(
        lambda row, viewer: choice(is_set(row.card_id), row.card_id, row.step_id),
        description="The id of the card or step.",
    )

    @strawberry.field(description="The project that the card lies in.", metadata={SOURCE: Expression(project_in_sql)})
    async def project_id(self, info: Info) -> strawberry.ID | None:
        return show(await info.context.load(project_of, self.id))


@strawberry.input(description="Time that you spent. Exactly one of `recordingId`, `cardId` and `stepId` is given.")
class LogTimeInput:
    recording_id: strawberry.ID | None = strawberry.field(default=None, description="A card, or a step of one.")
    card_id: strawberry.ID | None = strawberry.field(default=None, description="A card.")
    step_id: strawberry.ID | None = strawberry.field(default=None, description="A step of a card.")
    started_at: datetime = strawberry.field(description="When it began.")
    duration_seconds: int = strawberry.field(description="How long it took: 1 to 86,400 seconds, a day.")
    description: str | None = strawberry.field(default=None, description="What was done; at most 2,000 characters.")


@strawberry.input(description="What to change of a time entry. What is not given stays as it is.")
class UpdateTimeEntryInput:
    started_at: Maybe[datetime] = strawberry.field(default=None, description="When it began; its end follows.")
    duration_seconds: Maybe[int] = strawberry.field(
        default=None, description="How long it took: 1 to 86,400 seconds; its end follows."
    )
    description: Maybe[str | None] = strawberry.field(
        default=None, description="What was done; at most 2,000 characters."
    )


@strawberry.type
class Mutation:
    @strawberry.mutation(description="Write down time that you spent on a card or on one of its steps.")
    async def log_time(
        self, info: Info, org: Org, input: Annotated[LogTimeInput, argument(description="What, when, how long.")]
    ) -> TimeEntry:
        await info.context.enter(org)
        entry = await actions.log(
            info.context,
            recording_id=input.recording_id,
            card_id=input.card_id,
            step_id=input.step_id,
            started_at=input.started_at,
            duration_seconds=input.duration_seconds,
            description=input.description,
        )
        return show(entry)

    @strawberry.mutation(description="Change a time entry: your own; owners and admins anybody's.")
    async def update_time_entry(
        self,
        info: Info,
        org: Org,
        id: Id,
        input: Annotated[UpdateTimeEntryInput, argument(description="What to change.")],
    ) -> TimeEntry:
        await info.context.enter(org)
        return show(await actions.change(info.context, id, given(input)))

    @strawberry.mutation(description="Delete a time entry for good: your own; owners and admins anybody's.")
    async def delete_time_entry(self, info: Info, org: Org, id: Id) -> bool:
        await info.context.enter(org)
        await actions.remove(info.context, id)
        return True

    @strawberry.mutation(description="Begin to measure your time on a card or step. A timer of yours that runs stops.")
    async def start_time_entry(
        self,
        info: Info,
        org: Org,
        recording_id: Annotated[strawberry.ID, argument(description="The card, or the step.")],
        description: Annotated[str | None, argument(description="What you are about to do.")] = None,
    ) -> TimeEntry:
        await info.context.enter(org)
        return show(await actions.start_timer(info.context, recording_id, description))

    @strawberry.mutation(description="Stop your running timer.")
    async def stop_time_entry(self, info: Info, org: Org) -> TimeEntry:
        await info.context.enter(org)
        return show(await actions.stop_timer(info.context))
