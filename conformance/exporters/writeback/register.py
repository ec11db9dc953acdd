"""What the exporter remembers, and what survives a kill: SQLite behind frozen values in memory."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable
from pathlib import Path

import msgspec
from msgspec.structs import replace

from conformance.exporters.reference.model import ExportState, NotAllowed
from conformance.exporters.reference.register import FILE, clear
from conformance.exporters.writeback.model import Course, Mark, Place, Run, RunKind

TABLES = """
CREATE TABLE IF NOT EXISTS course (id INTEGER PRIMARY KEY CHECK (id = 1), document BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS row (
    number INTEGER PRIMARY KEY, kind TEXT NOT NULL, key TEXT NOT NULL, document BLOB NOT NULL,
    UNIQUE (kind, key));
CREATE TABLE IF NOT EXISTS run (
    number INTEGER PRIMARY KEY, kind TEXT NOT NULL, places BLOB NOT NULL, finished REAL);
"""
WRITE_ROW = (
    "INSERT INTO row (kind, key, document) VALUES (?, ?, ?)"
    " ON CONFLICT (kind, key) DO UPDATE SET document = excluded.document"
)

ROWS: dict[str, Callable[[bytes], Place | Mark]] = {
    "Place": msgspec.json.Decoder(Place).decode,
    "Mark": msgspec.json.Decoder(Mark).decode,
}


class Register:
    """The course, its items section by section, the scores, and the transfers.

    Every change is committed to disk before it shows in memory. One process at a time holds a
    state directory; a second one is refused by SQLite ("database is locked").
    """

    synchronous = "FULL"
    """What a commit waits for, in SQLite's words: nothing less than this outlives a power cut."""

    def __init__(self, state_dir: Path, *, resume: bool) -> None:
        state_dir.mkdir(parents=True, exist_ok=True)
        if not resume:
            clear(state_dir)
        self._database = sqlite3.connect(state_dir / FILE, isolation_level="IMMEDIATE")
        self._course: Course | None = None
        self._places: dict[str, Place] = {}
        self._marks: dict[str, Mark] = {}
        self._open()

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
        with self._database as database:
            database.execute("DELETE FROM row")
            self._write(rows, course)
        self._places, self._marks = {}, {}
        self._adopt(rows, course)

    def keep(self, *rows: Place | Mark, course: Course | None = None) -> None:
        """Commits these new values of what is known, all or none."""
        with self._database:
            self._write(rows, course)
        self._adopt(rows, course)

    def begin(self, kind: RunKind, places: Iterable[Place]) -> Run:
        """Claims these places for a transfer, before any of them is sent: a kill from here on
        leaves a trace, and a second press finds nothing left to claim."""
        queued = [replace(each, state=ExportState.QUEUED, message=None) for each in places]
        keys = tuple(each.key for each in queued)
        with self._database as database:
            cursor = database.execute(
                "INSERT INTO run (kind, places) VALUES (?, ?)", (kind, msgspec.json.encode(keys))
            )
            self._write(queued, None)
        self._adopt(queued, None)
        return Run(cursor.lastrowid or 0, kind, keys)

    def finish(self, run: Run, now: float) -> None:
        """Commits that the transfer is over."""
        with self._database as database:
            database.execute("UPDATE run SET finished = ? WHERE number = ?", (now, run.number))

    def unfinished(self) -> tuple[Run, ...]:
        """The transfers that are under way or, right after a start, that a kill cut short."""
        found = self._database.execute(
            "SELECT number, kind, places FROM run WHERE finished IS NULL ORDER BY number"
        )
        return tuple(
            Run(number, kind, msgspec.json.decode(keys, type=tuple[str, ...]))
            for number, kind, keys in found
        )

    def close(self) -> None:
        """What is not committed is lost, as in a kill."""
        self._database.close()

    def _open(self) -> None:
        self._database.execute("PRAGMA locking_mode = EXCLUSIVE")
        self._database.execute("PRAGMA journal_mode = WAL")
        self._database.execute(f"PRAGMA synchronous = {self.synchronous}")
        self._database.executescript(TABLES)
        for (document,) in self._database.execute("SELECT document FROM course"):
            self._course = msgspec.json.decode(document, type=Course)
        for kind, document in self._database.execute(
            "SELECT kind, document FROM row ORDER BY number"
        ):
            self._adopt([ROWS[kind](document)], None)

    def _write(self, rows: Iterable[Place | Mark], course: Course | None) -> None:
        if course is not None:
            self._database.execute(
                "INSERT OR REPLACE INTO course VALUES (1, ?)", (msgspec.json.encode(course),)
            )
        self._database.executemany(
            WRITE_ROW,
            ((type(each).__name__, each.key, msgspec.json.encode(each)) for each in rows),
        )

    def _adopt(self, rows: Iterable[Place | Mark], course: Course | None) -> None:
        self._course = course or self._course
        for each in rows:
            if isinstance(each, Place):
                self._places[each.key] = each
            else:
                self._marks[each.key] = each
