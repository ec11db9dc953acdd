"""The profile of the Schoology-style dialect: a section, its grades, and what a teacher edits."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from conformance.model.profile import Profile
from conformance.model.state_answer import StateAnswer, StateList
from conformance.schoology.evidence.held import held


def _graded(section: Mapping[str, Any]) -> Iterator[tuple[Any, ...]]:
    for row in section["grades"]:
        if row["grade"] is not None or row["exception"] or row["comment"]:
            yield row["assignment_id"], row["enrollment_id"]


_ROWS = StateList(
    "rows",
    keys=("assignment_id", "enrollment_id"),
    phrase="{enrollment_id} on {assignment_id}",
    loaded=_graded,
    heading="grades: ",
)
_FINAL_COMMENTS = StateList(
    "final_comments",
    keys=("enrollment_id", "period"),
    phrase="{enrollment_id} for {period}",
    loaded=lambda _: (),
    heading="comments: ",
)

PROFILE = Profile(
    "schoology",
    "/v1",
    "PUT",
    "schoology",
    "/v1/oauth/token",
    state_answer=StateAnswer(
        (_ROWS, _FINAL_COMMENTS), counted={"pulled": "grades read from the SIS"}
    ),
    actions={"edit_grade": ""},
    held=held,
)
