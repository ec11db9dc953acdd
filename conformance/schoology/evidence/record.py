"""Compare what the teacher entered, what the product shows and what the SIS stored.

Theory of operation. Evidence holds five accounts of each grade. A correct exporter keeps them
consistent, and most rules compare two of them:

    entered    the `load` message, and the edits that the product accepted     `entered`
    sent       the rows of each PUT in the SIS's journal, JSON or XML          wire, rows
    answered   the response_code and message of each row in the reply          wire, answers
    shown      states and messages at a labelled State step; what was pulled   `shown`
    stored     the gradebook of the SIS when the scenario has ended            `stored`

- All accounts use GradeKey and Content (see content.py), so that spelling does not matter: ids as
  number or text, 80 or "80.0", a missing comment or an empty one.
- What was entered depends on time. `entered(before=n)` applies only edits that began before
  journal entry n, so a request is compared with the gradebook as it was when it was sent.
- Three functions compare accounts and give violations: `disagreements` shown with stored,
  `unstored` entered with stored, `misread` pulled with stored.
- Stored is read at the end of the scenario. A State step that is compared with it must therefore
  be the last step in which anything happens.
- `agrees` decides whether stored matches entered. An exception replaces the grade. The SIS stores
  a letter as a number of its scale, so any stored grade matches a letter. Comments are optional,
  and rules about comments compare them separately.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from conformance.model.evidence import Evidence
from conformance.model.rule import NotTestable, Violation
from conformance.model.states import named
from conformance.model.steps import Act
from conformance.schoology.evidence.content import (
    Content,
    GradeKey,
    comment_key,
    content_in_words,
    grade_key,
    key_in_words,
    number_or_text,
)


def entered(evidence: Evidence, *, before: int | None = None) -> dict[GradeKey, Content]:
    """The grades as loaded and edited. With `before`, only edits that began before that journal
    entry are applied."""
    found = {grade_key(row): _loaded(row) for row in _loaded_section(evidence)["grades"]}
    for done in evidence.steps:
        edited = isinstance(done.step, Act) and done.answer is not None and done.answer["done"]
        if edited and (before is None or done.first < before):
            assert isinstance(done.step, Act)
            key = grade_key(done.step.fields)
            found[key] = _edited(found.get(key, Content(None)), done.step.fields)
    return found


def _edited(content: Content, fields: Mapping[str, Any]) -> Content:
    changes: dict[str, Any] = {"grade": number_or_text(fields["grade"])}
    if "exception" in fields:
        changes["exception"] = fields["exception"]
    if "comment" in fields:
        changes["comment"] = fields["comment"] or ""
    if "comment_visible" in fields:
        changes["visible"] = fields["comment_visible"]
    return replace(content, **changes)


def entered_comments(evidence: Evidence) -> dict[GradeKey, Content]:
    """The final comments that were loaded."""
    return {
        comment_key(row): Content(None, 0, row["comment"], row["comment_visible"])
        for row in _loaded_section(evidence)["final_comments"]
    }


def letters(evidence: Evidence) -> dict[str, tuple[str, ...]]:
    """The letters on the scale of each assignment, by assignment id."""
    assignments = _loaded_section(evidence)["assignments"]
    return {str(each["assignment_id"]): tuple(each["letters"]) for each in assignments}


def _loaded_section(evidence: Evidence) -> dict[str, Any]:
    for done in evidence.steps:
        if done.message is not None and "section" in done.message:
            found: dict[str, Any] = done.message["section"]
            return found
    raise NotTestable("the section was never loaded, so no grade was entered")


def _loaded(row: Mapping[str, Any]) -> Content:
    return Content(
        number_or_text(row["grade"]), row["exception"], row["comment"] or "", row["comment_visible"]
    )


@dataclass(frozen=True, slots=True)
class Shown:
    """What the product showed at one moment, for grades and final comments.

    States are the names that `named` gives. `pulled` holds the grades read from the SIS, or None
    if the product does not show them.
    """

    states: Mapping[GradeKey, str]
    messages: Mapping[GradeKey, str]
    pulled: Mapping[GradeKey, Content] | None


def shown(evidence: Evidence, label: str) -> Shown:
    """What the product showed at the State step with this label."""
    answer = evidence.step(label).answer or {}
    rows = {
        **{grade_key(row): row for row in answer.get("rows", [])},
        **{comment_key(row): row for row in answer.get("final_comments", [])},
    }
    pulled = answer.get("pulled")
    return Shown(
        states={key: named(row["state"]) for key, row in rows.items()},
        messages={key: row.get("message") or "" for key, row in rows.items()},
        pulled=None
        if pulled is None
        else {
            grade_key(row): Content(number_or_text(row["grade"]), row.get("exception", 0))
            for row in pulled
        },
    )


def stored(evidence: Evidence) -> dict[GradeKey, Content]:
    """The grades that the SIS holds at the end."""
    return {
        (str(row["assignment"]), str(row["enrollment"])): _held(row)
        for section in evidence.gradebook.get("sections", [])
        for row in section["coursework"]["grades"]
    }


def _held(row: Mapping[str, Any]) -> Content:
    visible = row["comment_status"] == 1
    return Content(number_or_text(row["grade"]), row["exception"], row["comment"], visible)


def agrees(wanted: Content, held: Content | None) -> bool:
    """Whether the SIS holds the grade or exception that was entered. Comments are ignored."""
    if held is None or wanted.exception:
        return held is not None and held.exception == wanted.exception
    if isinstance(wanted.grade, str):
        return held.grade is not None
    return held.grade == wanted.grade and not held.exception


def disagreements(evidence: Evidence, label: str) -> list[Violation]:
    """The grades whose shown state contradicts the SIS.

    "exported" is wrong unless the SIS holds the grade as entered; "failed" and "not_exported" are
    wrong if it does. `label` names a State step.
    """
    held, wanted = stored(evidence), entered(evidence)
    found = []
    for key, state in shown(evidence, label).states.items():
        if key not in wanted or not wanted[key].graded:
            continue
        there = agrees(wanted[key], held.get(key))
        if state in (("failed", "not_exported") if there else ("exported",)):
            text = f"shows {key_in_words(key)} as {state}, but the SIS holds"
            found.append(Violation(f"{text} {content_in_words(held.get(key))}", steps=(label,)))
    return found


def unstored(evidence: Evidence) -> list[Violation]:
    """The grades that were entered and that the SIS does not hold at the end."""
    held = stored(evidence)
    return [
        Violation(
            f"left {key_in_words(key)} with {content_in_words(held.get(key))} in the SIS; the"
            f" teacher entered {content_in_words(content)}"
        )
        for key, content in entered(evidence).items()
        if content.graded and not agrees(content, held.get(key))
    ]


def misread(evidence: Evidence, label: str) -> list[Violation]:
    """The grades that the product read from the SIS wrongly or not at all, as shown at the State
    step with this label."""
    pulled, held = shown(evidence, label).pulled or {}, stored(evidence)
    missing = [key for key in held if key not in pulled]
    found = [
        Violation(
            f"shows {key_in_words(key)} with {content_in_words(content)}, but the SIS holds"
            f" {content_in_words(held.get(key))}",
            steps=(label,),
        )
        for key, content in pulled.items()
        if key not in held or content.grade != held[key].grade
    ]
    if missing:
        text = f"shows {len(pulled)} grades of the SIS, which holds {len(held)}; the first missing"
        found.append(Violation(f"{text} one is {key_in_words(missing[0])}", steps=(label,)))
    return found
