"""Which route a method and a path mean. Literal segments win over parameters; a slash at the end means nothing."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from urllib.parse import unquote

from rest_compat.compile import PARAMETER, Route


@dataclass
class Node:
    """What may follow after some segments of a path."""

    literals: dict[str, "Node"] = field(default_factory=dict)
    parameters: dict[str, "Node"] = field(default_factory=dict)
    """By what follows the parameter in its segment, as `.ics` in `{token}.ics`; the longest first."""
    routes: dict[str, list[Route]] = field(default_factory=dict)
    """By method; those that the query string chooses before the one that has all other requests."""


@dataclass(frozen=True)
class Match:
    """A path that is known: its routes by method, and what its parameters hold, in order."""

    routes: dict[str, list[Route]]
    held: tuple[str, ...]

    def route(self, method: str, query: Mapping[str, str]) -> Route | None:
        """The route of a request; None where the path has not the method."""
        among = self.routes.get("GET" if method == "HEAD" else method, [])
        return next((each for each in among if each.when is None or query.get(each.when[0]) == each.when[1]), None)

    @property
    def allow(self) -> str:
        """The methods that the path has, for the Allow header."""
        return ", ".join(sorted({*self.routes, "OPTIONS", *(["HEAD"] if "GET" in self.routes else [])}))

    def parameters(self, route: Route) -> dict[str, str]:
        """The path parameters, by the names that this route gives them."""
        return dict(zip(PARAMETER.findall(route.path), self.held, strict=True))


def build(routes: Iterable[Route]) -> Node:
    """The table of these routes."""
    root = Node()
    for route in routes:
        node = root
        for segment in route.path.strip("/").split("/"):
            if found := PARAMETER.match(segment):
                rest = segment[found.end() :]
                node = node.parameters.setdefault(rest, Node())
            else:
                node = node.literals.setdefault(segment, Node())
        node.routes.setdefault(route.method, []).append(route)
        node.routes[route.method].sort(key=lambda each: each.when is None)
    _order(root)
    return root


def _order(node: Node) -> None:
    node.parameters = dict(sorted(node.parameters.items(), key=lambda each: -len(each[0])))
    for each in (*node.literals.values(), *node.parameters.values()):
        _order(each)


def segments(raw_path: bytes) -> list[str]:
    """The segments of a path, each decoded by itself: an encoded slash stays inside its segment."""
    parts = raw_path.decode("latin-1").strip("/").split("/")
    return [unquote(each, errors="surrogateescape") for each in parts] if b"%" in raw_path else parts


def find(node: Node, path: list[str], held: tuple[str, ...] = ()) -> Match | None:
    """The routes of a path; None if it is unknown."""
    if not path:
        return Match(node.routes, held) if node.routes else None
    first, rest = path[0], path[1:]
    if first in node.literals and (match := find(node.literals[first], rest, held)):
        return match
    for suffix, after in node.parameters.items():
        value = first.removesuffix(suffix)
        if value and first.endswith(suffix) and (match := find(after, rest, (*held, value))):
            return match
    return None
