"""Letters that come regularly: open work on Mondays, what happened every day."""

from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta

from app.core import clock
from app.notifications.jobs import REGULAR
from tests.notifications.bell import prefer
from tests.notifications.post import a_todo, mails, text_of
from tests.world import World

Later = Callable[[timedelta], None]


def until(weekday: int | None, hour: int) -> timedelta:
    """How far it is to that hour, in UTC, of tomorrow or of the next such day (0 is Monday)."""
    day = clock.now().date() + timedelta(days=1)
    while weekday is not None and day.weekday() != weekday:
        day += timedelta(days=1)
    return datetime.combine(day, time(hour, 0, 5), UTC) - clock.now()


async def test_on_mondays_everybody_gets_a_letter_with_the_own_open_work(world: World, later: Later) -> None:
    await a_todo(world)
    await world.work()
    later(until(0, 8))
    await world.tick(REGULAR)
    await world.tick(REGULAR)
    assignments = [each for each in await mails(world, "bob") if "to do" in str(each["Subject"])]
    assert [each["Subject"] for each in assignments] == ["1 thing to do in Acme"]
    assert text_of(assignments[0]).startswith("Hello Bob,\n\n- Write copy (Launch)\n\n--\n")
    assert "/unsubscribe/assignments/" in str(assignments[0]["List-Unsubscribe"])
    assert await mails(world, "mia") == []


async def test_no_letter_comes_on_other_days_or_to_who_wants_none(world: World, later: Later) -> None:
    await a_todo(world)
    await world.work()
    before = len(await mails(world, "bob"))
    monday = until(0, 8)
    later(monday + timedelta(days=1))
    await world.tick(REGULAR)
    assert len(await mails(world, "bob")) == before
    later(timedelta())
    await prefer(world, "bob", weekly_assignments_email=False)
    later(monday)
    await world.tick(REGULAR)
    assert len(await mails(world, "bob")) == before


async def test_the_digest_tells_what_others_did_where_one_can_see_it(world: World, later: Later) -> None:
    await prefer(world, "bob", activity_digest=True, email_notifications=False, weekly_assignments_email=False)
    await prefer(world, "mia", email_notifications=False, weekly_assignments_email=False)
    wait = until(None, 8)
    later(wait - timedelta(hours=2))
    made = await world.project()
    board = made["containers"]["message_board"]
    await world.child("ana", board, "message", title="Kick-off", content="Hello")
    await world.child("bob", board, "message", title="By bob himself", content="Hello")
    secret = await world.project(name="Secret", all_access=False)
    await world.child("ana", secret["containers"]["message_board"], "message", title="Hush", content="Hello")
    later(wait)
    await world.tick(REGULAR)
    (mail,) = await mails(world, "bob")
    assert str(mail["Subject"]).startswith("What happened in Acme since ")
    assert "Launch:\n- Ana created Kick-off" in text_of(mail)
    assert "By bob himself" not in text_of(mail)
    assert "Hush" not in text_of(mail)
    assert await mails(world, "mia") == []
