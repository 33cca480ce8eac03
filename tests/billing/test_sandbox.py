"""The sandbox's pages: upgrading, changing and cancelling in a browser, without money and without an account."""

import re
from collections.abc import Iterator
from datetime import timedelta
from html.parser import HTMLParser

import httpx
import pytest
from fastapi import FastAPI

from app.core import clock
from app.core.pages import _HASH, STYLE
from app.main import create_app
from app.settings import Settings
from tests.billing.paying import BILLING, MONTHLY, YEARLY, billing, page, press, standing
from tests.conftest import SECRET
from tests.contract.state import state
from tests.world import World


@pytest.fixture(autouse=True)
def _own_time() -> Iterator[None]:
    yield
    clock.move(timedelta())


async def later(world: World, days: int) -> None:
    """Let days pass; sessions last."""
    clock.move(timedelta(days=days))
    await world.owner.execute("update sessions set expires_at = now() + interval '900 days'")


class Read(HTMLParser):
    """What is on a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.actions: list[str] = []
        self.attributes: set[str] = set()
        self.language = ""
        self.words = ""
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes |= {name for name, _ in attrs}
        found = dict(attrs)
        if tag == "form":
            self.actions.append(str(found["action"]).rpartition("/")[2])
        if tag == "html":
            self.language = found.get("lang") or ""

    def handle_data(self, data: str) -> None:
        if self.tags[-1:] not in (["style"], ["title"]):
            self.words += data


async def shown(world: World, path: str) -> Read:
    answer = await world.client.get(path)
    assert answer.status_code == 200, answer.text
    return Read(answer.text)


async def test_an_owner_upgrades_on_the_page(world: World) -> None:
    await world.owner.execute("update organizations set tier = 'free' where id = $1", world.org_id)
    path = await page(world, MONTHLY)
    found = await shown(world, path)
    assert "Upgrade Acme to Pro" in found.words
    assert "$15.00 a month" in found.words
    assert "no money is taken" in found.words
    assert found.actions == ["pay"]
    assert await standing(world) == ("free", "active", None, False)
    answer = await press(world, path, "pay")
    assert (answer.status_code, answer.headers["location"]) == (303, path)
    assert await standing(world) == ("pro", "active", "monthly", False)
    after = await shown(world, path)
    assert ("Acme is on Pro" in after.words, after.actions) == (True, [])
    again = await world.rest("ana", "POST", f"{BILLING}/create-checkout", YEARLY)
    assert (again.status_code, again.json()["error"]["code"]) == (409, "conflict")


async def test_paying_twice_pays_once(world: World) -> None:
    first, second = await page(world, MONTHLY), await page(world, YEARLY)
    assert (await press(world, first, "pay")).status_code == 303
    before = await state(world.owner, world)
    for path in (first, second):
        assert (await press(world, path, "pay")).status_code == 409
    assert await state(world.owner, world) == before


async def test_the_portal_changes_the_interval_and_cancels_at_the_end_of_the_period(world: World) -> None:
    await press(world, await page(world, MONTHLY), "pay")
    portal = await page(world)
    assert (await shown(world, portal)).actions == ["switch", "cancel"]
    await press(world, portal, "switch")
    assert await standing(world) == ("pro", "active", "yearly", False)
    await press(world, portal, "cancel")
    assert await standing(world) == ("pro", "active", "yearly", True)
    assert (await shown(world, portal)).actions == ["keep"]
    await press(world, portal, "keep")
    assert await standing(world) == ("pro", "active", "yearly", False)
    await press(world, portal, "cancel")
    await later(world, 360)
    await world.tick("billing.renew")
    assert await standing(world) == ("pro", "active", "yearly", True)
    await later(world, 370)
    await world.tick("billing.renew")
    assert await standing(world) == ("free", "cancelled", None, False)
    assert "no subscription" in (await shown(world, await page(world))).words


async def test_what_is_not_cancelled_goes_on(world: World) -> None:
    await press(world, await page(world, MONTHLY), "pay")
    await later(world, 100)
    assert (await billing(world))["current_period_ends_at"] < clock.now().isoformat()
    await world.tick("billing.renew")
    ends = (await billing(world))["current_period_ends_at"]
    assert clock.now().isoformat() < ends < (clock.now() + timedelta(days=32)).isoformat()
    before = await state(world.owner, world)
    await world.tick("billing.renew")
    assert await state(world.owner, world) == before


async def test_who_cancelled_may_buy_again(world: World) -> None:
    await press(world, await page(world, MONTHLY), "pay")
    await press(world, await page(world), "cancel")
    await later(world, 40)
    await world.tick("billing.renew")
    await press(world, await page(world, YEARLY), "pay")
    assert await standing(world) == ("pro", "active", "yearly", False)


async def test_the_flow_to_cancel_shows_nothing_else(world: World) -> None:
    refused = await world.rest("ana", "POST", f"{BILLING}/create-portal", {"flow": "subscription_cancel"})
    assert refused.status_code == 404
    path = await page(world, MONTHLY)
    refused = await world.rest("ana", "POST", f"{BILLING}/create-portal", {"flow": "subscription_cancel"})
    assert (refused.status_code, refused.json()["error"]["code"]) == (409, "conflict")
    await press(world, path, "pay")
    made = await world.rest("ana", "POST", f"{BILLING}/create-portal", {"flow": "subscription_cancel"})
    cancel = made.json()["url"].removeprefix(world.settings.url)
    assert (await shown(world, cancel)).actions == ["cancel"]


async def test_an_address_works_for_what_it_is_and_half_an_hour(world: World) -> None:
    path = await page(world, MONTHLY)
    _, _, _, payer, price, until, mark = path.split("/")
    front = "/billing/sandbox"
    wrong = [
        f"{front}/{payer}/price_pro_yearly/{until}/{mark}",
        f"{front}/{payer}/portal/{until}/{mark}",
        f"{front}/{payer}x/{price}/{until}/{mark}",
        f"{front}/{payer}/{price}/{int(until) + 1}/{mark}",
        f"{front}/{payer}/{price}/{until}/{mark[:-1]}",
        f"{front}/{payer}/{price}/{until}/%00",
        f"{front}/{payer}/{price}/{until}/%ff%ff",
        f"{front}/{payer}/{price}/{'9' * 6000}/{mark}",
        f"{front}/{payer}/{price}/-1/{mark}",
    ]
    before = await state(world.owner, world)
    for each in wrong:
        assert (await world.client.get(each)).status_code == 404, each
        assert (await press(world, each, "pay")).status_code == 404, each
    assert (await press(world, path, "steal")).status_code == 404
    assert (await press(world, path, "cancel")).status_code == 409
    clock.move(timedelta(minutes=31))
    assert (await press(world, path, "pay")).status_code == 404
    assert await state(world.owner, world) == before


async def test_a_foreign_page_presses_no_button(world: World) -> None:
    path = await page(world, MONTHLY)
    before = await state(world.owner, world)
    for headers in (
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {"origin": "", "sec-fetch-site": "cross-site"},
    ):
        assert (await press(world, path, "pay", **headers)).status_code == 403
    assert (await world.client.get(f"{path}/pay")).status_code == 405
    assert await state(world.owner, world) == before
    assert (await press(world, path, "pay", **{"origin": "", "sec-fetch-site": "same-origin"})).status_code == 303


async def test_a_page_is_plain_and_takes_nothing_from_elsewhere(world: World) -> None:
    await world.owner.execute("update organizations set name = '<b onclick=x>Acme</b>' where id = $1", world.org_id)
    answer = await world.client.get(await page(world, MONTHLY))
    found = Read(answer.text)
    assert found.language == "en"
    assert {"main", "h1", "button", "title"} <= set(found.tags)
    assert not {"b", "script", "img", "link", "iframe"} & set(found.tags)
    assert not [each for each in found.attributes if each.startswith("on") or each == "style"]
    policy = answer.headers["content-security-policy"]
    assert policy == (
        f"default-src 'none'; style-src 'sha256-{_HASH}'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )
    assert re.search(r"<style>(.*?)</style>", answer.text, re.DOTALL)[1] == STYLE  # type: ignore[index]
    assert answer.headers["cache-control"] == "no-store"
    assert "set-cookie" not in answer.headers


async def test_who_has_paid_comes_to_a_page(world: World) -> None:
    assert "You can close this window" in (await shown(world, "/billing/returned")).words


async def test_production_has_no_sandbox_unless_it_is_wanted(world: World, settings: Settings, app: FastAPI) -> None:
    path = await page(world, MONTHLY)
    sold = settings.model_copy(update={"billing_sandbox": False})
    bare = create_app(sold)
    async with bare.router.lifespan_context(bare):
        world.app = bare
        world.client = httpx.AsyncClient(transport=httpx.ASGITransport(bare), base_url=settings.url)
        assert (await world.client.get("/api/billing/prices")).json() == []
        answer = await world.rest("ana", "POST", f"{BILLING}/create-checkout", MONTHLY)
        assert (answer.status_code, answer.json()["error"]["message"]) == (400, "Unknown price")
        assert (await world.rest("ana", "POST", f"{BILLING}/create-portal", {})).status_code == 404
        assert (await world.client.post("/api/billing/webhook", content=b"{}")).status_code == 400
        assert (await world.client.get(path)).status_code == 404
    made = Settings(_env_file=None, env="production", secret=SECRET)
    assert not made.pays_in_sandbox
    wanted = Settings(_env_file=None, env="production", secret=SECRET, billing_sandbox=True)
    assert [each for each in wanted.unsafe() if "THICKET_BILLING_SANDBOX" in each]
    assert not [each for each in made.unsafe() if "THICKET_BILLING_SANDBOX" in each]
