"""The documents and runs that an exporter keeps on disk, in SQLite, so that they survive a kill."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TypeVar

import msgspec
from msgspec import Struct

FILE = "exporter.sqlite"
TABLES = """
CREATE TABLE IF NOT EXISTS document (
    number INTEGER PRIMARY KEY, kind TEXT NOT NULL, key TEXT, body BLOB NOT NULL,
    UNIQUE (kind, key));
CREATE TABLE IF NOT EXISTS run (
    number INTEGER PRIMARY KEY, body BLOB NOT NULL, started REAL NOT NULL, finished REAL);
"""
WRITE = (
    "INSERT INTO document (kind, key, body) VALUES (?, ?, ?)"
    " ON CONFLICT (kind, key) DO UPDATE SET body = excluded.body"
)

Value = TypeVar("Value", bound=Struct)
Documents = Iterable[tuple[str | None, object]]
"""Each with its key: it replaces the document of the same type and key. Without a key, it is added
to those before it."""


class Store:
    """The documents and runs of a state directory.

    Every change is one commit, on disk when the call returns. One process at a time can use a
    directory; SQLite refuses a second one ("database is locked").
    """

    synchronous = "FULL"
    """SQLite's setting: FULL survives a loss of power, OFF (faster) only a kill."""

    def __init__(self, state_dir: Path, *, resume: bool) -> None:
        state_dir.mkdir(parents=True, exist_ok=True)
        if not resume:
            for name in (FILE, f"{FILE}-wal", f"{FILE}-shm", f"{FILE}-journal"):
                (state_dir / name).unlink(missing_ok=True)
        self._database = sqlite3.connect(state_dir / FILE, isolation_level="IMMEDIATE")
        self._database.execute(f"PRAGMA synchronous = {self.synchronous}")
        self._database.execute("PRAGMA locking_mode = EXCLUSIVE")
        self._database.execute("PRAGMA journal_mode = WAL")
        self._database.executescript(f"BEGIN;{TABLES}COMMIT;")

    def documents(self, kind: type[Value]) -> tuple[Value, ...]:
        """All documents of a type, in the order in which they were first kept."""
        found = self._database.execute(
            "SELECT body FROM document WHERE kind = ? ORDER BY number", (kind.__name__,)
        )
        return tuple(msgspec.json.decode(body, type=kind) for (body,) in found)

    def keep(self, documents: Documents, *, forgetting: Sequence[type[Struct]] = ()) -> None:
        """Keep documents, all or none, and delete all others of the types in `forgetting`."""
        with self._database as database:
            for kind in forgetting:
                database.execute("DELETE FROM document WHERE kind = ?", (kind.__name__,))
            self._write(documents)

    def begin(self, run: Struct, documents: Documents, now: float) -> int:
        """Keep the start of a run together with these documents; the number of the run."""
        with self._database as database:
            cursor = database.execute(
                "INSERT INTO run (body, started) VALUES (?, ?)", (msgspec.json.encode(run), now)
            )
            self._write(documents)
        return cursor.lastrowid or 0

    def finish(self, number: int, now: float) -> None:
        """Keep the end of a run."""
        with self._database as database:
            database.execute("UPDATE run SET finished = ? WHERE number = ?", (now, number))

    def unfinished(self, kind: type[Value]) -> tuple[tuple[int, Value], ...]:
        """The runs that have not ended, with their numbers."""
        found = self._database.execute(
            "SELECT number, body FROM run WHERE finished IS NULL ORDER BY number"
        )
        return tuple((number, msgspec.json.decode(body, type=kind)) for number, body in found)

    def close(self) -> None:
        """Stop at once; what is not committed is lost, as in a kill."""
        self._database.close()

    def _write(self, documents: Documents) -> None:
        self._database.executemany(
            WRITE,
            ((type(each).__name__, key, msgspec.json.encode(each)) for key, each in documents),
        )
