"""Which dialect a request means (routes.md 3.0): by mount, host, bearer prefix, path. Only that order is code."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from starlette.requests import Request

from rest_compat.compile import Route
from rest_compat.profile import Profile, Refusal
from rest_compat.table import Match, Node, build, find, segments

MOUNT = "dialects"
API = "api"

NOBODY = Refusal(
    401,
    {
        "error": {"type": "missing_api_key", "code": "unauthenticated", "message": "Unauthenticated."},
        "message": "Unauthenticated.",
    },
)
"""Valid for every dialect: nobody knows yet which one is meant."""


@dataclass(frozen=True)
class Dialect:
    """A profile and what its documents were compiled to."""

    profile: Profile
    routes: tuple[Route, ...]
    table: Node
    claims: tuple[tuple[str, ...], ...]
    """The segments of each path that it claims, the longest first."""


@dataclass(frozen=True)
class Choice:
    """The dialect of a request, and the path that it means there."""

    dialect: Dialect
    path: tuple[str, ...]
    workspace: str | None = None
    """The organization's slug, where the host says it."""

    def match(self) -> Match | None:
        """The route table's answer."""
        return find(self.dialect.table, list(self.path))


def dialect(profile: Profile, routes: Sequence[Route]) -> Dialect:
    """The dialect of these routes."""
    return Dialect(profile, tuple(routes), build(routes), tuple(map(_parts, profile.claims)))


def choose(dialects: Sequence[Dialect], request: Request) -> Choice | Refusal | None:
    """The dialect that the request is for; a refusal if nobody can say; None if it is no REST request at all."""
    path = tuple(segments(request.scope.get("raw_path") or request.scope["path"].encode()))
    if path[0] == MOUNT and len(path) > 1:
        return next((Choice(each, path[2:]) for each in dialects if each.profile.name == path[1]), None)
    if path[0] != API:
        return _at_root(dialects, path)
    if choice := _by_host(dialects, request, path) or _by_bearer(dialects, request, path):
        return choice
    claimed = max(dialects, key=lambda each: _claim(each, path))
    choice = Choice(claimed, path)
    return NOBODY if _reserved(choice) and not _known(dialects, request) else choice


def _claim(dialect: Dialect, path: tuple[str, ...]) -> int:
    """How much of the path the dialect claims."""
    for claim in dialect.claims:
        if path[: len(claim)] == claim:
            return len(claim)
    return 0


def _at_root(dialects: Sequence[Dialect], path: tuple[str, ...]) -> Choice | None:
    """Routes outside every base, as `/feeds/{token}.ics`."""
    choices = (Choice(each, path) for each in dialects)
    return next((choice for choice in choices if choice.match()), None)


def _by_host(dialects: Sequence[Dialect], request: Request, path: tuple[str, ...]) -> Choice | None:
    if not any(each.profile.host_label for each in dialects):
        return None
    labels = (request.headers.get("host") or "").split(":")[0].lower().split(".")
    if len(labels) < 3:
        return None
    return next((Choice(each, path, labels[0]) for each in dialects if each.profile.host_label == labels[1]), None)


def _by_bearer(dialects: Sequence[Dialect], request: Request, path: tuple[str, ...]) -> Choice | None:
    if "authorization" not in request.headers:
        return None
    key = _bearer(request)
    for each in dialects:
        if each.profile.key_prefixes and key.startswith(each.profile.key_prefixes) and _below(path, each.profile.base):
            return Choice(each, path)
    return None


def _bearer(request: Request) -> str:
    scheme, _, key = request.headers.get("authorization", "").partition(" ")
    return key.strip() if scheme.lower() == "bearer" else ""


def _below(path: tuple[str, ...], prefix: str) -> bool:
    """Whether the path is the prefix, or lies below it."""
    wanted = _parts(prefix)
    return path[: len(wanted)] == wanted


@cache
def _parts(prefix: str) -> tuple[str, ...]:
    """The segments of a prefix that a profile names."""
    return tuple(prefix.strip("/").split("/"))


def _reserved(choice: Choice) -> bool:
    """Whether the first segment below the base may be meant for another dialect, and is no literal of this one."""
    profile, base = choice.dialect.profile, _parts(choice.dialect.profile.base)
    rest = choice.path[len(base) :]
    if not rest or not _below(choice.path, profile.base) or rest[0] not in profile.reserved:
        return False
    node: Node | None = choice.dialect.table
    for segment in (*base, rest[0]):
        node = node.literals.get(segment) if node else None
    return node is None and rest[0] != "openapi.json"


def _known(dialects: Sequence[Dialect], request: Request) -> bool:
    """Whether a key or token of any dialect came with the request. A session's cookie says nothing (ruling 4)."""
    key = _bearer(request)
    return any(each.profile.key_prefixes and key.startswith(each.profile.key_prefixes) for each in dialects)
