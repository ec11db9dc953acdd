"""Exporters of a flow that do not keep to the form that the institution has set up."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from conformance.exporters.wiseflow.client import MEDIA_TYPES, Client
from conformance.exporters.wiseflow.mapper import Mapper, Path
from conformance.exporters.wiseflow.model import SentRow
from conformance.exporters.wiseflow.mutants.flawed import flawed


class AlwaysBuildsTheRecommended(Mapper):
    @property
    def configured(self) -> bool:
        return False


class PutsTheListWhereItUsuallyIs(Mapper):
    def list_path(self) -> Path:
        return super().list_path() or ("participants",)


class NestsNothing(Mapper):
    """A mapping screen that takes names, but no paths."""

    def places(self) -> Mapping[str, Path]:
        return {name: (".".join(path),) for name, path in super().places().items()}


class NamesFieldsItsWay(Mapper):
    def places(self) -> Mapping[str, Path]:
        return {name: (name,) for name in super().places()}


class SendsAllFields(Mapper):
    def places(self) -> Mapping[str, Path]:
        return {"mark": ("mark",), "adminGrade": ("adminGrade",), **super().places()}


class SwapsTheGrades(Mapper):
    def grades(self, row: SentRow) -> Mapping[str, str]:
        return super().grades(SentRow(row.user_id, row.admin_grade, row.mark))


class SendsIdsAsTheyAre(Mapper):
    def user_id(self, row: SentRow) -> int | str:
        return row.user_id


class NumbersRowsFromOne(Mapper):
    def first_number(self) -> int:
        return 1


class RepeatsNamesWithoutIndex(Mapper):
    def form_name(self, parts: Path) -> str:
        return super().form_name(tuple(part for part in parts if not part.isdecimal()))


class NamesTheRootItsWay(Mapper):
    def written(self, document: Any) -> bytes:
        root = self._mapping["root"].encode()
        return super().written(document).replace(b"%s>" % root, b"%s>" % b"export")


class DeclaresAllAsJson(Client):
    def content_type(self) -> str:
        return MEDIA_TYPES["json"]


class ReadsOnlyTheRecommendedAnswer(Mapper):
    """Takes what its own names do not find for nothing: no errors."""

    def report(self, body: bytes, rows: Sequence[SentRow]) -> dict[str, Any]:
        report = super().report(body, rows)
        return {**report, "numberOfSuccess": len(rows), "numberOfErrors": 0, "errors": []}


class ExpectsAReport(Mapper):
    """Takes an empty answer for a failure, although the institution gives no other."""

    def report(self, body: bytes, rows: Sequence[SentRow]) -> dict[str, Any]:
        if not body:
            raise ValueError("an empty answer")
        return super().report(body, rows)


_ONLY = ("WF-MAPPING",)

MUTANTS = (
    flawed(
        "always-builds-the-recommended",
        "Builds the recommended body, whatever the institution has set up.",
        _ONLY,
        mapper=AlwaysBuildsTheRecommended,
    ),
    flawed(
        "puts-the-list-where-it-usually-is",
        "Puts the list into participants although the body should be the list.",
        _ONLY,
        mapper=PutsTheListWhereItUsuallyIs,
    ),
    flawed(
        "nests-nothing",
        "Takes user.id for the name of a field instead of a path.",
        _ONLY,
        mapper=NestsNothing,
    ),
    flawed(
        "names-mapped-fields-its-way",
        "Keeps userId, mark and adminGrade although the institution has other names.",
        _ONLY,
        mapper=NamesFieldsItsWay,
    ),
    flawed(
        "sends-all-fields",
        "Sends adminGrade although the institution has switched it off.",
        _ONLY,
        mapper=SendsAllFields,
    ),
    flawed(
        "swaps-the-grades",
        "Puts the mark and the alternative grade into each other's field of a mapping.",
        ("WF-ALT", "WF-VALUE"),
        mapper=SwapsTheGrades,
    ),
    flawed(
        "sends-ids-as-they-are",
        "Sends ids as numbers although the institution takes them as text.",
        _ONLY,
        mapper=SendsIdsAsTheyAre,
    ),
    flawed(
        "numbers-rows-from-one",
        "Numbers the rows of a form from 1.",
        _ONLY,
        mapper=NumbersRowsFromOne,
    ),
    flawed(
        "repeats-names-without-index",
        "Repeats the names of a form for each row, without an index.",
        _ONLY,
        mapper=RepeatsNamesWithoutIndex,
    ),
    flawed(
        "names-the-root-its-way",
        "Gives the XML body a root element of its own.",
        _ONLY,
        mapper=NamesTheRootItsWay,
    ),
    flawed(
        "declares-all-as-json",
        "Declares XML and forms as application/json.",
        _ONLY,
        client=DeclaresAllAsJson,
    ),
    flawed(
        "finds-no-errors-under-other-names",
        "Takes an answer whose errors have other names for one without errors.",
        ("WF-200-IS-NOT-SUCCESS", "WF-PARTIAL"),
        mapper=ReadsOnlyTheRecommendedAnswer,
    ),
    flawed(
        "expects-a-report",
        "Shows an export as failed because a 204 has no report, where the SIS never sends one.",
        ("WF-TRUTH",),
        mapper=ExpectsAReport,
    ),
)
