"""A recording's repetition, when it is made, changed, shortened or done. Knows entries and to-dos, and no table."""

from collections.abc import Collection, Iterator, Mapping
from datetime import UTC, date, timedelta
from typing import Any

from app.calendar.expansion import LONGEST, rule_of
from app.calendar.recurrence import Begins, Recurrence, kept, read
from app.calendar.rule import days, names
from app.core.errors import Invalid, Reason
from app.core.scalars import wall_clock
from app.recordings.model import RecordingType

A_DAY = timedelta(days=1)
NO_REPETITION: dict[str, Any] = {"recurrence": None, "repeats_until": None}


def repetition(row: Mapping[str, Any], given: object) -> dict[str, Any]:
    """The columns of something new that repeats as given; of an entry or a to-do.

    Raises Invalid, also for a to-do without a day and for an entry that lasts longer than a month.
    """
    return NO_REPETITION if given is None else _columns(row, read(given, begins(row), zone=wall_clock.get()))


def renewed(row: Mapping[str, Any], changes: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """The same columns of something that is changed: `changes` are its other columns, `given` what was said.

    A repetition follows its beginning. Days that were left out stay so as far as they still are of the series, unless
    it is said which are.
    """
    before = row["recurrence"]
    if "recurrence" not in given and before is None:
        return {}
    after = {**dict(row), **changes}
    wanted = given.get("recurrence", before)
    if wanted is None:
        return NO_REPETITION
    zone = before["time_zone"] if before else wall_clock.get()
    new = read(wanted, begins(after), zone=zone)
    told = "recurrence" in given and isinstance(wanted, Mapping) and wanted.get("exdates") is not None
    if before and not told:
        left_out = [day for day in before["exdates"] if is_of(new, date.fromisoformat(day))]
        new = Recurrence(new.rule, new.start, new.last, {**new.shown, "exdates": left_out})
    return _columns(after, new)


def begins(row: Mapping[str, Any]) -> Begins:
    """Where its repetition begins: a to-do's on the day when work begins, else when it is due."""
    if row["type"] == RecordingType.TODO:
        if row["due_on"] is None:
            raise Invalid.field("due_on", Reason.required, "due_on is required for what repeats")
        return Begins(day=row["starts_on"] or row["due_on"])
    if row["all_day"]:
        return Begins(day=row["starts_at"].astimezone(UTC).date())
    return Begins(moment=row["starts_at"])


def _columns(row: Mapping[str, Any], new: Recurrence) -> dict[str, Any]:
    if row["starts_at"] is not None and row["ends_at"] - row["starts_at"] > LONGEST:
        message = f"ends_at must be at most {LONGEST.days} days after starts_at for what repeats"
        raise Invalid.field("ends_at", Reason.out_of_range, message)
    return {"recurrence": new.shown, "repeats_until": new.last}


def is_of(series: Recurrence, day: date) -> bool:
    """Whether the rule has one on that day, be it left out or not."""
    return (series.last is None or day <= series.last) and names(series.rule, series.start, day)


def remaining(row: Any, but: Collection[date], first: date, last: date = date.max) -> Iterator[date]:
    """The days of its occurrences from one day to another, without those that are left out."""
    left_out = {*map(date.fromisoformat, row.recurrence["exdates"]), *but}
    last = min(last, row.repeats_until or date.max)
    start = kept(row.recurrence, begins(row)).start
    return (day for day in days(rule_of(row.recurrence), start, first, last) if day not in left_out)


def ending_before(row: Any, day: date) -> dict[str, Any]:
    """The columns of the series that ends before a day."""
    shown = row.recurrence
    left_out = [each for each in shown["exdates"] if each < day.isoformat()]
    until = (day - A_DAY).isoformat()
    ended = {**shown, "rrule": rule_of(shown).text, "count": None, "until": until, "exdates": left_out}
    return _columns(row, kept(ended, begins(row)))


def beginning_on(row: Any, day: date) -> dict[str, Any]:
    """How the rest of the series repeats, from that one of its days on. A count goes on counting."""
    shown = row.recurrence
    left_out = [each for each in shown["exdates"] if each >= day.isoformat()]
    rest = {**shown, "exdates": left_out}
    if shown["count"] is not None:
        start = kept(shown, begins(row)).start
        over = sum(1 for _ in days(rule_of(shown), start, start, day - A_DAY))
        rest |= {"rrule": rule_of(shown).text, "count": shown["count"] - over}
    return rest


def next_day(row: Any) -> date | None:
    """The day on which the one after this to-do begins; None if it was the last."""
    begun = begins(row).day
    assert begun is not None
    return next(remaining(row, (), begun + A_DAY), None)
