"""What a person prefers, in all of the person's organizations. The time zone is the user's own (auth/model.py)."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

import strawberry
from sqlalchemy import Column
from sqlmodel import Field, SQLModel

from app.core.table import Json, instant, link, one_of


class TimeFormat(StrEnum):
    """How a time of day is written."""

    TWELVE_HOUR = "12h"
    TWENTY_FOUR_HOUR = "24h"


class Weekday(StrEnum):
    """The days of the week, as a calendar that begins with Sunday has them."""

    SUNDAY = "sunday"
    MONDAY = "monday"
    TUESDAY = "tuesday"
    WEDNESDAY = "wednesday"
    THURSDAY = "thursday"
    FRIDAY = "friday"
    SATURDAY = "saturday"


class Theme(StrEnum):
    """The colours of a front end."""

    LIGHT = "light"
    DARK = "dark"
    SYSTEM = "system"


@strawberry.enum(
    description="How much of what happens you are told. MENTIONS: only what is meant for you in person, such as "
    "mentions, assignments, invitations and direct chats."
)
class NotifyScope(StrEnum):
    """How much of what happens somebody is told."""

    EVERYTHING = "everything"
    MENTIONS = "mentions"


class TodosView(StrEnum):
    """How a front end lays out to-do lists."""

    LIST = "list"
    CARDS = "cards"


NINE_TO_FIVE = {"start": "09:00", "end": "17:00"}
WORKING_WEEK: dict[str, dict[str, str] | None] = {
    day.value: None if day in (Weekday.SUNDAY, Weekday.SATURDAY) else NINE_TO_FIVE for day in Weekday
}


class Preferences(SQLModel, table=True):
    """One user's preferences. Who never changed any has no row: then the defaults here hold (domain.md 2.18)."""

    __tablename__ = "preferences"
    __table_args__ = (
        one_of("time_format", TimeFormat),
        one_of("week_start", Weekday),
        one_of("theme", Theme),
        one_of("notify_scope", NotifyScope),
        one_of("todos_view", TodosView),
    )

    user_id: str = link("users.id", key=True, on_delete="CASCADE")
    time_format: str = TimeFormat.TWELVE_HOUR.value
    week_start: str = Weekday.SUNDAY.value
    theme: str = Theme.SYSTEM.value
    background_tint: str | None = None
    notify_scope: str = NotifyScope.EVERYTHING.value
    email_notifications: bool = True
    desktop_notifications: bool = False
    unread_badge: bool = True
    notifications_silenced: bool = False
    work_hours_enabled: bool = False
    work_hours: dict[str, Any] = Field(default_factory=WORKING_WEEK.copy, sa_column=Column(Json, nullable=False))
    """Weekday → `{"start": "HH:MM", "end": "HH:MM"}`, or null for a day off. An end before its start is next day's."""
    catch_up_summary: bool = False
    notify_event_reminders: bool = True
    notify_assignment_reminders: bool = True
    weekly_assignments_email: bool = True
    announcement_emails: bool = True
    onboarding_emails: bool = True
    notify_cheers: bool = True
    activity_digest: bool = False
    out_of_office_start: date | None = None
    out_of_office_end: date | None = None
    location: str | None = None
    current_status: str | None = None
    todos_view: str = TodosView.LIST.value
    docs_folders_open: bool = False
    created_at: datetime = instant()
    updated_at: datetime = instant()
