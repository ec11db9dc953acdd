"""The evidence that a case leaves: all data that a rule may judge by.

It can be written as JSON and read again, so that the same evidence can be judged elsewhere.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fnmatch import fnmatchcase
from functools import cached_property
from typing import Any, Literal, TypeVar

import msgspec

from conformance.model.steps import Load, Step
from mock_sis.formats.json_text import encode_json
from mock_sis.journal.entry import Entry
from mock_sis.journal.entry_json import as_json as entry_as_json
from mock_sis.journal.entry_json import from_json as entry_from_json

T = TypeVar("T")


class Identity(msgspec.Struct, frozen=True):
    """The exporter's answer to hello. `timeout` is how many seconds it waits for a SIS, if that is
    fixed; `protocol` is the version that its adapter speaks."""

    name: str
    version: str
    dialects: tuple[str, ...]
    features: tuple[str, ...]
    timeout: float | None = None
    protocol: int = 1


class Done(msgspec.Struct, frozen=True):
    """One step as it went.

    `at` is Unix seconds by the SIS's clock. `first` is the journal number after which the step
    began, `last` the newest when it ended. `skipped` says why a step was skipped, `missed` what it
    waited for and did not get; both are "" if it went well. `open` are the journal numbers of
    exchanges whose answers were still being sent when it ended.
    """

    step: Step
    at: float
    first: int
    last: int
    message: dict[str, Any] | None = None
    answer: dict[str, Any] | None = None
    skipped: str = ""
    missed: str = ""
    open: tuple[int, ...] = ()


class Held(msgspec.Struct, frozen=True):
    """One row that an exchange changed in the SIS: its key, and its value (None: removed). What the
    SIS held at first has the number 0."""

    number: int
    key: str
    value: str | None


class FaultUse(msgspec.Struct, frozen=True):
    """An armed fault, and how often it fired."""

    name: str
    fired: int
    must_fire: bool


class Trouble(msgspec.Struct, frozen=True):
    """Why a case was not played to its end: the adapter broke, or declined what it had declared."""

    kind: Literal["broken", "unsupported"]
    text: str


class Played(msgspec.Struct, frozen=True):
    """The evidence beside the journal of the SIS.

    `gradebook` is what the SIS holds at the end, `stderr` the tail of the adapter's stderr, and
    `quiet_seconds` the length of the quiet windows. `noted` pairs the number of each request with
    its real time, in seconds from an arbitrary start; `ended` is that at which the case was over.
    Requests after the journal number `late_from` came later, while other cases were played or in
    the watch after the last one. `complete` is false if the journal overflowed. `configured` is the
    first `configure` message, `skew` how many seconds the SIS's clock is ahead of the exporter's,
    and `held` what each exchange changed in the gradebook, by the keys of `Profile.held`.
    `policies` are those of the SIS in its seed document.
    """

    scenario: str
    exporter: Identity
    steps: tuple[Done, ...] = ()
    gradebook: dict[str, Any] = {}
    faults: tuple[FaultUse, ...] = ()
    stderr: str = ""
    quiet_seconds: float = 0.0
    noted: tuple[tuple[int, float], ...] = ()
    complete: bool = True
    trouble: Trouble | None = None
    configured: dict[str, Any] = {}
    skew: float = 0.0
    held: tuple[Held, ...] = ()
    policies: dict[str, Any] = {}
    ended: float = 0.0
    late_from: int | None = None


class Evidence(Played, frozen=True, dict=True):
    """The evidence of one scenario, played once. `journal` has every exchange, byte for byte."""

    journal: tuple[Entry, ...] = ()

    @cached_property
    def requests(self) -> tuple[Entry, ...]:
        """What the exporter sent, in order, without the control calls of the suite."""
        return tuple(entry for entry in self.journal if not entry.operation.startswith("control."))

    @cached_property
    def loaded(self) -> Mapping[str, Any]:
        """The `load` message; empty if the case did not get so far."""
        loads = (done for done in self.steps if isinstance(done.step, Load))
        return next((done.message for done in loads if done.message), {})

    def folded(self, fold: Callable[[Evidence], T]) -> T:
        """The result of a pure function of this evidence, computed once."""
        results: dict[Any, Any] = self.__dict__.setdefault("_folded", {})
        if fold not in results:
            results[fold] = fold(self)
        found: T = results[fold]
        return found

    def step(self, label: str) -> Done:
        """The step of that label. Raises KeyError if the scenario does not have it."""
        for done in self.steps:
            if done.step.label == label:
                return done
        raise KeyError(f"scenario {self.scenario!r} has no step labelled {label!r}")

    def waited(self, first: Entry, then: Entry) -> float:
        """Seconds between two requests: by the SIS's clock or in real time, the longer. An exporter
        may take its dates from one clock and sleep by another."""
        noted = dict(self.noted)
        really = noted[then.number] - noted[first.number] if noted else 0.0
        return max(then.received - first.received, really)

    def calls(self, operation: str = "*", *, since: str = "", until: str = "") -> tuple[Entry, ...]:
        """Requests of an operation (shell-style pattern), from the start of the step labelled
        `since` to the start of the one labelled `until`."""
        lower = self.step(since).first if since else 0
        upper = (
            self.step(until).first if until else max((e.number for e in self.journal), default=0)
        )
        return tuple(
            entry
            for entry in self.requests
            if lower < entry.number <= upper and fnmatchcase(entry.operation, operation)
        )


def as_json(evidence: Evidence) -> dict[str, Any]:
    """Evidence as plain data, for any JSON writer."""
    bare = msgspec.structs.replace(evidence, journal=())
    plain: dict[str, Any] = msgspec.to_builtins(bare)
    return {**plain, "journal": [entry_as_json(entry) for entry in evidence.journal]}


def encode(evidence: Evidence) -> bytes:
    """Evidence as indented JSON, with integers of any size, because exporters may send them."""
    return encode_json(as_json(evidence), indent=True)


def from_json(data: Mapping[str, Any]) -> Evidence:
    """Evidence from the data of `as_json`. Raises msgspec.ValidationError or ReplayError."""
    played = msgspec.convert(data, Played)
    journal = tuple(entry_from_json(entry) for entry in data["journal"])
    return Evidence(**msgspec.structs.asdict(played), journal=journal)
