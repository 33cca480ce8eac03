"""Saying that one is away, by its own route (routes.md 3.2.15)."""

from datetime import timedelta

from app.core import clock
from tests.recordings.deeds import answer, done, refusal
from tests.world import World


async def test_who_is_away_is_shown_so_until_it_is_taken_back(world: World) -> None:
    path = f"people/{world.id('bob')}/out_of_office"
    today = clock.now().date()
    days = {"start_date": f"{today - timedelta(days=1)}", "end_date": f"{today + timedelta(days=1)}"}
    said = await done(world, "bob", "POST", path, {"out_of_office": days})
    who = {"membership_id": world.id("bob"), "name": "Bob"}
    assert said == {"person": who, "enabled": True, "ongoing": True, **days}
    assert (await done(world, "ana", "GET", f"people/{world.id('bob')}"))["out_of_office"] == days
    taken = await done(world, "bob", "POST", path, {"out_of_office": None})
    assert taken == {"person": who, "enabled": False, "ongoing": False, "start_date": None, "end_date": None}
    assert (await done(world, "ana", "GET", f"people/{world.id('bob')}"))["out_of_office"] is None


async def test_nobody_says_it_of_somebody_else(world: World) -> None:
    days = {"start_date": "2026-07-01", "end_date": "2026-07-15"}
    path = f"people/{world.id('bob')}/out_of_office"
    said = await refusal(world, "ana", "POST", path, {"out_of_office": days})
    assert said[:2] == (403, "Only people themselves can say when they are away")
    assert (await done(world, "bob", "GET", f"people/{world.id('bob')}"))["out_of_office"] is None


async def test_days_that_are_none_are_refused(world: World) -> None:
    path = f"people/{world.id('bob')}/out_of_office"
    for days in ({"start_date": "2026-07-01"}, {"start_date": "x", "end_date": "2026-07-15"}, "July"):
        code, _ = await answer(world, "bob", "POST", path, {"out_of_office": days})
        assert code == 422
