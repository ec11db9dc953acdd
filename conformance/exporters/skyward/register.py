"""What the exporter remembers, and what survives a kill: a store behind frozen values in memory."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from msgspec.structs import replace

from conformance.exporters.kit.store import Store, written
from conformance.exporters.skyward.model import Course, Mark, Place, Run, RunKind
from conformance.exporters.wiseflow.model import ExportState, NotAllowed


class Register:
    """The course, its items section by section, the scores, and the transfers.

    Every change is committed to disk before it shows in memory.
    """

    def __init__(self, state_dir: Path, *, resume: bool) -> None:
        self._store = Store(state_dir, resume=resume)
        self._course = next(iter(self._store.documents(Course)), None)
        self._places = {each.key: each for each in self._store.documents(Place)}
        self._marks = {each.key: each for each in self._store.documents(Mark)}

    @property
    def course(self) -> Course:
        """Raises NotAllowed while there is none."""
        if self._course is None:
            raise NotAllowed("No course has been loaded.")
        return self._course

    @property
    def places(self) -> tuple[Place, ...]:
        """The items, section by section, in the order in which they were added."""
        return tuple(self._places.values())

    @property
    def marks(self) -> tuple[Mark, ...]:
        """The scores in the order in which they were added."""
        return tuple(self._marks.values())

    def place(self, key: str) -> Place | None:
        return self._places.get(key)

    def mark(self, key: str) -> Mark | None:
        return self._marks.get(key)

    def on(self, place: Place) -> tuple[Mark, ...]:
        """The scores on an item in one section."""
        return tuple(
            each
            for each in self._marks.values()
            if str(each.item) == str(place.item) and each.section == place.section
        )

    def load(self, course: Course, places: Iterable[Place], marks: Iterable[Mark]) -> None:
        """Another course takes the place of the one before; of the same one only what is new is
        added, since what was sent is never forgotten."""
        if self._course is not None and self._course.id == course.id:
            new_places = [each for each in places if each.key not in self._places]
            new_marks = [each for each in marks if each.key not in self._marks]
            self.keep(*new_places, *new_marks, course=course)
            return
        if self.unfinished():
            raise NotAllowed("A transfer is under way; load another course when it has ended.")
        rows: list[Place | Mark] = [*places, *marks]
        self._store.keep(written(course, rows), forgetting=(Place, Mark))
        self._places, self._marks = {}, {}
        self._adopt(rows, course)

    def keep(self, *rows: Place | Mark, course: Course | None = None) -> None:
        """Commits these new values of what is known, all or none."""
        self._store.keep(written(course, rows))
        self._adopt(rows, course)

    def begin(self, kind: RunKind, places: Iterable[Place], now: float) -> Run:
        """Claims these places for a transfer, before any of them is sent: a kill from here on
        leaves a trace, and a second press finds nothing left to claim."""
        queued = [replace(each, state=ExportState.QUEUED, message=None) for each in places]
        run = Run(0, kind, tuple(each.key for each in queued))
        number = self._store.begin(run, written(None, queued), now)
        self._adopt(queued, None)
        return replace(run, number=number)

    def finish(self, run: Run, now: float) -> None:
        """Commits that the transfer is over."""
        self._store.finish(run.number, now)

    def unfinished(self) -> tuple[Run, ...]:
        """The transfers that are under way or, right after a start, that a kill cut short."""
        return tuple(replace(run, number=number) for number, run in self._store.unfinished(Run))

    def close(self) -> None:
        """What is not committed is lost, as in a kill."""
        self._store.close()

    def _adopt(self, rows: Iterable[Place | Mark], course: Course | None) -> None:
        self._course = course or self._course
        for each in rows:
            if isinstance(each, Place):
                self._places[each.key] = each
            else:
                self._marks[each.key] = each
