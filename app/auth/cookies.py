"""The cookies of a session, as better-auth writes them: `{token}.{signature}`, URL-encoded (routes.md 3.1)."""

from collections.abc import Mapping
from datetime import timedelta
from urllib.parse import quote, unquote

from app.core.context import Caller
from app.core.secret import is_signed, signature
from app.settings import Settings

SESSION = "better-auth.session_token"
SESSION_DATA = "better-auth.session_data"
DONT_REMEMBER = "better-auth.dont_remember"
UNRESERVED = "!~*'()"
"""What JavaScript's encodeURIComponent leaves as it is, besides letters, digits and `-_.`."""


def session_token(settings: Settings, cookies: Mapping[str, str]) -> str | None:
    """The token in the request's session cookie; None if there is none, or it is not signed by this server."""
    value = unquote(cookies.get(_name(settings, SESSION), ""))
    token, _, signed = value.rpartition(".")
    return token if token and is_signed(settings.secret, token, signed) else None


def has_session_cookie(settings: Settings, cookies: Mapping[str, str]) -> bool:
    return _name(settings, SESSION) in cookies


def keep(caller: Caller, token: str, lifetime: timedelta | None) -> None:
    """Have the browser keep the session; `lifetime` None: until it is closed."""
    _set(caller, SESSION, _signed(caller.settings, token), lifetime)
    if lifetime is None:
        _set(caller, DONT_REMEMBER, _signed(caller.settings, "true"), None)


def clear(caller: Caller) -> None:
    """Have the browser forget the session."""
    for name in (SESSION, SESSION_DATA, DONT_REMEMBER):
        _set(caller, name, "", timedelta())


def _signed(settings: Settings, text: str) -> str:
    return quote(f"{text}.{signature(settings.secret, text)}", safe=UNRESERVED)


def _set(caller: Caller, name: str, value: str, lifetime: timedelta | None) -> None:
    attributes = [f"{_name(caller.settings, name)}={value}"]
    if lifetime is not None:
        attributes.append(f"Max-Age={int(lifetime.total_seconds())}")
    attributes += ["Path=/", "HttpOnly"]
    if _secure(caller.settings):
        attributes.append("Secure")
    attributes.append("SameSite=Lax")
    caller.response_headers.append(("Set-Cookie", "; ".join(attributes)))


def _name(settings: Settings, name: str) -> str:
    return f"__Secure-{name}" if _secure(settings) else name


def _secure(settings: Settings) -> bool:
    return settings.url.startswith("https://")
