"""Explorations find what is wrong, tell it as a short story, and find nothing in what is right."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from builds.wf_bare import Bare
from builds.wf_chunks import Chunks
from builds.wf_instant import Instant
from builds.wf_one_button import OneButton
from builds.wf_queue import QueueWorker
from click.testing import CliRunner, Result

from conformance.cli import main
from conformance.dialects import DIALECTS
from conformance.exploring import command
from conformance.exploring.explore import Explored, Options
from conformance.exploring.outcome import ADAPTER
from conformance.exploring.story import Story, write
from conformance.exploring.strategies import ACTS
from conformance.exploring.walk import Grounds, Move, Walk, scenario
from conformance.exporters.handling import ReferenceAdapter
from conformance.exporters.kit.store import Store
from conformance.exporters.mutants import MUTANTS
from conformance.model import steps
from conformance.model.dialect import Dialect
from conformance.model.vocabulary import Vocabulary
from helpers.suite import miniatures
from helpers.suite.exploring import explored, mutant

EXPLORED = [each for each in DIALECTS if each.vocabulary is not None]
WISEFLOW = DIALECTS[0]
FEATURES = frozenset(
    {
        "sync",
        "period",
        "retry",
        "work.inspect",
        "clock.virtual",
        "state.durable",
        "export.concurrent",
        "co_assessment",
        "unlock",
        "alternative_grades",
        "instant_export",
    }
)

FOUND = [
    ("forgets-that-it-exported", "WF-ONCE", 15),
    ("sends-ungraded", "WF-PARTLY", 15),
    ("retries-server-errors", "WF-NORETRY-STATUS", 60),
    ("exports-unsynchronised", "WF-SYNC", 30),
    ("ignores-unlocking", "WF-UNLOCKED", 30),
]
"""Mutants, the rule that one of few walks breaks, and how few."""


@pytest.fixture(autouse=True)
def _states_that_only_have_to_survive_a_kill(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Store, "synchronous", "OFF")


@pytest.mark.parametrize("dialect", EXPLORED, ids=lambda dialect: dialect.name)
def test_walks_with_the_reference_find_nothing_and_send_much(dialect: Dialect) -> None:
    result = explored(ReferenceAdapter, dialect, Options(walks=30))

    assert told(result) == []
    assert result.walks == 30
    assert result.requests >= result.walks
    assert result.fired >= result.armed / 3


def told(result: Explored) -> list[tuple[str, str]]:
    return [(each.rule, each.outcome.scenario.title) for each in result.findings]


@pytest.mark.parametrize("make", [Bare, Chunks, Instant, OneButton, QueueWorker])
def test_walks_with_a_correct_exporter_find_nothing(make: Callable[[], Any]) -> None:
    assert told(explored(make, WISEFLOW, Options(walks=12), jumping=True)) == []


@pytest.mark.parametrize(("name", "rule", "walks"), FOUND, ids=[name for name, *_ in FOUND])
def test_a_mutant_is_found_in_few_walks_with_the_same_story_for_a_seed(
    name: str, rule: str, walks: int
) -> None:
    options = Options(walks=walks, first=True)
    first, second = (explored(mutant(name), WISEFLOW, options) for _ in range(2))
    (finding,) = first.findings

    assert finding.rule == rule
    assert rule in MUTANTS[name].breaks
    assert finding.reproduced is None
    assert [file(each) for each in first.findings] == [file(each) for each in second.findings]


def file(finding: Any) -> bytes:
    return write(Story(WISEFLOW, finding.outcome.scenario, (finding.rule,)))


def test_a_story_has_only_the_acts_that_it_needs() -> None:
    result = explored(mutant("forgets-that-it-exported"), WISEFLOW, Options(walks=15, first=True))
    assert [each.walk.taken for each in result.findings] == [(Move("export"), Move("export"))]


@dataclass
class Memory:
    """Whether export was pressed in any case, and whether it was before the present one."""

    pressed: bool = False
    before: bool = False


class Fickle:
    """Sends participants without a grade until a case with an export is over, and then never again.
    Its processes share a memory."""

    def __init__(self, memory: Memory) -> None:
        self._memory, self._now = memory, ReferenceAdapter()

    async def handle(self, message: dict[str, Any]) -> Any:
        memory = self._memory
        if message["op"] == "configure":
            memory.before = memory.before if message["resume"] else memory.pressed
            self.abandon()
            self._now = ReferenceAdapter() if memory.before else mutant("sends-ungraded")()
        memory.pressed = memory.pressed or message["op"] == "export"
        return await self._now.handle(message)

    def abandon(self) -> None:
        self._now.abandon()


def test_a_walk_that_breaks_its_rule_only_sometimes_is_told_as_it_was_found() -> None:
    result = explored(partial(Fickle, Memory()), WISEFLOW, Options(walks=1))
    (finding,) = result.findings
    assert finding.rule in MUTANTS["sends-ungraded"].breaks
    assert finding.reproduced == (1, 3)


def test_numbers_of_choices_are_so_few_that_they_are_drawn_evenly() -> None:
    for dialect in EXPLORED:
        vocabulary = vocabulary_of(dialect)
        for theme in (*vocabulary.themes, vocabulary.chance):
            assert all(len(kinds) * ACTS < 100 for kinds in theme.moves)
        assert all(2 * len(each.failures) < 100 for each in vocabulary.settings)


def vocabulary_of(dialect: Dialect) -> Vocabulary:
    assert dialect.vocabulary is not None
    return dialect.vocabulary


@pytest.mark.parametrize("dialect", EXPLORED, ids=lambda dialect: dialect.name)
def test_themes_name_settings_openings_and_kinds_that_exist(dialect: Dialect) -> None:
    vocabulary = vocabulary_of(dialect)
    kinds = {word.kind for setting in vocabulary.settings for word in setting.words}
    for theme in (*vocabulary.themes, vocabulary.chance):
        assert set(theme.settings) <= {each.name for each in vocabulary.settings}
        assert set(theme.openings) <= {each.name for each in vocabulary.openings}
        assert {kind for move in theme.moves for kind in move} <= kinds


@pytest.mark.parametrize("dialect", EXPLORED, ids=lambda dialect: dialect.name)
def test_names_in_a_setting_are_unique_and_its_failures_those_of_all(dialect: Dialect) -> None:
    vocabulary = vocabulary_of(dialect)
    for setting in vocabulary.settings:
        words = [word.name for word in setting.words]
        assert len(set(words)) == len(words)
        assert [e.name for e in setting.failures] == [
            e.name for e in vocabulary.settings[0].failures
        ]


ONCE_OVER = [
    (("end the period",), FEATURES, 1),
    (("end the period", "end the period"), FEATURES, 1),
    (("wait a day", "end the period"), FEATURES, 0),
    (("wait a day", "end the period"), FEATURES - {"clock.virtual"}, 1),
]


@pytest.mark.parametrize(("words", "features", "times"), ONCE_OVER)
def test_a_period_ends_once(words: tuple[str, ...], features: frozenset[str], times: int) -> None:
    walk = Walk("plain", "period running", tuple(map(Move, words)))
    grounds = Grounds(WISEFLOW.profile, vocabulary_of(WISEFLOW), features)
    played = scenario(walk, grounds, "walk").steps
    assert sum(isinstance(step, steps.EndPeriod) for step in played) == times


NEEDED = [
    ("plain", ("export", "export"), ()),
    ("plain", ("export", "restart", "export"), ("state.durable",)),
    ("plain", ("wait a day", "retry"), ("clock.virtual", "retry")),
]


@pytest.mark.parametrize(("setting", "words", "needs"), NEEDED)
def test_a_story_needs_what_its_acts_need(
    setting: str, words: tuple[str, ...], needs: tuple[str, ...]
) -> None:
    walk = Walk(setting, "ready", tuple(map(Move, words)))
    grounds = Grounds(WISEFLOW.profile, vocabulary_of(WISEFLOW), FEATURES)
    assert scenario(walk, grounds, "walk").needs == needs


WITHOUT = [
    ("retry", "retry"),
    ("state.durable", "crash"),
    ("state.durable", "restart"),
    ("clock.virtual", "wait"),
    ("sync", "sync"),
    ("export.concurrent", "together"),
]


@pytest.mark.parametrize(("feature", "kind"), WITHOUT)
def test_an_exporter_without_a_feature_takes_no_walk_that_needs_it(feature: str, kind: str) -> None:
    vocabulary = vocabulary_of(WISEFLOW)
    able = Grounds(WISEFLOW.profile, vocabulary, FEATURES)
    unable = Grounds(WISEFLOW.profile, vocabulary, FEATURES - {feature})
    assert kind in able.words["plain"]
    assert kind not in unable.words["plain"]


def call(*words: str) -> Result:
    return CliRunner().invoke(main, words)


def explore(name: str, folder: Path, *more: str) -> Result:
    spec = f"python:{miniatures.__name__}:{name}"
    return call("explore", "--exporter", spec, "--report-dir", str(folder), *more)


def test_the_command_writes_a_story_that_run_plays_again(tmp_path: Path) -> None:
    spec = "mutant:forgets-that-it-exported"
    result = call("explore", "--exporter", spec, "--report-dir", str(tmp_path), "--walks", "1")
    path = tmp_path / "story-WF-ONCE-1.json"

    assert result.exit_code == 1
    assert "--- WF-ONCE: fail" in result.output
    assert f"--story {path}" in result.output
    for again, code in ((spec, 1), ("reference", 0)):
        words = ("--exporter", again, "--story", str(path), "--report-dir", str(tmp_path / "again"))
        played = call("run", *words)
        assert played.exit_code == code
        assert "WF-ONCE" in played.output


@pytest.mark.parametrize(
    ("name", "code", "words"),
    [
        ("Confessing", 3, f"--- {ADAPTER}: error"),
        ("Unsayable", 3, f"Broken: {ADAPTER}."),
    ],
)
def test_an_adapter_that_breaks_is_found(name: str, code: int, words: str, tmp_path: Path) -> None:
    result = explore(name, tmp_path, "--walks", "3")
    assert result.exit_code == code
    assert words in result.output


def test_without_hypothesis_the_command_says_how_to_install_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(command, "find_spec", lambda _: None)
    result = explore("Honest", tmp_path)
    assert result.exit_code == 2
    assert "pip install 'mock-sis[explore]'" in result.output


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (("--walks", "0"), "--walks"),
        (("--random-seed", "-1"), "--random-seed"),
        (("--profile", "x"), "--profile"),
    ],
)
def test_wrong_usage_is_exit_code_2(words: tuple[str, str], reason: str, tmp_path: Path) -> None:
    result = explore("Honest", tmp_path, *words)
    assert result.exit_code == 2
    assert reason in result.output
