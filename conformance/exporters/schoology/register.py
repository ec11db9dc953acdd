"""What the exporter remembers, and what survives a kill: SQLite behind frozen values in memory."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from pathlib import Path

import msgspec
from msgspec.structs import replace

from conformance.exporters.reference.model import ExportState, NotAllowed
from conformance.exporters.reference.register import FILE, clear
from conformance.exporters.schoology.model import Held, Item, Row, Run, RunKind, Section

TABLES = """
CREATE TABLE IF NOT EXISTS section (id INTEGER PRIMARY KEY CHECK (id = 1), document BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS item (
    number INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, document BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS pulled (
    number INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, document BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS run (
    number INTEGER PRIMARY KEY, kind TEXT NOT NULL, rows BLOB NOT NULL, finished REAL);
"""
WRITE_ITEM = (
    "INSERT INTO item (key, document) VALUES (?, ?)"
    " ON CONFLICT (key) DO UPDATE SET document = excluded.document"
)
WRITE_PULLED = (
    "INSERT INTO pulled (key, document) VALUES (?, ?)"
    " ON CONFLICT (key) DO UPDATE SET document = excluded.document"
)


class Register:
    """The section, the places of its gradebook, what the SIS was seen to hold, and the runs.

    Every change is committed to disk before it shows in memory. One process at a time holds a
    state directory; a second one is refused by SQLite ("database is locked").
    """

    synchronous = "FULL"
    """SQLite's setting. FULL survives a loss of power; OFF survives a kill only, and is fast."""

    def __init__(self, state_dir: Path, *, resume: bool) -> None:
        state_dir.mkdir(parents=True, exist_ok=True)
        if not resume:
            clear(state_dir)
        self._database = sqlite3.connect(state_dir / FILE, isolation_level="IMMEDIATE")
        self._section: Section | None = None
        self._items: dict[str, Item] = {}
        self._pulled: dict[str, Held] = {}
        self._open()

    @property
    def section(self) -> Section:
        """Raises NotAllowed while there is none."""
        if self._section is None:
            raise NotAllowed("No section has been loaded.")
        return self._section

    @property
    def items(self) -> tuple[Item, ...]:
        """The places of the gradebook in the order in which they were added."""
        return tuple(self._items.values())

    @property
    def pulled(self) -> tuple[Held, ...]:
        """What the SIS was last seen to hold."""
        return tuple(self._pulled.values())

    def find(self, key: str) -> Item | None:
        return self._items.get(key)

    def load(self, section: Section, items: Iterable[Item]) -> None:
        """The section that is worked on from now on.

        Where it is here already, it stays as it is and only places it does not have are added:
        what was exported is never forgotten. Another section takes its place.
        """
        items = list(items)
        if self._section is not None and self._section.id == section.id:
            self.keep(items=[each for each in items if each.key not in self._items])
            return
        if self.unfinished():
            raise NotAllowed("An export is under way; load another section when it has ended.")
        with self._database as database:
            database.execute("DELETE FROM item")
            database.execute("DELETE FROM pulled")
            self._write(section, items)
        self._items, self._pulled = {}, {}
        self._adopt(section, items)

    def keep(self, section: Section | None = None, items: Iterable[Item] = ()) -> None:
        """Commits these new values of what is known, all or none."""
        items = list(items)
        with self._database:
            self._write(section, items)
        self._adopt(section, items)

    def keep_pulled(self, section: Section, held: Iterable[Held]) -> None:
        """Commits what the SIS was seen to hold, and up to when."""
        held = list(held)
        with self._database as database:
            self._write(section, ())
            database.executemany(
                WRITE_PULLED, ((each.key, msgspec.json.encode(each)) for each in held)
            )
        self._section = section
        self._pulled.update((each.key, each) for each in held)

    def begin(self, kind: RunKind, rows: Sequence[Row]) -> Run:
        """Claims these places for a run, before any of them is sent: a kill from here on leaves a
        trace, and a second press finds nothing left to claim."""
        queued = [
            replace(self._items[row.key], state=ExportState.QUEUED, message=None) for row in rows
        ]
        with self._database as database:
            cursor = database.execute(
                "INSERT INTO run (kind, rows) VALUES (?, ?)", (kind, msgspec.json.encode(rows))
            )
            self._write(None, queued)
        self._adopt(None, queued)
        return Run(cursor.lastrowid or 0, kind, tuple(rows))

    def finish(self, run: Run, now: float) -> None:
        """Commits that the run is over."""
        with self._database as database:
            database.execute("UPDATE run SET finished = ? WHERE number = ?", (now, run.number))

    def unfinished(self) -> tuple[Run, ...]:
        """The runs that are under way or, right after a start, that a kill cut short."""
        found = self._database.execute(
            "SELECT number, kind, rows FROM run WHERE finished IS NULL ORDER BY number"
        )
        return tuple(
            Run(number, kind, msgspec.json.decode(rows, type=tuple[Row, ...]))
            for number, kind, rows in found
        )

    def close(self) -> None:
        """What is not committed is lost, as in a kill."""
        self._database.close()

    def _open(self) -> None:
        self._database.execute(f"PRAGMA synchronous = {self.synchronous}")
        self._database.execute("PRAGMA locking_mode = EXCLUSIVE")
        self._database.execute("PRAGMA journal_mode = WAL")
        self._database.executescript(f"BEGIN;{TABLES}COMMIT;")
        for (document,) in self._database.execute("SELECT document FROM section"):
            self._section = msgspec.json.decode(document, type=Section)
        rows = self._database.execute("SELECT document FROM item ORDER BY number")
        items = (msgspec.json.decode(row[0], type=Item) for row in rows)
        self._items = {each.key: each for each in items}
        rows = self._database.execute("SELECT document FROM pulled ORDER BY number")
        held = (msgspec.json.decode(row[0], type=Held) for row in rows)
        self._pulled = {each.key: each for each in held}

    def _write(self, section: Section | None, items: Iterable[Item]) -> None:
        if section is not None:
            self._database.execute(
                "INSERT OR REPLACE INTO section VALUES (1, ?)", (msgspec.json.encode(section),)
            )
        self._database.executemany(
            WRITE_ITEM, ((each.key, msgspec.json.encode(each)) for each in items)
        )

    def _adopt(self, section: Section | None, items: Iterable[Item]) -> None:
        self._section = section or self._section
        self._items.update((each.key, each) for each in items)
