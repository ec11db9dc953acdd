"""Find the route of a call in the tables of all interfaces.

Routes are indexed by their fixed segments, so a call is compared only with the routes that it fits,
however many the tables hold.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from operator import itemgetter
from typing import Any, NamedTuple
from urllib.parse import unquote

import msgspec

from mock_sis.errors import MethodNotAllowed, NotFound
from mock_sis.exchange import Params, Route, split_path


@dataclass(frozen=True, slots=True)
class Mount:
    """The routes of one interface below the path they are served at; `source` is asked for them
    by the first call below that path."""

    interface: str
    base: str
    source: Callable[[], tuple[Route, ...]]

    @property
    def routes(self) -> tuple[Route, ...]:
        """The routes, relative to the base path."""
        return self.source()


class Match(msgspec.Struct, frozen=True):
    """A route, the interface it belongs to, and its path parameters."""

    interface: str
    route: Route
    params: Params


Segments = tuple[str, ...]


class RouteCandidate(NamedTuple):
    """A route in a table: its place there, the interface it belongs to, and which segments its
    path parameters are."""

    place: int
    interface: str
    route: Route
    names: tuple[tuple[str, int], ...]

    def params(self, segments: Segments) -> Params:
        """The path parameters, percent-decoded, of raw segments that fit."""
        return {name: unquote(segments[number]) for name, number in self.names}


class Index:
    """Routes by their number of segments, then by which of these are fixed, then by their words."""

    def __init__(self, rows: Iterable[tuple[str, Route]]) -> None:
        tables: dict[int, dict[tuple[int, ...], dict[Any, list[RouteCandidate]]]] = {}
        for place, (interface, route) in enumerate(rows):
            numbered = list(enumerate(route.segments))
            names = tuple((mine[1:-1], n) for n, mine in numbered if mine.startswith("{"))
            fixed = tuple(n for n, mine in numbered if not mine.startswith("{"))
            table = tables.setdefault(len(route.segments), {}).setdefault(fixed, {})
            words = _picker(fixed)(route.segments)
            table.setdefault(words, []).append(RouteCandidate(place, interface, route, names))
        self._tables = {
            length: [(_picker(fixed), table) for fixed, table in by_fixed.items()]
            for length, by_fixed in tables.items()
        }

    def fitting(self, segments: Segments) -> list[RouteCandidate]:
        """The routes that fit these raw segments, in the order of the table."""
        found: list[RouteCandidate] = []
        for pick, table in self._tables.get(len(segments), ()):
            found += table.get(pick(segments), ())
        if len(found) > 1:
            found.sort(key=itemgetter(0))
        return found


def _picker(numbers: tuple[int, ...]) -> Callable[[Segments], Any]:
    """What takes the segments of these numbers out of all."""
    return itemgetter(*numbers) if numbers else lambda _: ()


class Router:
    """An index over mounts, whose routes do not change."""

    def __init__(self, mounts: Iterable[Mount]) -> None:
        self.mounts = tuple(mounts)
        bases = [(mount.interface, split_path(mount.base)) for mount in self.mounts]
        self._bases = sorted(bases, key=lambda named: -len(named[1]))  # the longest first
        self._indexes: dict[Segments, Index] = {}

    def _index(self, base: Segments) -> Index:
        """The index of the routes below a base path, built on first use."""
        if base not in self._indexes:
            here = [mount for mount in self.mounts if split_path(mount.base) == base]
            self._indexes[base] = Index((m.interface, route) for m in here for route in m.routes)
        return self._indexes[base]

    def interface(self, path: str) -> str | None:
        """The interface with the longest base path that this path lies under, matched or not."""
        segments = split_path(path)
        return next((name for name, base in self._bases if segments[: len(base)] == base), None)

    def find(self, method: str, path: str) -> Match:
        """The route for a method and a raw path. HEAD finds the route of GET (RFC 9110 section
        9.3.2). Raises NotFound or MethodNotAllowed."""
        sought = "GET" if method == "HEAD" else method
        segments = split_path(path)
        allowed: set[str] = set()
        for _, base in self._bases:
            if segments[: len(base)] != base:
                continue
            rest = segments[len(base) :]
            for row in self._index(base).fitting(rest):
                if row.route.method == sought:
                    return Match(row.interface, row.route, row.params(rest))
                allowed.add(row.route.method)
        if "GET" in allowed:
            allowed.add("HEAD")
        raise _refusal(method, path, sorted(allowed))


def _refusal(method: str, path: str, allowed: list[str]) -> NotFound | MethodNotAllowed:
    if not allowed:
        return NotFound(f"Nothing is served at {path[:200]!r}; `mock-sis routes` lists every path.")
    return MethodNotAllowed(
        f"{method[:20]} is not allowed here; use {' or '.join(allowed)}.", allowed=allowed
    )
