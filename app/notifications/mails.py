"""The letters about what people are told."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from app.calendar.times import to_wall
from app.core.mail import Mail
from app.notifications.unsubscribing import Letters, address, token_of
from app.preferences.model import TimeFormat
from app.settings import Settings


def news(settings: Settings, told: Sequence[Any]) -> Mail:
    """One letter to one person of one organization: what there is to tell, oldest first; several are a summary."""
    first = told[0]
    if len(told) == 1:
        return letter(settings, first, Letters.NOTIFICATIONS, _sentence(first), f"{_sentence(first)}.\n{_where(first)}")
    said = [f"{_sentence(each)}.\n{_where(each)}" for each in told]
    subject = f"{len(told)} things happened in {first.org_name}"
    return letter(settings, first, Letters.NOTIFICATIONS, subject, "\n\n".join(said))


def letter(settings: Settings, person: Any, letters: Letters, subject: str, text: str) -> Mail:
    """With a greeting, and the way to get no more of its kind. `person` has `user_id`, `name`, `email`, `org_name`."""
    token = token_of(letters, person.user_id)
    leave = address(settings.url, letters, person.user_id, token.mark)
    parts = [
        f"Hello {person.name},",
        text,
        f"--\nYou get this because you are in {person.org_name}. To get no more mails like this:\n{leave}",
    ]
    return Mail(person.email, subject, "\n\n".join(parts) + "\n", token, unsubscribe=leave)


def clock_time(person: Any, moment: datetime) -> str:
    """By the clock on the person's wall, written as the person likes it: `3:30pm` or `15:30`."""
    wall = to_wall(moment, person.time_zone or "UTC")
    if person.time_format == TimeFormat.TWENTY_FOUR_HOUR:
        return f"{wall:%H:%M}"
    return f"{wall.hour % 12 or 12}:{wall:%M}{'am' if wall.hour < 12 else 'pm'}"


def _sentence(told: Any) -> str:
    often = f" ({told.bundle_count} times)" if told.bundle_count > 1 else ""
    return f"{told.title} {told.body}".strip() + often


def _where(told: Any) -> str:
    wall = to_wall(told.created_at, told.time_zone or "UTC")
    place = f"{told.project_name}, {told.org_name}" if told.project_name else told.org_name
    return f"{place}: {wall:%A}, {wall:%B} {wall.day}, {clock_time(told, told.created_at)}"
