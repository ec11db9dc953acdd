"""Situations in which the SIS refuses rows, is slow, loses an answer, or expires a token."""

from __future__ import annotations

from dataclasses import replace

from conformance.model.rule import Depth, Scenario
from conformance.model.steps import (
    Advance,
    Export,
    Kill,
    Officer,
    Restart,
    Settle,
    State,
    WaitForExchange,
)
from conformance.model.timing import ANSWERED_AFTER, IN_FLIGHT
from conformance.skyward.evidence.wire import ITEM_WRITES, RESULT_WRITES
from conformance.skyward.scenarios.common import (
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

_LATE = replace(ITEMS[0], term=PAST.id, due="2026-03-20")

CLOSED = Scenario(
    "course-closed",
    "the first item is in a grading period that the SIS has closed",
    course(items=(_LATE, *ITEMS[1:]), terms=(replace(PAST, closed=True), NOW)),
    ENDED,
)

DROPPED = Scenario(
    "course-dropped",
    "the SIS has dropped a student who is still in the course",
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
    "everything is transferred, one score is changed, and Transfer is pressed again",
    COURSE,
    (*TRANSFERRED, edit("essay", ASA, 45), *AGAIN),
)
ITEM_REPLY_LOST = Scenario(
    "course-item-reply-lost",
    "the SIS creates a line item, but the connection breaks before its answer arrives",
    COURSE,
    (*READY, fails_once(ITEM_WRITES, 2, "reset_after"), Export(label="press"), *AT_LAST),
)
RESULT_REPLY_LOST = Scenario(
    "course-result-reply-lost",
    "the SIS stores a score, but the connection breaks before its answer arrives; then every"
    " score is changed",
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
    "a score is changed after a transfer, and the connection breaks before the SIS stores it;"
    " Transfer is pressed again",
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
    "the exporter is killed during a transfer and restarted; then a score is changed",
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

ASKED_IN_FLIGHT = Scenario(
    "course-asked-in-flight",
    "the exporter is asked for its state while the SIS takes three seconds for a score",
    COURSE,
    (
        *READY,
        fails_once(RESULT_WRITES, 1, "delay", seconds=IN_FLIGHT),
        Export(label="press", wait=False),
        WaitForExchange(RESULT_WRITES),
        State(label="in flight"),
        Settle(),
        State(label="end"),
    ),
    depth=Depth.NORMAL,
)

LAGGING = Scenario(
    "course-lagging",
    "the SIS shows accepted data after ten minutes; one score is changed, and Transfer is pressed"
    " again at once and the next day",
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
    title="the SIS shows accepted data after ten minutes; one score is changed, Transfer is pressed"
    " again at once and the next day, and another day passes",
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
    "the access token expires during a transfer",
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
