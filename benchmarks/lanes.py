"""What a comparison is made of: lanes, each a way to ask a peer, and scenarios, each some lanes with the same task."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from benchmarks.asking import Asker
from benchmarks.load import Answer

CONNECTIONS = 16
SMALL, LARGE = "200,000 recordings", "2,000,000 recordings"


@dataclass(frozen=True)
class Lane:
    """One way to ask a peer for something."""

    name: str
    peer: str
    """An application of benchmarks/peers."""
    request: Callable[[Asker], bytes]
    read: Callable[[Answer], Any]
    """What the answer says, the same for all lanes of a scenario."""
    data: str = SMALL
    connections: int = CONNECTIONS
    unbound: bool = False
    """Its peer connects as a role that row-level security does not bind."""

    def requests(self, asking: Sequence[Asker]) -> list[bytes]:
        return [self.request(asker) for asker in asking]


@dataclass(frozen=True)
class Scenario:
    """Lanes that do the same, one of which the others are compared with."""

    name: str
    title: str
    lanes: tuple[Lane, ...]
    """Ratios are to the first."""
    enough: Callable[[Any], bool]
    """Whether an answer is what was meant to be asked for."""
    quick: frozenset[str] = frozenset()
    """Which peers take part where time is short; none: the scenario is left out."""
    equal: bool = True
    """All lanes answer the same. Else they ask different data, or differently much."""
    written: tuple[str, ...] = ()
    """Tables that a request writes to; each lane has to add equally many rows."""

    def shortened(self) -> "Scenario | None":
        """What is left of it where time is short."""
        lanes = tuple(lane for lane in self.lanes if lane.peer in self.quick)
        return Scenario(**{**vars(self), "lanes": lanes}) if lanes else None

    def without(self, peers: set[str]) -> "Scenario":
        """The same without peers that cannot be started here."""
        return Scenario(**{**vars(self), "lanes": tuple(lane for lane in self.lanes if lane.peer not in peers)})


def get(asker: Asker, path: str, *headers: str) -> bytes:
    return _http(f"GET {path}", asker, *headers)


def post(asker: Asker, path: str, body: Any, *headers: str) -> bytes:
    content = orjson.dumps(body)
    told = (*headers, "Content-Type: application/json", f"Content-Length: {len(content)}")
    return _http(f"POST {path}", asker, *told) + content


def ask(document: str, **variables: Any) -> Callable[[Asker], bytes]:
    """A GraphQL document by POST; it is told the organization's slug as `$org` where it wants to know."""

    def request(asker: Asker) -> bytes:
        given = {"org": asker.slug, **variables} if "$org" in document else variables
        # PostGraphile's documents have no place for the organization; it is told by a header.
        return post(asker, "/graphql", {"query": document, "variables": given}, f"X-Organization: {asker.slug}")

    return request


def _http(what: str, asker: Asker, *headers: str) -> bytes:
    always = (f"{what} HTTP/1.1", "Host: 127.0.0.1", "Accept: application/json")
    return "\r\n".join([*always, f"Cookie: better-auth.session_token={asker.cookie}", *headers, "", ""]).encode()
