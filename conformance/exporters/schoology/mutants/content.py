"""Exporters of a section that send wrong content, or right content in a wrong form."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from conformance.exporters.schoology.decisions import Decisions
from conformance.exporters.schoology.formats import Xml
from conformance.exporters.schoology.model import Content, GradebookItem, Points, Section, SentRow
from conformance.exporters.schoology.mutants.flawed import flawed, in_xml


class SendsUserNames(Decisions):
    def entry(self, row: SentRow) -> dict[str, Any]:
        said = super().entry(row)
        return {**said, "enrollment_id": f"enrollment {said['enrollment_id']}"}


class LeavesOutTheFrame(Decisions):
    def document(self, rows: Sequence[SentRow]) -> dict[str, Any]:
        return {"grade": [self.entry(row) for row in rows]}


class SendsGradesBesideExceptions(Decisions):
    def grade(self, section: Section, item: GradebookItem) -> Points:
        return self.points(section, item)

    def grade_fields(self, row: SentRow) -> dict[str, Any]:
        if row.content.grade is None:
            return super().grade_fields(row)
        return {"grade": row.content.grade, "exception": row.content.exception}


class DropsExceptions(Decisions):
    def grade_fields(self, row: SentRow) -> dict[str, Any]:
        grade = row.content.grade
        return {} if grade is None else {"grade": grade, "exception": 0}


class SendsAnyLetter(Decisions):
    def problem(self, section: Section, item: GradebookItem) -> str:
        text = isinstance(self.grade(section, item), str)
        return "" if text else super().problem(section, item)


class ShowsAllComments(Decisions):
    def is_visible(self, said: Content) -> bool:  # noqa: ARG002
        return True


class NeverHidesAgain(Decisions):
    def comment_fields(self, row: SentRow) -> dict[str, Any]:
        said = super().comment_fields(row)
        if not row.content.visible:
            said.pop("comment_status", None)
        return said


class SendsOneFinalComment(Decisions):
    def period_id(self, row: SentRow) -> str:  # noqa: ARG002
        return "final"


class ForgetsThePeriod(Decisions):
    def entry(self, row: SentRow) -> dict[str, Any]:
        said = super().entry(row)
        said.pop("period_id", None)
        return said


class TakesZeroForNothing(Decisions):
    def grade(self, section: Section, item: GradebookItem) -> Points:
        return super().grade(section, item) or None


class TakesNothingForZero(Decisions):
    def grade(self, section: Section, item: GradebookItem) -> Points:
        found = super().grade(section, item)
        is_empty = found is None and item.kind == "grade" and not item.content.exception
        return 0 if is_empty else found


class WipesUngraded(Decisions):
    def grade_fields(self, row: SentRow) -> dict[str, Any]:
        said = super().grade_fields(row)
        return said or ({"grade": ""} if row.kind == "grade" else {})


class PastesXml(Xml):
    """Writes XML as text, without escapes."""

    def write(self, data: dict[str, Any]) -> bytes:
        return f'<?xml version="1.0" encoding="utf-8"?><body>{_pasted(data)}</body>'.encode()


class DeclaresLatin(Xml):
    """Declares one encoding and writes another."""

    def write(self, data: dict[str, Any]) -> bytes:
        return super().write(data).replace(b"encoding='utf-8'", b"encoding='iso-8859-1'", 1)


def _pasted(data: Mapping[str, Any]) -> str:
    pieces = []
    for name, value in data.items():
        for each in value if isinstance(value, list) else [value]:
            inner = _pasted(each) if isinstance(each, dict) else "" if each is None else each
            pieces.append(f"<{name}>{inner}</{name}>")
    return "".join(pieces)


class KeepsControlCharacters(Decisions):
    def comment(self, said: Content) -> str:
        return said.comment


class RefersToControlCharacters(Xml):
    """Writes a vertical tab as a reference, which XML forbids too."""

    def write(self, data: dict[str, Any]) -> bytes:
        carried = json.loads(json.dumps(data).replace(r"\u000b", r"\ue00b"))
        return super().write(carried).replace("\ue00b".encode(), b"&#11;")


MUTANTS = (
    flawed(
        "section-names-by-text",
        "Sends an enrollment's id with words around it.",
        ("SC-BODY", "SC-COMPLETE", "SC-FINAL-COMMENT", "SC-VALUE", "SC-ZERO"),
        ("SC-COMMENT-HIDDEN", "SC-EXCEPTION", "SC-LOST-REPLY", "SC-ROWS", "SC-TAKEN-BACK"),
        decisions=SendsUserNames,
    ),
    flawed(
        "section-bare-rows",
        "Leaves out the element around the rows of a section.",
        ("SC-BODY", "SC-COMPLETE"),
        (
            "SC-COMMENT-HIDDEN",
            "SC-EXCEPTION",
            "SC-FINAL-COMMENT",
            "SC-FINAL-HIDDEN",
            "SC-LETTER",
            "SC-LOST-REPLY",
            "SC-ROWS",
            "SC-TAKEN-BACK",
            "SC-VALUE",
            "SC-ZERO",
        ),
        decisions=LeavesOutTheFrame,
    ),
    flawed(
        "section-pastes-xml",
        "Puts comments into XML without escaping them.",
        ("SC-BODY", "SC-COMPLETE", "SC-XML"),
        written=in_xml(PastesXml),
    ),
    flawed(
        "section-declares-latin",
        "Declares another encoding than that of its XML.",
        ("SC-XML",),
        written=in_xml(DeclaresLatin),
    ),
    flawed(
        "section-control-characters",
        "Sends control characters in XML.",
        ("SC-BODY", "SC-XML"),
        decisions=KeepsControlCharacters,
        written=in_xml(RefersToControlCharacters),
    ),
    flawed(
        "section-grade-and-exception",
        "Sends a grade together with an exception.",
        ("SC-EXCEPTION",),
        decisions=SendsGradesBesideExceptions,
    ),
    flawed(
        "section-drops-exceptions",
        "Sends no exceptions.",
        ("SC-COMPLETE", "SC-LOST-REPLY", "SC-TAKEN-BACK"),
        decisions=DropsExceptions,
    ),
    flawed(
        "section-any-letter",
        "Sends letters that the scale does not have.",
        ("SC-LETTER",),
        decisions=SendsAnyLetter,
    ),
    flawed(
        "section-shows-comments",
        "Makes every comment visible to its student.",
        ("SC-COMMENT-HIDDEN", "SC-FINAL-HIDDEN"),
        decisions=ShowsAllComments,
    ),
    flawed(
        "section-never-hides",
        "Does not tell the SIS to hide a comment that was visible.",
        ("SC-COMMENT-HIDDEN",),
        decisions=NeverHidesAgain,
    ),
    flawed(
        "section-one-final-comment",
        "Sends comments on a period as comments on the course.",
        ("SC-COMPLETE", "SC-FINAL-COMMENT"),
        decisions=SendsOneFinalComment,
    ),
    flawed(
        "section-no-period",
        "Sends final comments without their period.",
        ("SC-BODY", "SC-COMPLETE", "SC-FINAL-COMMENT"),
        decisions=ForgetsThePeriod,
    ),
    flawed(
        "section-zero-is-nothing",
        "Treats the grade zero as no grade.",
        ("SC-LOST-REPLY", "SC-ZERO"),
        decisions=TakesZeroForNothing,
    ),
    flawed(
        "section-nothing-is-zero",
        "Sends zero for students without a grade.",
        ("SC-TAKEN-BACK", "SC-ZERO"),
        decisions=TakesNothingForZero,
    ),
    flawed(
        "section-wipes-ungraded",
        "Sends an empty grade for students without one.",
        ("SC-ZERO",),
        decisions=WipesUngraded,
    ),
)
