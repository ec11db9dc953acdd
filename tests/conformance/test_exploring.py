"""Explorations find what is wrong, tell it as a short story, and find nothing in what is right."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from random import Random
from typing import Any

import pytest
from builds.sc_one_by_one import OneByOne
from builds.sk_bulk import Bulk
from builds.sk_single import Single
from builds.talk import Adapter
from builds.wf_bare import Bare
from builds.wf_chunks import Chunks
from builds.wf_instant import Instant
from builds.wf_one_button import OneButton
from builds.wf_queue import QueueWorker
from click.testing import CliRunner, Result
from hypothesis.internal.conjecture.data import ConjectureData
from hypothesis.strategies import SearchStrategy

from conformance.cli import main
from conformance.dialects import DIALECTS
from conformance.exploring import command
from conformance.exploring.explore import Explored, Options
from conformance.exploring.outcome import ADAPTER
from conformance.exploring.story import Story, write
from conformance.exploring.strategies import ACTS, CHOICES, walks
from conformance.exploring.walk import Grounds, Move, Walk, scenario
from conformance.exporters.handling import ReferenceAdapter
from conformance.exporters.kit.store import Store
from conformance.exporters.mutants import MUTANTS
from conformance.model import steps
from conformance.model.dialect import Dialect
from conformance.model.rule import Scenario
from conformance.model.vocabulary import Theme, Vocabulary
from helpers.suite import exploring, miniatures
from helpers.suite.exploring import explored, mutant

EXPLORED = [each for each in DIALECTS if each.vocabulary is not None]
BY_NAME = {each.name: each for each in DIALECTS}
WISEFLOW = BY_NAME["wiseflow"]
SCHOOLOGY = BY_NAME["schoology"]
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
    ("section-rounds-grades", "SC-VALUE", 15),
    ("section-first-call-only", "SC-COMPLETE", 30),
    ("section-keeps-cleared", "SC-TAKEN-BACK", 30),
    ("section-lost-is-success", "SC-LOST-REPLY", 60),
    ("section-xml-joins-lines", "SC-XML", 30),
    ("section-hides-the-reason", "SC-ROWS", 15),
    ("course-any-course", "SK-COURSE", 30),
    ("course-ignores-the-ticks", "SK-SECTIONS", 15),
    ("course-escapes-titles", "SK-VALUE", 15),
    ("course-no-due-dates", "SK-DUE-DEFAULT", 15),
    ("course-chooses-itself", "SK-CATEGORY", 15),
    ("course-believes-refusals", "SK-TRUTH", 15),
]
"""Mutants, the rule that one of few walks breaks, and how few."""

STORIES = [
    ("forgets-that-it-exported", "WF-ONCE"),
    ("section-xml-without-zeroes", "SC-ZERO"),
    ("course-sends-weights", "SK-NO-TOTALS"),
]
"""Mutants, and the rule that the first walks break."""

BUILDS = (Bare, Chunks, Instant, OneButton, QueueWorker, OneByOne, Bulk, Single)


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


@pytest.mark.parametrize("make", BUILDS)
def test_walks_with_a_correct_exporter_find_nothing(make: type[Adapter]) -> None:
    # Quiet windows of an exporter whose work cannot be seen must not pass before it is done.
    jumping = make is not OneByOne
    dialect = BY_NAME[make.dialect]
    assert told(explored(make, dialect, Options(walks=12), jumping=jumping)) == []


@pytest.mark.parametrize(("name", "rule", "walks"), FOUND, ids=[name for name, *_ in FOUND])
def test_a_mutant_is_found_in_few_walks_with_the_same_story_for_a_seed(
    name: str, rule: str, walks: int
) -> None:
    dialect, options = BY_NAME[MUTANTS[name].dialect], Options(walks=walks, first=True)
    first, second = (explored(mutant(name), dialect, options) for _ in range(2))
    (finding,) = first.findings

    assert finding.rule == rule
    assert rule in MUTANTS[name].breaks
    assert finding.reproduced is None
    written = [[file(each, dialect) for each in found.findings] for found in (first, second)]
    assert written[0] == written[1]


def file(finding: Any, dialect: Dialect) -> bytes:
    return write(Story(dialect, finding.outcome.scenario, (finding.rule,)))


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("forgets-that-it-exported", ("export", "export")),
        ("section-rounds-grades", ("export",)),
    ],
)
def test_a_story_has_only_the_acts_that_it_needs(name: str, words: tuple[str, ...]) -> None:
    dialect = BY_NAME[MUTANTS[name].dialect]
    result = explored(mutant(name), dialect, Options(walks=15, first=True))
    plain = Walk("plain", vocabulary_of(dialect).openings[0].name, ())
    assert [(each.walk.setting, each.walk.opening) for each in result.findings] == [
        (plain.setting, plain.opening)
    ]
    assert [each.walk.taken for each in result.findings] == [tuple(map(Move, words))]


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
        for setting in vocabulary.settings:
            assert 2 * len(setting.failures) < 100
            assert max(Counter(word.kind for word in setting.words).values()) <= len(CHOICES)


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
    (WISEFLOW, "plain", ("export", "export"), ()),
    (WISEFLOW, "plain", ("export", "restart", "export"), ("state.durable",)),
    (WISEFLOW, "plain", ("wait a day", "retry"), ("clock.virtual", "retry")),
    (SCHOOLOGY, "plain", ("export", "wait a day"), ("clock.virtual",)),
    (SCHOOLOGY, "plain, in XML", ("retry",), ("format.xml", "retry")),
    (SCHOOLOGY, "many read", ("read the grades",), ("pull",)),
]


@pytest.mark.parametrize(("dialect", "setting", "words", "needs"), NEEDED)
def test_a_story_needs_what_its_acts_need(
    dialect: Dialect, setting: str, words: tuple[str, ...], needs: tuple[str, ...]
) -> None:
    assert played(dialect, setting, *words).needs == needs


def played(dialect: Dialect, setting: str, *words: str) -> Scenario:
    """The scenario of a walk in the first opening."""
    vocabulary = vocabulary_of(dialect)
    walk = Walk(setting, vocabulary.openings[0].name, tuple(map(Move, words)))
    return scenario(walk, Grounds(dialect.profile, vocabulary, FEATURES), "walk")


@pytest.mark.parametrize(
    ("setting", "format", "policies"),
    [
        ("plain", "json", {}),
        ("plain, in XML", "xml", {}),
        ("some gone, in XML", "xml", {"put_status": 200}),
    ],
)
def test_a_story_has_the_format_and_the_policies_of_its_setting(
    setting: str, format: str, policies: dict[str, Any]
) -> None:
    found = played(SCHOOLOGY, setting, "export")
    assert (found.format, found.policies) == (format, policies)


KINDS_LACKING = ("instant", "enable")
"""Kinds of words that the setting plain of WISEflow does not have."""


def test_a_move_without_words_takes_as_many_draws_as_any_other() -> None:
    grounds = Grounds(WISEFLOW.profile, vocabulary_of(WISEFLOW), FEATURES)
    drawn = [
        draws(walks(grounds, Theme("one", ("plain",), ("ready",), (kinds,)), ("", "lost")))
        for kinds in (("press",), KINDS_LACKING)
    ]
    assert drawn[0] == drawn[1]


def draws(drawn: SearchStrategy[Walk]) -> int:
    """The number of choices in one walk."""
    data = ConjectureData(random=Random(0))
    data.draw(drawn)
    return len(data.choices)


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


@pytest.mark.parametrize(("name", "rule"), STORIES, ids=[name for name, _ in STORIES])
def test_the_command_writes_a_story_that_run_plays_again(
    name: str, rule: str, tmp_path: Path
) -> None:
    spec = f"mutant:{name}"
    words = ("--exporter", spec, "--profile", MUTANTS[name].dialect, "--walks", "2")
    result = call("explore", *words, "--report-dir", str(tmp_path))
    path = tmp_path / f"story-{rule}-1.json"

    assert result.exit_code == 1
    assert f"--- {rule}: fail" in result.output
    assert f"--story {path}" in result.output
    for again, code in ((spec, 1), ("reference", 0)):
        words = ("--exporter", again, "--story", str(path), "--report-dir", str(tmp_path / "again"))
        again_played = call("run", *words)
        assert again_played.exit_code == code
        assert rule in again_played.output


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


def test_an_exporter_without_a_feature_that_all_walks_need_is_refused(tmp_path: Path) -> None:
    spec = f"python:{exploring.__name__}:Uncategorised"
    result = call("explore", "--exporter", spec, "--report-dir", str(tmp_path))
    assert result.exit_code == 2
    assert "need the feature categories" in " ".join(result.output.split())


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
