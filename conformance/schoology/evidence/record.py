"""What the teacher entered, what the product shows, what the SIS holds, and where these differ."""

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
    GradePlace,
    comment_place_of,
    place_of,
    points,
    spell,
    spelled_content,
)


def entered(evidence: Evidence, *, before: int | None = None) -> dict[GradePlace, Content]:
    """What the teacher has entered: what was loaded, and what was edited since; with `before`, only
    by steps that began before that journal entry."""
    found = {place_of(row): _loaded(row) for row in _loaded_section(evidence)["grades"]}
    for done in evidence.steps:
        edited = isinstance(done.step, Act) and done.answer is not None and done.answer["done"]
        if edited and (before is None or done.first < before):
            assert isinstance(done.step, Act)
            place = place_of(done.step.fields)
            found[place] = _edited(found.get(place, Content(None)), done.step.fields)
    return found


def _edited(content: Content, fields: Mapping[str, Any]) -> Content:
    changes: dict[str, Any] = {"grade": points(fields["grade"])}
    if "exception" in fields:
        changes["exception"] = fields["exception"]
    if "comment" in fields:
        changes["comment"] = fields["comment"] or ""
    if "comment_visible" in fields:
        changes["visible"] = fields["comment_visible"]
    return replace(content, **changes)


def entered_comments(evidence: Evidence) -> dict[GradePlace, Content]:
    """The final comments that were loaded."""
    return {
        comment_place_of(row): Content(None, 0, row["comment"], row["comment_visible"])
        for row in _loaded_section(evidence)["final_comments"]
    }


def letters(evidence: Evidence) -> dict[str, tuple[str, ...]]:
    """The letters that each assignment's scale has, by assignment."""
    assignments = _loaded_section(evidence)["assignments"]
    return {str(each["assignment_id"]): tuple(each["letters"]) for each in assignments}


def _loaded_section(evidence: Evidence) -> dict[str, Any]:
    for done in evidence.steps:
        if done.message is not None and "section" in done.message:
            found: dict[str, Any] = done.message["section"]
            return found
    raise NotTestable("the section was never loaded")


def _loaded(row: Mapping[str, Any]) -> Content:
    return Content(
        points(row["grade"]), row["exception"], row["comment"] or "", row["comment_visible"]
    )


@dataclass(frozen=True, slots=True)
class Shown:
    """What the product showed at one moment, of grades and of final comments. `pulled` is what it
    believes the SIS holds, None where it does not say; words are as `named` has them."""

    states: Mapping[GradePlace, str]
    messages: Mapping[GradePlace, str]
    pulled: Mapping[GradePlace, Content] | None


def shown(evidence: Evidence, label: str) -> Shown:
    """What the product showed at the State step of that label."""
    answer = evidence.step(label).answer or {}
    rows = {
        **{place_of(row): row for row in answer.get("rows", [])},
        **{comment_place_of(row): row for row in answer.get("final_comments", [])},
    }
    pulled = answer.get("pulled")
    return Shown(
        states={place: named(row["state"]) for place, row in rows.items()},
        messages={place: row.get("message") or "" for place, row in rows.items()},
        pulled=None
        if pulled is None
        else {
            place_of(row): Content(points(row["grade"]), row.get("exception", 0)) for row in pulled
        },
    )


def stored(evidence: Evidence) -> dict[GradePlace, Content]:
    """What the SIS holds at the end."""
    return {
        (str(row["assignment"]), str(row["enrollment"])): _held(row)
        for section in evidence.gradebook.get("sections", [])
        for row in section["coursework"]["grades"]
    }


def _held(row: Mapping[str, Any]) -> Content:
    visible = row["comment_status"] == 1
    return Content(points(row["grade"]), row["exception"], row["comment"], visible)


def agrees(wanted: Content, held: Content | None) -> bool:
    """Whether the SIS holds what was entered. A letter is held as a number that only the SIS
    knows; a comment is not looked at, since an exporter need not send any."""
    if held is None or wanted.exception:
        return held is not None and held.exception == wanted.exception
    if isinstance(wanted.grade, str):
        return held.grade is not None
    return held.grade == wanted.grade and not held.exception


def disagreements(evidence: Evidence, label: str) -> list[Violation]:
    """Where the SIS and what the product shows differ: exported that the SIS does not hold as it
    was entered, and failed or not exported that it does. The State step of that label must be the
    last in which anything happened."""
    held, wanted = stored(evidence), entered(evidence)
    found = []
    for place, state in shown(evidence, label).states.items():
        if place not in wanted or not wanted[place].graded:
            continue
        there = agrees(wanted[place], held.get(place))
        if state in (("failed", "not_exported") if there else ("exported",)):
            text = f"shows {spell(place)} as {state}, and the SIS holds"
            found.append(Violation(f"{text} {spelled_content(held.get(place))}", steps=(label,)))
    return found


def unstored(evidence: Evidence) -> list[Violation]:
    """What was entered, and the SIS does not hold at the end."""
    held = stored(evidence)
    return [
        Violation(
            f"left {spell(place)} with {spelled_content(held.get(place))} in the SIS; the teacher"
            f" entered {spelled_content(content)}"
        )
        for place, content in entered(evidence).items()
        if content.graded and not agrees(content, held.get(place))
    ]


def misread(evidence: Evidence, label: str) -> list[Violation]:
    """Where what the product has read from the SIS, as it shows at that State step, is not what the
    SIS holds at the end."""
    pulled, held = shown(evidence, label).pulled or {}, stored(evidence)
    missing = [place for place in held if place not in pulled]
    found = [
        Violation(
            f"shows {spell(place)} with {spelled_content(content)}, and the SIS holds"
            f" {spelled_content(held.get(place))}",
            steps=(label,),
        )
        for place, content in pulled.items()
        if place not in held or content.grade != held[place].grade
    ]
    if missing:
        text = f"shows {len(pulled)} grades of the SIS, which holds {len(held)}; the first that is"
        found.append(Violation(f"{text} missing is {spell(missing[0])}", steps=(label,)))
    return found
