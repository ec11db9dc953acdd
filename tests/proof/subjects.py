"""The exporters that the proof tries."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Literal

from builds.sc_one_by_one import OneByOne
from builds.sk_bulk import Bulk
from builds.sk_single import Single
from builds.wf_bare import Bare
from builds.wf_chunks import Chunks
from builds.wf_instant import Instant
from builds.wf_one_button import OneButton
from builds.wf_queue import QueueWorker

from conformance.dialects import DIALECTS
from conformance.drivers.base import Driver
from conformance.drivers.inprocess import InProcessDriver
from conformance.drivers.process import ProcessDriver
from conformance.exporters.handling import ReferenceAdapter
from conformance.exporters.mutants import MUTANTS, mutant_adapter
from conformance.model.dialect import Dialect

Kind = Literal["reference", "build", "mutant"]

REFERENCE = "reference"

BUILDS: Mapping[str, Any] = {
    each.__name__: each
    for each in (QueueWorker, OneButton, Chunks, Instant, Bare, OneByOne, Bulk, Single)
}
"""Correct exporters that are played in process."""

SCRIPTS: Mapping[str, str] = {"wf_complete.js": "wiseflow", "sc_xml.js": "schoology"}
"""Correct exporters that node runs, with the dialect that each speaks."""

SCRIPT_FOLDER = Path(__file__).resolve().parents[1] / "conformance" / "builds"


@dataclass(frozen=True)
class Subject:
    """One exporter in one dialect."""

    dialect: str
    kind: Kind
    name: str

    @property
    def make(self) -> Callable[[], Any]:
        """What makes an adapter in this process; not for scripts."""
        if self.kind == "mutant":
            return partial(mutant_adapter, MUTANTS[self.name])
        return BUILDS[self.name] if self.kind == "build" else ReferenceAdapter

    @property
    def driver(self) -> Driver:
        """A driver for one adapter at a time."""
        if self.name in SCRIPTS:
            return ProcessDriver(("node", str(SCRIPT_FOLDER / self.name)))
        return InProcessDriver(self.make)


def subjects(dialects: Collection[Dialect] = DIALECTS) -> tuple[Subject, ...]:
    """All of these dialects: for each the reference, the builds if it can be explored, the
    mutants."""
    return tuple(each for dialect in dialects for each in _of(dialect))


def _of(dialect: Dialect) -> list[Subject]:
    builds = {name: build.dialect for name, build in BUILDS.items()} | SCRIPTS
    correct = [name for name, spoken in builds.items() if spoken == dialect.name]
    wrong = [each.name for each in MUTANTS.values() if each.dialect == dialect.name]
    return [
        Subject(dialect.name, "reference", REFERENCE),
        *(Subject(dialect.name, "build", name) for name in correct if dialect.vocabulary),
        *(Subject(dialect.name, "mutant", name) for name in wrong),
    ]
