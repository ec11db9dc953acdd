"""Exporters of a section that change, omit or keep what the teacher entered."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from conformance.exporters.kit.outcome import ExportState, Fate
from conformance.exporters.schoology.decisions import Decisions
from conformance.exporters.schoology.formats import Xml
from conformance.exporters.schoology.model import (
    Content,
    GradebookItem,
    Points,
    Run,
    Section,
    SentRow,
)
from conformance.exporters.schoology.mutants.flawed import flawed, in_xml
from conformance.exporters.schoology.runs import Runs

if TYPE_CHECKING:
    from lxml.etree import _Element


class RoundsGrades(Decisions):
    def points(self, section: Section, item: GradebookItem) -> Points:
        grade = super().points(section, item)
        return round(grade) if isinstance(grade, float) else grade


class CapsGrades(Decisions):
    def points(self, section: Section, item: GradebookItem) -> Points:
        grade, assignment = super().points(section, item), section.assignment(item.place)
        if assignment is None or not isinstance(grade, int | float):
            return grade
        return min(grade, assignment.max_points)


class FoldsText(Decisions):
    def comment(self, said: Content) -> str:
        folded = unicodedata.normalize("NFKD", super().comment(said))
        return folded.encode("ascii", "ignore").decode()


class ShortensComments(Decisions):
    def comment(self, said: Content) -> str:
        return super().comment(said)[:255]


class RoundsIds(Decisions):
    """Keeps ids as doubles, as JavaScript does."""

    def entry(self, row: SentRow) -> dict[str, Any]:
        fields = super().entry(row)
        ids = fields.keys() & {"assignment_id", "enrollment_id"}
        return fields | {name: int(float(fields[name])) for name in ids}


class DropsComments(Decisions):
    def comment_fields(self, row: SentRow) -> dict[str, Any]:
        return {} if row.kind == "grade" else super().comment_fields(row)


class NeverReleasesComments(Decisions):
    def is_visible(self, said: Content) -> bool:  # noqa: ARG002
        return False


class ShowsFinalComments(Decisions):
    def comment_fields(self, row: SentRow) -> dict[str, Any]:
        fields = super().comment_fields(row)
        return fields | {"comment_status": 1} if row.kind == "final_comment" else fields


class SendsTheFirstCallOnly(Decisions):
    def batches(self, rows: Sequence[SentRow]) -> list[list[SentRow]]:
        grades = [part for part in super().batches(rows) if part[0].kind == "grade"]
        return [*grades[:1], *(part for part in super().batches(rows) if part not in grades)]


class ExportsOnce(Decisions):
    def is_due(self, section: Section, item: GradebookItem) -> bool:
        return item.sent is None and super().is_due(section, item)


class NoticesHigherGradesOnly(Decisions):
    def is_news(self, row: SentRow) -> bool:
        before, now = row.before and row.before.grade, row.content.grade
        if isinstance(before, int | float) and isinstance(now, int | float) and before > now:
            return False
        return super().is_news(row)


class RetriesNothing(Decisions):
    def to_retry(self, section: Section, items: Any) -> list[GradebookItem]:  # noqa: ARG002
        return []


class KeepsClearedGrades(Decisions):
    def grade_fields(self, row: SentRow) -> dict[str, Any]:
        fields = super().grade_fields(row)
        return {} if "grade" in fields and fields["grade"] is None else fields


class KeepsExceptions(Decisions):
    """Trusts the SIS to see that a row without an exception has none."""

    def grade_fields(self, row: SentRow) -> dict[str, Any]:
        if row.before is not None and row.before.exception and not row.content.exception:
            return {}
        return super().grade_fields(row)


class ClearsWithZero(Decisions):
    def grade_fields(self, row: SentRow) -> dict[str, Any]:
        fields = super().grade_fields(row)
        return fields | {"grade": 0} if fields.get("grade", 0) is None else fields


class KeepsRemovedComments(Decisions):
    def comment_fields(self, row: SentRow) -> dict[str, Any]:
        return super().comment_fields(row) if row.content.comment else {}


class _Xml(Xml):
    """XML in which some fields are written wrongly."""

    def add(self, parent: _Element, name: str, value: Any) -> None:
        for each in value if isinstance(value, list) else [value]:
            if self.says(name, each):
                super().add(parent, name, self.said(name, each))

    def says(self, name: str, value: Any) -> bool:  # noqa: ARG002
        return True

    def said(self, name: str, value: Any) -> Any:  # noqa: ARG002
        return value


class LeavesOutWhatIsFalse(_Xml):
    def says(self, name: str, value: Any) -> bool:  # noqa: ARG002
        return bool(value)


class LeavesOutWhatIsEmpty(_Xml):
    def says(self, name: str, value: Any) -> bool:  # noqa: ARG002
        return value not in (None, "")


class WritesWholeNumbers(_Xml):
    def said(self, name: str, value: Any) -> Any:
        return int(value) if name == "grade" and isinstance(value, float) else value


class ShowsFinalCommentsInXml(_Xml):
    def said(self, name: str, value: Any) -> Any:
        if name == "final_comment" and isinstance(value, dict):
            return value | {"comment_status": 1}
        return value


class JoinsLines(_Xml):
    def said(self, name: str, value: Any) -> Any:
        return " ".join(value.split()) if name == "comment" else value


class SendsWhatFailed(Runs):
    """Sends what failed as it was when it failed."""

    def __init__(self, *parts: Any) -> None:
        super().__init__(*parts)
        self.failed: dict[str, Content] = {}

    def fated(self, row: SentRow, fate: Fate) -> GradebookItem:
        if fate.state is ExportState.FAILED:
            self.failed.setdefault(row.key, row.content)
        return super().fated(row, fate)

    async def carry_out(self, run: Run) -> None:
        rows = (replace(row, content=self.failed.pop(row.key, row.content)) for row in run.rows)
        await super().carry_out(replace(run, rows=tuple(rows)))


class RetriesVisibly(Runs):
    """Makes every comment visible that it sends again."""

    async def carry_out(self, run: Run) -> None:
        if run.kind == "retry":
            rows = (replace(row, content=replace(row.content, visible=True)) for row in run.rows)
            run = replace(run, rows=tuple(rows))
        await super().carry_out(run)

    def fated(self, row: SentRow, fate: Fate) -> GradebookItem:
        item = self.register.find(row.key)
        assert item is not None
        content = self.decisions.content(self.register.section, item)
        return super().fated(replace(row, content=content), fate)


MUTANTS = (
    flawed("section-rounds-grades", "Rounds grades.", ("SC-VALUE",), decisions=RoundsGrades),
    flawed(
        "section-caps-grades",
        "Sends no grade above the maximum of its assignment.",
        ("SC-VALUE",),
        decisions=CapsGrades,
    ),
    flawed(
        "section-rounds-ids",
        "Rounds ids to 53 bits.",
        ("SC-COMPLETE", "SC-VALUE", "SC-XML"),
        decisions=RoundsIds,
    ),
    flawed(
        "section-folds-text",
        "Reduces comments to ASCII.",
        ("SC-VALUE", "SC-XML"),
        decisions=FoldsText,
    ),
    flawed(
        "section-shortens-comments",
        "Sends at most 255 characters of a comment.",
        ("SC-VALUE",),
        decisions=ShortensComments,
    ),
    flawed(
        "section-drops-comments",
        "Sends no comments on grades.",
        ("SC-COMPLETE", "SC-LOST-REPLY"),
        decisions=DropsComments,
    ),
    flawed(
        "section-never-releases",
        "Sends every comment as hidden.",
        ("SC-VALUE",),
        decisions=NeverReleasesComments,
    ),
    flawed(
        "section-shows-final-comments",
        "Makes every final comment visible to its student.",
        ("SC-FINAL-HIDDEN",),
        decisions=ShowsFinalComments,
    ),
    flawed(
        "section-shows-final-comments-in-xml",
        "Makes every final comment visible, but only in XML.",
        ("SC-FINAL-HIDDEN",),
        written=in_xml(ShowsFinalCommentsInXml),
    ),
    flawed(
        "section-retries-visibly",
        "Makes comments visible when it sends them again.",
        ("SC-COMMENT-HIDDEN", "SC-FINAL-HIDDEN"),
        runs=RetriesVisibly,
    ),
    flawed(
        "section-sends-what-failed",
        "Sends what failed as it was then, although it changed.",
        ("SC-VALUE",),
        runs=SendsWhatFailed,
    ),
    flawed(
        "section-first-call-only",
        "Sends at most the first 200 grades.",
        ("SC-COMPLETE",),
        decisions=SendsTheFirstCallOnly,
    ),
    flawed(
        "section-exports-once",
        "Exports each grade and comment only once.",
        ("SC-COMMENT-HIDDEN", "SC-COMPLETE", "SC-TAKEN-BACK", "SC-XML"),
        decisions=ExportsOnce,
    ),
    flawed(
        "section-higher-grades-only",
        "Does not export a change to a lower grade.",
        ("SC-COMPLETE",),
        decisions=NoticesHigherGradesOnly,
    ),
    flawed(
        "section-retries-nothing",
        "Does nothing if retry is pressed.",
        ("SC-COMPLETE",),
        decisions=RetriesNothing,
    ),
    flawed(
        "section-keeps-cleared",
        "Does not tell the SIS that a grade was cleared.",
        ("SC-LOST-REPLY", "SC-TAKEN-BACK"),
        decisions=KeepsClearedGrades,
    ),
    flawed(
        "section-keeps-exceptions",
        "Does not tell the SIS that an exception was lifted.",
        ("SC-TAKEN-BACK",),
        decisions=KeepsExceptions,
    ),
    flawed(
        "section-clears-with-zero",
        "Sends zero for a grade that was cleared.",
        ("SC-TAKEN-BACK",),
        decisions=ClearsWithZero,
    ),
    flawed(
        "section-keeps-removed-comments",
        "Does not tell the SIS that a comment was removed.",
        ("SC-LOST-REPLY", "SC-TAKEN-BACK"),
        decisions=KeepsRemovedComments,
    ),
    flawed(
        "section-xml-without-zeroes",
        "Omits zeroes and what is empty, but only in XML.",
        ("SC-BODY", "SC-COMMENT-HIDDEN", "SC-COMPLETE", "SC-TAKEN-BACK", "SC-ZERO"),
        written=in_xml(LeavesOutWhatIsFalse),
    ),
    flawed(
        "section-xml-without-empty-elements",
        "Omits what is empty, but only in XML.",
        ("SC-TAKEN-BACK",),
        written=in_xml(LeavesOutWhatIsEmpty),
    ),
    flawed(
        "section-xml-whole-numbers",
        "Cuts grades to whole numbers, but only in XML.",
        ("SC-VALUE",),
        written=in_xml(WritesWholeNumbers),
    ),
    flawed(
        "section-xml-joins-lines",
        "Joins the lines of a comment, but only in XML.",
        ("SC-XML",),
        written=in_xml(JoinsLines),
    ),
)
