"""What became of each exporter, kept in a file between runs."""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import hypothesis
import msgspec

from conformance.dialects import DIALECTS
from proof.subjects import Kind, Subject

ROOT = Path(__file__).resolve().parents[2]

SOURCES = (
    "mock_sis",
    "conformance",
    "schemas",
    "tests/conformance/builds",
    "tests/helpers/suite/exploring.py",
    "tests/helpers/suite/jumping_loop.py",
    "tests/helpers/suite/playing.py",
    "tests/proof/playing.py",
)
"""What results depend on: files, and folders with all in them."""

OF_A_DIALECT = ("conformance", "conformance/exporters")
"""Folders with a folder for each dialect, on which the results of other dialects do not depend."""


class Result(msgspec.Struct, frozen=True, kw_only=True):
    """What became of one subject: rules broken, hidden, with a broken adapter; whether something
    was sent late; the walks of the exploration (0: not explored), and its findings as rule and
    walk in order."""

    key: str
    dialect: str
    kind: Kind
    name: str
    breaks: tuple[str, ...] = ()
    hides: tuple[str, ...] = ()
    errors: tuple[str, ...] = ()
    late: bool = False
    walks: int = 0
    findings: tuple[tuple[str, int], ...] = ()

    @property
    def subject(self) -> Subject:
        """What was tried."""
        return Subject(self.dialect, self.kind, self.name)


def key(dialect: str, walks: int, root: Path = ROOT) -> str:
    """A digest of all that the results of a dialect depend on."""
    digest = hashlib.sha256()
    versions = (*sys.version_info[:2], hypothesis.__version__)
    digest.update(repr((versions, walks)).encode())
    others = tuple(
        f"{folder}/{each.name}/"
        for folder in OF_A_DIALECT
        for each in DIALECTS
        if each.name != dialect
    )
    for path in _files(root):
        name = path.relative_to(root).as_posix()
        if not name.startswith(others):
            digest.update(f"{name}\0{hashlib.sha256(path.read_bytes()).hexdigest()}\n".encode())
    return digest.hexdigest()[:16]


def _files(root: Path) -> Iterator[Path]:
    for source in SOURCES:
        found = [root / source, *sorted((root / source).rglob("*"))]
        yield from (e for e in found if e.is_file() and "__pycache__" not in e.parts)


@dataclass(frozen=True)
class Results:
    """A file of results, one JSON object a line."""

    path: Path

    def read(self, keys: Sequence[str]) -> dict[Subject, Result]:
        """The results with these keys. A line that is cut off is as good as none."""
        found = {}
        for line in self.path.read_bytes().splitlines() if self.path.exists() else ():
            try:
                result = msgspec.json.decode(line, type=Result)
            except msgspec.DecodeError:
                continue
            if result.key in keys:
                found[result.subject] = result
        return found

    def add(self, result: Result) -> None:
        """Append a result."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with self.path.open("ab") as file:
            # The line before it may have been cut off.
            file.write(b"\n" + msgspec.json.encode(result) + b"\n")

    def clear(self) -> None:
        """Forget all results."""
        self.path.unlink(missing_ok=True)
