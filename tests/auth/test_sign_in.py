"""POST /api/auth/sign-in/email, sign-out and their GraphQL twins (routes.md 3.1)."""

import asyncio
import threading
from typing import Any

import pytest
from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

from app.auth import passwords
from app.settings import Settings
from tests.auth.browser import PASSWORD, Browser, set_cookies
from tests.world import World

WRONG = {"message": "Invalid email or password", "code": "INVALID_EMAIL_OR_PASSWORD"}


async def test_signing_in_starts_another_session_with_another_token(browser: Browser, another: Browser) -> None:
    user = (await browser.sign_up()).json()["user"]
    answer = await another.sign_in(email=browser.email, rememberMe=True)
    assert answer.status_code == 200
    body = answer.json()
    assert body == {"redirect": False, "token": body["token"], "user": user}
    assert "location" not in answer.headers
    assert body["token"] != (await browser.session())["session"]["token"]
    assert (await another.session())["session"]["token"] == body["token"]


async def test_a_callback_is_answered_with_a_location(browser: Browser, another: Browser) -> None:
    await browser.sign_up()
    answer = await another.sign_in(email=browser.email, callbackURL="/dash")
    assert (answer.status_code, answer.headers["location"]) == (200, "/dash")
    body = answer.json()
    assert body == {"redirect": True, "token": body["token"], "url": "/dash", "user": body["user"]}


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example/dash",
        "//evil.example",
        "/\\evil.example",
        "/%2fevil.example",
        "/%5Cevil.example",
        "javascript:alert(1)",
        "http://thicket.example@evil.example/",
        "http://thicket.example\\@evil.example/",
    ],
)
async def test_nobody_is_sent_to_a_foreign_site(browser: Browser, another: Browser, target: str) -> None:
    await browser.sign_up()
    answer = await another.sign_in(email=browser.email, callbackURL=target)
    assert (answer.status_code, answer.json()) == (
        403,
        {"message": "Invalid callbackURL", "code": "INVALID_CALLBACK_URL"},
    )
    assert set_cookies(answer) == []


@pytest.mark.parametrize("target", ["/", "/dash?tab=1&q=%20", "http://thicket.example/dash"])
async def test_own_pages_are_fine_to_go_to(browser: Browser, target: str) -> None:
    await browser.sign_up()
    assert (await browser.sign_in(callbackURL=target)).json()["url"] == target


@pytest.mark.parametrize(
    ("fields", "status", "body"),
    [
        ({"password": "wrong horse"}, 401, WRONG),
        ({"password": "x" * 129}, 401, WRONG),
        ({"email": "nobody@example.com"}, 401, WRONG),
        ({"email": "nope"}, 400, {"message": "Invalid email", "code": "INVALID_EMAIL"}),
        (
            {"password": 7},
            400,
            {"message": "[body.password] Invalid input: expected string", "code": "VALIDATION_ERROR"},
        ),
    ],
)
async def test_a_refused_sign_in_sets_no_cookie(
    browser: Browser, another: Browser, fields: dict[str, Any], status: int, body: dict[str, str]
) -> None:
    await browser.sign_up()
    answer = await another.sign_in(**{"email": browser.email, **fields})
    assert (answer.status_code, answer.json(), set_cookies(answer)) == (status, body, [])
    assert await another.session() is None


async def test_a_missing_password_is_named(browser: Browser) -> None:
    answer = await browser.auth("sign-in/email", {"email": browser.email})
    assert answer.status_code == 400
    assert answer.json() == {
        "message": "[body.password] Invalid input: expected string, received undefined",
        "code": "VALIDATION_ERROR",
    }


async def test_an_unknown_address_costs_the_same_hashing_as_a_wrong_password(
    browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    await browser.sign_up()
    hasher = Counting((Argon2Hasher(time_cost=1, memory_cost=8, parallelism=1),))
    monkeypatch.setattr(passwords, "hasher", hasher)
    await browser.sign_in(password="wrong horse")
    assert hasher.verified == 1
    await browser.sign_in(email="nobody@example.com", password="wrong horse")
    assert hasher.verified == 2


class Counting(PasswordHash):
    """Counts how often a password is checked."""

    verified = 0

    def verify(self, password: str | bytes, hash: str | bytes) -> bool:
        self.verified += 1
        return super().verify(password, hash)

    def verify_and_update(self, password: str | bytes, hash: str | bytes) -> tuple[bool, str | None]:
        self.verified += 1
        return super().verify_and_update(password, hash)


async def test_a_weak_hash_is_made_stronger_at_the_next_sign_in(
    browser: Browser, owner: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    await browser.sign_up()
    query = "select password_hash from accounts join users u on u.id = user_id where u.email = $1"
    before = await owner.fetchval(query, browser.email)
    monkeypatch.setattr(passwords, "hasher", PasswordHash((Argon2Hasher(time_cost=2, memory_cost=8, parallelism=1),)))
    assert (await browser.sign_in()).status_code == 200
    after = await owner.fetchval(query, browser.email)
    assert (before.split("$")[3], after.split("$")[3]) == ("m=8,t=1,p=1", "m=8,t=2,p=1")
    assert (await browser.sign_in()).status_code == 200


class Slow(PasswordHash):
    """Checks passwords only when it is told to."""

    def __init__(self, like: PasswordHash) -> None:
        super().__init__(like.hashers)
        self.begun, self.go_on = threading.Event(), threading.Event()

    def verify_and_update(self, password: str | bytes, hash: str | bytes) -> tuple[bool, str | None]:
        self.begun.set()
        self.go_on.wait(10)
        return super().verify_and_update(password, hash)


async def test_while_many_sign_in_others_are_answered(
    browser: Browser, another: Browser, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    await browser.sign_up()
    slow = Slow(passwords.hasher)
    monkeypatch.setattr(passwords, "hasher", slow)
    signing_in = [asyncio.create_task(another.sign_in(email=browser.email)) for _ in range(3 * settings.pool_size)]
    await asyncio.to_thread(slow.begun.wait, 10)
    assert (await browser.session())["user"]["email"] == browser.email
    assert [task.done() for task in signing_in] == [False] * len(signing_in)
    slow.go_on.set()
    assert {answer.status_code for answer in await asyncio.gather(*signing_in)} == {200}


async def test_signing_in_accepts_what_the_address_was_invited_to(world: World, browser: Browser, owner: Any) -> None:
    await browser.sign_up()
    invited = await world.rest("ana", "POST", "/api/v1/{org}/people", {"email": browser.email, "role": "member"})
    assert invited.status_code == 201
    await browser.sign_in()
    organizations = (await browser.get("/api/v1/authorization")).json()["organizations"]
    assert {each["slug"] for each in organizations} >= {world.org}


async def test_signing_out_ends_the_session_and_clears_three_cookies(browser: Browser, owner: Any) -> None:
    user = (await browser.sign_up()).json()["user"]
    answer = await browser.auth("sign-out")
    assert (answer.status_code, answer.json()) == (200, {"success": True})
    assert set_cookies(answer) == [
        f"better-auth.{name}=; Max-Age=0; Path=/; HttpOnly; SameSite=Lax"
        for name in ("session_token", "session_data", "dont_remember")
    ]
    assert await owner.fetchval("select count(*) from sessions where user_id = $1", user["id"]) == 0
    assert await browser.session() is None


async def test_a_cookie_that_was_kept_is_worth_nothing_after_signing_out(browser: Browser, another: Browser) -> None:
    await browser.sign_up()
    another.cookies = browser.cookies
    kept = dict(browser.cookies)
    await browser.auth("sign-out")
    answer = await another.get(
        "/api/auth/list-sessions", headers={"cookie": "; ".join(f"{name}={value}" for name, value in kept.items())}
    )
    assert (answer.status_code, answer.json()) == (401, {"message": "Unauthorized", "code": "UNAUTHORIZED"})


@pytest.mark.parametrize("content", [b"", b"{}", b"{broken", b"[1]"])
async def test_signing_out_needs_neither_a_session_nor_a_body(browser: Browser, content: bytes) -> None:
    answer = await browser.post("/api/auth/sign-out", content=content, headers={"content-type": "application/json"})
    assert (answer.status_code, answer.json()) == (200, {"success": True})


async def test_graphql_signs_in_and_out(browser: Browser, another: Browser) -> None:
    await browser.sign_up()
    data = await another.gql(
        "mutation ($input: SignInInput!) { signIn(input: $input) { token user { email } session { userAgent } } }",
        input={"email": browser.email, "password": PASSWORD},
    )
    assert data["signIn"]["user"] == {"email": browser.email}
    assert (await another.session())["session"]["token"] == data["signIn"]["token"]
    assert await another.gql("mutation { signOut }") == {"signOut": True}
    assert dict(another.cookies) == {}
    assert await another.gql("{ session { user { email } } }") == {"session": None}
    assert (await browser.session())["user"]["email"] == browser.email


async def test_graphql_refuses_a_wrong_password_with_the_same_code(browser: Browser) -> None:
    await browser.sign_up()
    browser.cookies.clear()
    document = "mutation ($input: SignInInput!) { signIn(input: $input) { token } }"
    assert await browser.gql(document, input={"email": browser.email, "password": "wrong horse"}) is None
    assert (browser.codes, browser.errors[0]["message"]) == (
        ["INVALID_EMAIL_OR_PASSWORD"],
        "Invalid email or password",
    )
    assert dict(browser.cookies) == {}


async def test_unknown_paths_and_wrong_methods_are_404_without_a_body(browser: Browser) -> None:
    for method, path in (("GET", "sign-in/email"), ("POST", "ok"), ("GET", "nothing"), ("DELETE", "sign-out")):
        answer = await browser.request(method, f"/api/auth/{path}")
        assert (answer.status_code, answer.content) == (404, b""), path


async def test_the_service_says_that_it_is_there(browser: Browser) -> None:
    answer = await browser.get("/api/auth/ok")
    assert (answer.status_code, answer.json()) == (200, {"ok": True})
