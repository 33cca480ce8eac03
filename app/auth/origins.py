"""Which sites may act with a user's cookie, and where they may have the user sent: this server's own, and those that
the settings name (`THICKET_CORS_ORIGINS`)."""

import re
from urllib.parse import urlsplit

from app.settings import Settings

LOOPBACK = ("localhost", "127.0.0.1", "[::1]")
PORTS = {"http": 80, "https": 443}

_PATH = re.compile(r"/(?!/|\\|%2f|%5c)[\w\-.+/@]*(\?[\w\-.+/=&%@]*)?", re.IGNORECASE | re.ASCII)


def trusted_origins(settings: Settings) -> frozenset[str]:
    """As browsers write them: `https://app.example`, the port only where it is not the usual one.

    A server that was not told its address is one for trying out: browsers on the same machine reach it by any
    loopback name.
    """
    named = {origin_of(settings.url), *(origin_of(each) for each in settings.cors_origins)}
    if settings.base_url is None:
        named |= {f"http://{name}:{settings.port}" for name in LOOPBACK}
    return frozenset(named - {""})


def origin_of(url: str) -> str:
    """The origin of an address; empty if it has none."""
    try:
        parts = urlsplit(url)
        scheme, host, port = parts.scheme.lower(), (parts.hostname or "").lower(), parts.port
    except ValueError:
        return ""
    if scheme not in PORTS or not host:
        return ""
    shown = f"[{host}]" if ":" in host else host
    return f"{scheme}://{shown}" if port in (None, PORTS[scheme]) else f"{scheme}://{shown}:{port}"


def may_lead_to(settings: Settings, target: str) -> bool:
    """Whether a user may be sent there: a path on this server, or an address of a trusted site.

    Backslashes, and second slashes however they are encoded, would lead elsewhere (better-auth's own pattern).
    """
    if _PATH.fullmatch(target):
        return True
    plain = target.isascii() and target.isprintable() and not set(target) & {"\\", " ", "@"}
    return plain and origin_of(target) in trusted_origins(settings)
