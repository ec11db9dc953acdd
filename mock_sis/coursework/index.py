"""Grades in the orders they are listed in, so that a page costs the same however many there are.

Writes only note what changed; the orders are brought up to date by the first listing after them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from sortedcontainers import SortedList

from mock_sis.coursework.values import Grade

Place = tuple[int, int]
"""(assignment, enrollment)"""


class Index:
    """The places of a section's grades, sorted by assignment, by enrollment, and by time."""

    def __init__(self) -> None:
        self._by_assignment: SortedList[Any] = SortedList()
        self._by_enrollment: SortedList[Any] = SortedList()
        self._by_time: SortedList[Any] = SortedList()
        self._known: dict[Place, float] = {}
        self._changed: set[Place] = set()

    def note(self, places: Iterable[Place]) -> None:
        """Remember that the grades at these places were written or removed."""
        self._changed.update(places)

    def page(
        self,
        grades: Mapping[Place, Grade],
        start: int,
        limit: int,
        assignment: int | None = None,
        enrollment: int | None = None,
        since: float | None = None,
    ) -> tuple[list[Grade], int]:
        """One page of the grades that fit, and how many fit in all."""
        self._settle(grades)
        if assignment is not None and enrollment is not None:
            places = [(assignment, enrollment)] if (assignment, enrollment) in grades else []
        elif since is not None:
            return self._page_since(grades, start, limit, assignment, enrollment, since)
        elif enrollment is not None:
            return self._range(grades, self._by_enrollment, enrollment, start, limit, flip=True)
        elif assignment is not None:
            return self._range(grades, self._by_assignment, assignment, start, limit)
        else:
            found = self._by_assignment.islice(start, start + limit)
            return [grades[place] for place in found], len(self._by_assignment)
        kept = [grades[place] for place in places if since is None or grades[place].at >= since]
        return kept[start : start + limit], len(kept)

    def of_enrollment(self, grades: Mapping[Place, Grade], enrollment: int) -> list[Grade]:
        """All grades of one enrollment, by assignment."""
        self._settle(grades)
        found = self._by_enrollment.irange((enrollment,), (enrollment + 1,))
        return [grades[(assignment, owner)] for owner, assignment in found]

    def _range(
        self,
        grades: Mapping[Place, Grade],
        order: SortedList[Any],
        first: int,
        start: int,
        limit: int,
        *,
        flip: bool = False,
    ) -> tuple[list[Grade], int]:
        low, high = order.bisect_left((first,)), order.bisect_left((first + 1,))
        found = order.islice(min(low + start, high), min(low + start + limit, high))
        return [grades[place[::-1] if flip else place] for place in found], high - low

    def _page_since(
        self,
        grades: Mapping[Place, Grade],
        start: int,
        limit: int,
        assignment: int | None,
        enrollment: int | None,
        since: float,
    ) -> tuple[list[Grade], int]:
        low = self._by_time.bisect_left((since,))
        if assignment is None and enrollment is None:
            found = self._by_time.islice(low + start, low + start + limit)
            return [grades[place[1:]] for place in found], len(self._by_time) - low
        kept = list(self._narrowed(grades, assignment, enrollment, since))
        return kept[start : start + limit], len(kept)

    def _narrowed(
        self,
        grades: Mapping[Place, Grade],
        assignment: int | None,
        enrollment: int | None,
        since: float,
    ) -> Iterator[Grade]:
        """Grades of one assignment or one enrollment that changed since: a walk over that one."""
        if assignment is not None:
            places = self.of_assignment(assignment)
        else:
            assert enrollment is not None
            found = self._by_enrollment.irange((enrollment,), (enrollment + 1,))
            places = (flipped[::-1] for flipped in found)
        return (grades[place] for place in places if grades[place].at >= since)

    def of_assignment(self, assignment: int) -> Iterator[Place]:
        """The places of an assignment's grades, as of the last listing."""
        return iter(self._by_assignment.irange((assignment,), (assignment + 1,)))

    def _settle(self, grades: Mapping[Place, Grade]) -> None:
        if not self._changed:
            return
        gone = [place for place in self._changed if place in self._known]
        for place in gone:
            self._by_time.remove((self._known.pop(place), *place))
        here = [place for place in self._changed if place in grades]
        new = set(here) - set(gone)
        for place in set(gone) - set(here):
            self._by_assignment.remove(place)
            self._by_enrollment.remove(place[::-1])
        self._by_assignment.update(new)
        self._by_enrollment.update(place[::-1] for place in new)
        self._by_time.update((grades[place].at, *place) for place in here)
        self._known.update((place, grades[place].at) for place in here)
        self._changed.clear()
