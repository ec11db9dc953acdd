"""Grades in the orders they are listed in, so that a page costs the same however many there are.

An order is made by the first listing that asks for it, so that nobody pays for one who does not
list by it. From then on a write only notes which places changed, and the next listing brings what
was made up to date.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable
from typing import Any, Generic, NamedTuple, TypeVar

from sortedcontainers import SortedList

P = TypeVar("P", bound=tuple[Any, ...])
"""Where a grade stands."""
Key = tuple[Any, ...]


class Order(NamedTuple):
    """A way of sorting: the key of a place and of the time of its grade, and the place of a key."""

    key: Callable[[Any, float], Key]
    place: Callable[[Key], Any]


class Span(NamedTuple):
    """A stretch of time: whether a moment is late enough for it, and whether it is too late; None
    where any is or none is. What holds of one moment holds of all later ones."""

    begun: Callable[[float], bool] | None = None
    over: Callable[[float], bool] | None = None

    def holds(self, at: float) -> bool:
        """Whether a moment lies in it."""
        enough = self.begun is None or self.begun(at)
        return enough and not (self.over is not None and self.over(at))


def since(moment: float) -> Span:
    """From that Unix time on."""
    return Span(lambda at: at >= moment)


BY_PLACE = Order(lambda place, _: place, lambda key: key)
BY_TIME = Order(lambda place, at: (at, *place), lambda key: key[1:])


class Index(Generic[P]):
    """Places of grades in any number of orders; `times` says where there is one now, and of what
    time.

    It does not know the grades: whoever lists says what time the one at a place has, None where
    there is none. So nothing that was replaced is kept alive by its index.
    """

    def __init__(self, times: dict[P, float]) -> None:
        self._times = times
        self._orders: dict[Order, SortedList[Any]] = {}
        self._changed: set[P] = set()

    def note(self, places: Iterable[P]) -> None:
        """Remember that the grades at these places were written or removed."""
        self._changed.update(places)

    def page(
        self,
        time_of: Callable[[P], float | None],
        order: Order,
        within: Key,
        span: Span | None,
        start: int,
        limit: int,
    ) -> tuple[list[P], int]:
        """One page of the places whose keys begin with `within` (whose last part is a whole
        number) and go on with a time in the span, and how many there are in all."""
        self._settle(time_of)
        keys = self._kept(order)
        low, high = 0, len(keys)
        if within:
            beyond = (*within[:-1], within[-1] + 1)
            low, high = keys.bisect_left(within), keys.bisect_left(beyond)
        if span is not None:
            low = _first(keys, len(within), span.begun, low, high) if span.begun else low
            high = _first(keys, len(within), span.over, low, high) if span.over else high
        found = keys.islice(low + start, min(low + start + limit, high))
        return [order.place(key) for key in found], high - low

    def _kept(self, order: Order) -> SortedList[Any]:
        if order not in self._orders:
            made = (order.key(place, at) for place, at in self._times.items())
            self._orders[order] = SortedList(made)
        return self._orders[order]

    def _settle(self, time_of: Callable[[P], float | None]) -> None:
        if not self._changed:
            return
        was = {place: at for place in self._changed if (at := self._times.get(place)) is not None}
        now = {place: at for place in self._changed if (at := time_of(place)) is not None}
        for order, keys in self._orders.items():
            old = {order.key(place, at) for place, at in was.items()}
            new = {order.key(place, at) for place, at in now.items()}
            for key in old - new:
                keys.remove(key)
            keys.update(new - old)
        for place in was.keys() - now.keys():
            del self._times[place]
        self._times.update(now)
        self._changed.clear()


def _first(
    keys: SortedList[Any], time: int, holds: Callable[[float], bool], low: int, high: int
) -> int:
    """Where the first of these keys stands for whose time, a part of the key, something holds."""
    return bisect_left(keys, True, low, high, key=lambda key: holds(key[time]))
