"""Finds the route of a call in the tables of all interfaces.

Routes are grouped by their number of path segments, so that a call is compared with few of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

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


@dataclass(frozen=True, slots=True)
class Match:
    """A route, the interface it belongs to, and its path parameters."""

    interface: str
    route: Route
    params: Params


Segments = tuple[str, ...]
Index = dict[int, list[tuple[str, Route]]]


class Router:
    """An index over mounts, whose routes do not change."""

    def __init__(self, mounts: Iterable[Mount]) -> None:
        self.mounts = tuple(mounts)
        bases = [(mount.interface, split_path(mount.base)) for mount in self.mounts]
        self._bases = sorted(bases, key=lambda named: -len(named[1]))  # the longest first
        self._indexes: dict[Segments, Index] = {}

    def _index(self, base: Segments) -> Index:
        """The routes below a base path by their number of segments; made when first asked for."""
        if base not in self._indexes:
            index: Index = {}
            for mount in self.mounts:
                for route in mount.routes if split_path(mount.base) == base else ():
                    index.setdefault(len(route.segments), []).append((mount.interface, route))
            self._indexes[base] = index
        return self._indexes[base]

    def interface(self, path: str) -> str | None:
        """The interface with the longest base path that this path lies under, matched or not."""
        segments = split_path(path)
        return next((name for name, base in self._bases if segments[: len(base)] == base), None)

    def find(self, method: str, path: str) -> Match:
        """The route for a method and a raw path. Raises NotFound or MethodNotAllowed."""
        segments = split_path(path)
        found: dict[str, Match] = {}
        for _, base in self._bases:
            if segments[: len(base)] != base:
                continue
            rest = segments[len(base) :]
            for interface, route in self._index(base).get(len(rest), ()):
                params = route.match(rest)
                if params is not None:
                    found.setdefault(route.method, Match(interface, route, params))
        if method in found:
            return found[method]
        raise _refusal(method, path, found)


def _refusal(method: str, path: str, found: Mapping[str, Match]) -> NotFound | MethodNotAllowed:
    if not found:
        return NotFound(
            f"There is nothing at {path[:200]!r}; `mock-sis routes` lists what there is."
        )
    allowed = sorted(found)
    return MethodNotAllowed(
        f"{method[:20]} is not allowed here; use {' or '.join(allowed)}.", allowed=allowed
    )
