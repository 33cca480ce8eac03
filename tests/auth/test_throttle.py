"""How often one may try: per network, per account, through both doors (routes.md 3.1; reliability 15)."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from app.auth.throttle import network
from tests.auth.browser import PASSWORD, Browser
from tests.auth.conftest import PRODUCTION, Start
from tests.tickward.conforming import conform

Later = Callable[[timedelta], None]

TOO_MANY = {"message": "Too many requests. Please try again later."}
SIGN_IN = "mutation ($input: SignInInput!) { signIn(input: $input) { token } }"


async def test_in_production_a_network_signs_in_three_times_in_ten_seconds(start: Start, later: Later) -> None:
    browser = await start(**PRODUCTION)
    for _ in range(3):
        assert (await browser.sign_in()).status_code == 401
    answer = await browser.sign_in()
    assert (answer.status_code, answer.json()) == (429, TOO_MANY)
    assert 1 <= int(answer.headers["x-retry-after"]) <= 10
    assert (await browser.sign_up()).status_code == 200
    later(timedelta(seconds=11))
    assert (await browser.sign_in()).status_code == 200


async def test_both_doors_count_the_same_tries(start: Start) -> None:
    browser = await start(**PRODUCTION)
    given = {"email": browser.email, "password": PASSWORD}
    await browser.sign_in()
    await browser.gql(SIGN_IN, input=given)
    await browser.sign_in()
    await browser.gql(SIGN_IN, input=given)
    assert browser.codes == ["RATE_LIMITED"]
    assert (await browser.sign_in()).status_code == 429


async def test_the_other_routes_are_counted_up_to_a_hundred(start: Start) -> None:
    browser = await start(**PRODUCTION)
    statuses = [(await browser.get("/api/auth/get-session")).status_code for _ in range(101)]
    assert statuses == [*[200] * 100, 429]


async def test_outside_of_production_nobody_is_counted(browser: Browser, owner: Any) -> None:
    statuses = {(await browser.sign_in()).status_code for _ in range(5)}
    assert statuses == {401}
    assert await owner.fetchval("select count(*) from rate_buckets where key like 'auth:%'") == 0


async def test_limits_can_be_switched_off(start: Start) -> None:
    browser = await start(**PRODUCTION, rate_limits="off")
    assert {(await browser.sign_in()).status_code for _ in range(5)} == {401}


async def test_an_account_is_tried_twenty_times_in_ten_minutes_from_wherever(start: Start, later: Later) -> None:
    browser = await start(**PRODUCTION, trusted_proxies=("127.0.0.1",))
    await browser.sign_up()
    assert [await guess(browser, number) for number in range(21)] == [*[401] * 20, 429]
    later(timedelta(minutes=10, seconds=1))
    assert (await browser.sign_in()).status_code == 200


async def test_an_unknown_account_is_counted_alike(start: Start) -> None:
    browser = await start(**PRODUCTION, trusted_proxies=("127.0.0.1",))
    assert [await guess(browser, number) for number in range(21)] == [*[401] * 20, 429]


async def guess(browser: Browser, number: int) -> int:
    """The status of a wrong password, each from another machine."""
    answer = await browser.auth(
        "sign-in/email",
        {"email": browser.email.upper(), "password": "wrong horse"},
        headers={"x-forwarded-for": f"203.0.113.{number}"},
    )
    return answer.status_code


async def test_mails_are_asked_for_one_address_five_times_an_hour(start: Start, tmp_path: Path) -> None:
    browser = await start(**PRODUCTION, trusted_proxies=("127.0.0.1",))
    await browser.sign_up()
    statuses = [
        (
            await browser.auth(
                "request-password-reset",
                {"email": browser.email},
                headers={"x-forwarded-for": f"203.0.113.{number}"},
            )
        ).status_code
        for number in range(6)
    ]
    assert statuses == [*[200] * 5, 429]
    await browser.work()
    assert len(list(tmp_path.glob("*.eml"))) == 5


async def test_without_a_proxy_nobody_is_believed_to_be_somewhere_else(start: Start) -> None:
    browser = await start(**PRODUCTION)
    assert [await guess(browser, number) for number in range(4)] == [401, 401, 401, 429]


async def test_a_network_asks_tickward_three_hundred_times_a_minute(start: Start, owner: Any, later: Later) -> None:
    """Whatever key it shows, a wrong one too, and before that is looked at (routes.md 3.6)."""
    browser = await start(**PRODUCTION)
    await owner.execute("delete from rate_buckets where key like 'tickward:%'")

    async def ask(path: str) -> httpx.Response:
        return await browser.get(f"/dialects/tickward/api/v1{path}", headers={"authorization": "Bearer tw_guessed"})

    for path in ("/projects", "/sync"):
        answer = await ask(path)
        assert (answer.status_code, "x-ratelimit-limit" in answer.headers) == (403, False)
    counted = await owner.fetch("update rate_buckets set hits = 299 where key like 'tickward:%' returning key")
    assert [row["key"] for row in counted] == ["tickward:127.0.0.1"]
    assert [(await ask("/projects")).status_code for _ in range(2)] == [403, 429]
    refused = await ask("/projects")
    conform(refused)
    assert refused.json()["error"]["type"] == "rate_limited"
    assert (refused.headers["ratelimit-limit"], refused.headers["ratelimit-remaining"]) == ("300", "0")
    assert 1 <= int(refused.headers["ratelimit-reset"]) <= 60
    assert refused.headers["ratelimit-reset"] == refused.headers["retry-after"]
    assert refused.headers["x-ratelimit-limit"] == "300"
    assert (await ask("/capabilities")).status_code == 200
    assert (await browser.get("/dialects/gipo/api/v1/projects")).status_code == 401
    later(timedelta(seconds=61))
    assert (await ask("/projects")).status_code == 403


async def test_a_webhook_is_tried_three_times_a_minute(start: Start) -> None:
    browser = await start(**PRODUCTION)
    await browser.sign_up()
    made = await browser.post("/api/v1/~/webhooks", json={"name": "Prod", "url": "https://hooks.example/"})
    path = f"/api/v1/~/webhooks/{made.json()['id']}"
    assert [(await browser.post(f"{path}/test", json={})).status_code for _ in range(4)] == [201, 201, 201, 429]
    assert len((await browser.get(f"{path}/deliveries")).json()) == 3


async def test_old_counts_are_swept(start: Start, owner: Any, later: Later) -> None:
    browser = await start(**PRODUCTION)
    await browser.sign_in()
    assert await owner.fetchval("select count(*) from rate_buckets where key = 'auth:sign-in:127.0.0.1'") == 1
    later(timedelta(hours=2))
    await browser.get("/api/auth/get-session")
    kept = await owner.fetch("select key from rate_buckets")
    assert [row["key"] for row in kept] == ["auth:get-session:127.0.0.1"]


@pytest.mark.parametrize(
    ("ip", "counted"),
    [
        ("203.0.113.9", "203.0.113.9"),
        ("::ffff:203.0.113.9", "203.0.113.9"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
    ],
)
def test_a_network_is_what_one_customer_has(ip: str, counted: str) -> None:
    assert network(ip) == counted
