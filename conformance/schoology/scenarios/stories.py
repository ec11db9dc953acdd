"""Stories of several acts, and how the SIS fails, as one list on one story."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from conformance.model.rule import Depth, Scenario
from conformance.model.steps import (
    Advance,
    Arm,
    Export,
    Kill,
    Load,
    Restart,
    Retry,
    Settle,
    State,
    Step,
    WaitForExchange,
)
from conformance.model.timing import ANSWERED_AFTER, STALL
from conformance.schoology.evidence.wire import PUT
from conformance.schoology.scenarios import data
from conformance.schoology.scenarios.common import (
    ASA,
    BO,
    ESSAY,
    GRADED,
    JOSE,
    LEILA,
    LETTERED,
    PRESSED,
    QUIZ,
    Pair,
    edit,
    fails_once,
    in_both,
    on,
    section,
)
from conformance.schoology.subject import FinalComment

DONE: tuple[Step, ...] = (Settle(), Advance(1), Settle())
"""The exporter finishes all its work, also what waits for a day."""

LOOK = State(label="end")


def again(label: str = "again") -> tuple[Step, ...]:
    """Export is pressed again, and its work finishes."""
    return Export(label=label), *DONE


def refuses(*enrollments: int, times: int = 1) -> Arm:
    """The SIS refuses the rows of these students in the next requests with any of them."""
    fault = {"kind": "rows_fail", "subjects": list(enrollments)}
    return Arm({"operation": PUT, "when": {"next": times}, "fault": fault})


# The teacher changes the gradebook between exports

CHANGED_AND_BACK = in_both(
    Scenario(
        "section-changed-and-back",
        "a grade is exported, changed, exported, changed back, and exported; then export is"
        " pressed without a change",
        GRADED,
        (
            *PRESSED,
            *(edit(ASA, 90), *again("changed"), edit(ASA, 99), edit(BO, 9), *again("back")),
            *(Advance(1), *again("unchanged"), LOOK),
        ),
    )
)

_GIVEN = section(
    on(QUIZ, ASA, None, 1),
    on(QUIZ, JOSE, None, 2),
    on(QUIZ, LEILA, 70, comment="See me", comment_visible=True),
    on(QUIZ, BO, 0),
    on(ESSAY, ASA, "B"),
    on(ESSAY, JOSE, 44, comment="Well done"),
    assignments=LETTERED,
)
_TAKING_BACK: tuple[Step, ...] = (
    edit(ASA, 81, exception=0),
    edit(JOSE, None, exception=0),
    edit(LEILA, None),
    edit(BO, None),
    edit(ASA, None, ESSAY),
    edit(JOSE, 44, ESSAY, comment=None, comment_visible=False),
)

TAKEN_BACK = in_both(
    Scenario(
        "section-taken-back",
        "two exceptions are lifted, three grades cleared and a comment removed after an export",
        _GIVEN,
        (*PRESSED, *_TAKING_BACK, *again(), LOOK),
        needs=("exceptions", "comments", "letters"),
    )
)
TAKEN_BACK_LOST = in_both(
    replace(
        TAKEN_BACK[0],
        name="section-taken-back-lost",
        title="the same, and the connection breaks before the SIS stores what was taken back",
        steps=(
            *(*PRESSED, *_TAKING_BACK, fails_once(PUT, "reset_before")),
            *(*again("lost"), *again(), LOOK),
        ),
    )
)

# Some rows are refused

REFUSED_RETRIED = in_both(
    Scenario(
        "section-refused-retried",
        "the SIS refuses two rows, refuses one of them again at the first retry, and then takes it",
        GRADED,
        (
            *(Load(), refuses(JOSE, BO), Export(), *DONE, State(label="refused")),
            *(refuses(BO), Retry(label="first"), *DONE, State(label="refused-again")),
            *(Retry(label="second"), *DONE, LOOK),
        ),
    )
)
REFUSED_CHANGED = in_both(
    Scenario(
        "section-refused-changed",
        "the SIS refuses two rows, and one of them and an accepted one change before the next"
        " export",
        GRADED,
        (
            *(Load(), refuses(JOSE, LEILA), Export(), *DONE),
            *(edit(JOSE, 80), edit(ASA, 98), *again(), Retry(), *DONE, LOOK),
        ),
        needs=("retry",),
    )
)
REFUSED_COMMENTS = in_both(
    Scenario(
        "section-refused-comments",
        "the SIS refuses rows with exceptions and hidden comments, and retry is pressed",
        section(
            on(QUIZ, ASA, 99, comment="Not for her eyes"),
            on(QUIZ, JOSE, 80, 1),
            on(QUIZ, LEILA, 0, comment="Well done", comment_visible=True),
            on(QUIZ, BO, 8),
            final_comments=(
                FinalComment(ASA, "p13011", "Not for her eyes either"),
                FinalComment(JOSE, "final", "Well done", True),
                FinalComment(LEILA, "final", "Talk to her parents"),
            ),
        ),
        (
            *(Load(), refuses(ASA, JOSE, LEILA, times=2), Export(), *DONE),
            *(Retry(), *DONE, Retry(), *DONE, LOOK),
        ),
        needs=("exceptions", "comments", "final_comments"),
    )
)

COMMENTED = in_both(
    Scenario(
        "section-commented",
        "comments without a grade are exported, first alone and then beside grades",
        section(
            on(QUIZ, ASA, None, comment="Absent, may sit it on Monday", comment_visible=True),
            on(QUIZ, BO, None, comment="Ask for the medical certificate"),
        ),
        (
            *(Load(), Export(), *DONE, edit(JOSE, 8), edit(BO, None, comment="It is here")),
            *(*again(), LOOK),
        ),
        needs=("comments",),
    )
)

# Awkward data, and many rows

AWKWARD = in_both(
    Scenario(
        "section-awkward-data",
        "grades and comments that are easily spoilt are exported",
        data.AWKWARD,
        (Load(), Export(), *DONE, LOOK),
        needs=("letters", "exceptions", "comments", "final_comments"),
    )
)
AWKWARD_REFUSED = in_both(
    replace(
        AWKWARD[0],
        name="section-awkward-data-refused",
        title="the SIS refuses half of them, and retry is pressed",
        steps=(
            *(Load(), refuses(data.PREFIX, data.LONGER, data.LAST, times=2), Export(), *DONE),
            *(State(label="refused"), Retry(), *DONE, Retry(), *DONE, LOOK),
        ),
    )
)
AWKWARD_LOST = in_both(
    replace(
        AWKWARD[0],
        name="section-awkward-data-lost",
        title="the SIS stores them, but the connection breaks before its answer arrives",
        steps=(Load(), fails_once(PUT, "reset_after"), Export(), *DONE, *again(), LOOK),
    )
)
MANY = in_both(
    Scenario(
        "section-many",
        "250 grades are exported; then the first and the last change",
        data.MANY,
        (
            *(Load(), Export(), *DONE, State(label="first")),
            edit(data.MANY.students[0].enrollment_id, 0, data.QUIZ),
            edit(data.MANY.students[-1].enrollment_id, 1.5, data.QUIZ),
            *(*again(), LOOK),
        ),
    )
)
MANY_REFUSED = Scenario(
    "section-many-refused",
    "the SIS refuses ten of 250 grades, and retry is pressed",
    data.MANY,
    (
        *(
            Load(),
            refuses(*(each.enrollment_id for each in data.MANY.students[::25])),
            Export(),
        ),
        *(*DONE, Retry(), *DONE, Retry(), *DONE, LOOK),
    ),
)

# Kills

KILLED_AMONG_MANY = Scenario(
    "section-killed-among-many",
    "the exporter is killed after the SIS stored a first call, and is restarted",
    data.MANY,
    (
        *(Load(), fails_once(PUT, "delay", seconds=ANSWERED_AFTER), Export(wait=False)),
        *(WaitForExchange(PUT, 1), Kill(), Restart(), *DONE, *again(), LOOK),
    ),
    needs=("state.durable",),
)
KILLED_WAITING = in_both(
    Scenario(
        "section-killed-waiting",
        "the SIS is down during an export; the exporter is killed, a grade changes, and export is"
        " pressed",
        GRADED,
        (
            *(Load(), fails_once(PUT, "status", status=503), Export(), Settle()),
            *(Kill(), Restart(), edit(ASA, 90), *again("first"), *again(), LOOK),
        ),
        needs=("state.durable",),
    )
)

# How the SIS fails: one story for all


def _fails(
    name: str, words: str, times: int = 1, before: tuple[Arm, ...] = (), **fault: Any
) -> Scenario:
    """An export fails in one way, and export is pressed again."""
    arm = Arm({"operation": PUT, "when": {"next": times}, "fault": fault})
    return Scenario(
        f"section-fails-{name}",
        f"the SIS {words}, and export is pressed again",
        GRADED,
        (
            Load(),
            *before,
            arm,
            Export(),
            *(Settle(), State(label="failed"), *DONE, *again(), *again(), LOOK),
        ),
        depth=Depth.NORMAL,
    )


STATUSES = (400, 401, 403, 404, 408, 409, 413, 500, 502, 503, 504)
FAILS = (
    *(
        _fails(str(each), f"answers an export with {each}", kind="status", status=each)
        for each in STATUSES
    ),
    _fails("after", "stores an export and answers 504", kind="status", status=504, phase="after"),
    _fails("long", "answers three requests with 503", 3, kind="status", status=503),
    _fails("stalled", "does not answer an export", kind="stall", seconds=STALL),
    _fails("closed", "closes the connection", kind="close_without_answer"),
    _fails("cut", "breaks the connection in its answer", kind="reset_mid_body"),
    _fails("gzip", "sends an answer that cannot be unpacked", kind="bad_gzip"),
)
"""Failures whose answers are the same in JSON and XML."""

FAILS_BY_FORMAT: tuple[Pair, ...] = tuple(
    map(
        in_both,
        (
            _fails("empty", "sends an empty answer", kind="empty_body"),
            _fails("truncated", "sends half of its answer", kind="truncated_body"),
            _fails("html", "sends a web page", kind="html_page"),
            _fails("utf-8", "sends an answer that is not UTF-8", kind="not_utf8"),
            _fails("error", "answers 200 with an error", kind="schoology_error_object"),
            _fails(
                "rows",
                "does not name a row that it did not store",
                before=(fails_once(PUT, "rows_told_stored_but_not", subjects=[BO]),),
                kind="schoology_rows_missing",
            ),
            _fails("codes", "gives every row the code 500", kind="schoology_row_codes", code=500),
        ),
    )
)

LOST = (*FAILS, *(each for pair in FAILS_BY_FORMAT[:-1] for each in pair))
"""Situations after which the exporter has to find out what became of its rows."""
