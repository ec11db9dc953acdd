"""What the Schoology rules read out of evidence, and the section that both sides know."""

from __future__ import annotations

from typing import Any

import pytest

from conformance.model.rule import Scenario
from conformance.model.subject import Period
from conformance.schoology.evidence.content import (
    Content,
    content_in_words,
    grade_in_words,
    number_or_text,
    whole_number,
)
from conformance.schoology.evidence.wire import RowAnswer, is_xml
from conformance.schoology.scenarios import failing, reading, sending
from conformance.schoology.scenarios.common import ASA, BO, ESSAY, JOSE, LEILA, QUIZ, ZOE
from helpers.suite.made_section import JSON, XML
from mock_sis.exchange import Call, Headers, Reply
from mock_sis.simulator import Simulator


@pytest.mark.parametrize(
    ("given", "grade"),
    [
        (80, 80.0),
        ("80.50", 80.5),
        (0, 0.0),
        ("B+", "B+"),
        (None, None),
        ("", None),
        (" ", None),
        (True, None),
        ([80], "[80]"),
    ],
)
def test_a_grade_is_a_number_where_it_is_one(given: Any, grade: float | str | None) -> None:
    assert number_or_text(given) == grade


@pytest.mark.parametrize(
    ("given", "number"), [(1, 1), ("3", 3), (None, 0), ("", 0), ("x", -1), ([1], -1)]
)
def test_a_code_may_be_spelled_as_text(given: Any, number: int) -> None:
    assert whole_number(given) == number


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (None, "nothing"),
        (Content(None), "no grade"),
        (Content(80.0), "the grade 80"),
        (Content(76.5), "the grade 76.5"),
        (Content("B"), "the grade 'B'"),
        (Content(80.0, 1), "the grade 80 and the exception 1"),
        (Content(None, 1), "the exception 1"),
    ],
)
def test_what_a_place_says_is_told_in_words(content: Content | None, words: str) -> None:
    assert content_in_words(content) == words
    if content and content.grade is None:
        assert grade_in_words(content.grade) == "None"


@pytest.mark.parametrize(
    ("content", "graded"),
    [(Content(None), False), (Content(0.0), True), (Content(None, 1), True)],
)
def test_an_exception_stands_for_a_grade(content: Content, graded: bool) -> None:
    assert content.graded is graded


@pytest.mark.parametrize(
    ("status", "stored"), [(199, False), (200, True), (207, True), (299, True), (300, False)]
)
def test_a_row_is_stored_where_its_code_says_so(status: int, stored: bool) -> None:
    assert RowAnswer(status).stored is stored


@pytest.mark.parametrize(
    ("headers", "xml"),
    [
        (XML, True),
        ((("content-type", " Text/XML ; x=y"),), True),
        (JSON, False),
        ((("Accept", "text/xml"),), False),
        ((("Accept", "text/xml"), *JSON), False),
        ((), False),
    ],
)
def test_a_body_is_xml_where_its_content_type_says_so(headers: Headers, xml: bool) -> None:
    assert is_xml(Call("PUT", "/", headers)) is xml
    assert is_xml(Reply(207, headers)) is xml


# What the SIS knows


def known(scenario: Scenario) -> dict[str, Any]:
    """The gradebook of a SIS that was loaded with the scenario's section."""
    simulator = Simulator()
    simulator.load(scenario.subject.seed(Period(0.0, 1.0)))
    return simulator.world.gradebook.snapshot()


def test_the_sis_knows_who_is_gone() -> None:
    (section,) = known(failing.SOME_REFUSED[0])["sections"]
    states = {each["id"]: each["state"] for each in section["enrollments"]}
    assert states == {ASA: "active", JOSE: "withdrawn", ZOE: "active", BO: "active"}


def test_the_sis_knows_the_assignments_with_points_and_letters() -> None:
    book = known(sending.FULL[0])
    (section,) = book["sections"]
    items = section["coursework"]["assignments"]
    fields = ("id", "title", "max_points", "scale", "period")
    assert [tuple(each[name] for name in fields) for each in items] == [
        (QUIZ, "Quiz 1", 100, 0, 13011),
        (ESSAY, "Essay", 50, 1, 13011),
    ]
    (letters,) = (each for each in book["scales"] if each["title"] == "A to F")
    assert (letters["number"], letters["title"]) == (1, "A to F")
    marks = {level["mark"]: level["value"] for level in letters["levels"]}
    assert marks == {"A": 100, "B": 80, "C": 60, "D": 40, "F": 20}


def test_the_sis_holds_grades_from_the_beginning_each_on_its_assignment() -> None:
    (section,) = known(sending.ZERO_AND_NONE[0])["sections"]
    (held,) = section["coursework"]["grades"]
    assert (held["assignment"], held["enrollment"], held["grade"]) == (QUIZ, ZOE, 55)
    assert (held["exception"], held["comment"], held["comment_status"]) == (0, "", 0)
    assert section["exam_assignment"] == 0
    assert [each["id"] for each in section["coursework"]["periods"]] == [13011, 13012]
    (section,) = known(reading.PAGED[0])["sections"]
    grades = [(e["assignment"], e["grade"]) for e in section["coursework"]["grades"]]
    assert sorted(grades) == [(item, 20 + place) for item in (QUIZ, ESSAY) for place in range(23)]
    assert (section["exam_assignment"], section["scale"]) == (QUIZ, "points")
    assert LEILA not in {each["id"] for each in section["enrollments"]}
