"""From a request to its Caller: which credential it shows, where it comes from, and whether a foreign site sent it.

Who the caller is, is found out in the operation's own transaction (`Tx.identify`): a credential that is unknown,
expired or revoked is nobody's, which is refused only where somebody is needed.
"""

import ipaddress
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import unquote
from zoneinfo import ZoneInfo

from starlette.requests import HTTPConnection, cookie_parser

from app.api.replicated import told_position
from app.auth.cookies import has_session_cookie, session_token
from app.auth.errors import CrossSiteNavigation, InvalidOrigin, MissingOrigin
from app.auth.origins import origin_of, trusted_origins
from app.auth.throttle import Limit, limit_requests, refusal, told
from app.core import clock
from app.core.context import Allowance, Caller, Credential, Presented
from app.core.db import Database
from app.core.errors import Forbidden
from app.core.secret import digest
from app.keys.actions import PREFIXES
from app.keys.model import KeyDialect
from app.settings import Settings

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
TOKEN_LIMIT = Limit(50, 10)
"""Requests with one token (domain.md 2.1)."""
KEY_LIMITS = {KeyDialect.TICKWARD: Limit(120, 60)}
"""Requests with one key, where they are not as with a token (routes.md 3.6)."""
UNLIMITED = Limit(2**31 - 1, 10)
ADDRESS_LIMITS = {KeyDialect.TICKWARD.value: Limit(300, 60)}
"""Requests from one network to a dialect, with whatever key; what takes no key is not counted (routes.md 3.6)."""
AUTH = "/api/auth/"
LOGINS = ("/sign-in/", "/sign-up/")

KNOWN_COOKIES = 2000
"""Headers that are kept, of at most LONGEST_KNOWN characters."""
LONGEST_KNOWN = 1000

Networks = Sequence[ipaddress.IPv4Network | ipaddress.IPv6Network]


@dataclass(frozen=True)
class Cookies:
    """What a request's cookies say."""

    session: Credential | None
    """None too where the session's cookie is not signed by this server."""
    has_session: bool
    time_zone: str | None


def callers(settings: Settings, database: Database) -> Callable[[HTTPConnection], Awaitable[Caller]]:
    """Make the function that every door asks for the Caller of a request.

    It raises Forbidden and better-auth's refusals for a write that a foreign site sent, RateLimited for a token that
    is used too often, and Unavailable. It reads headers only: bodies are the doors' business.
    """
    trusted = trusted_origins(settings)
    cookies_of = _reading(settings)
    proxies = [ipaddress.ip_network(each, strict=False) for each in settings.trusted_proxies]
    base_url = settings.url

    async def caller_of(request: HTTPConnection) -> Caller:
        cookies = cookies_of("; ".join(request.headers.getlist("cookie")))
        dialect, credential = _credential(request, cookies)
        _check_origin(trusted, request, credential, cookies)
        caller = Caller(
            settings=settings,
            database=database,
            credential=credential,
            ip=client_address(request, proxies),
            user_agent=request.headers.get("user-agent", "").replace("\0", ""),
            base_url=base_url,
            time_zone=cookies.time_zone,
            workspace=request.scope.get("rest_workspace"),
            position=told_position(request) if database.replica else 0,
            idempotency_key=None if _is_auth(request) else request.headers.get("idempotency-key"),
        )
        limit = ADDRESS_LIMITS.get(request.scope.get("rest_dialect", ""))
        if limit is not None and not request.scope.get("rest_public", False):
            await limit_requests(caller, request.scope["rest_dialect"], limit)
        if credential is not None and credential.kind is Presented.TOKEN:
            await _use(caller, credential, "thicket_use_token", TOKEN_LIMIT)
        elif credential is not None and dialect is not None:
            await _use(caller, credential, "thicket_use_key", KEY_LIMITS.get(dialect, TOKEN_LIMIT))
        return caller

    return caller_of


def client_address(request: HTTPConnection, proxies: Networks) -> str:
    """Who is at the other end. A proxy that the settings name is believed about whom it speaks for, nobody else is."""
    address = request.client.host if request.client else ""
    hops = [hop.strip() for line in request.headers.getlist("x-forwarded-for") for hop in line.split(",")]
    while hops and _is_among(address, proxies):
        address = hops.pop()
    return address if _is_address(address) else ""


def _reading(settings: Settings) -> Callable[[str], Cookies]:
    """Make the function that reads a `Cookie` header. What it found in one is kept: clients send the same for weeks."""

    def read(header: str) -> Cookies:
        cookies = cookie_parser(header)
        session = session_token(settings, cookies)
        return Cookies(
            session=Credential(Presented.SESSION, digest(session)) if session else None,
            has_session=has_session_cookie(settings, cookies),
            time_zone=_time_zone(cookies),
        )

    known = lru_cache(KNOWN_COOKIES)(read)
    return lambda header: (known if len(header) <= LONGEST_KNOWN else read)(header)


def _credential(request: HTTPConnection, cookies: Cookies) -> tuple[KeyDialect | None, Credential | None]:
    """A bearer token or a key, else the session cookie; and the dialect that a key is for.

    Dialects that are spoken with keys know no other credential, and no other dialect's keys (`rest_keys`); one that is
    spoken in a session knows no keys or tokens (`rest_sessions`).
    """
    keys: tuple[str, ...] = request.scope.get("rest_keys", ())
    scheme, _, text = request.headers.get("authorization", "").partition(" ")
    bears = scheme.lower() == "bearer" and not request.scope.get("rest_sessions", False)
    token = text.strip() if bears else ""
    if keys and not token.startswith(keys):
        return None, None
    if token:
        dialect = next((each for each, prefix in PREFIXES.items() if token.startswith(prefix)), None)
        return dialect, Credential(Presented.KEY if dialect else Presented.TOKEN, digest(token))
    return None, cookies.session


def _check_origin(
    trusted: frozenset[str], request: HTTPConnection, credential: Credential | None, cookies: Cookies
) -> None:
    """Refuse a write that a page of a foreign site has the browser send (ruling 19).

    Programs that are no browsers send neither `Origin` nor `Sec-Fetch-Site`, and are let through.
    """
    reads = request.scope["type"] == "http" and request.scope["method"] in SAFE
    if reads or (credential is not None and credential.kind is not Presented.SESSION):
        return
    site = request.headers.get("sec-fetch-site", "")
    origin = request.headers.get("origin", "")
    if _is_auth(request):
        _check_auth_origin(trusted, request, origin, site)
    elif cookies.has_session:
        from_here = origin_of(origin) in trusted if origin else site in ("", "none", "same-origin")
        if not from_here:
            raise Forbidden


def _check_auth_origin(trusted: frozenset[str], request: HTTPConnection, origin: str, site: str) -> None:
    """The same rule as better-auth has it, with its refusals (routes.md 3.1)."""
    if "cookie" not in request.headers:
        navigates = site == "cross-site" and request.headers.get("sec-fetch-mode") == "navigate"
        if navigates and any(login in request.scope["path"] for login in LOGINS):
            raise CrossSiteNavigation
        return
    if not origin and not site:
        return
    if not origin or origin == "null":
        raise MissingOrigin
    if origin_of(origin) not in trusted:
        raise InvalidOrigin


async def _use(caller: Caller, credential: Credential, function: str, usual: Limit) -> None:
    """Count the request, note that the credential was used, and say how much is left. Unknown ones leave no trace."""
    on = caller.settings.rate_limits == "on"
    limit = usual if on else UNLIMITED
    rows = await caller.database.apart(function, credential.digest, limit.most, limit.seconds, clock.now())
    for row in rows if on else ():
        caller.allowance = Allowance(limit.most, row.remaining, row.resets_at)
        headers = told(limit, row.remaining, row.resets_at)
        if not row.allowed:
            raise refusal(row.resets_at, headers)
        caller.response_headers += headers.items()


def _is_auth(request: HTTPConnection) -> bool:
    return request.scope.get("rest_dialect") == "auth" or request.scope["path"].startswith(AUTH)


def _time_zone(cookies: Mapping[str, str]) -> str | None:
    """The zone that the browser's `tz` cookie names; None if it names none."""
    name = unquote(cookies.get("tz", ""))
    try:
        return ZoneInfo(name).key if name else None
    except (ValueError, OSError, KeyError):
        return None


def _is_among(address: str, networks: Networks) -> bool:
    return _is_address(address) and any(ipaddress.ip_address(address) in network for network in networks)


@lru_cache(1024)
def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True
