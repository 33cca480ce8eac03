"""Values that are kept for a while: bounded in number and in size, whoever asks."""

from collections import OrderedDict
from collections.abc import Iterator
from typing import Any, Generic, TypeVar

V = TypeVar("V")


class Remembered(Generic[V]):
    """The most recently used values, bounded in number and in size."""

    def __init__(self, most: int, most_size: int) -> None:
        self._most, self._most_size = most, most_size
        self._values: OrderedDict[Any, tuple[V, int]] = OrderedDict()
        self.size = 0

    def __len__(self) -> int:
        return len(self._values)

    def __iter__(self) -> Iterator[Any]:
        """The keys; what was not used for longest comes first."""
        return iter(self._values)

    def get(self, key: Any) -> V | None:
        if key not in self._values:
            return None
        self._values.move_to_end(key)
        return self._values[key][0]

    def put(self, key: Any, value: V, size: int) -> None:
        """Keep a value; what was not used for longest makes room."""
        if key in self._values:
            return
        self._values[key] = (value, size)
        self.size += size
        while len(self._values) > self._most or self.size > self._most_size:
            self.forget(next(iter(self._values)))

    def forget(self, key: Any) -> None:
        """Drop a value that is kept."""
        _, freed = self._values.pop(key)
        self.size -= freed
