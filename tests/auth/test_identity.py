"""What is read off a request before anybody knows who sent it."""

import pytest
from starlette.requests import HTTPConnection

from app.api.identity import callers
from app.core.context import Caller, Presented
from app.core.db import Database
from app.core.secret import digest
from app.settings import Settings

TOKEN = "Eb1G6Wr7Qz205dQ3WsqnbKKKjiaWNy7F"
COOKIE = f"better-auth.session_token={TOKEN}.jrx0wJxFUyarmLnLb0tLwG%2BulWE4QxB4jXC0uIcHJuI%3D"


async def caller_of(settings: Settings, peer: str = "198.51.100.1", **headers: str) -> Caller:
    """The caller of a GET with these headers; no database is asked."""
    raw = [(name.replace("_", "-").encode(), value.encode("latin-1")) for name, value in headers.items()]
    scope = {"type": "http", "method": "GET", "path": "/api/v1/orgs", "headers": raw, "client": (peer, 1)}
    return await callers(settings, Database())(HTTPConnection(scope))


async def test_a_signed_cookie_is_a_session(settings: Settings) -> None:
    credential = (await caller_of(settings, cookie=COOKIE)).credential
    assert credential is not None
    assert (credential.kind, credential.digest) == (Presented.SESSION, digest(TOKEN))


@pytest.mark.parametrize("headers", [{}, {"cookie": COOKIE[:-4]}, {"authorization": "Basic abc"}])
async def test_nothing_is_nobodys(settings: Settings, headers: dict[str, str]) -> None:
    assert (await caller_of(settings, **headers)).credential is None


@pytest.mark.parametrize(
    ("peer", "forwarded", "address"),
    [
        ("198.51.100.1", "203.0.113.9", "198.51.100.1"),
        ("10.0.0.1", "203.0.113.9", "203.0.113.9"),
        ("10.0.0.1", "6.6.6.6, 203.0.113.9", "203.0.113.9"),
        ("10.0.0.1", "203.0.113.9, 10.0.0.2", "203.0.113.9"),
        ("10.0.0.1", "", "10.0.0.1"),
        ("10.0.0.1", "nonsense", ""),
    ],
)
async def test_the_last_address_that_no_proxy_of_ours_has_is_the_clients(
    settings: Settings, peer: str, forwarded: str, address: str
) -> None:
    behind = settings.model_copy(update={"trusted_proxies": ("10.0.0.0/8",)})
    headers = {"x_forwarded_for": forwarded} if forwarded else {}
    assert (await caller_of(behind, peer, **headers)).ip == address


@pytest.mark.parametrize(
    ("cookie", "zone"),
    [
        ("tz=Europe%2FBerlin", "Europe/Berlin"),
        ("tz=UTC", "UTC"),
        ("tz=Mars/Base", None),
        ("tz=../../etc/passwd", None),
        ("tz=%00", None),
        ("tz=", None),
    ],
)
async def test_the_browsers_time_zone_is_read_if_it_is_one(settings: Settings, cookie: str, zone: str | None) -> None:
    assert (await caller_of(settings, cookie=cookie)).time_zone == zone


async def test_what_a_program_says_of_itself_can_be_stored(settings: Settings) -> None:
    assert (await caller_of(settings, user_agent="curl\0/8")).user_agent == "curl/8"
