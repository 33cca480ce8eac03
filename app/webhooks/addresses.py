"""Where webhooks may be sent: to the open Internet, by https. Nothing that is private can be reached through us."""

import asyncio
import ipaddress
import socket
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import SplitResult, urlsplit

from app.core.errors import Invalid, Reason

if TYPE_CHECKING:
    import httpx

LONGEST = 2_000
LOCAL = ("localhost", "local", "internal", "home", "lan", "test", "invalid")
"""Names, and ends of names, that mean something only inside."""


TRANSLATED = ipaddress.ip_network("64:ff9b::/32")
"""What routers make addresses of the old kind of (RFC 6052): any, private ones too."""


class Refused(Exception):
    """The address is private, or there is none. The message is for the delivery log."""


@dataclass(frozen=True)
class Target:
    """An address that was looked up: the machine is told by number, so that nobody answers otherwise meanwhile."""

    url: str
    host: str
    """As the certificate has it, and the Host header."""

    def request(
        self,
        client: "httpx.AsyncClient",
        method: str,
        headers: Mapping[str, str] | None = None,
        content: str | None = None,
    ) -> "httpx.Request":
        """A request to just this machine, which has to have the certificate of its name."""
        name = self.host.rpartition("@")[2].partition(":")[0]
        return client.build_request(
            method,
            self.url,
            content=content,
            headers={**(headers or {}), "Host": self.host},
            extensions={"sni_hostname": name},
        )


def outgoing(patience: float) -> "httpx.AsyncClient":
    """A client that goes where it is sent alone: no redirect is followed, no proxy taken from the environment.

    `patience`: seconds for each step of the conversation.
    """
    import httpx  # few processes send any requests: a server starts without it

    return httpx.AsyncClient(timeout=patience, follow_redirects=False, trust_env=False)


def public_address(url: str, *, private: bool) -> str:
    """The address, if it is one that may be asked for. Raises Invalid. `private`: any http address will do."""
    parts = _split(url)
    schemes = ("https", "http") if private else ("https",)
    if parts is None or len(url) > LONGEST or parts.scheme not in schemes or not parts.hostname:
        raise Invalid.field("url", Reason.invalid_format, "url must be an https address of up to 2,000 characters")
    if parts.username is not None or parts.password is not None:
        raise Invalid.field("url", Reason.invalid_value, "url must not hold a name or a password")
    if not private and _is_private(parts.hostname):
        raise Invalid.field("url", Reason.invalid_value, "url must not lead to a private address")
    return url


def _split(url: str) -> SplitResult | None:
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        return None
    return parts if url.isprintable() and " " not in url else None


def _is_private(host: str) -> bool:
    try:
        return not _is_open(host)
    except ValueError:
        return host.rstrip(".").rpartition(".")[2].lower() in LOCAL


def _is_open(number: str) -> bool:
    """Whether the number is of a machine on the open Internet. Raises ValueError for what is no number."""
    address = ipaddress.ip_address(number)
    if isinstance(address, ipaddress.IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour or (address.teredo or (None, None))[1]
        if inner is not None or address in TRANSLATED:
            return False
    return address.is_global and not address.is_multicast


async def looked_up(url: str, *, private: bool) -> Target:
    """The machine that the address leads to. Raises Refused where any that its name has is private, or none is."""
    parts = _split(url)
    if parts is None or not parts.hostname:
        raise Refused("The address cannot be read")
    port = parts.port or {"https": 443, "http": 80}[parts.scheme]
    try:
        found = await asyncio.get_running_loop().getaddrinfo(parts.hostname, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise Refused("Nobody has this name") from error
    numbers = [str(entry[4][0]) for entry in found]
    if not numbers or not (private or all(map(_is_open, numbers))):
        raise Refused("The address is private")
    number = f"[{numbers[0]}]" if ":" in numbers[0] else numbers[0]
    pinned = parts._replace(netloc=f"{number}:{port}", fragment="").geturl()
    return Target(pinned, parts.netloc)
