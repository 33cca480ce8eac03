"""The days that a rule names: dateutil is the oracle, wherever one looks into a series."""

from datetime import date, datetime, timedelta
from itertools import islice

import pytest
from dateutil.rrule import rrulestr
from hypothesis import given, settings
from hypothesis import strategies as st

from app.calendar.rule import BadRule, days, first_day, last_of, names, read_rule

MIDNIGHT = datetime.min.time()

WEEKDAYS = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"]
starts = st.dates(date(1990, 1, 1), date(2035, 12, 31))
intervals = st.sampled_from([1, 1, 1, 2, 3, 4, 5, 7, 12, 30])
weekdays = st.lists(st.sampled_from(WEEKDAYS), min_size=1, max_size=4, unique=True).map(",".join)
nth = st.builds("{}{}".format, st.sampled_from([1, 2, 3, 4, 5, -1, -2]), st.sampled_from(WEEKDAYS))
month_days = st.lists(st.sampled_from([1, 13, 15, 28, 29, 30, 31, -1, -31]), min_size=1, max_size=3, unique=True)
months = st.lists(st.integers(1, 12), min_size=1, max_size=3, unique=True)


def listed(name: str, numbers: st.SearchStrategy[list[int]]) -> st.SearchStrategy[str]:
    return numbers.map(lambda found: f"{name}=" + ",".join(map(str, found)))


@st.composite
def rules(draw: st.DrawFn) -> str:
    """An RRULE without an end, of any kind that is taken."""
    frequency = draw(st.sampled_from(["DAILY", "WEEKLY", "MONTHLY", "YEARLY"]))
    parts = [f"FREQ={frequency}", f"INTERVAL={draw(intervals)}"]
    choices = [listed("BYMONTH", months), st.builds("BYDAY={}".format, weekdays)]
    if frequency != "WEEKLY":
        choices.append(listed("BYMONTHDAY", month_days))
    if frequency in ("MONTHLY", "YEARLY"):
        choices += [st.builds("BYDAY={}".format, nth)] * 2
    if frequency == "WEEKLY":
        parts.append(f"WKST={draw(st.sampled_from(WEEKDAYS))}")
    chosen = draw(st.lists(st.sampled_from(range(len(choices))), max_size=2, unique=True))
    parts += [draw(choices[index]) for index in chosen]
    by_name = {part.partition("=")[0]: part for part in parts}
    return ";".join(by_name.values())


def oracle(text: str, start: date, first: date, last: date) -> list[date]:
    rule = rrulestr(text, dtstart=datetime.combine(start, MIDNIGHT))
    found = rule.between(datetime.combine(first, MIDNIGHT), datetime.combine(last, MIDNIGHT), inc=True)
    return [moment.date() for moment in found]


@settings(max_examples=400, deadline=None)
@given(text=rules(), start=starts, ahead=st.integers(-40, 4_000), length=st.integers(0, 400))
def test_a_series_can_be_jumped_into_at_any_day(text: str, start: date, ahead: int, length: int) -> None:
    first = start + timedelta(days=ahead)
    last = first + timedelta(days=length)
    assert list(days(read_rule(text)[0], start, first, last)) == oracle(text, start, first, last)


@settings(max_examples=200, deadline=None)
@given(text=rules(), start=starts)
def test_what_a_rule_is_written_as_means_the_same(text: str, start: date) -> None:
    rule = read_rule(text)[0]
    assert read_rule(rule.text)[0] == rule
    assert oracle(rule.text, start, start, start + timedelta(days=800)) == oracle(
        text, start, start, start + timedelta(days=800)
    )


@pytest.mark.parametrize(
    ("text", "start", "expected"),
    [
        ("FREQ=DAILY;INTERVAL=3", "2026-12-30", ["2026-12-30", "2027-01-02", "2027-01-05"]),
        ("FREQ=WEEKLY", "2026-06-08", ["2026-06-08", "2026-06-15", "2026-06-22"]),
        ("FREQ=WEEKLY;INTERVAL=2;BYDAY=WE,MO", "2026-06-09", ["2026-06-10", "2026-06-22", "2026-06-24"]),
        ("FREQ=WEEKLY;INTERVAL=2;BYDAY=SU,MO;WKST=SU", "2026-06-08", ["2026-06-08", "2026-06-21", "2026-06-22"]),
        ("FREQ=MONTHLY", "2026-01-31", ["2026-01-31", "2026-03-31", "2026-05-31"]),
        ("FREQ=MONTHLY;BYDAY=5MO", "2026-03-30", ["2026-03-30", "2026-06-29", "2026-08-31"]),
        ("FREQ=MONTHLY;BYDAY=-1FR", "2026-01-01", ["2026-01-30", "2026-02-27", "2026-03-27"]),
        ("FREQ=MONTHLY;BYMONTHDAY=-1", "2026-01-31", ["2026-01-31", "2026-02-28", "2026-03-31"]),
        ("FREQ=MONTHLY;BYDAY=TU;BYSETPOS=2", "2026-01-01", ["2026-01-13", "2026-02-10", "2026-03-10"]),
        ("FREQ=YEARLY", "2024-02-29", ["2024-02-29", "2028-02-29", "2032-02-29"]),
        ("FREQ=YEARLY", "2096-02-29", ["2096-02-29", "2104-02-29", "2108-02-29"]),
        ("FREQ=YEARLY;BYMONTH=11;BYDAY=4TH", "2026-01-01", ["2026-11-26", "2027-11-25", "2028-11-23"]),
    ],
)
def test_the_first_three_days_of_a_rule(text: str, start: str, expected: list[str]) -> None:
    begins = date.fromisoformat(start)
    found = islice(days(read_rule(text)[0], begins, begins, date.max), 3)
    assert [day.isoformat() for day in found] == expected


def test_the_last_day_of_the_calendar_is_a_day_like_any_other() -> None:
    rule, _ = read_rule("FREQ=DAILY")
    assert list(days(rule, date(2000, 1, 1), date(9999, 12, 30), date.max)) == [date(9999, 12, 30), date.max]
    monthly, _ = read_rule("FREQ=MONTHLY")
    assert list(days(monthly, date(2000, 1, 31), date(9999, 12, 1), date.max)) == [date.max]


def test_a_rule_may_begin_on_the_first_day_of_the_calendar() -> None:
    rule, _ = read_rule("FREQ=WEEKLY;WKST=SU;BYDAY=MO,WE")
    assert list(days(rule, date.min, date.min, date(1, 1, 8))) == [date.min, date(1, 1, 3), date(1, 1, 8)]


@pytest.mark.parametrize(
    "text",
    [
        "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=MONTHLY;BYMONTH=4;BYMONTHDAY=31",
        "FREQ=DAILY;INTERVAL=7;BYDAY=TU",
    ],
)
def test_a_rule_that_names_no_day_is_found_out(text: str) -> None:
    assert first_day(read_rule(text)[0], date(2026, 6, 8)) is None


def test_a_count_is_full_on_a_day() -> None:
    start = date(2024, 2, 29)
    assert last_of(read_rule("FREQ=YEARLY")[0], start, 3) == date(2032, 2, 29)
    assert last_of(read_rule("FREQ=DAILY;INTERVAL=999")[0], start, 1_000) == start + timedelta(days=999 * 999)
    assert last_of(read_rule("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29")[0], start, 1_000) is None


def test_it_is_known_of_a_day_whether_a_rule_names_it() -> None:
    rule, _ = read_rule("FREQ=WEEKLY;INTERVAL=2")
    assert names(rule, date(2026, 6, 8), date(2026, 6, 22))
    assert not names(rule, date(2026, 6, 8), date(2026, 6, 15))
    assert not names(rule, date(2026, 6, 8), date(2026, 5, 25))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("FREQ=SECONDLY", "must have a FREQ of DAILY, WEEKLY, MONTHLY or YEARLY"),
        ("FREQ=MINUTELY", "must have a FREQ of DAILY, WEEKLY, MONTHLY or YEARLY"),
        ("FREQ=HOURLY", "must have a FREQ of DAILY, WEEKLY, MONTHLY or YEARLY"),
        ("FREQ=DAILY;INTERVAL=0", "must have INTERVAL of 1 to 999"),
        ("FREQ=DAILY;INTERVAL=1000", "must have INTERVAL of 1 to 999"),
        ("FREQ=DAILY;COUNT=99999999999999999999", "must have COUNT of 1 to 1000"),
        ("FREQ=DAILY;COUNT=0", "must have COUNT of 1 to 1000"),
        ("FREQ=DAILY;COUNT=2;UNTIL=20270101", "cannot have both COUNT and UNTIL"),
        ("FREQ=DAILY;UNTIL=soon", "must have an UNTIL like 20261231 or 20261231T225959Z"),
        ("FREQ=YEARLY;BYMONTH=13", "must have BYMONTH of 1 to 12"),
        ("FREQ=MONTHLY;BYMONTHDAY=0", "cannot have 0 in BYMONTHDAY"),
        ("FREQ=DAILY;BYHOUR=1,2,3", "cannot have BYHOUR here"),
        ("FREQ=DAILY;BYMINUTE=1", "cannot have BYMINUTE here"),
        ("FREQ=DAILY;BYSECOND=1", "cannot have BYSECOND here"),
        ("FREQ=YEARLY;BYYEARDAY=1", "cannot have BYYEARDAY here"),
        ("FREQ=YEARLY;BYWEEKNO=1", "cannot have BYWEEKNO here"),
        ("FREQ=WEEKLY;BYMONTHDAY=1", "cannot have BYMONTHDAY in a FREQ of WEEKLY"),
        (
            "FREQ=WEEKLY;BYDAY=2MO",
            "must have a BYDAY like MO,WE; with a FREQ of MONTHLY or YEARLY also like 2MO or -1FR",
        ),
        (
            "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1",
            "cannot have BYSETPOS but to say which weekday of the month",
        ),
        ("FREQ=DAILY;FREQ=DAILY", "is not an RRULE"),
        ("FREQ=DAILY EXRULE:FREQ=DAILY", "must have a FREQ of DAILY, WEEKLY, MONTHLY or YEARLY"),
        ("FREQ=DAILY;DTSTART=20260101", "cannot have DTSTART here"),
        ("", "is not an RRULE"),
    ],
)
def test_a_rule_that_cannot_be_kept_is_refused(text: str, message: str) -> None:
    with pytest.raises(BadRule) as refused:
        read_rule(text)
    assert str(refused.value) == message
