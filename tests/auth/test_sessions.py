"""Sessions: their cookie, their life, their end (routes.md 3.1)."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote

import httpx
import pytest

from app.auth import cookies
from app.core.secret import digest, signature
from app.settings import Settings
from tests.auth.browser import Browser, set_cookies
from tests.auth.conftest import PRODUCTION, Start

Later = Callable[[timedelta], None]

SECRET = "0123456789abcdef0123456789abcdef"
TOKEN = "Eb1G6Wr7Qz205dQ3WsqnbKKKjiaWNy7F"
SIGNATURE = "jrx0wJxFUyarmLnLb0tLwG+ulWE4QxB4jXC0uIcHJuI="


def cookie_of(token: str) -> str:
    return quote(f"{token}.{signature(SECRET, token)}", safe="")


def test_cookies_are_signed_as_better_auth_signs_them(settings: Settings) -> None:
    assert settings.secret == SECRET
    assert signature(SECRET, TOKEN) == SIGNATURE
    held = {"better-auth.session_token": f"{TOKEN}.{quote(SIGNATURE, safe='')}"}
    assert cookies.session_token(settings, held) == TOKEN


@pytest.mark.parametrize(
    "value",
    [
        "",
        TOKEN,
        f"{TOKEN}.",
        f"{TOKEN}.{SIGNATURE[:-2]}A=",
        f".{SIGNATURE}",
        f"{TOKEN}.\udcff",
        f"x{TOKEN}.{SIGNATURE}",
    ],
)
def test_a_cookie_with_another_signature_is_nobodys(settings: Settings, value: str) -> None:
    assert cookies.session_token(settings, {"better-auth.session_token": value}) is None


async def test_the_cookie_holds_token_and_signature_for_seven_days(browser: Browser) -> None:
    answer = await browser.sign_up()
    assert set_cookies(answer) == [
        f"better-auth.session_token={cookie_of(answer.json()['token'])}; Max-Age=604800; Path=/; HttpOnly; SameSite=Lax"
    ]


async def test_only_the_hash_of_a_token_is_kept(browser: Browser, owner: Any) -> None:
    token = (await browser.sign_up()).json()["token"]
    row = await owner.fetchrow("select * from sessions where digest = $1", digest(token))
    assert token not in str(dict(row))


async def test_behind_https_the_cookie_is_secure(start: Start) -> None:
    browser = await start(base_url="https://thicket.example")
    answer = await browser.sign_up()
    assert set_cookies(answer) == [
        f"__Secure-better-auth.session_token={cookie_of(answer.json()['token'])}; "
        "Max-Age=604800; Path=/; HttpOnly; Secure; SameSite=Lax"
    ]
    assert (await browser.session())["user"]["email"] == browser.email
    plain = {"cookie": f"better-auth.session_token={cookie_of(answer.json()['token'])}"}
    browser.cookies.clear()
    assert (await browser.get("/api/auth/get-session", headers=plain)).json() is None


async def test_a_session_that_is_not_remembered_ends_with_the_browser_or_after_a_day(
    browser: Browser, later: Later
) -> None:
    answer = await browser.sign_up(rememberMe=False)
    assert set_cookies(answer) == [
        f"better-auth.session_token={cookie_of(answer.json()['token'])}; Path=/; HttpOnly; SameSite=Lax",
        f"better-auth.dont_remember={cookie_of('true')}; Path=/; HttpOnly; SameSite=Lax",
    ]
    session = (await browser.session())["session"]
    assert days_between(session["createdAt"], session["expiresAt"]) == 1
    later(timedelta(hours=23))
    unchanged = await browser.get("/api/auth/get-session")
    assert unchanged.json()["session"] == session
    assert set_cookies(unchanged) == []
    later(timedelta(days=1, seconds=1))
    assert await browser.session() is None


async def test_the_session_is_shown_with_where_it_came_from(browser: Browser) -> None:
    user = (await browser.sign_up()).json()["user"]
    answer = await browser.get("/api/auth/get-session")
    assert answer.headers["cache-control"] == "no-store"
    session = answer.json()["session"]
    assert answer.json() == {
        "session": {
            "id": session["id"],
            "token": session["token"],
            "userId": user["id"],
            "expiresAt": session["expiresAt"],
            "createdAt": session["createdAt"],
            "updatedAt": session["createdAt"],
            "ipAddress": "127.0.0.1",
            "userAgent": f"python-httpx/{httpx.__version__}",
        },
        "user": user,
    }
    assert days_between(session["createdAt"], session["expiresAt"]) == 7
    assert set_cookies(answer) == []


async def test_nobody_has_the_session_null(browser: Browser) -> None:
    answer = await browser.get("/api/auth/get-session")
    assert (answer.status_code, answer.content, set_cookies(answer)) == (200, b"null", [])


async def test_asking_after_a_day_gives_seven_more(browser: Browser, owner: Any, later: Later) -> None:
    token = (await browser.sign_up()).json()["token"]
    first = (await browser.session())["session"]
    later(timedelta(hours=23))
    assert (await browser.session())["session"] == first
    later(timedelta(days=1, seconds=1))
    answer = await browser.get("/api/auth/get-session")
    session = answer.json()["session"]
    assert session["token"] == token
    assert session["updatedAt"] > first["updatedAt"]
    assert days_between(session["updatedAt"], session["expiresAt"]) == 7
    assert set_cookies(answer) == [
        f"better-auth.session_token={cookie_of(token)}; Max-Age=604800; Path=/; HttpOnly; SameSite=Lax"
    ]
    kept = await owner.fetchrow("select expires_at, updated_at from sessions where digest = $1", digest(token))
    assert (kept["expires_at"] - kept["updated_at"]).days == 7
    again = await browser.get("/api/auth/get-session")
    assert (again.json()["session"], set_cookies(again)) == (session, [])
    later(timedelta(days=7))
    assert await browser.session() is not None


async def test_graphql_keeps_the_session_alive_too(browser: Browser, later: Later) -> None:
    await browser.sign_up()
    first = (await browser.session())["session"]
    later(timedelta(days=2))
    data = await browser.gql("{ session { session { expiresAt } user { email } } }")
    assert data["session"]["user"] == {"email": browser.email}
    assert int(days_between(first["expiresAt"], data["session"]["session"]["expiresAt"])) == 2


async def test_an_expired_session_is_null_and_gone(browser: Browser, owner: Any, later: Later) -> None:
    token = (await browser.sign_up()).json()["token"]
    later(timedelta(days=7, seconds=1))
    answer = await browser.get("/api/auth/get-session")
    assert (answer.status_code, answer.json()) == (200, None)
    assert set_cookies(answer) == [
        f"better-auth.{name}=; Max-Age=0; Path=/; HttpOnly; SameSite=Lax"
        for name in ("session_token", "session_data", "dont_remember")
    ]
    assert await owner.fetchval("select count(*) from sessions where digest = $1", digest(token)) == 0


async def test_an_expired_session_opens_nothing(browser: Browser, later: Later) -> None:
    await browser.sign_up()
    later(timedelta(days=7, seconds=1))
    answer = await browser.get("/api/v1/authorization")
    assert (answer.status_code, answer.json()) == (
        401,
        {"error": {"code": "unauthenticated", "message": "Authentication required"}},
    )


async def test_get_session_is_not_for_post(browser: Browser) -> None:
    await browser.sign_up()
    answer = await browser.auth("get-session")
    assert (answer.status_code, answer.json()) == (
        405,
        {
            "message": "POST method requires deferSessionRefresh to be enabled in session config",
            "code": "METHOD_NOT_ALLOWED_DEFER_SESSION_REQUIRED",
        },
    )


async def test_sessions_are_listed_the_latest_first(browser: Browser, another: Browser, later: Later) -> None:
    await browser.sign_up()
    await another.sign_in(email=browser.email)
    here, there = (await browser.session())["session"], (await another.session())["session"]
    answer = await browser.get("/api/auth/list-sessions")
    assert (answer.status_code, answer.json()) == (200, [there, here])
    data = await browser.gql("{ sessions { id token } }")
    assert data["sessions"] == [{"id": each["id"], "token": each["token"]} for each in (there, here)]


async def test_expired_sessions_are_not_listed(browser: Browser, another: Browser, later: Later) -> None:
    await browser.sign_up()
    await another.sign_in(email=browser.email, rememberMe=False)
    later(timedelta(days=1, seconds=1))
    assert len((await browser.get("/api/auth/list-sessions")).json()) == 1


async def test_one_session_is_ended_by_its_token(browser: Browser, another: Browser) -> None:
    await browser.sign_up()
    token = (await another.sign_in(email=browser.email)).json()["token"]
    answer = await browser.auth("revoke-session", {"token": token})
    assert (answer.status_code, answer.json()) == (200, {"status": True})
    assert await another.session() is None
    assert await browser.session() is not None


async def test_the_session_of_somebody_else_is_not_ended(browser: Browser, another: Browser) -> None:
    await browser.sign_up()
    token = (await another.sign_up()).json()["token"]
    for given in (token, "unknown-token-is-also-fine"):
        answer = await browser.auth("revoke-session", {"token": given})
        assert (answer.status_code, answer.json()) == (200, {"status": True})
    assert await another.session() is not None


async def test_the_other_sessions_are_ended_and_this_one_goes_on(browser: Browser, another: Browser) -> None:
    await browser.sign_up()
    await another.sign_in(email=browser.email)
    answer = await browser.auth("revoke-other-sessions")
    assert (answer.status_code, answer.json()) == (200, {"status": True})
    assert await another.session() is None
    assert await browser.session() is not None


async def test_all_sessions_are_ended(browser: Browser, another: Browser) -> None:
    await browser.sign_up()
    await another.sign_in(email=browser.email)
    answer = await browser.auth("revoke-sessions")
    assert (answer.status_code, answer.json()) == (200, {"status": True})
    assert await another.session() is None
    assert await browser.session() is None


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "list-sessions", None),
        ("GET", "list-accounts", None),
        ("POST", "revoke-session", {"token": "x"}),
        ("POST", "revoke-session", {}),
        ("POST", "revoke-other-sessions", {}),
        ("POST", "revoke-sessions", {}),
        ("POST", "update-user", {"name": "Eve"}),
        ("POST", "change-password", {"currentPassword": "x", "newPassword": "y"}),
        ("POST", "verify-password", {}),
    ],
)
async def test_what_needs_a_session_is_401_without_one(browser: Browser, method: str, path: str, body: Any) -> None:
    answer = await browser.request(method, f"/api/auth/{path}", json=body)
    assert (answer.status_code, answer.json()) == (401, {"message": "Unauthorized", "code": "UNAUTHORIZED"})


async def test_in_production_too_a_session_works(start: Start) -> None:
    browser = await start(**PRODUCTION)
    await browser.sign_up()
    assert (await browser.session())["user"]["email"] == browser.email


def days_between(start: str, end: str) -> float:
    return (datetime.fromisoformat(end) - datetime.fromisoformat(start)) / timedelta(days=1)
