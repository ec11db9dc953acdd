"""The acts of an exploration, and the edits that each section allows."""

from __future__ import annotations

from typing import Any

from conformance.model.steps import (
    Advance,
    Export,
    Kill,
    Officer,
    Pull,
    Restart,
    Retry,
    Settle,
    State,
    Step,
    WaitForExchange,
)
from conformance.model.timing import ANSWERED_AFTER
from conformance.model.vocabulary import Word
from conformance.schoology.evidence.wire import PUT
from conformance.schoology.scenarios.common import edit
from conformance.schoology.subject import Points
from conformance.schoology.vocabulary.failures import arm

THEN: tuple[Step, ...] = (Settle(), State())

PRESSES: tuple[Word, ...] = (
    Word("export", "press", (Export(), *THEN), sends=True),
    Word("export by two", "together", (Export(presses=2), *THEN)),
    Word("retry", "retry", (Retry(), *THEN), sends=True),
    Word("wait a day", "wait", (Advance(1), *THEN)),
    Word("restart", "restart", (Kill(), Restart(), *THEN)),
    Word(
        "crash while exporting",
        "crash",
        (
            arm("delay", {"seconds": ANSWERED_AFTER}, PUT),
            Export(wait=False),
            WaitForExchange(PUT),
            Kill(),
            Restart(),
            *THEN,
        ),
    ),
    Word("read the grades", "pull", (Pull(), *THEN), sends=True),
)


def entering(
    kind: str, enrollment: int, assignment: int, grade: Points, **more: Any
) -> tuple[Word, ...]:
    """The words in which the teacher enters a grade: alone, and with an export after it, which
    has the kind "correct"."""
    entered = edit(enrollment, grade, assignment, **more)
    name = f"enter {_said(grade, more)} for {enrollment} on {assignment}"
    return (
        Word(name, kind, (entered, State())),
        Word(f"{name}, and export", "correct", (entered, Export(), *THEN), sends=True),
    )


def _said(grade: Points, more: dict[str, Any]) -> str:
    words = ["no grade" if grade is None else f"{grade}"]
    words += [f"{name} {value!r}" for name, value in more.items()]
    return ", ".join(words)


def by_officer(section: str, user: int, mark: str) -> Word:
    """An officer of the SIS enters a grade."""
    path = f"/gradebook/sections/{section}/scores/{user}"
    entered = Officer("PUT", path, {"mark": mark})
    return Word(f"the officer enters {mark} for {user}", "officer", (entered, State()))
