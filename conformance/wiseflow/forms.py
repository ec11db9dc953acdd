"""The institution's forms of a body and of an answer, as a case has them.

They are policies of the SIS, `mapping` and `answer`, and evidence keeps the policies. So whoever
judges a case reads its bodies and answers as the SIS did. Without these policies, the forms are
those that the vendor recommends.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any

import msgspec

from mock_sis.contracts.contract import contract
from mock_sis.errors import Problem
from mock_sis.formats.mapping.shapes import (
    AnswerMapping,
    BodyMapping,
    answer_problems,
    body_problems,
)

FEATURE = "mapping"
"""What an exporter has that builds bodies and reads answers as it is configured."""

NAMES = ("mapping", "answer")
"""The policies that the forms are in."""


class Forms(msgspec.Struct, frozen=True):
    """The form of a body, and that of the answer to it."""

    body: BodyMapping = BodyMapping()
    answer: AnswerMapping = AnswerMapping()

    @property
    def standard(self) -> bool:
        """Whether both are as the vendor recommends."""
        return self == STANDARD


STANDARD = Forms()


def forms_of(policies: Mapping[str, Any]) -> Forms:
    """The forms in the policies of a SIS. Raises msgspec.ValidationError for other data."""
    given = {name: policies.get(name, {}) for name in NAMES}
    return Forms(
        msgspec.convert(given["mapping"], BodyMapping),
        msgspec.convert(given["answer"], AnswerMapping),
    )


def configured(policies: Mapping[str, Any], features: Collection[str]) -> dict[str, Any]:
    """What `configure` hands over of the policies: both forms, with every member, if the exporter
    has the feature and the institution has a form of its own."""
    if FEATURE not in features or not set(NAMES) & policies.keys():
        return {}
    forms = forms_of(policies)
    return {"mapping": msgspec.to_builtins(forms.body), "answer": msgspec.to_builtins(forms.answer)}


def excused(forms: Forms) -> dict[str, str]:
    """Why rules do not apply under these forms, by rule id."""
    found: dict[str, str] = {}
    if not {"mark", "adminGrade"} <= forms.body.fields.keys():
        found |= dict.fromkeys(ALTERNATIVE_RULES, "the institution takes one grade only")
    if forms.answer.format == "none":
        found |= dict.fromkeys(REPORT_RULES, "the institution's answers have no report")
    elif len(forms.answer.counts) < len(STANDARD.answer.counts):
        found |= dict.fromkeys(COUNT_RULES, "the institution's answers leave out a count")
    return found


ALTERNATIVE_RULES = ("WF-ALT", "WF-ALT-FROZEN", "WF-INSTANT-NO-ALT")
"""The rules about the field of the alternative grade."""
COUNT_RULES = ("WF-COUNTS",)
"""The rules about wrong counts."""
REPORT_RULES = (*COUNT_RULES, "WF-PARTIAL", "WF-PARTIAL-SHOWN", "WF-FOREIGN-ERROR")
"""The rules about what a report says of single participants."""


def form_problems(policies: Any) -> Iterator[Problem]:
    """Why `mapping` and `answer`, given as plain data, cannot work."""
    problems = contract("wiseflow/policy.schema.json").problems(policies)
    yield from problems
    if problems:
        return
    unknown = policies.keys() - set(NAMES)
    if unknown:
        expected = " and ".join(NAMES)
        yield Problem(f"/{min(unknown)}", f"only {expected} are expected here")
        return
    forms = forms_of(policies)
    for name, found in zip(
        NAMES, (body_problems(forms.body), answer_problems(forms.answer)), strict=True
    ):
        for problem in found:
            yield Problem(f"/{name}{problem.pointer}", problem.message)
