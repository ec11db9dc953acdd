"""Stories of a section made by hand, move by move, and what the Schoology ledger says of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec

from conformance.dialects import DIALECTS
from conformance.drivers.shapes import shapes_of
from conformance.model import steps
from conformance.model.account import told
from conformance.model.evidence import Done, Evidence, Held
from conformance.model.subject import Period
from conformance.schoology.evidence.content import GradeKey
from conformance.schoology.ledger import LEDGER
from conformance.schoology.scenarios import common
from conformance.schoology.scenarios.common import QUIZ
from conformance.schoology.subject import Section
from helpers.suite.made_section import EXPORTER, T0, held, shows
from mock_sis.journal.entry import Entry


@dataclass(frozen=True)
class Move:
    """A step, the exporter's answer, and the requests that it sends during the step. `open` counts
    those, from the last on, whose answers are still on their way when it ends. `message`, `skipped`
    and `missed` are those of Done; `at` is seconds after T0."""

    step: steps.Step
    answer: dict[str, Any] | None = None
    entries: tuple[Entry, ...] = ()
    open: int = 0
    message: dict[str, Any] | None = None
    skipped: str = ""
    missed: str = ""
    at: float = 0.0


def load(section: Section) -> Move:
    """The section is loaded."""
    message = shapes_of(DIALECTS).build(1, "load", section.load_fields(Period(0.0, 1.0)))
    return Move(steps.Load(), {"status": "ok"}, message=message)


def press(*entries: Entry, accepted: bool = True, label: str = "", at: float = 0.0) -> Move:
    """Export is pressed."""
    return Move(steps.Export(label=label), {"accepted": accepted}, entries, at=at)


def retry(*entries: Entry, accepted: bool = True) -> Move:
    """Retry is pressed."""
    return Move(steps.Retry(), {"accepted": accepted}, entries)


def settle(*entries: Entry, pending: Sequence[str] = ()) -> Move:
    """The exporter finishes what it can."""
    return Move(steps.Settle(), {"pending": list(pending)}, entries)


def later(*entries: Entry) -> Move:
    """A day passes."""
    return Move(steps.Advance(1), {"now": "2026-06-16T09:00:00Z"}, entries)


def edit(enrollment: int, grade: Any, assignment: int = QUIZ, **more: Any) -> Move:
    """The teacher edits a grade."""
    return Move(common.edit(enrollment, grade, assignment, **more), {"done": True})


def pull(*entries: Entry, synchronised: bool = True) -> Move:
    """The exporter reads grades back."""
    return Move(steps.Pull(), {"synchronised": synchronised}, entries)


def look(
    states: Mapping[GradeKey, object] | None = None,
    messages: Mapping[GradeKey, str] | None = None,
    **more: Any,
) -> Move:
    """The product is looked at."""
    return Move(steps.State(label="end"), {**shows(states or {}, messages), **more})


KILL = Move(steps.Kill())
RESTART = Move(steps.Restart())
UNPLUG = Move(steps.Unplug())
PLUG = Move(steps.Plug())


@dataclass
class _Telling:
    done: list[Done] = field(default_factory=list)
    journal: list[Entry] = field(default_factory=list)

    def tell(self, move: Move) -> None:
        first = len(self.journal)
        for each in move.entries:
            number = len(self.journal) + 1
            self.journal.append(msgspec.structs.replace(each, number=number))
        last = len(self.journal)
        open = tuple(range(last - move.open + 1, last + 1))
        self.done.append(
            Done(
                move.step,
                T0 + move.at,
                first,
                last,
                move.message,
                move.answer,
                move.skipped,
                move.missed,
                open,
            )
        )


def story(
    section: Section,
    *moves: Move,
    format: str = "json",
    stored: Mapping[GradeKey, float | None] | None = None,
    changes: Sequence[Held] = (),
) -> Evidence:
    """The evidence of a section that is loaded, and then these moves. `stored` are grades that the
    SIS holds all the time, `changes` what single exchanges changed in it."""
    telling = _Telling()
    for move in (load(section), *moves):
        telling.tell(move)
    grades = [held(key, grade) for key, grade in (stored or {}).items()]
    return Evidence(
        "made",
        EXPORTER,
        tuple(telling.done),
        journal=tuple(telling.journal),
        gradebook={"sections": [{"coursework": {"grades": grades}}]},
        configured={"format": format},
        held=tuple(changes),
    )


def changed(number: int, key: GradeKey, *content: Any) -> Held:
    """An exchange stored this grade, exception, comment and visibility; none: it removed them."""
    found = [*content, *(None, 0, "", False)[len(content) :]]
    text = msgspec.json.encode(found).decode() if content else None
    return Held(number, " ".join(key), text)


def broken_rules(evidence: Evidence) -> dict[str, str]:
    """What the ledger tells, by rule, of the rules that were broken first."""
    breaches = LEDGER(evidence).breaches
    found = {each.rule: told(breaches, each.rule) for each in breaches}
    return {rule: "; ".join(each.message for each in all) for rule, all in found.items() if all}


def tried(evidence: Evidence, rule: str) -> int:
    """How often the obligation of a rule arose."""
    return LEDGER(evidence).tried.get(rule, 0)
