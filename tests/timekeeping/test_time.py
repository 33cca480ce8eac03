"""Time that people spend: typed by hand, measured by timers, and what it comes to."""

from datetime import timedelta
from typing import Any

import pytest

from tests.contract.scene import Scene
from tests.world import World

TRACKED = """query($org: String!, $card: ID!) { organization(slug: $org) { card(id: $card) {
  trackedSeconds steps { trackedSeconds } } } }"""


@pytest.fixture
async def scene(world: World) -> Scene:
    made = Scene(world)
    for name in ("card-1", "step-1"):
        await made.id(name)
    return made


async def start(scene: Scene, who: str, name: str = "card-1") -> dict[str, Any]:
    answer = await scene.rest(who, "POST", f"/{{org}}/recordings/{scene.ids[name]}/timer", {})
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


async def spend(scene: Scene, name: str, seconds: int, who: str = "ana") -> None:
    body = {"started_at": "2026-06-01T09:00:00Z", "duration_seconds": seconds}
    answer = await scene.rest(who, "POST", f"/{{org}}/recordings/{scene.ids[name]}/time-entries", body)
    assert answer.status_code == 201, answer.text


async def entry(scene: Scene, id: str) -> dict[str, Any]:
    found: dict[str, Any] = await scene.made("GET", f"/{{org}}/time-entries/{id}")
    return found


async def began(scene: Scene, id: str, ago: timedelta) -> None:
    await scene.world.owner.execute("update time_entries set started_at = now() - $2::interval where id = $1", id, ago)


async def test_a_running_timer_has_no_end(scene: Scene) -> None:
    running = await start(scene, "bob")
    shown = {name: running[name] for name in ("ended_at", "duration_seconds", "source", "auto_stopped")}
    assert shown == {"ended_at": None, "duration_seconds": None, "source": "timer", "auto_stopped": False}
    assert running["membership_id"] == scene.ids["mem-bob"]


async def test_stopping_a_timer_says_how_long_it_ran(scene: Scene) -> None:
    running = await start(scene, "ana")
    await began(scene, running["id"], timedelta(seconds=90))
    stopped = await scene.made("DELETE", "/{org}/my/timer")
    assert (stopped["id"], stopped["auto_stopped"]) == (running["id"], False)
    assert 90 <= stopped["duration_seconds"] <= 95
    assert (await scene.rest("ana", "DELETE", "/{org}/my/timer")).status_code == 404


async def test_a_person_has_one_running_timer(scene: Scene) -> None:
    first, others = await start(scene, "ana"), await start(scene, "bob")
    second = await start(scene, "ana", "step-1")
    assert (await entry(scene, first["id"]))["ended_at"] is not None
    assert (await entry(scene, second["id"]))["ended_at"] is None
    assert (await entry(scene, others["id"]))["ended_at"] is None


@pytest.mark.parametrize(
    ("method", "path"),
    [("PUT", "/{org}/recordings/card-1/completion"), ("PUT", "/{org}/recordings/card-1/status/trashed")],
)
async def test_timers_stop_when_the_work_is_over(scene: Scene, method: str, path: str) -> None:
    on_card, on_step = await start(scene, "ana"), await start(scene, "bob", "step-1")
    await scene.made(method, path.replace("card-1", scene.ids["card-1"]))
    for running in (on_card, on_step):
        stopped = await entry(scene, running["id"])
        assert (stopped["ended_at"] is not None, stopped["auto_stopped"]) == (True, True)


async def test_a_timer_goes_on_while_its_card_only_moves(scene: Scene) -> None:
    running = await start(scene, "ana")
    target = {"parent_id": await scene.id("col-review")}
    await scene.made("PUT", f"/{{org}}/recordings/{scene.ids['card-1']}/position", target)
    assert (await entry(scene, running["id"]))["ended_at"] is None


async def test_a_timer_that_nobody_stops_counts_one_day(scene: Scene) -> None:
    forgotten, fresh = await start(scene, "ana"), await start(scene, "bob")
    await began(scene, forgotten["id"], timedelta(days=3))
    await scene.world.tick("timekeeping.stop")
    stopped = await entry(scene, forgotten["id"])
    assert (stopped["duration_seconds"], stopped["auto_stopped"]) == (86_400, True)
    assert (await entry(scene, fresh["id"]))["ended_at"] is None


async def test_a_card_counts_its_own_time_and_that_of_its_steps(scene: Scene) -> None:
    for name, seconds in (("card-1", 60), ("card-1", 30), ("step-1", 15)):
        await spend(scene, name, seconds)
    await start(scene, "ana")
    data = await scene.world.gql("bob", TRACKED, card=scene.ids["card-1"])
    assert data == {"organization": {"card": {"trackedSeconds": 105, "steps": [{"trackedSeconds": 15}]}}}


async def test_clients_learn_nothing_of_time(world: World) -> None:
    scene = Scene(world, shared=True)
    await scene.id("card-1")
    await spend(scene, "card-1", 60)
    assert (await scene.rest("cleo", "GET", "/{org}/time-entries")).json() == []
    data = await world.gql("cleo", TRACKED, card=scene.ids["card-1"])
    assert data["organization"]["card"]["trackedSeconds"] == 0


async def test_time_is_spent_on_cards_and_steps_only(scene: Scene) -> None:
    body = {"started_at": "2026-06-01T09:00:00Z", "duration_seconds": 60}
    answer = await scene.rest("ana", "POST", f"/{{org}}/recordings/{await scene.id('todo-1')}/time-entries", body)
    assert answer.status_code == 404
    assert await scene.made("GET", "/{org}/time-entries") == []


async def test_who_leaves_leaves_no_timer_running(scene: Scene) -> None:
    running = await start(scene, "bob")
    await scene.made("DELETE", f"/{{org}}/people/{scene.ids['mem-bob']}")
    stopped = await entry(scene, running["id"])
    assert (stopped["ended_at"] is not None, stopped["auto_stopped"]) == (True, True)


async def test_the_time_of_a_project_is_that_of_its_board_and_of_work_for_it(scene: Scene) -> None:
    await spend(scene, "card-1", 60)
    other = await scene.made("POST", "/{org}/projects", {"name": "Other"})
    found = await scene.made("GET", f"/{{org}}/time-entries?project_id={scene.ids['prj-1']}")
    assert [row["duration_seconds"] for row in found] == [60]
    assert await scene.made("GET", f"/{{org}}/time-entries?project_id={other['id']}") == []
    await scene.made("PATCH", f"/{{org}}/recordings/{scene.ids['card-1']}", {"linked_project_id": other["id"]})
    assert len(await scene.made("GET", f"/{{org}}/time-entries?project_id={other['id']}")) == 1
