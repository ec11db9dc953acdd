"""Grades in the orders in which they are listed, so that a page costs the same however many exist.

An `Index` keeps the places of grades, not the grades: a place is (assignment, enrollment) within a
section, and (section, assignment, enrollment) in the index of the whole gradebook. An `Order` makes
a sort key of a place and the time of its grade; an index keeps one sorted list of keys for each
order that was asked for.

Writing must stay cheap, because a bulk export writes 10,000 grades that may never be listed:

- An index is created by the first listing, an order by the first listing in that order.
- A write only adds its places to a set. The next listing settles: it compares the time that the
  index knows for each of these places with the current time, removes the old keys and adds the new
  ones. Writes between two listings therefore cost one update per place, not one per write.
- `Index._times` remembers the time under which a place was sorted, because the grade that had it is
  replaced by then. The index keeps no reference to grades, so replaced grades are freed.

A page is found by binary search. The keys of an order begin with the fields that a listing fixes
(`within`, such as the assignment), go on with the time in orders by time, and end with the rest of
the place. So the keys of a listing are one contiguous range, which two searches for `within` find,
and a `Span` cuts it at both ends by two more.

A `Span` is two predicates over Unix times instead of two bounds, because OneRoster compares times
as they are shown, cut to milliseconds. Both predicates must be monotonic (once true for a time,
true for all later times), or the binary search is wrong.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable
from typing import Any, Generic, NamedTuple, TypeVar

from sortedcontainers import SortedList

P = TypeVar("P", bound=tuple[Any, ...])
"""The place of a grade."""
Key = tuple[Any, ...]


class Order(NamedTuple):
    """A sort order: makes a key of a place and the time of its grade, and a place of a key."""

    key: Callable[[Any, float], Key]
    place: Callable[[Key], Any]


class Span(NamedTuple):
    """An interval of Unix times: `begun` is true from its start on, `over` after its end. None
    leaves that end open."""

    begun: Callable[[float], bool] | None = None
    over: Callable[[float], bool] | None = None

    def holds(self, at: float) -> bool:
        """Whether the interval includes this time."""
        enough = self.begun is None or self.begun(at)
        return enough and not (self.over is not None and self.over(at))


def since(moment: float) -> Span:
    """The span from this Unix time on."""
    return Span(lambda at: at >= moment)


BY_PLACE = Order(lambda place, _: place, lambda key: key)
BY_TIME = Order(lambda place, at: (at, *place), lambda key: key[1:])


class Index(Generic[P]):
    """The places of grades in any number of orders, initially those of `times`.

    Only places and times are kept; `page` is passed a function that gives the current time of the
    grade at a place, None if no grade is left.
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
        """Return one page of the matching places and the number of all matching places.

        A place matches if its key begins with `within`, whose last part is an integer, and goes on
        with a time in the span, if one is given.
        """
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
    """The position of the first of these keys whose time, its part number `time`, `holds`."""
    return bisect_left(keys, True, low, high, key=lambda key: holds(key[time]))
