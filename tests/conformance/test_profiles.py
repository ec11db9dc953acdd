"""Scenarios of every profile: what they are about is told alike to both sides."""

from __future__ import annotations

from typing import Any

import pytest

from conformance.dialects import DIALECTS, RULES
from conformance.drivers.inprocess import InProcessDriver
from conformance.drivers.shapes import shapes_of
from conformance.judging.report import Exit
from conformance.model.dialect import Dialect
from conformance.model.rule import Rule, Scenario
from conformance.model.subject import Period
from conformance.runner.run import Options, run
from conformance.runner.stage import BEGIN
from conformance.schoology.scenarios import reading, sending
from conformance.skyward.profile import with_line_item
from conformance.skyward.scenarios import failing
from conformance.skyward.scenarios import sending as transfers
from conformance.skyward.subject import Course
from helpers.suite.made_section import Silence, loaded
from helpers.suite.miniatures import Honest
from mock_sis.clock import from_iso
from mock_sis.simulator import Simulator

SCENARIOS = list({each.name: each for rule in RULES for each in rule.scenarios}.values())
PERIOD = Period(0.0, 1.0)


def test_no_two_scenarios_share_a_name() -> None:
    """A run plays each name once."""
    every = {id(each): each for rule in RULES for each in rule.scenarios}
    assert sorted(each.name for each in every.values()) == sorted({e.name for e in SCENARIOS})


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_the_scenarios_of_a_rule_are_all_of_its_profile(rule: Rule) -> None:
    assert {each.profile.name for each in rule.scenarios} == {rule.profile}


@pytest.mark.parametrize(
    "scenario", [*SCENARIOS, *(each.tour for each in DIALECTS)], ids=lambda scenario: scenario.name
)
def test_a_subject_can_be_loaded_on_both_sides(scenario: Scenario) -> None:
    shapes_of(DIALECTS).build(1, "load", scenario.subject.load_fields(PERIOD))
    policies = {scenario.profile.policies: scenario.policies}
    Simulator().load({**policies, **scenario.subject.seed(PERIOD)})


@pytest.mark.parametrize("dialect", DIALECTS, ids=lambda dialect: dialect.name)
def test_rules_and_tour_are_of_their_dialect(dialect: Dialect) -> None:
    assert dialect.tour.profile is dialect.profile
    assert {rule.profile for rule in dialect.rules} == {dialect.name}


def test_both_sides_know_the_same_section() -> None:
    section, scenario = loaded(reading.PAGED[0]), reading.PAGED[0]
    simulator = Simulator()
    simulator.load(scenario.subject.seed(PERIOD))
    (there,) = simulator.world.gradebook.snapshot()["sections"]
    sides = (
        (section["enrollments"], "enrollment_id", there["enrollments"]),
        (section["assignments"], "assignment_id", there["coursework"]["assignments"]),
    )
    for mine, name, theirs in sides:
        assert sorted(row[name] for row in mine) == sorted(row["id"] for row in theirs)
    assert len(there["coursework"]["grades"]) == 46


@pytest.mark.parametrize(
    "scenario", [transfers.FOREIGN, failing.CLOSED], ids=lambda each: each.name
)
def test_both_sides_know_the_same_course(scenario: Scenario) -> None:
    course = scenario.subject.load_fields(PERIOD)["course"]
    simulator = Simulator()
    simulator.load(scenario.subject.seed(PERIOD))
    sections = {each["id"]: each for each in simulator.world.gradebook.snapshot()["sections"]}
    assert list(sections) == course["sections"]
    subject = scenario.subject
    assert isinstance(subject, Course)
    for name, there in sections.items():
        people = [each["user_id"] for each in course["students"] if each["section"] == name]
        assert [int(each["person"]) for each in there["enrollments"]] == people
        work = there["coursework"]
        terms = [(each["id"], each["start"], each["end"]) for each in course["terms"]]
        assert [(str(e["id"]), e["start"], e["end"]) for e in work["periods"]] == terms
        closed = [each.closed for each in subject.terms]
        assert [each["closed"] for each in work["periods"]] == closed
        assert any(closed) is (scenario is failing.CLOSED)
        titles = dict(subject.sections)[name]
        assert tuple(each["title"] for each in work["categories"]) == titles
        made = [each for each in subject.made if each.section == name]
        told = [(each["title"], each["category"], each["period"]) for each in work["assignments"]]
        assert told == [(each.title, 1, subject.terms[-1].id) for each in made]
        scores = [score for each in made for score in each.scores]
        assert [(e["enrollment"], e["grade"]) for e in work["grades"]] == scores


def test_an_item_is_in_all_sections_unless_it_says_otherwise() -> None:
    items = transfers.FOREIGN.subject.load_fields(PERIOD)["course"]["items"]
    assert {each["id"]: each["sections"] for each in items} == {
        "essay": ["alg-1", "alg-2"],
        "quiz": ["alg-1", "alg-2"],
        "poster": ["alg-1"],
    }
    assert [each["due"] for each in items] == ["2026-06-12", None, None]
    assert [each["max_points"] for each in items] == [50, 20, 10]
    mixed = transfers.MIXED.subject.load_fields(PERIOD)["course"]["items"]
    assert [each["term"] for each in mixed] == ["2", "2", "2", None, "2", "2"]


BOOK = {
    "sections": [
        {
            "id": "a",
            "enrollments": [{"id": 3, "person": 9}, {"id": 4, "person": 8}],
            "coursework": {
                "assignments": [{"id": 7, "title": "Quiz 1"}, {"id": 6, "title": "Essay"}],
                "grades": [{"assignment": 7, "enrollment": 3}, {"assignment": 6, "enrollment": 4}],
            },
        }
    ]
}
LINE_ITEMS = [
    ("/sections/a/line_items/{item:Quiz 1}/results/9", "/sections/a/line_items/7/results/9"),
    ("/sections/a/line_items/{item:Quiz 1}/results/8", "/sections/a/line_items/7/results/8"),
    (
        "/sections/a/line_items/{item:Quiz 1}/results/9/late",
        "/sections/a/line_items/7/results/9/late",
    ),
    ("/sections/a/enrollments/9", "/sections/a/enrollments/9"),
    ("/sections/a/line_items/{item:Quiz 2}", ""),
    ("/sections/b/line_items/{item:Quiz 1}", ""),
]


@pytest.mark.parametrize(("path", "whole"), LINE_ITEMS)
def test_a_line_item_is_found_by_its_title_in_its_section(path: str, whole: str) -> None:
    if whole:
        assert with_line_item(path, BOOK) == whole
    else:
        with pytest.raises(LookupError, match="the SIS has no line item 'Quiz"):
            with_line_item(path, BOOK)


def test_a_score_that_the_sis_lacks_cannot_be_flagged() -> None:
    with pytest.raises(LookupError, match="the SIS has no score of student 8"):
        with_line_item("/sections/a/line_items/{item:Quiz 1}/results/8/late", BOOK)


def test_letters_are_on_the_scale_of_their_assignment() -> None:
    simulator = Simulator()
    simulator.load(sending.LETTERS[0].subject.seed(PERIOD))
    book = simulator.world.gradebook
    for each in loaded(sending.LETTERS[0])["assignments"]:
        assignment = book.coursework("4318461").assignment(each["assignment_id"])
        scale = book.scale_by_number(assignment.scale)
        assert [level.mark for level in (scale.levels if scale else ())] == each["letters"]


class Recording(Silence):
    """Keeps what it was told."""

    def __init__(self) -> None:
        self.told: list[dict[str, Any]] = []

    def handle(self, message: dict[str, Any]) -> dict[str, Any]:
        self.told.append(message)
        return super().handle(message)


async def told(scenario: Scenario) -> tuple[dict[str, Any], float]:
    """The configure message, and when the case began by the SIS's clock."""
    heard = Recording()
    rule = Rule("SC-X", RULES[0].level, "", (), (scenario,), (), lambda _: (), "")
    found = await run([rule], InProcessDriver(lambda: heard), "recording", Options())
    (configured,) = (message for message in heard.told if message["op"] == "configure")
    return configured, found.evidence[scenario.name].steps[0].at


async def test_the_exporter_is_told_the_profile_and_what_the_scenario_chooses() -> None:
    configured, _ = await told(sending.PLAIN[1])
    assert configured["dialect"] == "schoology"
    assert configured["sis_url"].endswith("/v1")
    assert (configured["method"], configured["format"]) == ("PUT", "xml")


@pytest.mark.parametrize(
    "scenario", [reading.SIS_AHEAD[0], reading.SIS_BEHIND[0], reading.PAGED[0]]
)
async def test_the_clocks_are_as_far_apart_as_the_scenario_says(scenario: Scenario) -> None:
    """It is the SIS's that is shifted: an exporter's real clock could not be."""
    assert reading.SIS_BEHIND[0].skew == -reading.SIS_AHEAD[0].skew == -3 * 3600
    configured, began = await told(scenario)
    assert from_iso(configured["clock"]["now"]) == BEGIN
    assert began - from_iso(configured["clock"]["now"]) == scenario.skew


FIRST = [each.rules[0] for each in DIALECTS]


@pytest.mark.parametrize(
    ("spoken_only", "judged"), [(True, ["wiseflow"]), (False, ["wiseflow", "schoology", "skyward"])]
)
async def test_rules_of_unspoken_dialects_are_left_out_unless_asked_for(
    spoken_only: bool, judged: list[str]
) -> None:
    options = Options(spoken_only=spoken_only)
    found = await run(FIRST, InProcessDriver(Honest), "honest", options)
    assert [each.rule.profile for each in found.verdicts] == judged


async def test_an_exporter_that_speaks_none_of_the_dialects_is_no_success() -> None:
    options = Options(spoken_only=True)
    found = await run(FIRST[1:], InProcessDriver(Honest), "honest", options)
    assert found.verdicts == ()
    assert found.exit is Exit.BROKEN
