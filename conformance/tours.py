"""A walk through every operation that an adapter may be asked for, one for each profile."""

from __future__ import annotations

from conformance.model.rule import Scenario
from conformance.model.steps import (
    Act,
    Advance,
    EndPeriod,
    Export,
    Load,
    Pull,
    Retry,
    Settle,
    State,
    Sync,
)
from conformance.schoology.evidence.wire import PUT
from conformance.schoology.scenarios import common as schoology
from conformance.skyward.scenarios import common as skyward
from conformance.wiseflow.scenarios import common as wiseflow

THROUGH_A_FLOW = Scenario(
    "tour-of-a-flow",
    "every operation once, over a flow",
    wiseflow.GRADED,
    (
        Load(),
        State(),
        Sync(),
        Act("set_alternative_grade", {"participant": 1001, "grade": "B"}),
        EndPeriod(),
        # One is refused, so that every word for a state is heard.
        wiseflow.fails_once("rows_fail", about=1002, subjects=[1002]),
        Export(),
        Settle(),
        State(),
        Retry(),
        Settle(),
        State(),
        Advance(1),
    ),
)

_EDITED = {"assignment_id": schoology.QUIZ, "enrollment_id": schoology.ZOE, "grade": 70}

THROUGH_A_SECTION = Scenario(
    "tour-of-a-section",
    "every operation once, over a section",
    schoology.GRADED,
    (
        Load(),
        State(),
        Pull(),
        Act("edit_grade", _EDITED),
        schoology.fails_once(PUT, "rows_fail", subjects=[schoology.JOSE]),
        Export(),
        Settle(),
        State(),
        Retry(),
        Settle(),
        State(),
        Advance(1),
    ),
)

THROUGH_A_COURSE = Scenario(
    "tour-of-a-course",
    "every operation once, over a course",
    skyward.COURSE,
    (
        Load(),
        State(),
        *skyward.CHOSEN,
        skyward.edit("essay", skyward.ASA, 41),
        Export(),
        Settle(),
        State(),
        Retry(),
        Settle(),
        Advance(1),
    ),
)

TOURS = (THROUGH_A_FLOW, THROUGH_A_SECTION, THROUGH_A_COURSE)
"""What the doctor goes through, as far as the exporter speaks the dialect."""
