"""The acts of an exploration, and the words of each kind of flow."""

from __future__ import annotations

from collections.abc import Iterator

from conformance.model.steps import (
    Act,
    Advance,
    EndPeriod,
    Export,
    Kill,
    Restart,
    Retry,
    Settle,
    State,
    Step,
    Sync,
    WaitForExchange,
)
from conformance.model.timing import ANSWERED_AFTER
from conformance.model.vocabulary import Word
from conformance.wiseflow.scenarios.common import GRADES, submits
from conformance.wiseflow.subject import UserId
from conformance.wiseflow.vocabulary.failures import arm

THEN: tuple[Step, ...] = (Settle(), State())

PRESSES: tuple[Word, ...] = (
    Word("export", "press", (Export(), *THEN), sends=True),
    Word("export by two", "together", (Export(presses=2), *THEN)),
    Word("export by an administrator", "administrator", (Export(by="administrator"), *THEN), True),
    Word("retry", "retry", (Retry(), *THEN), sends=True),
    Word("synchronise", "sync", (Sync(),)),
    Word("end the period", "end", (EndPeriod(),)),
    Word("wait a day", "wait", (Advance(1), *THEN)),
    Word("restart", "restart", (Kill(), Restart(), *THEN)),
    Word(
        "crash while exporting",
        "crash",
        (
            arm("delay", {"seconds": ANSWERED_AFTER}),
            Export(wait=False),
            WaitForExchange(GRADES),
            Kill(),
            Restart(),
            *THEN,
        ),
    ),
)

SETUP: tuple[Word, ...] = (
    *(
        Word(f"change the {what}", "setup", (Act("change_setup", {"change": what}), *THEN))
        for what in ("participants", "assessors", "distribution")
    ),
    Word("enable instant export", "enable", (Act("enable_instant_export"), *THEN), sends=True),
)


def _mark(user_id: UserId, grade: str, *assessors: str) -> Word:
    by = f" by {' and '.join(assessors)}" if assessors != ("a1",) else ""
    acts = (step for each in assessors for step in (submits(user_id, grade, each), Settle()))
    return Word(f"grade {user_id} {grade}{by}", "mark", (*acts, State()), sends=True)


def _approve(user_id: UserId) -> Word:
    return Word(
        f"approve {user_id}",
        "mark",
        (Act("approve", {"participant": user_id}), *THEN),
        sends=True,
    )


def _changes(user_id: UserId, grade: str, *assessors: str) -> Iterator[Word]:
    unlock: Step = Act("unlock", {"participant": user_id})
    again = _mark(user_id, grade, *assessors).steps
    yield Word(f"unlock {user_id}", "change", (unlock, *THEN))
    yield Word(f"change {user_id} to {grade}", "change", (unlock, Settle(), *again), sends=True)
    override = Act("set_alternative_grade", {"participant": user_id, "grade": grade})
    yield Word(f"override {user_id} with {grade}", "change", (override, *THEN), sends=True)


def alone(*pairs: tuple[UserId, str]) -> tuple[Word, ...]:
    """The words of a flow with one assessor: these grades of these participants."""
    marks = tuple(_mark(user_id, grade, "a1") for user_id, grade in pairs)
    changes = (word for user_id, grade in pairs for word in _changes(user_id, grade, "a1"))
    return _named(*PRESSES, *marks, *changes)


def together(*pairs: tuple[UserId, str]) -> tuple[Word, ...]:
    """The words of a flow with two co-assessors, who may disagree."""
    marks = (
        _mark(user_id, grade, *assessors)
        for user_id, grade in pairs
        for assessors in (("a1", "a2"), ("a1",), ("a2",))
    )
    changes = (word for user_id, grade in pairs for word in _changes(user_id, grade, "a1", "a2"))
    return _named(*PRESSES, *marks, *changes)


def reviewed(*pairs: tuple[UserId, str]) -> tuple[Word, ...]:
    """The words of a flow with a reviewer."""
    approvals = tuple(_approve(user_id) for user_id in dict.fromkeys(each for each, _ in pairs))
    return _named(*alone(*pairs), *approvals)


def _named(*words: Word) -> tuple[Word, ...]:
    """These words, each name once."""
    return tuple({word.name: word for word in words}.values())
