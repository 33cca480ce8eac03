"""What one operation has loaded from one source: nothing twice, and what is asked for together in one statement."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Generic, TypeVar

from strawberry.dataloader import DataLoader

V = TypeVar("V")


class Loading(Generic[V]):
    """Values by their keys, loaded by a function of many keys that gives as many values, in their order."""

    def __init__(self, batch: Callable[[list[Any]], Awaitable[Sequence[V]]]) -> None:
        self._batch = batch
        self._known: dict[Any, V] = {}
        self._loader: DataLoader[Any, V] = DataLoader(self._fetch)

    def one(self, key: Any) -> Awaitable[V]:
        """One value, loaded together with all others that are asked for one by one in this tick."""
        if key in self._known:
            there = asyncio.get_running_loop().create_future()
            there.set_result(self._known[key])
            return there
        # Whoever waits for it may be given up, when a field beside it is refused: the others still want it.
        return asyncio.shield(self._loader.load(key))

    async def all(self, keys: Sequence[Any]) -> list[V]:
        """A value for each key, loaded now."""
        missing = [key for key in dict.fromkeys(keys) if key not in self._known]
        if missing:
            await self._fetch(missing)
        return [self._known[key] for key in keys]

    async def _fetch(self, keys: list[Any]) -> list[V]:
        values = list(await self._batch(keys))
        self._known.update(zip(keys, values, strict=True))
        return values
