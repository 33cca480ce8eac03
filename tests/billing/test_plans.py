"""What plans allow, and when which plan is in force (domain.md 2.12)."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from app.billing.plans import FREE, PRO, STARTER, Plan, plan_of
from app.orgs.model import Organization
from tests.world import World

NOW = datetime(2026, 6, 7, 12, tzinfo=UTC)
PROJECTS = "/api/v1/{org}/projects"


@pytest.mark.parametrize(
    ("tier", "status", "days_left", "plan"),
    [
        ("pro", "trialing", 1, PRO),
        ("pro", "trialing", 0, FREE),
        ("starter", "trialing", 30, STARTER),
        ("pro", "trialing", None, FREE),
        ("pro", "active", None, PRO),
        ("pro", "past_due", None, PRO),
        ("pro", "cancelled", None, FREE),
        ("starter", "lapsed", None, FREE),
        ("free", "active", None, FREE),
        ("comped", "comped", None, PRO),
    ],
)
def test_the_plan_in_force_is_what_was_bought_or_tried(
    tier: str, status: str, days_left: int | None, plan: Plan
) -> None:
    ends = None if days_left is None else NOW + timedelta(days=days_left)
    organization = Organization(name="Acme", slug="acme", tier=tier, billing_status=status, trial_ends_at=ends)
    assert plan_of(organization, NOW) == plan


async def on_plan(world: World, tier: str, status: str = "active", trial_days: int | None = None) -> None:
    ends = None if trial_days is None else datetime.now(UTC) + timedelta(days=trial_days)
    await world.owner.execute(
        "update organizations set tier = $2, billing_status = $3, trial_ends_at = $4 where id = $1",
        world.org_id, tier, status, ends,
    )  # fmt: skip


async def fill(world: World) -> None:
    for number in range(3):
        await world.project("ana", f"Project {number}")


async def test_the_free_plan_has_room_for_three_active_projects(world: World) -> None:
    await on_plan(world, "free")
    await fill(world)
    answer = await world.rest("ana", "POST", PROJECTS, {"name": "Fourth"})
    assert answer.status_code == 402
    assert answer.json() == {
        "error": {
            "code": "limit_reached",
            "message": "Your plan allows 3 active projects",
            "details": {"limit": "projects", "allowed": 3, "used": 3},
        }
    }
    assert len((await world.rest("ana", "GET", PROJECTS)).json()) == 3


async def test_graphql_tells_the_same_limit(world: World) -> None:
    await on_plan(world, "free")
    await fill(world)
    document = 'mutation ($org: String!) { createProject(org: $org, input: {name: "Fourth"}) { id } }'
    assert await world.gql("ana", document) is None
    assert world.codes == ["LIMIT_REACHED"]
    assert world.errors[0]["extensions"]["details"] == {"limit": "projects", "allowed": 3, "used": 3}


async def test_projects_that_the_caller_does_not_see_are_counted_too(world: World) -> None:
    await on_plan(world, "free")
    for number in range(3):
        await world.project("bob", f"Secret {number}", all_access=False)
    assert (await world.rest("ana", "POST", PROJECTS, {"name": "Fourth"})).status_code == 402


async def test_archived_projects_make_room(world: World) -> None:
    await on_plan(world, "free")
    await fill(world)
    first = (await world.rest("ana", "GET", PROJECTS)).json()[0]
    await world.rest("ana", "PUT", f"{PROJECTS}/{first['id']}/status/archived")
    assert (await world.rest("ana", "POST", PROJECTS, {"name": "Fourth"})).status_code == 201
    assert (await world.rest("ana", "PUT", f"{PROJECTS}/{first['id']}/status/active")).status_code == 402


async def test_a_limit_holds_when_many_create_at_once(world: World) -> None:
    await on_plan(world, "free")
    await world.project("ana", "First")
    answers = await asyncio.gather(
        *(world.rest("ana", "POST", PROJECTS, {"name": f"Project {number}"}) for number in range(10))
    )
    assert sorted(answer.status_code for answer in answers) == [201] * 2 + [402] * 8
    assert len((await world.rest("ana", "GET", PROJECTS)).json()) == 3


async def test_a_trial_has_room_while_it_lasts(world: World) -> None:
    await on_plan(world, "pro", "trialing", trial_days=1)
    await fill(world)
    assert (await world.rest("ana", "POST", PROJECTS, {"name": "Fourth"})).status_code == 201


async def test_a_trial_that_is_over_takes_nothing_away_but_blocks_growth(world: World) -> None:
    await fill(world)
    await world.project("ana", "Fourth")
    await on_plan(world, "pro", "trialing", trial_days=-1)
    assert len((await world.rest("ana", "GET", PROJECTS)).json()) == 4
    assert (await world.rest("ana", "POST", PROJECTS, {"name": "Fifth"})).status_code == 402
