"""Situations in which the SIS refuses rows, throttles, loses an answer, or checks signatures."""

from __future__ import annotations

from dataclasses import replace

from conformance.model.rule import Depth, Scenario
from conformance.model.steps import (
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
from conformance.model.timing import ANSWERED_AFTER, IN_FLIGHT
from conformance.schoology.evidence.wire import GET, PUT
from conformance.schoology.scenarios.common import (
    ASA,
    AT_LAST,
    EXPORTED,
    GRADED,
    JOSE,
    LEILA,
    PRESSED,
    QUIZ,
    STUDENTS,
    edit,
    fails_once,
    in_both,
    on,
    section,
)
from conformance.schoology.scenarios.reading import CLASS
from conformance.schoology.subject import FinalComment, Section, Student

RETRY_AFTER = 2
"""The Retry-After of the SIS, in seconds."""


def missing(student: Student) -> Student:
    """The student as the SIS knows them: José has withdrawn, and Leila is unknown."""
    if student.enrollment_id == JOSE:
        return replace(student, sis="withdrawn")
    return replace(student, sis="absent") if student.enrollment_id == LEILA else student


_SOME_GONE: Section = replace(section(*GRADED.grades), students=tuple(map(missing, STUDENTS)))

SOME_REFUSED = in_both(
    Scenario(
        "section-some-refused",
        "the SIS answers 207 and refuses a student who has withdrawn and one it does not know",
        _SOME_GONE,
        EXPORTED,
    )
)
SOME_REFUSED_200 = in_both(
    replace(
        SOME_REFUSED[0],
        name="section-some-refused-200",
        title="the SIS answers 200 and refuses a withdrawn student and one it does not know",
        policies={"put_status": 200},
    )
)
COMMENTS_REFUSED = in_both(
    Scenario(
        "section-comments-refused",
        "the SIS accepts the final comment on one student and refuses those on two others",
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
)


def _throttled(operation: str, occurrence: int) -> Arm:
    fault = {"kind": "status", "status": 429, "retry_after": RETRY_AFTER}
    return Arm({"operation": operation, "when": {"nth": occurrence}, "fault": fault})


THROTTLED = in_both(
    Scenario(
        "section-throttled",
        f"the SIS answers an export with 429 and Retry-After: {RETRY_AFTER}",
        GRADED,
        (Load(), _throttled(PUT, 1), Export(label="press"), *AT_LAST),
    )
)

THROTTLED_PULL = in_both(
    Scenario(
        "section-throttled-pull",
        f"the SIS answers the request for a second page with 429 and Retry-After: {RETRY_AFTER}",
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
)

_EDIT = edit(ASA, 90)


def _lost(name: str, title: str, kind: str) -> Scenario:
    """Grades are exported, one is changed, and the second export meets a fault."""
    steps = (*PRESSED, _EDIT, fails_once(PUT, kind), Export(label="lost"), *AT_LAST)
    return Scenario(name, title, GRADED, steps)


REPLY_LOST = in_both(
    _lost(
        "section-reply-lost",
        "the SIS stores a changed grade, but the connection breaks before its answer arrives",
        "reset_after",
    )
)
REQUEST_LOST = in_both(
    _lost(
        "section-request-lost",
        "the connection breaks before the SIS stores a changed grade",
        "reset_before",
    )
)

KILLED_IN_FLIGHT = in_both(
    Scenario(
        "section-killed-in-flight",
        "the exporter is killed after the SIS stored a changed grade, and is restarted",
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
)

ASKED_IN_FLIGHT = in_both(
    Scenario(
        "section-asked-in-flight",
        "the exporter is asked for its state while the SIS takes three seconds for its answer",
        GRADED,
        (
            Load(),
            fails_once(PUT, "delay", seconds=IN_FLIGHT),
            Export(wait=False),
            WaitForExchange(PUT),
            State(label="in flight"),
            Settle(),
            State(label="end"),
        ),
        depth=Depth.NORMAL,
    )
)

_SIGNED = {
    "auth": {"type": "oauth1", "consumer_key": "the key", "consumer_secret": "a secret of the SIS"}
}

SIGNED = Scenario(
    "section-signed",
    "requests are signed, the SIS answers an export with 503, and export is pressed again",
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
    "requests are signed, and the SIS redirects one with 303",
    CLASS,
    # An exporter that asks for users/me first is redirected by that answer, and may stop there.
    (Load(), Arm(_REDIRECT, must_fire=False), *_PULLED),
    policies=_SIGNED,
    needs=("auth.oauth1",),
)
