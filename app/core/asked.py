"""A request as it was asked, with headers that are found by their names."""

from collections.abc import Sequence

from starlette.datastructures import Headers
from starlette.requests import Request


class _Named(Headers):
    """Headers, read once: Starlette looks through all of them for each that it is asked for."""

    def __init__(self, raw: Sequence[tuple[bytes, bytes]]) -> None:
        super().__init__(raw=list(raw))
        # Backwards, since the first of those that come twice is the one that counts.
        self._first = {name.decode("latin-1"): value.decode("latin-1") for name, value in reversed(raw)}

    def __getitem__(self, name: str) -> str:
        return self._first[name.lower()]

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and name.lower() in self._first

    def get(self, name: str, default: str | None = None) -> str | None:  # type: ignore[override]
        return self._first.get(name.lower(), default)

    def getlist(self, name: str) -> list[str]:
        return super().getlist(name) if name.lower() in self._first else []


class Asked(Request):
    """A request that is asked for many of its headers."""

    _named: _Named | None = None

    @property
    def headers(self) -> Headers:
        if self._named is None:
            self._named = _Named(self.scope["headers"])
        return self._named
