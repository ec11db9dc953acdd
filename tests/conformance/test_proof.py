"""What `make proof` concludes from results, keeps between runs, and ends with."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec
import pytest
import test_builds
from click.testing import CliRunner
from click.testing import Result as Ended

from conformance.dialects import DIALECTS
from conformance.exporters.kit.mutant import Mutant
from conformance.exporters.mutants import MUTANTS
from conformance.model.dialect import Dialect
from conformance.model.vocabulary import Vocabulary
from helpers.suite.playing import TIMED
from proof import command
from proof.outside import OUTSIDE
from proof.page import page, read
from proof.playing import carried
from proof.results import Result, Results, key
from proof.subjects import BUILDS, SCRIPTS, Subject, subjects
from proof.verdicts import (
    NO_VOCABULARY,
    NOT_CARRIED,
    Row,
    Summary,
    beyond,
    found,
    problems,
    row,
    summary,
)

ROOT = Path(__file__).resolve().parents[2]

DIALECT = next(each for each in DIALECTS if each.vocabulary is not None)
BLIND = replace(DIALECT, vocabulary=None)
KEPT, OTHER, *_ = sorted(carried(DIALECT))
LOOSE = min({rule.id for rule in DIALECT.rules} - carried(DIALECT))
ABSENT = "what is left out"


def mutant(*breaks: str, name: str = "made", hides: tuple[str, ...] = ()) -> Mutant:
    return Mutant(name, f"does {name}", breaks, hides, DIALECT.name, open)  # type: ignore[arg-type]


def result(*breaks: str, findings: Iterable[tuple[str, int]] = (), **more: Any) -> Result:
    settled = {"key": "k", "dialect": DIALECT.name, "kind": "mutant", "name": "made", "walks": 9}
    return Result(**settled | {"breaks": breaks, "findings": tuple(findings)} | more)


def without(what: str) -> Dialect:
    """The dialect, whose vocabulary leaves something out."""
    assert isinstance(DIALECT.vocabulary, Vocabulary)
    return replace(DIALECT, vocabulary=replace(DIALECT.vocabulary, absent={what: "a reason"}))


REASONS = [
    (DIALECT, mutant(KEPT), ""),
    (DIALECT, mutant(KEPT, LOOSE), ""),
    (DIALECT, mutant(LOOSE), NOT_CARRIED),
    (BLIND, mutant(KEPT), NO_VOCABULARY),
    (without(ABSENT), mutant(KEPT, name="outside"), f"{ABSENT}: a reason"),
]


@pytest.mark.parametrize(("dialect", "wrong", "why"), REASONS)
def test_a_mutant_that_cannot_be_found_has_a_reason(
    dialect: Dialect, wrong: Mutant, why: str
) -> None:
    assert beyond(wrong, dialect, {"outside": ABSENT}) == why


def test_mutants_outside_a_vocabulary_exist_and_it_says_why() -> None:
    absent = {each.name: each.vocabulary.absent for each in DIALECTS if each.vocabulary}
    stray = [
        name
        for name, what in OUTSIDE.items()
        if name not in MUTANTS or what not in absent.get(MUTANTS[name].dialect, {})
    ]
    assert stray == []


FINDINGS = [
    ((), None),
    (((OTHER, 2),), None),
    (((OTHER, 2), (KEPT, 5)), (KEPT, 5)),
]


@pytest.mark.parametrize(("findings", "finding"), FINDINGS)
def test_a_mutant_is_found_by_a_rule_that_it_names(
    findings: tuple[tuple[str, int], ...], finding: tuple[str, int] | None
) -> None:
    assert found(result(KEPT, findings=findings), mutant(KEPT)) == finding


TIMER = min(TIMED)
PROBLEMS = [
    (result(KEPT), mutant(KEPT), []),
    (result(KEPT, hides=(OTHER,)), mutant(KEPT, hides=(OTHER,)), []),
    (result(KEPT, OTHER), mutant(KEPT), [f"it breaks {OTHER}, which it does not name"]),
    (result(KEPT), mutant(KEPT, OTHER), [f"it does not break {OTHER}, which it names"]),
    (result(KEPT, hides=(OTHER,)), mutant(KEPT), [f"it hides {OTHER}, which it does not name"]),
    (
        result(KEPT),
        mutant(KEPT, hides=(OTHER,)),
        [f"it does not hide {OTHER}, which it names"],
    ),
    (
        result(KEPT, errors=(OTHER,)),
        mutant(KEPT),
        [f"its adapter breaks under {OTHER}"],
    ),
    (result(KEPT, late=True), mutant(KEPT), ["it sends after its cases"]),
    (result(KEPT, late=True), mutant(KEPT, name=TIMER), []),
    (
        result(KEPT, findings=[(KEPT, 3)]),
        mutant(KEPT, name="outside"),
        [f"walk 3 finds it; remove the reason why none can ({ABSENT}: a reason)"],
    ),
    (result(KEPT), mutant(KEPT, name="outside"), []),
    (result(), None, []),
    (result(KEPT), None, [f"it breaks {KEPT}"]),
    (result(hides=(KEPT,)), None, [f"it hides {KEPT}"]),
    (result(errors=(KEPT,)), None, [f"its adapter breaks under {KEPT}"]),
    (result(late=True), None, ["it sends after its cases"]),
    (result(findings=[(KEPT, 3)]), None, [f"walk 3 breaks {KEPT}"]),
]


@pytest.mark.parametrize(("was", "wrong", "told"), PROBLEMS)
def test_what_differs_from_what_should_be_is_told(
    was: Result, wrong: Mutant | None, told: list[str]
) -> None:
    assert problems(was, wrong, without(ABSENT), {"outside": ABSENT}) == told


MADE = {
    each.name: each
    for each in (
        mutant(KEPT, OTHER, name="found"),
        mutant(KEPT, name="inexact"),
        mutant(KEPT, name="outside"),
        mutant(KEPT, name="untried"),
    )
}
ROWS = {
    Subject(DIALECT.name, "reference", "reference"): Row("reference", "none", "nothing in 9 walks"),
    Subject(DIALECT.name, "mutant", "found"): Row("found", f"{OTHER}, {KEPT}", f"{KEPT} in walk 1"),
    Subject(DIALECT.name, "mutant", "inexact"): Row("inexact", OTHER, "not in 9 walks"),
    Subject(DIALECT.name, "mutant", "outside"): Row("outside", KEPT, "cannot be found: a reason"),
}
SUBJECTS = [*ROWS, Subject(DIALECT.name, "mutant", "untried")]


def test_a_summary_counts_the_mutants_that_were_tried() -> None:
    rows = {each.name: each for each in ROWS.values()}
    assert summary("x", rows, MADE.values()) == Summary("x", 4, 3, 2, 2, 1)


@pytest.mark.parametrize(
    ("within", "count", "share", "enough"),
    [(5, 4, 0.8, True), (5, 3, 0.6, False), (0, 0, None, True)],
)
def test_four_of_five_are_enough(
    within: int, count: int, share: float | None, enough: bool
) -> None:
    of = Summary(DIALECT.name, 9, 9, 9, within, count)
    assert (of.share, of.enough) == (share, enough)


WORDS = [
    (
        result(OTHER, KEPT, findings=[(OTHER, 2), (KEPT, 3)]),
        f"{OTHER}, {KEPT}",
        f"{KEPT} in walk 3",
    ),
    (result(KEPT), KEPT, "not in 9 walks"),
    (result(KEPT, name="outside"), KEPT, f"cannot be found: {ABSENT}: a reason"),
    (result(kind="reference"), "none", "nothing in 9 walks"),
    (result(KEPT, kind="reference", findings=[(OTHER, 2)]), KEPT, f"{OTHER} in walk 2"),
    (result(kind="reference", walks=0), "none", f"not explored: {NO_VOCABULARY}"),
    (result(kind="build"), "not played here", "nothing in 9 walks"),
]


@pytest.mark.parametrize(("was", "rules", "said"), WORDS)
def test_a_row_says_what_a_result_is(was: Result, rules: str, said: str) -> None:
    wrong = mutant(KEPT, name=was.name) if was.kind == "mutant" else None
    found = row(was, wrong, without(ABSENT), {"outside": ABSENT})
    assert found == Row(was.name, rules, said)


def test_a_page_has_a_row_for_each_exporter_and_a_count_for_each_dialect() -> None:
    lines = page(ROWS, 9, SUBJECTS, MADE).splitlines()
    assert [line for line in lines if line.startswith("| `")] == [
        "| `reference` | nothing: it is correct | none | nothing in 9 walks |",
        f"| `found` | does found | {OTHER}, {KEPT} | {KEPT} in walk 1 |",
        f"| `inexact` | does inexact | {OTHER} | not in 9 walks |",
        f"| `outside` | does outside | {KEPT} | cannot be found: a reason |",
        "| `untried` | does untried | not tried yet | not tried yet |",
    ]
    assert f"| {DIALECT.name} | 4 | 3 | 2 | 2 | 1 | 50% |" in lines


def test_a_page_is_read_as_it_was_written() -> None:
    text = page(ROWS, 9, SUBJECTS, MADE)
    assert read(text, SUBJECTS) == ROWS
    assert page(read(text, SUBJECTS), 9, SUBJECTS, MADE) == text
    assert read(text, [replace(each, dialect="another") for each in SUBJECTS]) == {}


def test_results_of_the_present_sources_are_read_again(tmp_path: Path) -> None:
    results = Results(tmp_path / "folder" / "results.jsonl")
    assert results.read(["k"]) == {}
    first, old, other = result(KEPT), result(key="old", name="a"), result(name="b")
    for each in (first, old, other):
        results.add(each)
    assert results.read(["k"]) == {first.subject: first, other.subject: other}
    results.clear()
    assert results.read(["k"]) == {}


def test_a_line_that_was_cut_off_spoils_no_other(tmp_path: Path) -> None:
    results = Results(tmp_path / "results.jsonl")
    first, second = result(KEPT, name="a"), result(KEPT, name="b")
    results.path.write_bytes(msgspec.json.encode(first) + b"\n" + msgspec.json.encode(second)[:30])
    results.add(second)
    assert list(results.read(["k"]).values()) == [first, second]


OF_OTHERS = next(each.name for each in DIALECTS if each is not DIALECT)
DEPENDS = [
    ("mock_sis/world.py", True),
    ("schemas/common.json", True),
    (f"conformance/{DIALECT.name}/profile.py", True),
    (f"conformance/exporters/{DIALECT.name}/exporter.py", True),
    (f"conformance/{OF_OTHERS}/profile.py", False),
    (f"conformance/exporters/{OF_OTHERS}/exporter.py", False),
    ("mock_sis/__pycache__/world.pyc", False),
    ("docs/mutants.md", False),
]


@pytest.mark.parametrize(("name", "depends"), DEPENDS, ids=[name for name, _ in DEPENDS])
def test_a_change_of_what_a_result_depends_on_changes_its_key(
    name: str, depends: bool, tmp_path: Path
) -> None:
    before = key(DIALECT.name, 9, tmp_path)
    (tmp_path / name).parent.mkdir(parents=True)
    (tmp_path / name).write_text("changed")
    assert (key(DIALECT.name, 9, tmp_path) != before) is depends


def test_another_number_of_walks_is_another_key(tmp_path: Path) -> None:
    assert key(DIALECT.name, 9, tmp_path) != key(DIALECT.name, 8, tmp_path)


def test_every_correct_build_is_a_subject() -> None:
    made = {make.__name__ for make, _ in test_builds.IN_PROCESS}
    assert BUILDS.keys() == made
    assert SCRIPTS.keys() == {script for script, _ in test_builds.NODE}
    found = {each.name for each in subjects([DIALECT]) if each.kind == "build"}
    assert found
    assert {each.name for each in subjects([BLIND]) if each.kind == "build"} == set()


def test_every_mutant_is_a_subject_and_every_dialect_has_a_reference() -> None:
    assert {each.name for each in subjects() if each.kind == "mutant"} == MUTANTS.keys()
    assert [each.dialect for each in subjects() if each.kind == "reference"] == [
        each.name for each in DIALECTS
    ]


def call(folder: Path, *words: str, known: Iterable[Result] = ()) -> Ended:
    """Run the command with these results of an earlier run."""
    results = Results(folder / "results.jsonl")
    for each in known:
        results.add(each)
    files = ("--results", str(results.path), "--page", str(folder / "page.md"))
    return CliRunner().invoke(command.main, [*files, *words])


WRONG = [
    (("--only", "forgets-that-it-exporte"), "did you mean forgets-that-it-exported?"),
    (("--only", "no such exporter at all"), "docs/mutants.md lists them"),
    (("--only", "Bare", "--dialect", OF_OTHERS), f"in {OF_OTHERS}"),
    (("--dialect", "x"), "--dialect"),
    (("--walks", "0"), "--walks"),
    (("--jobs", "0"), "--jobs"),
    (("more",), "more"),
]


@pytest.mark.parametrize(("words", "said"), WRONG, ids=[" ".join(words) for words, _ in WRONG])
def test_wrong_usage_is_exit_code_2(words: tuple[str, ...], said: str, tmp_path: Path) -> None:
    ended = call(tmp_path, *words)
    assert ended.exit_code == 2
    assert said in ended.output


def test_scripts_need_node(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda _: None)
    ended = call(tmp_path, "--dialect", DIALECT.name)
    assert ended.exit_code == 2
    assert "need node" in ended.output


NAMED = next(each for each in MUTANTS.values() if each.dialect == DIALECT.name)


def real(subject: Subject, **more: Any) -> Result:
    """A result for the present sources: of a mutant, what it names."""
    wrong = MUTANTS.get(subject.name)
    seen = {"breaks": wrong.breaks, "hides": wrong.hides} if wrong else {}
    return result(
        **seen
        | {"key": KEYS[subject.dialect], "name": subject.name, "kind": subject.kind}
        | {"dialect": subject.dialect, "findings": ((wrong.breaks[0], 1),) if wrong else ()}
        | more
    )


KEYS = {each.name: key(each.name, 9) for each in DIALECTS}
ENDS = [
    ("reference", {}, 0),
    ("reference", {"breaks": (KEPT,)}, 1),
    ("reference", {"findings": ((KEPT, 1),)}, 1),
    (NAMED.name, {}, 0),
    (NAMED.name, {"findings": ()}, 0),
    (NAMED.name, {"breaks": ()}, 1),
]


@pytest.mark.parametrize(("name", "more", "code"), ENDS)
def test_a_result_that_should_not_be_is_exit_code_1(
    name: str, more: dict[str, Any], code: int, tmp_path: Path
) -> None:
    (subject,) = (e for e in subjects([DIALECT]) if e.name == name)
    words = ("--only", name, "--dialect", DIALECT.name, "--walks", "9")
    ended = call(tmp_path, *words, known=[real(subject, **more)])
    assert ended.exit_code == code, ended.output
    assert ("WRONG" in ended.output) is bool(code)
    assert f"page.md was written; {len(subjects()) - 1} of" in ended.output


def test_too_few_found_is_exit_code_1(tmp_path: Path) -> None:
    known = [real(each, findings=()) for each in subjects([DIALECT])]
    ended = call(tmp_path, "--dialect", DIALECT.name, "--walks", "9", known=known)
    assert ended.exit_code == 1
    assert "less than 80% found" in ended.output


def test_a_run_changes_its_rows_of_the_page_and_no_other(tmp_path: Path) -> None:
    first, second, *_ = (each for each in subjects() if each.kind == "mutant")
    words = ("--walks", "9", "--only", first.name)
    call(tmp_path, *words, known=[real(first, breaks=("A",)), real(second, breaks=("B",))])
    (tmp_path / "results.jsonl").unlink()
    call(tmp_path, *words, known=[real(first, breaks=("C",))])
    rows = read((tmp_path / "page.md").read_text(encoding="utf-8"), subjects())
    assert {each: row.rules for each, row in rows.items()} == {first: "C", second: "B"}


@pytest.mark.timeout(600)
def test_an_interrupted_run_goes_on(tmp_path: Path) -> None:
    names = ("forgets-that-it-exported", "section-repeats-its-nonce")
    words = [sys.executable, "-u", "-m", "proof", "--walks", "2", "--jobs", "1"]
    words += [word for name in names for word in ("--only", name)]
    words += ["--results", str(tmp_path / "results.jsonl"), "--page", str(tmp_path / "page.md")]
    path = os.pathsep.join(str(ROOT / each) for each in (".", "tests", "tests/conformance"))
    environment = os.environ | {"PYTHONPATH": path}
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True, env=environment) as first:
        assert first.stdout is not None
        assert first.stdout.readline() == "2 exporters, 0 of them with a result.\n"
        assert first.stdout.readline().startswith("[1/2] ")
        first.send_signal(signal.SIGTERM)
        first.stdout.read()
    assert first.returncode == 128 + signal.SIGINT
    assert len(read((tmp_path / "page.md").read_text(encoding="utf-8"), subjects())) == 1

    done = subprocess.run(
        words, capture_output=True, text=True, env=environment, timeout=400, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert "2 exporters, 1 of them with a result.\n[1/1] " in done.stdout
