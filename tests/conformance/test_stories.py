"""Stories keep a scenario whole, and a broken file is refused with what is wrong and expected."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from conformance.cli import main
from conformance.dialects import DIALECTS
from conformance.exploring.story import STEPS, Story, read, write
from conformance.model.dialect import Dialect
from conformance.model.rule import Depth, Scenario
from conformance.model.subject import Period
from conformance.schoology.scenarios.stories import TAKEN_BACK
from conformance.skyward.scenarios.stories import RETRIED
from conformance.wiseflow.scenarios.again import RETRIED_TWICE
from helpers.suite import miniatures
from mock_sis.errors import UsageError

WISEFLOW, SCHOOLOGY, SKYWARD = DIALECTS
MINIATURES = f"python:{miniatures.__name__}"


def scenarios(dialect: Dialect) -> list[Scenario]:
    """All scenarios of a dialect."""
    found = {each.name: each for rule in dialect.rules for each in rule.scenarios}
    return list(found.values())


TOLD = [
    pytest.param(dialect, scenario, id=scenario.name)
    for dialect in DIALECTS
    if dialect.vocabulary is not None
    for scenario in scenarios(dialect)
]


def saved(folder: Path, data: Any) -> Path:
    path = folder / "story.json"
    path.write_bytes(data if isinstance(data, bytes) else json.dumps(data).encode())
    return path


@pytest.mark.parametrize(("dialect", "scenario"), TOLD)
def test_a_scenario_is_the_same_after_it_was_written_and_read(
    dialect: Dialect, scenario: Scenario, tmp_path: Path
) -> None:
    rules = (dialect.rules[0].id,)
    found = read(saved(tmp_path, write(Story(dialect, scenario, rules))), DIALECTS)

    assert (found.dialect, found.rules) == (dialect, rules)
    assert found.scenario.depth is Depth.QUICK
    assert told(found.scenario) == told(scenario)
    assert loaded(found.scenario) == loaded(scenario)


def told(scenario: Scenario) -> tuple[Any, ...]:
    """What a story keeps of a scenario: all but its name and depth."""
    return (
        scenario.title,
        scenario.subject,
        scenario.steps,
        scenario.policies,
        scenario.method,
        scenario.format,
        scenario.timeout,
        scenario.skew,
        scenario.needs,
    )


def loaded(scenario: Scenario) -> str:
    """The message that loads the subject: its text, in which 99 is not 99.0."""
    return json.dumps(scenario.subject.load_fields(Period(0.0, 1.0)))


def good() -> dict[str, Any]:
    story: dict[str, Any] = json.loads(write(Story(WISEFLOW, RETRIED_TWICE, ("WF-ONCE",))))
    return story


def section() -> dict[str, Any]:
    story: dict[str, Any] = json.loads(write(Story(SCHOOLOGY, TAKEN_BACK[1], ("SC-TAKEN-BACK",))))
    return story


def changed(**members: Any) -> dict[str, Any]:
    return good() | members


def without(name: str) -> dict[str, Any]:
    return {key: value for key, value in good().items() if key != name}


def with_step(**step: Any) -> dict[str, Any]:
    return changed(steps=[*good()["steps"], step])


def with_participant(**members: Any) -> dict[str, Any]:
    story = good()
    story["subject"]["participants"][0].update(members)
    return story


def in_section(kind: str, **members: Any) -> dict[str, Any]:
    """The story of a section with these members of its first student, assignment or grade."""
    story = section()
    story["subject"][kind][0].update(members)
    return story


def in_section_step(**step: Any) -> dict[str, Any]:
    return section() | {"steps": [*section()["steps"], step]}


BROKEN: dict[str, tuple[Any, tuple[str, ...]]] = {
    "not JSON": (b"{", ("is not JSON",)),
    "not UTF-8": (b'{"story": "\xff"}', ("is not JSON",)),
    "a list": ([], ('member "story"',)),
    "another JSON file": ({"verdicts": []}, ('member "story"',)),
    "an older version": (changed(story=0), ("story must be 1", "got 0")),
    "a later version": (changed(story=2), ("story must be 1", "got 2")),
    "a version in words": (changed(story="1"), ("story must be 1", "got '1'")),
    "true for a version": (changed(story=True), ("story must be 1", "got True")),
    "no profile": (without("profile"), ("profile",)),
    "an unknown profile": (changed(profile="wiseflo"), ("did you mean wiseflow?",)),
    "an unknown member": (changed(stpes=[]), ("stpes",)),
    "no steps": (without("steps"), ("steps",)),
    "empty steps": (changed(steps=[]), ("a step Load",)),
    "steps that are no list": (changed(steps="Load"), ("steps",)),
    "an unknown step": (with_step(step="Exprot"), ("'Exprot'", "did you mean Export?")),
    "a step that is like no other": (with_step(step="Q9"), (", ".join(STEPS),)),
    "a step without a name": (with_step(), ("''", "known are")),
    "a step with an unknown field": (with_step(step="Export", press=2), ("press is not known",)),
    "a step with a wrong value": (with_step(step="Export", presses=3), ("presses",)),
    "an unknown action": (with_step(step="Act", action="unlokc"), ("did you mean unlock?",)),
    "an unknown field of export": (
        with_step(step="Export", fields={"sections": []}),
        ("sections",),
    ),
    "an unknown fault": (
        with_step(step="Arm", fault={"fault": {"kind": "meteor"}}),
        (".fault", "meteor"),
    ),
    "an unknown rule": (changed(rules=["WF-ONEC"]), ("did you mean WF-ONCE?",)),
    "no rule": (changed(rules=[]), ("at least one rule",)),
    "rules that are no list": (changed(rules="WF-ONCE"), ("rules",)),
    "an unknown field of a participant": (with_participant(grade="A"), ("[0].grade is not known",)),
    "a wrong value in a participant": (with_participant(source="paper"), ("source",)),
    "an unknown method": (changed(method="GET"), ("'PATCH'", "got 'GET'")),
    "an unknown format": (changed(format="yaml"), ("'xml'", "got 'yaml'")),
    "a timeout in words": (changed(timeout="5"), ("timeout",)),
    "a flow in a section's story": (section() | {"subject": good()["subject"]}, ("$.subject",)),
    "a section in a flow's story": (changed(subject=section()["subject"]), ("$.subject",)),
    "a rule of another dialect": (section() | {"rules": ["WF-ONCE"]}, ("'WF-ONCE'",)),
    "an action of another dialect": (
        in_section_step(step="Act", action="unlock"),
        ("'unlock'", "known are edit_grade"),
    ),
    "an unknown field of a grade": (in_section("grades", mark=1), ("grades[0].mark is not known",)),
    "a grade that is a list": (in_section("grades", grade=[]), ("$.grades[0].grade",)),
    "an unknown exception": (in_section("grades", exception=4), ("$.grades[0].exception",)),
    "an unknown state in the SIS": (in_section("students", sis="gone"), ("$.students[0].sis",)),
    "letters that are no list": (in_section("assignments", letters=7), ("letters",)),
}


@pytest.mark.parametrize(("data", "words"), BROKEN.values(), ids=BROKEN.keys())
def test_a_broken_story_is_refused_with_a_reason(
    data: Any, words: tuple[str, ...], tmp_path: Path
) -> None:
    path = saved(tmp_path, data)
    with pytest.raises(UsageError) as refused:
        read(path, DIALECTS)
    assert str(path) in str(refused.value)
    assert all(word in str(refused.value) for word in words), refused.value


def course(**members: Any) -> dict[str, Any]:
    """A good story of a course, with these members instead."""
    story = json.loads(write(Story(SKYWARD, RETRIED, ("SK-TRUTH",))))
    return {**story, **members}


def course_with_step(**step: Any) -> dict[str, Any]:
    return course(steps=[*course()["steps"], step])


def course_with(place: str, **members: Any) -> dict[str, Any]:
    """Its first item, student or score has these members too."""
    story = course()
    story["subject"][place][0].update(members)
    return story


BROKEN_COURSES: dict[str, tuple[Any, tuple[str, ...]]] = {
    "a misspelt action": (
        course_with_step(step="Act", action="chose_category"),
        ("did you mean choose_category?",),
    ),
    "an action of a flow": (course_with_step(step="Act", action="unlock"), ("'unlock'",)),
    "a misspelt field of export": (
        course_with_step(step="Export", fields={"section": []}),
        ("did you mean sections?",),
    ),
    "a rule of another dialect": (course(rules=["WF-ONCE"]), ("'WF-ONCE'",)),
    "an unknown field of an item": (course_with("items", mark=1), ("items[0].mark is not known",)),
    "an unknown kind of item": (course_with("items", kind="exam"), ("exam", "$.items[0].kind")),
    "a score in words": (course_with("scores", score="ten"), ("$.scores[0].score",)),
    "a student without a section": (
        course_with("students", section=None),
        ("$.students[0].section",),
    ),
    "a section without categories": (
        course(subject=course()["subject"] | {"sections": [["alg-1"]]}),
        ("$.sections[0]", "below $.subject"),
    ),
}


@pytest.mark.parametrize(("data", "words"), BROKEN_COURSES.values(), ids=BROKEN_COURSES.keys())
def test_a_broken_story_of_a_course_is_refused_with_a_reason(
    data: Any, words: tuple[str, ...], tmp_path: Path
) -> None:
    with pytest.raises(UsageError) as refused:
        read(saved(tmp_path, data), DIALECTS)
    assert all(word in str(refused.value) for word in words), refused.value


def test_the_story_that_the_broken_ones_of_a_course_are_made_from_is_good(tmp_path: Path) -> None:
    assert read(saved(tmp_path, course()), DIALECTS).rules == ("SK-TRUTH",)


def test_the_story_that_the_broken_ones_are_made_from_is_good(tmp_path: Path) -> None:
    assert read(saved(tmp_path, good()), DIALECTS).rules == ("WF-ONCE",)


def play(spec: str, folder: Path, *stories: Path, more: tuple[str, ...] = ()) -> Result:
    words = [word for path in stories for word in ("--story", str(path))]
    return CliRunner().invoke(
        main, ["run", "--exporter", spec, "--report-dir", str(folder / "r"), *words, *more]
    )


def twice(folder: Path, name: str = "story.json", **members: Any) -> Path:
    """The story in which export is pressed twice."""
    steps = [{"step": each} for each in ("Load", "Sync", "EndPeriod", "Export", "Export", "Settle")]
    path = folder / name
    path.write_text(json.dumps(changed(steps=steps, **members)))
    return path


@pytest.mark.parametrize(
    ("name", "code", "words"),
    [
        ("Honest", 0, "1 pass. conformant."),
        ("Eager", 1, "1 fail. not conformant."),
        ("Confessing", 3, "1 error. no verdict"),
        ("Unwilling", 3, "1 error. no verdict"),
    ],
)
def test_a_story_ends_as_a_rule_does(name: str, code: int, words: str, tmp_path: Path) -> None:
    result = play(f"{MINIATURES}:{name}", tmp_path, twice(tmp_path))
    assert result.exit_code == code
    assert words in result.output
    assert (tmp_path / "r" / "junit.xml").exists()


def test_several_stories_are_played_in_one_run(tmp_path: Path) -> None:
    others = (twice(tmp_path, "a.json"), twice(tmp_path, "b.json", rules=["WF-VALUE"]))
    result = play(f"{MINIATURES}:Eager", tmp_path, *others)
    assert result.exit_code == 1
    assert "In a (" in result.output
    assert "In b (" in result.output
    assert "2 rules" in result.output


def test_a_story_that_needs_a_feature_is_not_applicable_without_it(tmp_path: Path) -> None:
    result = play(f"{MINIATURES}:Honest", tmp_path, twice(tmp_path, needs=["retry"]))
    assert "does not declare retry" in result.output
    assert result.exit_code == 3


def test_what_the_sis_refuses_to_stage_is_wrong_usage(tmp_path: Path) -> None:
    officer = {"step": "Officer", "method": "POST", "path": "/nowhere", "body": {}}
    path = saved(tmp_path, with_step(**officer))
    result = play("reference", tmp_path, path)
    assert result.exit_code == 2
    assert "cannot be staged" in result.output


def test_a_story_that_an_exporter_cannot_play_is_left_out(tmp_path: Path) -> None:
    others = (twice(tmp_path, "a.json"), twice(tmp_path, "b.json", needs=["retry"]))
    result = play(f"{MINIATURES}:Eager", tmp_path, *others)
    assert result.exit_code == 1
    assert "In a (" in result.output
    assert "In b (" not in result.output


def test_two_stories_of_one_name_are_refused(tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    others = (twice(tmp_path), twice(tmp_path / "other"))
    result = play(f"{MINIATURES}:Eager", tmp_path, *others)
    assert result.exit_code == 2
    assert "must have different names (got story" in " ".join(result.output.split())


WRONG = [
    (("--rule", "WF-ONCE"), "--story plays no rules: leave out --rule."),
    (("--profile", "wiseflow"), "--story plays no rules: leave out --profile."),
    (("--depth", "normal"), "leave out --depth."),
    (("--mapping", "own.yaml", "--watch", "5"), "leave out --mapping, --watch."),
    (("--force", "-n", "2"), "leave out -n, --force."),
    (("--story", "/nowhere/other.json"), "No such file or directory"),
]


@pytest.mark.parametrize(("more", "words"), WRONG)
def test_wrong_usage_is_exit_code_2(more: tuple[str, ...], words: str, tmp_path: Path) -> None:
    result = play("reference", tmp_path, twice(tmp_path), more=more)
    assert result.exit_code == 2
    assert words in result.output
