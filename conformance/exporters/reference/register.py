"""What the exporter remembers, and what survives a kill: SQLite behind frozen values in memory."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TypeVar

import msgspec
from msgspec.structs import replace

from conformance.exporters.reference.model import (
    ExportState,
    Flow,
    NotAllowed,
    Notice,
    Participant,
    Row,
    Run,
    RunKind,
    UserId,
    key_of,
)

FILE = "exporter.sqlite"
TABLES = """
CREATE TABLE IF NOT EXISTS flow (id INTEGER PRIMARY KEY CHECK (id = 1), document BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS participant (
    number INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, document BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS run (
    number INTEGER PRIMARY KEY, kind TEXT NOT NULL, started REAL NOT NULL, rows BLOB NOT NULL,
    finished REAL, outcome TEXT);
CREATE TABLE IF NOT EXISTS notice (number INTEGER PRIMARY KEY, document BLOB NOT NULL);
"""
Value = TypeVar("Value")


class Register:
    """The flow, its participants, its runs and what assessors were told.

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
        self._flow: Flow | None = None
        self._people: dict[str, Participant] = {}
        self._open()

    @property
    def flow(self) -> Flow:
        """Raises NotAllowed while there is none."""
        if self._flow is None:
            raise NotAllowed("No flow has been loaded.")
        return self._flow

    @property
    def people(self) -> tuple[Participant, ...]:
        return tuple(self._people.values())

    @property
    def notices(self) -> tuple[Notice, ...]:
        """What assessors were told, oldest first."""
        rows = self._database.execute("SELECT document FROM notice ORDER BY number")
        return tuple(_decoded(row[0], Notice) for row in rows)

    def find(self, user_id: UserId) -> Participant:
        """Raises NotAllowed for somebody who is not in the flow."""
        try:
            return self._people[key_of(user_id)]
        except KeyError:
            raise NotAllowed(f"{user_id} is not in this flow.") from None

    def load(self, flow: Flow, people: Iterable[Participant]) -> None:
        """The flow that is worked on from now on.

        Where it is here already, it stays as it is and only people it does not have are added:
        what was exported is never forgotten. Another flow takes its place.
        """
        people = list(people)
        if self._flow is not None and self._flow.sis_code == flow.sis_code:
            self.keep(people=[each for each in people if each.key not in self._people])
            return
        if self.unfinished():
            raise NotAllowed("An export is under way; load another flow when it has ended.")
        with self._database as database:
            database.execute("DELETE FROM participant")
            self._write(flow, people, ())
        self._people = {}
        self._adopt(flow, people)

    def keep(
        self,
        flow: Flow | None = None,
        people: Iterable[Participant] = (),
        notices: Iterable[Notice] = (),
    ) -> None:
        """Commits these new values of what is known, all or none."""
        people = list(people)
        with self._database:
            self._write(flow, people, notices)
        self._adopt(flow, people)

    def begin(self, kind: RunKind, rows: Sequence[Row], now: float) -> Run:
        """Claims these participants for a run, before any of them is sent: a kill from here on
        leaves a trace, and a second press finds nobody left to claim."""
        queued = [
            replace(self._people[row.key], state=ExportState.QUEUED, message=None) for row in rows
        ]
        with self._database as database:
            cursor = database.execute(
                "INSERT INTO run (kind, started, rows) VALUES (?, ?, ?)",
                (kind, now, msgspec.json.encode(rows)),
            )
            self._write(None, queued, ())
        self._adopt(None, queued)
        return Run(cursor.lastrowid or 0, kind, tuple(rows))

    def record(self, people: Iterable[Participant], message: str) -> None:
        """Commits what became of these participants."""
        self.keep(replace(self.flow, message=message), people)

    def finish(self, run: Run, now: float) -> None:
        """Commits that the run is over. Whoever it did not record stays queued until a restart."""
        with self._database as database:
            database.execute(
                "UPDATE run SET finished = ?, outcome = ? WHERE number = ?",
                (now, self.flow.message, run.number),
            )

    def unfinished(self) -> tuple[Run, ...]:
        """The runs that are under way or, right after a start, that a kill cut short."""
        found = self._database.execute(
            "SELECT number, kind, rows FROM run WHERE finished IS NULL ORDER BY number"
        )
        return tuple(
            Run(number, kind, _decoded(rows, tuple[Row, ...])) for number, kind, rows in found
        )

    def close(self) -> None:
        """What is not committed is lost, as in a kill."""
        self._database.close()

    def _open(self) -> None:
        self._database.execute(f"PRAGMA synchronous = {self.synchronous}")
        self._database.execute("PRAGMA locking_mode = EXCLUSIVE")
        self._database.execute("PRAGMA journal_mode = WAL")
        self._database.executescript(f"BEGIN;{TABLES}COMMIT;")
        for (document,) in self._database.execute("SELECT document FROM flow"):
            self._flow = _decoded(document, Flow)
        rows = self._database.execute("SELECT document FROM participant ORDER BY number")
        people = (_decoded(row[0], Participant) for row in rows)
        self._people = {each.key: each for each in people}

    def _write(
        self, flow: Flow | None, people: Iterable[Participant], notices: Iterable[Notice]
    ) -> None:
        if flow is not None:
            self._database.execute(
                "INSERT OR REPLACE INTO flow VALUES (1, ?)", (msgspec.json.encode(flow),)
            )
        self._database.executemany(
            "INSERT INTO participant (key, document) VALUES (?, ?)"
            " ON CONFLICT (key) DO UPDATE SET document = excluded.document",
            ((each.key, msgspec.json.encode(each)) for each in people),
        )
        self._database.executemany(
            "INSERT INTO notice (document) VALUES (?)",
            ((msgspec.json.encode(each),) for each in notices),
        )

    def _adopt(self, flow: Flow | None, people: Iterable[Participant]) -> None:
        self._flow = flow or self._flow
        self._people.update((each.key, each) for each in people)


def clear(state_dir: Path) -> None:
    """Forgets everything kept in this directory."""
    for name in (FILE, f"{FILE}-wal", f"{FILE}-shm", f"{FILE}-journal"):
        (state_dir / name).unlink(missing_ok=True)


def _decoded(document: bytes, shape: type[Value]) -> Value:
    return msgspec.json.decode(document, type=shape)
