"""Situations in which a message may leak credentials, or other people's data."""

from __future__ import annotations

from conformance.model.rule import Scenario
from conformance.model.secrets import PLANTED
from conformance.model.steps import Arm, Export, Officer, Settle, State, Step
from conformance.skyward.evidence.wire import RESULT_WRITES
from conformance.skyward.scenarios.common import (
    ASA,
    JOSE,
    LEILA,
    READY,
    STUDENTS,
    ZOE,
    course,
)
from conformance.skyward.scenarios.failing import SCOPE
from conformance.skyward.subject import Score

RECOGNISABLE = course(
    scores=(
        Score("essay", ASA, 44.25),
        Score("essay", JOSE, 31.75),
        Score("essay", ZOE, 49.125),
        Score("quiz", LEILA, 12.625),
    )
)
"""Scores that cannot be mistaken for another number."""


def _withdrawn(student: int) -> Officer:
    (section,) = {each.section for each in STUDENTS if each.user_id == student}
    path = f"/gradebook/sections/{section}/enrollments/{student}/state"
    return Officer("PUT", path, {"state": "withdrawn"})


_TRANSFER: tuple[Step, ...] = (Export(label="press"), Settle(), State(label="end"))

SOME_REFUSED = Scenario(
    "course-refused-among-others",
    "the SIS refuses two students whom it has dropped",
    RECOGNISABLE,
    (*READY, _withdrawn(JOSE), _withdrawn(ZOE), *_TRANSFER),
)

_AUTH = {"auth": {"type": "oauth2", "client_id": "lms", "client_secret": PLANTED, "scope": SCOPE}}
_UNAVAILABLE = {
    "operation": RESULT_WRITES,
    "when": {"next": 1},
    "fault": {"kind": "status", "status": 503},
}

WITH_CREDENTIALS = (
    Scenario(
        "course-refused-with-oauth2",
        "the exporter signs in by OAuth 2, and the SIS refuses a student whom it has dropped",
        RECOGNISABLE,
        (*READY, _withdrawn(JOSE), *_TRANSFER),
        policies=_AUTH,
        needs=("auth.oauth2",),
    ),
    Scenario(
        "course-unavailable-with-oauth2",
        "the exporter signs in by OAuth 2, and the SIS answers one result with 503",
        RECOGNISABLE,
        (*READY, Arm(_UNAVAILABLE, must_fire=False), *_TRANSFER),
        policies=_AUTH,
        needs=("auth.oauth2",),
    ),
)
