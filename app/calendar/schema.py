"""The calendar, as GraphQL shows and changes it."""

from datetime import date, datetime
from enum import Enum
from typing import Annotated

import strawberry
from graphql import FieldNode
from strawberry import Maybe, argument

from app.calendar import actions, agenda, feeds
from app.calendar.actions import DeletionMode, DeletionResult, EventScope
from app.calendar.model import Just
from app.core.declare import Info, linked, show
from app.core.inputs import given
from app.core.refs import Project, Recording
from app.core.scalars import JsonValue
from app.projects.model import Project as ProjectRow
from app.recordings.actions.create import New
from app.recordings.model import Recording as RecordingRow
from app.recordings.model import RecordingType

Org = Annotated[str, argument(description="The organization's slug.")]
Id = Annotated[strawberry.ID, argument(description="The entry's id.")]
Ids = list[strawberry.ID]

RECURRENCE = (
    "How it repeats: a word (`daily`, `weekly`, `monthly`, `yearly`), an RRULE (`FREQ=WEEKLY;BYDAY=MO,WE`), or an "
    "object with `frequency` (also `custom`), `interval` (1 to 999), `by_weekday` (0 is Sunday), `monthly_mode` "
    "(`day_of_month` or `nth_weekday`), `count` (up to 1,000) or `until` (the last day), `exdates` (up to 400 days), "
    "and `time_zone`, in which its clock time stays the same. Days and longer only; null stops it."
)

strawberry.enum(Just, name="CalendarAudience", description="Whose entries: those of ME alone, or of EVERYONE.")


@strawberry.enum(description="What lies on a calendar: an EVENT takes place then, a TASK is due on that day.")
class CalendarItemKind(Enum):
    EVENT = "event"
    TASK = "task"


@strawberry.type(description="Something on the calendar: an entry, one occurrence of a series, or a task on its day.")
class CalendarItem:
    id: strawberry.ID = strawberry.field(description="The recording's id; all occurrences of a series have the same.")
    kind: CalendarItemKind = strawberry.field(description="Whether it takes place or is due.")
    type: RecordingType = strawberry.field(description="What it is.")
    title: str | None = strawberry.field(description="What this occurrence is called.")
    starts_at: datetime = strawberry.field(description="When it begins; of a task: midnight of its day.")
    ends_at: datetime | None = strawberry.field(description="When it ends; null for a task.")
    all_day: bool = strawberry.field(description="It takes whole days; its times are midnights in UTC and float.")
    project_id: strawberry.ID | None = strawberry.field(
        description="The project that it lies in; null: the organization's own calendar."
    )
    project_name: str | None = strawberry.field(description="What that project is called.")
    parent_id: strawberry.ID | None = strawberry.field(description="The recording that it lies in.")
    circled: bool = strawberry.field(description="It stands out on the calendar.")
    link: str | None = strawberry.field(description="Where it takes place, as an address.")
    mine: bool = strawberry.field(description="You made it, take part in it, or are to do it.")
    recurring: bool = strawberry.field(description="It is one of several.")
    occurrence_key: date | None = strawberry.field(
        description="Which one of a series it is: the day that the series has it on, wherever it was moved to."
    )
    participant_ids: Ids = strawberry.field(description="The membership ids of who takes part or is to do it.")
    due_on: date | None = strawberry.field(description="The day on which a task is due.")
    completed: bool = strawberry.field(description="A task is done. The calendar shows only open ones.")
    recording: Recording = linked("id", RecordingRow, description="The entry, the series or the task itself.")


@strawberry.type(description="What you have to do with today, by your own clock.")
class Today:
    @strawberry.field(description="What you made or take part in today.")
    async def events(self, info: Info) -> list[CalendarItem]:
        return show(await agenda.my_events_today(info.context))

    @strawberry.field(description="What you are to do that is due today, or was before; the oldest first.")
    async def tasks(self, info: Info) -> list[CalendarItem]:
        return show(await agenda.my_tasks_today(info.context))


@strawberry.type(description="A secret address at which calendar programs read along. They see what you see.")
class CalendarFeed:
    id: strawberry.ID = strawberry.field(description="The feed's id.")
    project_id: strawberry.ID | None = strawberry.field(description="Only this project; null: all that you see.")
    project: Project | None = linked("project_id", ProjectRow, description="That project.")
    include_tasks: bool = strawberry.field(description="With tasks that have a day.")
    just: Just = strawberry.field(description="Whose entries it shows.")
    created_at: datetime = strawberry.field(description="When it was made.")

    @strawberry.field(description="Its address. Whoever has it reads along: keep it to yourself, or revoke it.")
    def url(self, info: Info) -> str:
        return feeds.address(info.context, self.id)


@strawberry.type(description="A calendar as a file that calendar programs read (iCalendar, RFC 5545).")
class CalendarFile:
    text: str = strawberry.field(description="What is in it.")
    disposition: str = strawberry.field(description="Under which name it is saved, as a Content-Disposition header.")


@strawberry.type(description="What became of an entry, one of whose occurrences was deleted.")
class OccurrenceDeletion:
    result: DeletionResult = strawberry.field(description="What was done.")


@strawberry.input(description="A new entry.")
class CreateCalendarEventInput:
    title: str = strawberry.field(description="What it is called: 1 to 1,000 characters.")
    starts_at: datetime = strawberry.field(description="When it begins; with `allDay` a day will do.")
    ends_at: datetime | None = strawberry.field(default=None, description="When it ends; its beginning if not given.")
    all_day: bool | None = strawberry.field(default=None, description="It takes whole days.")
    project_id: strawberry.ID | None = strawberry.field(
        default=None,
        description="On whose schedule; not given: on the organization's own calendar, for the team alone.",
    )
    recurrence: JsonValue | None = strawberry.field(default=None, description=RECURRENCE)
    participant_ids: Ids | None = strawberry.field(
        default=None, description="Membership ids of who takes part; they must be on the project, and are told."
    )
    content: str | None = strawberry.field(default=None, description="What there is to say, as plain text.")
    content_html: str | None = strawberry.field(
        default=None, description="The same as HTML, which is made safe; wins over `content`."
    )
    link: str | None = strawberry.field(default=None, description="Where it takes place, as an address.")
    circled: bool | None = strawberry.field(default=None, description="It stands out on the calendar.")


@strawberry.input(description="What to change of an entry. What is not given stays as it is; null empties.")
class UpdateCalendarEventInput:
    title: Maybe[str] = strawberry.field(default=None, description="What it is called.")
    starts_at: Maybe[datetime] = strawberry.field(default=None, description="When it begins.")
    ends_at: Maybe[datetime | None] = strawberry.field(default=None, description="When it ends.")
    all_day: Maybe[bool] = strawberry.field(default=None, description="It takes whole days.")
    recurrence: Maybe[JsonValue | None] = strawberry.field(default=None, description=RECURRENCE)
    participant_ids: Maybe[list[strawberry.ID]] = strawberry.field(
        default=None, description="Membership ids of who takes part: exactly these."
    )
    content: Maybe[str | None] = strawberry.field(default=None, description="What there is to say, as plain text.")
    content_html: Maybe[str | None] = strawberry.field(default=None, description="The same as HTML; wins.")
    link: Maybe[str | None] = strawberry.field(default=None, description="Where it takes place, as an address.")
    circled: Maybe[bool] = strawberry.field(default=None, description="It stands out on the calendar.")


@strawberry.input(description="What a new feed shows.")
class CreateCalendarFeedInput:
    project_id: strawberry.ID | None = strawberry.field(
        default=None, description="Only this project; not given: every project, and the organization's own calendar."
    )
    include_tasks: bool | None = strawberry.field(default=None, description="Tasks with a day too.")
    just: Just | None = strawberry.field(default=None, description="ME: only what you made, take part in or are to do.")


@strawberry.type
class Query:
    @strawberry.field(
        description="A feed, by the secret in its address; nobody needs to be signed in. It is asked for alone: the "
        "operation sees with the eyes of the feed's owner."
    )
    async def calendar_feed(
        self, info: Info, token: Annotated[str, argument(description="The secret in the feed's address.")]
    ) -> CalendarFile:
        # A fragment may hold more than it seems to.
        selections = info.operation.selection_set.selections
        alone = len(selections) == 1 and isinstance(selections[0], FieldNode)
        return show(await feeds.read_feed(info.context, token, alone=alone))


@strawberry.type
class Mutation:
    @strawberry.mutation(description="Make an entry. Who takes part is told.")
    async def create_calendar_event(
        self, info: Info, org: Org, input: Annotated[CreateCalendarEventInput, argument(description="The new entry.")]
    ) -> Recording:
        await info.context.enter(org)
        new = New(
            type=RecordingType.SCHEDULE_ENTRY,
            title=input.title,
            content=input.content,
            content_html=input.content_html,
            starts_at=input.starts_at,
            ends_at=input.ends_at,
            all_day=input.all_day,
            link=input.link,
            circled=input.circled,
            recurrence=input.recurrence,
            assignee_ids=input.participant_ids,
        )
        return show(await actions.create_event(info.context, input.project_id, new))

    @strawberry.mutation(
        description="Change an entry or a whole series; with a scope, one occurrence of it (the series is answered) or "
        "all from one on (they become a series of their own, which is answered)."
    )
    async def update_calendar_event(
        self,
        info: Info,
        org: Org,
        id: Id,
        input: Annotated[UpdateCalendarEventInput, argument(description="What to change.")],
        scope: Annotated[EventScope | None, argument(description="How much of a series; SERIES if not given.")] = None,
        occurrence_key: Annotated[
            date | None, argument(description="Which occurrence: needed for THIS and FOLLOWING.")
        ] = None,
    ) -> Recording:
        await info.context.enter(org)
        values = given(input)
        people = values.pop("participant_ids", None)
        return show(
            await actions.update_event(
                info.context,
                id,
                values,
                participant_ids=people,
                scope=scope or EventScope.SERIES,
                day=occurrence_key,
            )
        )

    @strawberry.mutation(description="Take an occurrence out of a series, or end the series before it.")
    async def delete_event_occurrence(
        self,
        info: Info,
        org: Org,
        id: Id,
        occurrence_key: Annotated[date, argument(description="Which occurrence.")],
        mode: Annotated[DeletionMode | None, argument(description="SINGLE if not given.")] = None,
    ) -> OccurrenceDeletion:
        await info.context.enter(org)
        result = await actions.delete_occurrence(info.context, id, occurrence_key, mode or DeletionMode.SINGLE)
        return show({"result": result.value})

    @strawberry.mutation(description="Make a feed, and with it a secret address. Clients cannot.")
    async def create_calendar_feed(
        self, info: Info, org: Org, input: Annotated[CreateCalendarFeedInput, argument(description="What it shows.")]
    ) -> CalendarFeed:
        await info.context.enter(org)
        return show(
            await feeds.create_feed(
                info.context,
                input.project_id,
                include_tasks=bool(input.include_tasks),
                just=input.just or Just.EVERYONE,
            )
        )

    @strawberry.mutation(description="Make one of your feeds unreadable for good.")
    async def revoke_calendar_feed(
        self, info: Info, org: Org, id: Annotated[strawberry.ID, argument(description="The feed's id.")]
    ) -> bool:
        await info.context.enter(org)
        await feeds.revoke_feed(info.context, id)
        return True
