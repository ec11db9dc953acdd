"""The overview table and its CSV file."""

from __future__ import annotations

import csv
import io

import pytest

from conformance.exporters.wiseflow.loading import flow_from, participants_from
from conformance.exporters.wiseflow.overview import COLUMNS, Overview, neutral
from helpers.exporters.flows import flow, person


def overview() -> Overview:
    document = flow(
        person(1, family_name='=HYPERLINK("http://x")', number="-1"),
        person(2, "", alternative_grade="A", handed_in="2026-06-21T10:00:00Z", late=True),
        person("3", "a1:B?", family_name="O'Neill, Åsa\nof York"),
    )
    loaded = flow_from(document)
    return Overview(loaded, tuple(participants_from(loaded, document["participants"])))


def table(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text, newline="")))


def test_the_file_of_all_columns_has_them_whatever_is_hidden() -> None:
    hidden = overview().hide("family_name", "late")
    rows = table(hidden.csv(all_columns=True))
    assert list(rows[0]) == [column.heading for column in COLUMNS]
    assert list(table(hidden.csv())[0]) == [
        column.heading for column in COLUMNS if column.name not in ("family_name", "late")
    ]


def test_those_who_handed_in_late_are_in_the_file() -> None:
    row = table(overview().csv())[1]
    assert (row["User id"], row["Handed in"], row["Late"]) == ("2", "2026-06-21T10:00:00Z", "yes")


def test_only_grades_that_are_final_show_as_grades() -> None:
    shown = [(row["Grade"], row["Alternative grade"]) for row in table(overview().csv())]
    assert shown == [("B", ""), ("", "A"), ("", "")]


def test_quotes_commas_and_line_breaks_survive() -> None:
    assert table(overview().csv())[2]["Family name"] == "O'Neill, Åsa\nof York"


def test_cells_of_the_file_are_neutralised() -> None:
    row = table(overview().csv())[0]
    assert row["Family name"] == '\'=HYPERLINK("http://x")'
    assert row["Number"] == "'-1"


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n", "＝", " =", "\xa0@"])
def test_no_cell_starts_a_formula(start: str) -> None:
    assert neutral(f"{start}1") == f"'{start}1"


@pytest.mark.parametrize("harmless", ["", "B", "1-2", "O'Neill", "a=b"])
def test_harmless_cells_stay_as_they_are(harmless: str) -> None:
    assert neutral(harmless) == harmless


def test_a_column_that_is_not_there_cannot_be_hidden() -> None:
    with pytest.raises(ValueError, match="shoe_size"):
        overview().hide("shoe_size")


def test_the_printed_table_is_aligned_and_has_one_line_for_each() -> None:
    lines = overview().hide(*(column.name for column in COLUMNS[2:])).printed().splitlines()
    assert lines == ["User id  Number", "1        -1", "2        S-2", "3        S-3"]
