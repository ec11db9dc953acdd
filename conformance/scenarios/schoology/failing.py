"""Situations in which the SIS refuses some, asks for patience, loses an answer, or checks
signatures."""

from __future__ import annotations

from dataclasses import replace

from conformance.rule import Scenario
from conformance.scenarios.schoology.common import (
    ASA,
    AT_LAST,
    EXPORTED,
    GRADED,
    JOSE,
    LEILA,
    PRESSED,
    QUIZ,
    STUDENTS,
    fails_once,
    on,
    section,
)
from conformance.scenarios.schoology.reading import CLASS
from conformance.scenarios.timing import ANSWERED_AFTER
from conformance.schoology.wire import GET, PUT
from conformance.section import FinalComment, Section, Student
from conformance.steps import (
    Act,
    Advance,
    Arm,
    Export,
    Kill,
    Load,
    Pull,
    Quiet,
    Restart,
    Settle,
    State,
    Step,
    WaitForExchange,
)

RETRY_AFTER = 2
"""Seconds that the SIS asks an exporter to wait."""


def _missing(student: Student) -> Student:
    """A student as a SIS may have lost them: one withdrew, of another it never heard."""
    if student.enrollment_id == JOSE:
        return replace(student, sis="withdrawn")
    return replace(student, sis="absent") if student.enrollment_id == LEILA else student


_SOME_GONE: Section = replace(section(*GRADED.grades), students=tuple(map(_missing, STUDENTS)))

SOME_REFUSED = Scenario(
    "section-some-refused",
    "the SIS answers 207, and refuses one student who withdrew and one it does not know",
    _SOME_GONE,
    EXPORTED,
)
SOME_REFUSED_200 = replace(
    SOME_REFUSED,
    name="section-some-refused-200",
    title="the same, and the SIS answers 200",
    policies={"put_status": 200},
)
COMMENTS_REFUSED = Scenario(
    "section-comments-refused",
    "the SIS takes the final comment on one student, and refuses those on two others",
    replace(
        _SOME_GONE,
        grades=(on(QUIZ, ASA, 99),),
        final_comments=(
            FinalComment(ASA, "final", "Tremendous improvement overall", True),
            FinalComment(JOSE, "final", "Must hand in on time"),
            FinalComment(LEILA, "final", "A pleasure to teach", True),
        ),
    ),
    EXPORTED,
    needs=("final_comments",),
)


def _throttled(operation: str, occurrence: int) -> Arm:
    fault = {"kind": "status", "status": 429, "retry_after": RETRY_AFTER}
    return Arm({"operation": operation, "when": {"nth": occurrence}, "fault": fault})


THROTTLED = Scenario(
    "section-throttled",
    f"the SIS answers an export 429, and says to come back after {RETRY_AFTER} s",
    GRADED,
    (Load(), _throttled(PUT, 1), Export(label="press"), *AT_LAST),
)

THROTTLED_PULL = Scenario(
    "section-throttled-pull",
    f"the SIS answers for a second page 429, and says to come back after {RETRY_AFTER} s",
    CLASS,
    (
        Load(),
        _throttled(GET, 2),
        Pull(label="press"),
        Settle(),
        Advance(1),
        Settle(),
        Quiet(),
        Pull(label="again"),
        Settle(),
        State(label="end"),
    ),
)

_EDIT = Act("edit_grade", {"assignment_id": QUIZ, "enrollment_id": ASA, "grade": 90})


def _lost(name: str, title: str, kind: str) -> Scenario:
    """Grades are exported, one is changed, and the second export goes wrong."""
    steps = (*PRESSED, _EDIT, fails_once(PUT, kind), Export(label="lost"), *AT_LAST)
    return Scenario(name, title, GRADED, steps)


REPLY_LOST = _lost(
    "section-reply-lost", "the SIS stores a grade, and its answer is lost on the way", "reset_after"
)
REQUEST_LOST = _lost(
    "section-request-lost",
    "the connection is reset before the SIS took a grade, which looks the same",
    "reset_before",
)

KILLED_IN_FLIGHT = Scenario(
    "section-killed-in-flight",
    "the exporter is killed while the SIS stores a grade, and comes back",
    GRADED,
    (
        *PRESSED,
        _EDIT,
        fails_once(PUT, "delay", seconds=ANSWERED_AFTER),
        Export(wait=False),
        WaitForExchange(PUT, 2),
        Kill(label="killed"),
        Restart(),
        *AT_LAST,
    ),
    needs=("state.durable",),
)

_SIGNED = {
    "auth": {"type": "oauth1", "consumer_key": "the key", "consumer_secret": "a secret of the SIS"}
}

SIGNED = Scenario(
    "section-signed",
    "every request is signed, the SIS answers 503 once, and export is pressed again",
    GRADED,
    (
        Load(),
        fails_once(PUT, "status", status=503),
        Export(),
        Settle(),
        Advance(1),
        Settle(),
        _EDIT,
        Export(label="again"),
        Settle(),
        State(label="end"),
    ),
    policies=_SIGNED,
    needs=("auth.oauth1",),
)

_REDIRECT = {
    "operation": GET,
    "when": {"next": 1},
    "fault": {
        "kind": "redirect",
        "status": 303,
        "location": f"/v1/sections/{CLASS.id}/grades?start=0",
    },
}
_PULLED: tuple[Step, ...] = (Pull(), Settle(), Pull(label="again"), Settle(), State(label="end"))

SIGNED_REDIRECTED = Scenario(
    "section-signed-redirected",
    "every request is signed, and the SIS redirects one (303)",
    CLASS,
    # One that asks for users/me is redirected without it, and may not get as far.
    (Load(), Arm(_REDIRECT, must_fire=False), *_PULLED),
    policies=_SIGNED,
    needs=("auth.oauth1",),
)
