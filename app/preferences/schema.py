"""Preferences in GraphQL."""

from datetime import date
from typing import Annotated, Any

import strawberry
from strawberry import Maybe, argument

from app.calendar.times import to_wall
from app.core.declare import Info, show
from app.core.inputs import given
from app.core.refs import Person
from app.core.scalars import wall_clock
from app.preferences.actions import be_away, change_preferences
from app.preferences.loaders import own_preferences
from app.preferences.model import NotifyScope, Theme, TimeFormat, TodosView, Weekday

strawberry.enum(TimeFormat, description="How a time of day is written: `3:30pm` or `15:30`.")
strawberry.enum(Weekday, description="A day of the week.")
strawberry.enum(Theme, description="The colours of a front end; SYSTEM: as the device has them.")
strawberry.enum(TodosView, description="How a front end lays out to-do lists.")


@strawberry.type(description="A stretch of a day, in your time zone. An end before its start is the next day's.")
class Hours:
    start: str = strawberry.field(description="When it begins, as in `09:00`.")
    end: str = strawberry.field(description="When it ends, as in `17:00`.")


@strawberry.type(description="When you work, by day; null for a day off.")
class WorkHours:
    sunday: Hours | None = strawberry.field(description="Hours of Sunday.")
    monday: Hours | None = strawberry.field(description="Hours of Monday.")
    tuesday: Hours | None = strawberry.field(description="Hours of Tuesday.")
    wednesday: Hours | None = strawberry.field(description="Hours of Wednesday.")
    thursday: Hours | None = strawberry.field(description="Hours of Thursday.")
    friday: Hours | None = strawberry.field(description="Hours of Friday.")
    saturday: Hours | None = strawberry.field(description="Hours of Saturday.")


@strawberry.type(description="When mails wait: the working hours turned round, as the first working day has them.")
class QuietHours:
    enabled: bool = strawberry.field(description="Mails wait outside working hours.")
    start: str = strawberry.field(description="When quiet begins, as in `17:00`.")
    end: str = strawberry.field(description="When quiet ends, as in `09:00`.")


@strawberry.type(description="What you prefer, in all of your organizations.")
class Preferences:
    timezone: str = strawberry.field(
        description="Your time zone, as in `Europe/Paris`. Times that you send without an offset are read in it."
    )
    time_format: TimeFormat = strawberry.field(description="How times of day are written.")
    week_start: Weekday = strawberry.field(description="The day that your weeks begin with.")
    theme: Theme = strawberry.field(description="The colours of the front end.")
    background_tint: str | None = strawberry.field(description="A tint of the front end's background.")
    notify_scope: NotifyScope = strawberry.field(description="How much of what happens you are told.")
    email_notifications: bool = strawberry.field(description="Notifications are mailed too.")
    desktop_notifications: bool = strawberry.field(description="The front end may show notifications on the desktop.")
    unread_badge: bool = strawberry.field(description="The front end counts what is unread.")
    notifications_silenced: bool = strawberry.field(description="The count is hidden; notifications still come.")
    work_hours_enabled: bool = strawberry.field(description="Mails wait for working hours.")
    work_hours: WorkHours = strawberry.field(description="When you work, in your time zone.")
    quiet_hours: QuietHours = strawberry.field(description="The same, said the other way round.")
    catch_up_summary: bool = strawberry.field(description="Mails that waited come as one summary.")
    notify_event_reminders: bool = strawberry.field(
        description="You are reminded of events and timers a little before."
    )
    notify_assignment_reminders: bool = strawberry.field(
        description="You are reminded at nine in the morning of what is due that day."
    )
    weekly_assignments_email: bool = strawberry.field(description="What is yours to do is mailed as your week begins.")
    announcement_emails: bool = strawberry.field(description="News of the product may be mailed to you.")
    onboarding_emails: bool = strawberry.field(description="First steps may be mailed to you.")
    notify_cheers: bool = strawberry.field(description="You are told of applause for what you made.")
    activity_digest: bool = strawberry.field(description="What happened yesterday is mailed every morning.")
    out_of_office_start: date | None = strawberry.field(description="The first day on which you are away.")
    out_of_office_end: date | None = strawberry.field(description="The last day on which you are away.")
    location: str | None = strawberry.field(description="Where you are.")
    current_status: str | None = strawberry.field(description="What you are at.")
    todos_view: TodosView = strawberry.field(description="How the front end lays out to-do lists.")
    docs_folders_open: bool = strawberry.field(description="The front end shows folders opened.")


@strawberry.input(description="A stretch of a day, in your time zone. An end before its start is the next day's.")
class HoursInput:
    start: str = strawberry.field(description="When it begins, as in `09:00`.")
    end: str = strawberry.field(description="When it ends, as in `17:00`.")


@strawberry.input(description="When you work, by day. What is not given stays as it is; null is a day off.")
class WorkHoursInput:
    sunday: Maybe[HoursInput | None] = strawberry.field(description="Hours of Sunday.")
    monday: Maybe[HoursInput | None] = strawberry.field(description="Hours of Monday.")
    tuesday: Maybe[HoursInput | None] = strawberry.field(description="Hours of Tuesday.")
    wednesday: Maybe[HoursInput | None] = strawberry.field(description="Hours of Wednesday.")
    thursday: Maybe[HoursInput | None] = strawberry.field(description="Hours of Thursday.")
    friday: Maybe[HoursInput | None] = strawberry.field(description="Hours of Friday.")
    saturday: Maybe[HoursInput | None] = strawberry.field(description="Hours of Saturday.")


@strawberry.input(description="When mails wait, every day. What is not given stays as it is.")
class QuietHoursInput:
    enabled: Maybe[bool] = strawberry.field(description="Mails wait.")
    start: Maybe[str] = strawberry.field(description="When quiet begins, as in `22:00`.")
    end: Maybe[str] = strawberry.field(description="When quiet ends, as in `07:00`.")


@strawberry.input(description="What to change of your preferences. What is not given stays as it is.")
class UpdatePreferencesInput:
    timezone: Maybe[str] = strawberry.field(description="Your time zone: a name of the IANA database.")
    time_format: Maybe[TimeFormat] = strawberry.field(description="How times of day are written.")
    week_start: Maybe[Weekday] = strawberry.field(description="The day that your weeks begin with.")
    theme: Maybe[Theme] = strawberry.field(description="The colours of the front end.")
    background_tint: Maybe[str | None] = strawberry.field(description="A tint; up to 40 characters.")
    notify_scope: Maybe[NotifyScope] = strawberry.field(description="How much of what happens you are told.")
    email_notifications: Maybe[bool] = strawberry.field(description="Notifications are mailed too.")
    desktop_notifications: Maybe[bool] = strawberry.field(description="Notifications on the desktop.")
    unread_badge: Maybe[bool] = strawberry.field(description="A count of what is unread.")
    notifications_silenced: Maybe[bool] = strawberry.field(description="No count, for the time being.")
    work_hours_enabled: Maybe[bool] = strawberry.field(description="Mails wait for working hours.")
    work_hours: Maybe[WorkHoursInput] = strawberry.field(description="When you work, in your time zone.")
    quiet_hours: Maybe[QuietHoursInput] = strawberry.field(
        description="The same, said the other way round and for every day; not together with `workHours`."
    )
    catch_up_summary: Maybe[bool] = strawberry.field(description="Mails that waited come as one summary.")
    notify_event_reminders: Maybe[bool] = strawberry.field(description="Reminders of events and timers.")
    notify_assignment_reminders: Maybe[bool] = strawberry.field(description="Reminders of what is due.")
    weekly_assignments_email: Maybe[bool] = strawberry.field(description="A weekly mail of what is yours to do.")
    announcement_emails: Maybe[bool] = strawberry.field(description="Mails with news of the product.")
    onboarding_emails: Maybe[bool] = strawberry.field(description="Mails with first steps.")
    notify_cheers: Maybe[bool] = strawberry.field(description="Notifications of applause.")
    activity_digest: Maybe[bool] = strawberry.field(description="A daily mail of what happened.")
    out_of_office_start: Maybe[date | None] = strawberry.field(
        description="The first day on which you are away; goes together with the last."
    )
    out_of_office_end: Maybe[date | None] = strawberry.field(description="The last day, not before the first.")
    location: Maybe[str | None] = strawberry.field(description="Where you are; up to 200 characters.")
    current_status: Maybe[str | None] = strawberry.field(description="What you are at; up to 200 characters.")
    todos_view: Maybe[TodosView] = strawberry.field(description="How the front end lays out to-do lists.")
    docs_folders_open: Maybe[bool] = strawberry.field(description="The front end shows folders opened.")


@strawberry.type
class Query:
    @strawberry.field(description="What you prefer, in all of your organizations.")
    async def preferences(self, info: Info) -> Preferences:
        return show(await own_preferences(info.context))


@strawberry.input(description="The days on which somebody is away.")
class OutOfOfficeInput:
    start_date: date = strawberry.field(description="The first day.")
    end_date: date = strawberry.field(description="The last day; on or after the first.")


@strawberry.type(description="Whether somebody is away, and when.")
class OutOfOfficeState:
    person: Person = strawberry.field(description="Who it is about.")
    enabled: bool = strawberry.field(description="Days away are set.")
    ongoing: bool = strawberry.field(description="Today, by the person's own clock, is one of them.")
    start_date: date | None = strawberry.field(description="The first day; null when none are set.")
    end_date: date | None = strawberry.field(description="The last day; null when none are set.")


@strawberry.type
class Mutation:
    @strawberry.mutation(description="Change your preferences; all of them afterwards.")
    async def update_preferences(
        self, info: Info, input: Annotated[UpdatePreferencesInput, argument(description="What to change.")]
    ) -> Preferences:
        return show(await change_preferences(info.context, _plain(input)))

    @strawberry.mutation(
        description="Say when you are away: then you get no mail, and everybody sees it. It holds in all your "
        "organizations. Of others only they themselves can say it."
    )
    async def set_out_of_office(
        self,
        info: Info,
        org: Annotated[str, argument(description="The organization's slug.")],
        id: Annotated[strawberry.ID, argument(description="Your membership id.")],
        out_of_office: Annotated[
            OutOfOfficeInput | None, argument(description="The days; null for none any more.")
        ] = None,
    ) -> OutOfOfficeState:
        await info.context.enter(org)
        days = (out_of_office.start_date, out_of_office.end_date) if out_of_office else None
        person = await be_away(info.context, id, days)
        today = to_wall(info.context.now, wall_clock.get()).date()
        start, end = person.out_of_office_start, person.out_of_office_end
        ongoing = start is not None and end is not None and start <= today <= end
        return OutOfOfficeState(
            person=show(person), enabled=start is not None, ongoing=ongoing, start_date=start, end_date=end
        )


def _plain(patch: Any) -> dict[str, Any]:
    """What was given, nested inputs as plain values."""
    values = given(patch)
    if "work_hours" in values:
        days = given(values["work_hours"])
        values["work_hours"] = {day: hours and {"start": hours.start, "end": hours.end} for day, hours in days.items()}
    if "quiet_hours" in values:
        values["quiet_hours"] = given(values["quiet_hours"])
    return values
