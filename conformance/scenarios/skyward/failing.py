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
    NOW,
    ONE,
    PAST,
    READY,
    TRANSFERRED,
    course,
    edit,
    fails_once,
)
from conformance.skyward import PUT_ITEM, PUT_RESULT
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
    (*READY, fails_once(PUT_ITEM, 2, "reset_after"), Export(label="press"), *AT_LAST),
)
RESULT_REPLY_LOST = Scenario(
    "course-result-reply-lost",
    "the SIS stores a score, and its answer is lost on the way",
    COURSE,
    (*READY, fails_once(PUT_RESULT, 2, "reset_after"), Export(label="press"), *AT_LAST),
)
KILLED = Scenario(
    "course-killed",
    "the exporter is killed in the middle of a transfer, and comes back",
    COURSE,
    (
        *READY,
        fails_once(PUT_RESULT, 2, "delay", seconds=5),
        Export(label="press", wait=False),
        WaitForExchange(PUT_RESULT, 2),
        Kill(),
        Restart(),
        *AT_LAST,
    ),
    needs=("state.durable",),
)

LAGGING = Scenario(
    "course-lagging",
    "what the SIS accepts it shows after ten minutes only; Transfer is pressed again at once",
    COURSE,
    (
        *TRANSFERRED,
        Export(label="soon"),
        Settle(),
        Advance(1),
        *AGAIN,
    ),
    policies={"posting_lag": 600},
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
        fails_once(PUT_RESULT, 2, "expired_token"),
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
