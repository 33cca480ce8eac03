"""What a request's first line means: whose dialect it is, which route, and which variables stand in path and query.

It follows from the line, the host and the credential's own text, and from nothing else. Clients ask for the same again
and again, so what was found out is kept for the next time, within bounds.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request

from app.api.remembered import Remembered
from rest_compat.compile import Route
from rest_compat.dispatch import Choice
from rest_compat.variables import Variables

MOST = 2000
MOST_SIZE = 2 * 1024 * 1024
"""Characters in all of the lines."""
LONGEST = 1000

Line = tuple[Any, ...]


@dataclass
class Heard:
    """A line that names a route."""

    choice: Choice
    route: Route
    path: Mapping[str, str]
    """The path's parameters by the route's names."""
    read: Variables | None = None
    """The variables, where all of them stand in the line and fit; once they were read."""
    counted: int | None = None
    """How many rows the list had in all when it was last asked for, and the headers that told so."""
    paging: Mapping[str, str] | None = None

    def variables(self, read: Callable[[], Variables]) -> Variables:
        """The variables of a request with this line. Nobody may change them."""
        if self.read is not None:
            return self.read
        found = read()
        # A refusal is an exception, which keeps what it was raised in.
        if self.route.in_line and found.unreadable is None and found.unfit is None:
            self.read = found
        return found

    def pages(self, total: int, headers: Callable[[], Mapping[str, str]]) -> Mapping[str, str]:
        """What headers tell of the list."""
        if self.paging is None or self.counted != total:
            self.counted, self.paging = total, headers()
        return self.paging


class Lines:
    """The lines that were heard last."""

    def __init__(self) -> None:
        self._known: Remembered[Heard] = Remembered(MOST, MOST_SIZE)

    def find(self, line: Line) -> Heard | None:
        return self._known.get(line)

    def keep(self, line: Line, heard: Heard) -> None:
        """Keep what was heard, unless the line is long."""
        size = sum(len(each) for each in line if each is not None)
        if size <= LONGEST:
            self._known.put(line, heard, size)


def line_of(request: Request) -> Line:
    """All that decides what a request means, its body, cookies and other headers aside."""
    scope, headers = request.scope, request.headers
    return (
        scope["method"],
        scope.get("scheme"),
        scope["path"],
        scope.get("raw_path"),
        scope["query_string"],
        headers.get("host"),
        headers.get("authorization"),
    )
