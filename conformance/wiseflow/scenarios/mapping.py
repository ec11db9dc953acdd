"""Institutions with a form of their own: each takes the same grades in another body."""

from __future__ import annotations

from typing import Any

from msgspec.structs import replace

from conformance.model.rule import Scenario
from conformance.model.steps import Arm, Export, Settle, State
from conformance.wiseflow.forms import FEATURE
from conformance.wiseflow.scenarios.common import GRADED, READY, fails_once, graded, ungraded
from conformance.wiseflow.scenarios.failing import REFUSAL
from conformance.wiseflow.subject import Flow

OVERRIDDEN = Flow(
    (
        graded(1001, "A"),
        graded(1002, "C", alternative_grade="B"),
        ungraded(1003, alternative_grade="D"),
    )
)
"""A flow whose alternative grades show whether they are in their own field."""

ONE_REFUSED = replace(
    fails_once("rows_fail", subjects=[1002], text=REFUSAL),
    must_fire=False,  # a body in another form is refused before the fault, and breaks the rule
)


def _mapped(
    name: str,
    title: str,
    *faults: Arm,
    flow: Flow = GRADED,
    needs: tuple[str, ...] = (),
    **policies: Any,
) -> Scenario:
    return Scenario(
        name=f"mapped-{name}",
        title=title,
        subject=flow,
        steps=(*READY, *faults, Export(), Settle(), State(label="end")),
        policies=policies,
        needs=(FEATURE, *needs),
    )


AT_THE_ROOT = _mapped(
    "at-the-root",
    "the body is the list itself, ids are text, and adminGrade is switched off",
    mapping={"list": "", "ids": "text", "adminGrade": False},
)
NESTED = _mapped(
    "nested",
    "the list is two levels down, each field has another name and is nested, and ids are numbers",
    flow=OVERRIDDEN,
    needs=("alternative_grades",),
    mapping={
        "list": "export.rows",
        "userId": "person.id",
        "mark": "grade.final",
        "adminGrade": "grade.override",
        "ids": "number",
    },
)
IN_XML = _mapped(
    "in-xml",
    "body and answer are XML, and the SIS refuses one of three participants",
    ONE_REFUSED,
    mapping={
        "format": "xml",
        "root": "grades",
        "list": "participants.participant",
        "userId": "person.id",
    },
    answer={"format": "xml", "root": "report", "errors": "errors.error", "userId": "person"},
)
IN_A_FORM = _mapped(
    "in-a-form",
    "the body is a form, and the SIS answers 204 without a report",
    mapping={"format": "form", "index": "brackets", "list": "rows", "userId": "person.id"},
    answer={"format": "none", "status": 204},
)
ERRORS_ALONE = _mapped(
    "errors-alone",
    "the answer is a list of errors with other names, and the SIS refuses one of three"
    " participants",
    ONE_REFUSED,
    mapping={"list": "grades", "userId": "id", "mark": "grade"},
    answer={
        "numberOfSuccess": False,
        "numberOfErrors": False,
        "errors": "",
        "userId": "person.id",
        "errorInfo": "reason",
    },
)

SCENARIOS = (AT_THE_ROOT, NESTED, IN_XML, IN_A_FORM, ERRORS_ALONE)

NAMES = frozenset(scenario.name for scenario in SCENARIOS)
"""Cases in which the form of a body is a matter of WF-MAPPING alone."""
