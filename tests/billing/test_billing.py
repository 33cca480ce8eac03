"""What an organization is told of its plan, who is told, and where each limit holds (domain.md 2.12)."""

from collections.abc import Awaitable, Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from app.core import clock
from app.core.ids import new_id
from tests.billing.paying import BILLING, MONTHLY, YEARLY, billing
from tests.contract.scene import LOGO, Scene
from tests.contract.state import state
from tests.world import World


@pytest.fixture(autouse=True)
def _own_time() -> Iterator[None]:
    yield
    clock.move(timedelta())


async def plan(world: World, tier: str, status: str, ends: datetime | None = None) -> None:
    await world.owner.execute(
        "update organizations set tier = $2, billing_status = $3, trial_ends_at = $4 where id = $1",
        world.org_id, tier, status, ends,
    )  # fmt: skip


async def test_a_trial_is_pro_until_it_is_over(world: World) -> None:
    """By the clock alone: nobody has to do anything."""
    ends = clock.now() + timedelta(days=29, hours=1)
    await plan(world, "pro", "trialing", ends)
    found = await billing(world)
    assert (found["tier"], found["status"]) == ("pro", "trialing")
    assert found["trial"]["days_left"] == 30
    assert datetime.fromisoformat(found["trial"]["ends_at"]) == ends
    assert found["trial_ends_at"] == found["trial"]["ends_at"]
    assert found["limits"] == {
        "projects": -1, "people": -1, "members": -1, "guests": -1, "storage_bytes": 500 * 1024**3,
        "activity_history_days": -1,
    }  # fmt: skip
    clock.move(timedelta(days=31))
    await world.owner.execute("update sessions set expires_at = now() + interval '90 days'")
    found = await billing(world)
    assert (found["tier"], found["status"], found["trial"]) == ("free", "lapsed", None)
    assert found["limits"]["projects"] == 3


async def test_a_new_organization_tries_pro_for_thirty_days(world: World) -> None:
    founded = (await world.rest("ana", "POST", "/api/v1/orgs", {"name": "Beta"})).json()
    found = (await world.rest("ana", "GET", f"/api/v1/{founded['slug']}/billing")).json()
    assert (found["tier"], found["status"], found["trial"]["days_left"]) == ("pro", "trialing", 30)
    assert (found["interval"], found["has_stripe_customer"]) == (None, False)


async def test_usage_is_all_that_counts_against_the_plan(world: World) -> None:
    """Also what the caller does not see; not what is archived, removed or answered."""
    await world.project("bob", "Secret", all_access=False)
    archived = await world.project("bob", "Old")
    await world.rest("ana", "PUT", f"/api/v1/{{org}}/projects/{archived['id']}/status/archived")
    shown = await world.project("ana", "Site")
    await world.upload("ana", shown["containers"]["vault"], LOGO)
    await world.join("zoe", "member")
    await world.rest("ana", "DELETE", f"/api/v1/{{org}}/people/{world.id('zoe')}")
    for name, role in (("dora", "member"), ("dan", "client"), ("dave", "client")):
        await world.rest(
            "ana", "POST", "/api/v1/{org}/people", {"email": f"{name}-{world.tag}@x.example", "role": role}
        )
    for who in ("ana", "bob"):
        assert (await billing(world, who))["usage"] == {
            "projects": 2, "members": 4, "guests": 1, "invited_members": 1, "invited_guests": 2, "storage_bytes": 12034,
        }  # fmt: skip


async def test_clients_and_strangers_find_no_billing(world: World) -> None:
    for who, status in (("cleo", 404), ("eve", 404), ("nobody", 401)):
        assert (await world.rest(who, "GET", BILLING)).status_code == status
    document = "query ($org: String!) { organization(slug: $org) { billing { tier usage { projects } } } }"
    assert await world.gql("cleo", document) == {"organization": {"billing": None}}
    assert world.codes == ["NOT_FOUND"]
    assert (await world.gql("abe", document))["organization"]["billing"]["tier"] == "PRO"


async def test_only_owners_pay(world: World) -> None:
    before = await state(world.owner, world)
    for who in ("abe", "bob", "cleo"):
        for path, body in (("create-checkout", MONTHLY), ("create-portal", {})):
            answer = await world.rest(who, "POST", f"{BILLING}/{path}", body)
            assert (answer.status_code, answer.json()["error"]["message"]) == (403, "Only an owner can do that")
    assert await state(world.owner, world) == before


async def test_a_price_is_bought_as_often_as_it_is_paid(world: World) -> None:
    wrong = {**YEARLY, "billing_interval": "monthly"}
    answer = await world.rest("ana", "POST", f"{BILLING}/create-checkout", wrong)
    assert answer.status_code == 422
    assert answer.json()["error"]["details"][0]["field"] == "billing_interval"
    assert (await billing(world))["has_stripe_customer"] is False


Growth = Callable[[Scene], Awaitable[tuple[str, str, Any]]]


async def project(scene: Scene) -> tuple[str, str, Any]:
    return "POST", "/{org}/projects", {"name": "One more"}


async def restored(scene: Scene) -> tuple[str, str, Any]:
    made = await scene.made("POST", "/{org}/projects", {"name": "Old"})
    await scene.made("PUT", f"/{{org}}/projects/{made['id']}/status/archived")
    return "PUT", f"/{{org}}/projects/{made['id']}/status/active", None


async def untrashed(scene: Scene) -> tuple[str, str, Any]:
    made = await scene.made("POST", "/{org}/projects", {"name": "Old"})
    await scene.made("PUT", f"/{{org}}/projects/{made['id']}/status/trashed")
    return "PUT", f"/{{org}}/projects/{made['id']}/status/active", None


async def invited(scene: Scene) -> tuple[str, str, Any]:
    return "POST", "/{org}/people", {"email": "dora-{tag}@example.com", "role": "member"}


async def invited_guest(scene: Scene) -> tuple[str, str, Any]:
    return "POST", "/{org}/people", {"email": "dora-{tag}@example.com", "role": "client"}


async def promoted(scene: Scene) -> tuple[str, str, Any]:
    return "PATCH", f"/{{org}}/people/{await scene.id('mem-cleo')}", {"role": "member"}


async def upload(scene: Scene) -> tuple[str, str, Any]:
    return "POST", f"/{{org}}/recordings/{await scene.id('vault-1')}/uploads", {"file": LOGO}


async def version(scene: Scene) -> tuple[str, str, Any]:
    return "POST", f"/{{org}}/uploads/{await scene.id('upl-1')}/versions", {"file": LOGO}


@pytest.mark.parametrize(
    ("growth", "limit"),
    [
        (project, "projects"),
        (restored, "projects"),
        (untrashed, "projects"),
        (invited, "people"),
        (invited_guest, "people"),
        (promoted, "people"),
        (upload, "storage_bytes"),
        (version, "storage_bytes"),
    ],
    ids=lambda each: getattr(each, "__name__", each),
)
async def test_all_that_grows_is_refused_where_the_plan_is_full(world: World, growth: Growth, limit: str) -> None:
    """A downgrade below what is used deletes nothing; it only blocks growth."""
    scene = Scene(world)
    method, path, body = await growth(scene)
    for number in range(3):
        await scene.made("POST", "/{org}/projects", {"name": f"Project {number}"})
        await world.join(f"m{number}", "member")
        await world.join(f"g{number}", "client")
    await world.owner.execute(
        "insert into stored_files (id, org_id, byte_size, created_at) values ($1, $2, $3, $4)",
        new_id(), world.org_id, 1024**3, datetime.now(UTC),
    )  # fmt: skip
    await plan(world, "free", "active")
    before = await state(world.owner, world)
    answer: httpx.Response = await scene.rest("ana", method, path, await scene.filled(body))
    assert answer.status_code == 402, answer.text
    error = answer.json()["error"]
    assert (error["code"], error["details"]["limit"]) == ("limit_reached", limit)
    assert error["details"]["used"] >= error["details"]["allowed"] or limit == "storage_bytes"
    assert await state(world.owner, world) == before
    await plan(world, "pro", "active")
    assert (await scene.rest("ana", method, path, await scene.filled(body))).status_code < 300
