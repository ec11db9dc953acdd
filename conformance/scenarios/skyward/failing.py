"""Situations in which the SIS refuses some, is slow, loses an answer, or wants a new token."""

from __future__ import annotations

from dataclasses import replace

from conformance.rule import Scenario
from conformance.scenarios.skyward.common import (
    AGAIN,
    ASA,
    AT_LAST,
    COURSE,
    ENDED,
    ITEMS,
    JOSE,
    LATER,
    NOW,
    ONE,
    PAST,
    READY,
    SCORES,
    TRANSFERRED,
    course,
    edit,
    fails_once,
)
from conformance.scenarios.timing import ANSWERED_AFTER
from conformance.skyward.wire import ITEM_WRITES, RESULT_WRITES
from conformance.steps import (
    Advance,
    Export,
    Kill,
    Officer,
    Restart,
    Settle,
    State,
    WaitForExchange,
)

_LATE = replace(ITEMS[0], term=PAST.id, due="2026-03-20")

CLOSED = Scenario(
    "course-closed",
    "the first item is of a grading period that the SIS has closed",
    course(items=(_LATE, *ITEMS[1:]), terms=(replace(PAST, closed=True), NOW)),
    ENDED,
)

DROPPED = Scenario(
    "course-dropped",
    "a student was dropped from the class, which the course does not know yet",
    COURSE,
    (
        *READY,
        Officer(
            "PUT", f"/gradebook/sections/{ONE}/enrollments/{JOSE}/state", {"state": "withdrawn"}
        ),
        Export(label="press"),
        Settle(),
        State(label="end"),
    ),
)

TWICE = Scenario(
    "course-twice",
    "Transfer is pressed again, with one score changed",
    COURSE,
    (*TRANSFERRED, edit("essay", ASA, 45), *AGAIN),
)
ITEM_REPLY_LOST = Scenario(
    "course-item-reply-lost",
    "the SIS makes a line item, and its answer is lost on the way",
    COURSE,
    (*READY, fails_once(ITEM_WRITES, 2, "reset_after"), Export(label="press"), *AT_LAST),
)
RESULT_REPLY_LOST = Scenario(
    "course-result-reply-lost",
    "the SIS stores a score, and its answer is lost on the way; then every score is changed",
    COURSE,
    (
        *READY,
        fails_once(RESULT_WRITES, 2, "reset_after"),
        Export(label="press"),
        *LATER,
        *(edit(each.item, each.student, (each.score or 0) - 1) for each in SCORES),
        *AGAIN,
    ),
)
CHANGE_LOST = Scenario(
    "course-change-lost",
    "a score is changed after the transfer, and on its way to the SIS it is lost; Transfer is"
    " pressed again",
    COURSE,
    (
        *TRANSFERRED,
        edit("essay", ASA, 45),
        fails_once(RESULT_WRITES, 1, "reset_before"),
        Export(label="soon"),
        Settle(),
        *AGAIN,
    ),
)
KILLED = Scenario(
    "course-killed",
    "the exporter is killed in the middle of a transfer, and comes back; then a score is changed",
    COURSE,
    (
        *READY,
        fails_once(RESULT_WRITES, 2, "delay", seconds=ANSWERED_AFTER),
        Export(label="press", wait=False),
        WaitForExchange(RESULT_WRITES, 2),
        Kill(),
        Restart(),
        *LATER,
        edit("essay", ASA, 45),
        *AGAIN,
    ),
    needs=("state.durable",),
)

LAGGING = Scenario(
    "course-lagging",
    "the SIS shows what it accepts after ten minutes only; Transfer is pressed again at once, with"
    " one score changed, and the next day",
    COURSE,
    (
        *TRANSFERRED,
        edit("essay", ASA, 45),
        Export(label="soon"),
        Settle(),
        Advance(1),
        *AGAIN,
    ),
    policies={"posting_lag": 600},
)
LAGGING_OVER = replace(
    LAGGING,
    name="course-lagging-over",
    title="the same, until all of it shows",
    steps=(*LAGGING.steps, Advance(1)),
    needs=("clock.virtual",),
)

SCOPE = " ".join(
    f"https://purl.imsglobal.org/spec/or/v1p2/scope/{name}"
    for name in (
        "roster-core.readonly",
        "roster.readonly",
        "gradebook-core.readonly",
        "gradebook.readonly",
        "gradebook.createput",
        "gradebook.createpost",
        "gradebook.delete",
    )
)
TOKEN_EXPIRES = Scenario(
    "course-token-expires",
    "the token expires in the middle of a transfer",
    COURSE,
    (
        *READY,
        fails_once(RESULT_WRITES, 2, "expired_token"),
        *TRANSFERRED[len(READY) :],
        State(label="end"),
    ),
    policies={
        "auth": {
            "type": "oauth2",
            "client_id": "lms",
            "client_secret": "a secret of the SIS",
            "scope": SCOPE,
        }
    },
    needs=("auth.oauth2",),
)
