"""What a payment provider tells: only when signed, once, in its own order, whatever order it comes in."""

import asyncio
import time
from datetime import timedelta

import orjson
import pytest
import stripe

from app.billing.providers import sandbox_of
from app.billing.signing import TOLERANCE, check_signature, signature
from app.billing.telling import read_subscription
from app.core.clock import now
from app.core.errors import BadRequest
from tests.billing.paying import WEBHOOK, billing, customer, event, sign, standing, subscription, tell
from tests.contract.state import state
from tests.world import World

NOW = int(time.time())
PRO = ("pro", "active", "monthly", False)


async def on_free(world: World) -> str:
    """An organization on Free that wants to pay: its customer's name."""
    await world.owner.execute("update organizations set tier = 'free' where id = $1", world.org_id)
    return await customer(world)


async def test_a_subscription_that_was_bought_brings_its_plan(world: World) -> None:
    payer = await on_free(world)
    assert await standing(world) == ("free", "active", None, False)
    answer = await tell(world, event(payer, "created"))
    assert (answer.status_code, answer.json()) == (200, {"received": True})
    found = await billing(world)
    assert await standing(world) == PRO
    assert found["current_period_ends_at"] == "2038-01-19T03:14:08.000Z"
    assert found["limits"]["projects"] == -1


async def test_the_graphql_door_takes_the_same_event(world: World) -> None:
    payload = event(await on_free(world))
    document = (
        "mutation ($payload: String!, $signature: String) "
        "{ receiveBillingEvent(payload: $payload, signature: $signature) { received } }"
    )
    assert await world.gql("nobody", document, payload=payload) is None
    assert world.codes == ["BAD_REQUEST"]
    done = await world.gql("nobody", document, payload=payload, signature=sign(world, payload))
    assert done == {"receiveBillingEvent": {"received": True}}
    assert await standing(world) == PRO


@pytest.mark.parametrize(
    ("told", "tier", "status"),
    [
        ("trialing", "pro", "active"),
        ("past_due", "pro", "past_due"),
        ("unpaid", "free", "lapsed"),
        ("paused", "free", "lapsed"),
        ("canceled", "free", "cancelled"),
    ],
)
async def test_each_status_means_one_of_ours(world: World, told: str, tier: str, status: str) -> None:
    payer = await on_free(world)
    await tell(world, event(payer, id="evt_1", at=NOW - 60))
    await tell(world, event(payer, id="evt_2", at=NOW, status=told))
    assert (await standing(world))[:2] == (tier, status)


@pytest.mark.parametrize("told", ["incomplete", "incomplete_expired", "something_new"])
async def test_what_is_not_bought_yet_changes_nothing(world: World, told: str) -> None:
    payer = await on_free(world)
    before = await state(world.owner, world)
    assert (await tell(world, event(payer, status=told))).status_code == 200
    assert await state(world.owner, world) == before


async def test_a_cancelled_subscription_ends_when_its_end_is_told(world: World) -> None:
    payer = await on_free(world)
    await tell(world, event(payer, id="evt_1", at=NOW - 60))
    await tell(world, event(payer, id="evt_2", at=NOW - 30, cancel_at=2**31))
    assert await standing(world) == ("pro", "active", "monthly", True)
    await tell(world, event(payer, "deleted", id="evt_3", at=NOW, status="canceled", cancel_at=2**31))
    assert await standing(world) == ("free", "cancelled", None, False)
    assert (await billing(world))["current_period_ends_at"] is None


async def test_older_versions_have_the_period_elsewhere(world: World) -> None:
    items = {"data": [{"price": {"id": "price_pro_yearly", "recurring": {"interval": "year"}}}]}
    payload = event(await on_free(world), items=items, current_period_end=NOW, cancel_at_period_end=True)
    assert (await tell(world, payload)).status_code == 200
    assert await standing(world) == ("pro", "active", "yearly", True)


async def test_twenty_of_one_event_at_once_are_one_change(world: World) -> None:
    payload = event(await on_free(world))
    answers = await asyncio.gather(*(tell(world, payload) for _ in range(20)))
    assert [answer.status_code for answer in answers] == [200] * 20
    assert await standing(world) == PRO
    before = await state(world.owner, world)
    assert (await tell(world, payload)).status_code == 200
    assert await state(world.owner, world) == before


async def test_events_count_in_the_order_in_which_they_happened(world: World) -> None:
    payer = await on_free(world)
    await tell(world, event(payer, "deleted", id="evt_3", at=NOW, status="past_due"))
    before = await state(world.owner, world)
    await tell(world, event(payer, "created", id="evt_1", at=NOW - 60))
    await tell(world, event(payer, "updated", id="evt_2", at=NOW - 30, cancel_at_period_end=True))
    assert await state(world.owner, world) == before
    assert (await standing(world))[1] == "past_due"


async def test_of_one_second_the_provider_is_asked(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody could say which of the two was first."""
    payer = await on_free(world)
    await tell(world, event(payer, id="evt_1", at=NOW))
    await tell(world, event(payer, id="evt_2", at=NOW, cancel_at_period_end=True))
    assert await standing(world) == PRO
    sandbox = sandbox_of(world.settings)

    async def asked(who: str) -> object:
        return read_subscription(subscription(who, status="past_due"), sandbox.tiers)

    monkeypatch.setattr(sandbox, "subscription", asked)
    assert (await world.work()).done == {"billing.ask": 1}
    assert (await standing(world))[1] == "past_due"
    before = await state(world.owner, world)
    for id in ("evt_1", "evt_2"):
        await tell(world, event(payer, id=id, at=NOW))
    assert (await world.work()).done == {}
    assert await state(world.owner, world) == before


async def test_what_was_told_since_outranks_what_the_provider_was_asked(world: World) -> None:
    payer = await on_free(world)
    await tell(world, event(payer, id="evt_1", at=NOW - 60))
    await tell(world, event(payer, id="evt_2", at=NOW - 60, status="past_due"))
    await tell(world, event(payer, id="evt_3", at=NOW, cancel_at_period_end=True))
    await world.work()
    assert await standing(world) == ("pro", "active", "monthly", True)


async def test_a_second_subscription_counts_when_it_is_in_force(world: World) -> None:
    payer = await on_free(world)
    await tell(world, event(payer, id="evt_1", at=NOW - 90))
    ended = event(payer, "deleted", id="evt_2", at=NOW - 80, status="canceled")
    await tell(world, ended.replace("sub_1", "sub_2"))
    assert await standing(world) == PRO
    await tell(world, event(payer, id="evt_3", at=NOW - 70, cancel_at_period_end=True).replace("sub_1", "sub_3"))
    assert await standing(world) == ("pro", "active", "monthly", True)
    await tell(world, event(payer, "deleted", id="evt_4", at=NOW - 60, status="canceled"))
    assert (await standing(world))[:2] == ("pro", "active")


async def test_what_is_bought_at_a_price_that_is_not_ours_brings_no_plan(world: World) -> None:
    """One Stripe account may sell other things to the same customer."""
    payer = await on_free(world)
    before = await state(world.owner, world)
    other = event(payer).replace("price_pro_monthly", "price_of_advice")
    assert (await tell(world, other)).status_code == 200
    assert await state(world.owner, world) == before


async def test_a_price_that_was_taken_off_the_list_is_paid_on(world: World) -> None:
    payer = await on_free(world)
    await tell(world, event(payer, id="evt_1", at=NOW - 60))
    old = event(payer, id="evt_2", at=NOW, cancel_at_period_end=True).replace("price_pro_monthly", "price_of_before")
    await tell(world, old)
    assert await standing(world) == ("pro", "active", "monthly", True)


@pytest.mark.parametrize("payer", ["cus_of_nobody", "sandbox_00000000-0000-7000-8000-000000000000"])
async def test_a_customer_of_nobody_known_is_acknowledged(world: World, payer: str) -> None:
    before = await state(world.owner, world)
    answer = await tell(world, event(payer))
    assert (answer.status_code, answer.json()) == (200, {"received": True})
    assert await state(world.owner, world) == before


async def test_other_events_are_acknowledged(world: World) -> None:
    for payload in ('{"type":"invoice.paid"}', '{"type":"customer.created","data":null}'):
        assert (await tell(world, payload)).json() == {"received": True}


MALFORMED = [
    "", "null", "[]", "{}", "1", '"text"', "{", '{"type":1}', '{"type":"customer.subscription.updated"}',
    "[" * 5_000, '{"type":"customer.subscription.updated","id":"evt_1","created":1,"data":[]}',
]  # fmt: skip


@pytest.mark.parametrize("payload", MALFORMED, ids=range(len(MALFORMED)))
async def test_what_is_signed_but_no_event_is_refused(world: World, payload: str) -> None:
    answer = await tell(world, payload)
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "bad_request")


ODD = [
    {"customer": None}, {"customer": {"id": "x"}}, {"customer": "a b"}, {"customer": "\u0000"}, {"items": []},
    {"items": {"data": []}}, {"items": {"data": [{"price": None}]}}, {"current_period_end": 2**62}, {"status": None},
    {"cancel_at": "soon"},
]  # fmt: skip


@pytest.mark.parametrize("odd", ODD, ids=str)
async def test_a_subscription_of_an_odd_shape_is_refused(world: World, odd: dict[str, object]) -> None:
    payer = await on_free(world)
    before = await state(world.owner, world)
    raw = orjson.loads(event(payer))
    raw["data"]["object"] |= odd
    assert (await tell(world, orjson.dumps(raw).decode())).status_code == 400
    assert await state(world.owner, world) == before


@pytest.mark.parametrize("body", [b"\xff\xfe", b'{"type": "\xff"}', b"\xed\xa0\x80"])
async def test_what_is_no_text_is_refused(world: World, body: bytes) -> None:
    answer = await world.client.post(WEBHOOK, content=body, headers={"stripe-signature": "t=1,v1=00"})
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "bad_request")


async def test_what_nobody_signed_changes_nothing(world: World) -> None:
    payload = event(await on_free(world))
    before = await state(world.owner, world)
    at, good = sign(world, payload).split(",v1=")
    headers = [
        "", "x", "t=,v1=", "v1=" + good, at, f"{at},v0={good}", f"{at},v1={good[:-1]}", f"{at},v1={'0' * 64}",
        f"t=1,v1={good}", f"{at},{at},v1={good}", f"t=1e9,v1={good}", f"t={'9' * 5000},v1={good}", f"{at}0,v1={good}",
        signature("whsec_of_somebody_else", payload, now()), sign(world, payload + " "),
    ]  # fmt: skip
    for header in headers:
        answer = await tell(world, payload, header)
        assert answer.status_code == 400, header
    assert (await world.client.post(WEBHOOK, content=payload)).json() == {
        "error": {"code": "bad_request", "message": "Bad signature"}
    }
    assert await state(world.owner, world) == before
    assert (await tell(world, payload, f"{at},v1={'0' * 64},v1={good}")).status_code == 200


@pytest.mark.parametrize("seconds", [-TOLERANCE - 5, TOLERANCE + 5])
async def test_a_signature_of_another_time_is_refused(world: World, seconds: int) -> None:
    """Also one from the future, which Stripe's own package lets pass."""
    payload = event(await on_free(world))
    secret = sandbox_of(world.settings).webhook_secret
    answer = await tell(world, payload, signature(secret, payload, now() + timedelta(seconds=seconds)))
    assert answer.status_code == 400
    assert (await standing(world))[0] == "free"


def test_signatures_are_what_stripes_own_package_makes_and_takes() -> None:
    payload, secret = '{"é": "🎉"}', "whsec_1"
    header = signature(secret, payload, now())
    assert stripe.WebhookSignature.verify_header(payload, header, secret, TOLERANCE)
    at = int(now().timestamp())
    theirs = stripe.WebhookSignature._compute_signature(f"{at}.{payload}", secret)
    check_signature(secret, payload, f"t={at},v1={theirs},v0=1", now())
    with pytest.raises(BadRequest):
        check_signature(secret, payload, f"t={at},v1={theirs[:-1]}", now())
