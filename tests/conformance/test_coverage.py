"""What a run tried: counted, required, and compared with an earlier run."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from conformance.judging.baseline import lost, read_baseline
from conformance.judging.coverage import coverage, tried_pairs
from conformance.judging.expected import Expected
from conformance.judging.report import Exit, Report
from conformance.judging.required import check_required, unmet
from conformance.judging.verdicts import Status, Verdict, inapplicable, verdict
from conformance.model import steps
from conformance.model.evidence import Evidence, Identity, Trouble
from conformance.model.rule import NotTestable, Rule, Scenario
from conformance.reports import json as json_report
from conformance.reports import junit, terminal
from helpers.suite.made import EXPORTER, MADE, evidence, report, rule
from mock_sis.errors import UsageError

FLOW = MADE.subject
RETRIED = Scenario("retried", "", FLOW, (steps.Retry(),))
KILLED = Scenario("killed", "", FLOW, (steps.Retry(),), needs=("state.durable",))

PLAIN = rule(id="WF-PLAIN")
TWO_WAYS = rule(id="WF-TWO", scenarios=(MADE, RETRIED))
RETRY = rule(id="WF-RETRIED", scenarios=(RETRIED, KILLED))
FAR = rule(id="WF-FAR", scenarios=(KILLED,))
UNLOCK = rule(id="WF-UNLOCKED", needs=("unlock",))
RULES = (PLAIN, TWO_WAYS, RETRY, FAR, UNLOCK)
FEATURES = ("retry", "state.durable", "unlock", "work.inspect")

BARE = EXPORTER
RETRIES = Identity("mini", "1.0", ("wiseflow",), (*BARE.features, "retry"))
EVERYTHING = Identity("mini", "1.0", ("wiseflow",), FEATURES)


def judged(each: Rule, identity: Identity) -> Verdict:
    """The verdict of a run in which everything that can be played is kept."""
    if why := inapplicable(each, identity):
        return Verdict(each, Status.NOT_APPLICABLE, why)
    played = {one.name: Evidence(one.name, identity) for one in each.playable(identity.features)}
    return verdict(each, played, {})


def verdicts(identity: Identity, rules: tuple[Rule, ...] = RULES) -> tuple[Verdict, ...]:
    return tuple(judged(each, identity) for each in rules)


def counted(identity: Identity) -> dict[str, Any]:
    (found,) = coverage(verdicts(identity), identity)
    return {
        "tried": found.tried,
        "scenarios": found.scenarios,
        "untried": {gap.because: gap.what for gap in found.untried},
        "partly": {gap.because: gap.what for gap in found.partly},
    }


DURABLE = "state.durable is not declared"

COUNTED = [
    (
        BARE,
        2,
        1,
        {
            "retry is not declared": ("WF-RETRIED",),
            "state.durable and retry are not declared": ("WF-FAR",),
            "unlock is not declared": ("WF-UNLOCKED",),
        },
        {"retry is not declared": ("WF-TWO in retried",)},
    ),
    (
        RETRIES,
        3,
        2,
        {DURABLE: ("WF-FAR",), "unlock is not declared": ("WF-UNLOCKED",)},
        {DURABLE: ("WF-RETRIED in killed",)},
    ),
    (EVERYTHING, 5, 3, {}, {}),
]


@pytest.mark.parametrize(("identity", "tried", "scenarios", "untried", "partly"), COUNTED)
def test_what_was_not_tried_is_grouped_by_the_feature_it_lacks(
    identity: Identity, tried: int, scenarios: int, untried: Any, partly: Any
) -> None:
    assert counted(identity) == {
        "tried": tried,
        "scenarios": scenarios,
        "untried": untried,
        "partly": partly,
    }


def untestable(_: Evidence) -> list[Any]:
    raise NotTestable("nothing was sent.")


@pytest.mark.parametrize(
    ("each", "found", "because"),
    [
        (rule(untestable), evidence(), "nothing was sent"),
        (rule(), evidence(trouble=Trouble("broken", "It died. " * 50)), "the adapter broke"),
    ],
)
def test_what_could_not_be_judged_was_not_tried(each: Rule, found: Evidence, because: str) -> None:
    (counted,) = coverage([verdict(each, {"made": found}, {})], EXPORTER)
    assert (counted.tried, [gap.because for gap in counted.untried]) == (0, [because])


def test_of_an_adapter_without_a_name_nothing_is_counted() -> None:
    assert coverage([Verdict(PLAIN, Status.ERROR, "it died")], None) == ()


def of(identity: Identity, **more: Any) -> Report:
    made = report(*verdicts(identity))
    return replace(made, identity=identity, **more)


def test_every_form_of_report_says_what_was_tried() -> None:
    made = of(RETRIES)
    text = terminal.render(made)
    assert "Tried 3 of 5 wiseflow rules in 2 scenarios.\n" in text
    assert "  not tried: WF-FAR, because state.durable is not declared\n" in text
    assert "  tried in part, not WF-RETRIED in killed, because state.durable is not" in text
    (found,) = json.loads(json_report.render(made))["coverage"]
    assert (found["tried"], found["rules"]) == (3, 5)
    assert found["untried"][0] == {"because": DURABLE, "features": ["state.durable"]} | {
        "what": ["WF-FAR"]
    }
    properties = etree.fromstring(junit.render(made).encode()).findall(".//property")
    assert any("Tried 3 of 5 wiseflow rules" in each.get("value", "") for each in properties)


REQUIRED: list[tuple[str, Identity, str]] = [
    ("core", BARE, ""),
    ("all", BARE, "all is required, but WF-RETRIED was not tried, because retry is not declared."),
    ("all", EVERYTHING, ""),
    ("retry", BARE, "retry is required, but hello does not declare it."),
    ("retry", RETRIES, "retry is required, but WF-FAR was not tried, because state.durable is"),
    ("retry", EVERYTHING, ""),
    ("unlock", EVERYTHING, ""),
    ("work.inspect", BARE, ""),
    ("work.inspect", Identity("m", "1", ("wiseflow",), ()), "hello does not declare it"),
    ("WF-PLAIN", BARE, ""),
    ("WF-UNLOCKED", BARE, "it was not tried, because unlock is not declared."),
    ("WF-UNLOCKED", EVERYTHING, ""),
]


@pytest.mark.parametrize(("word", "identity", "sentence"), REQUIRED)
def test_a_requirement_is_met_by_trying(word: str, identity: Identity, sentence: str) -> None:
    found = unmet((word, word), RULES, verdicts(identity), identity)
    assert bool(found) == bool(sentence)
    assert sentence in " ".join(found)
    made = Expected(required=(word,)).compared(of(identity), RULES, RULES)
    assert made.exit is (Exit.NOT_CONFORMANT if sentence else Exit.CONFORMANT)
    text = terminal.render(made)
    assert all(f"Not tried: {each}" in text for each in found)
    assert text.endswith(
        "red: not all that is required was tried.\n" if sentence else ". conformant.\n"
    )


def test_core_is_what_needs_no_feature() -> None:
    broken = verdict(PLAIN, {"made": evidence(complete=False)}, {})
    (found,) = unmet(("core",), RULES, (broken, judged(UNLOCK, BARE)), BARE)
    assert found.startswith("core is required, but WF-PLAIN was not tried, because the journal")


@pytest.mark.parametrize(
    ("identity", "words"),
    [
        (Identity("m", "1", ("wiseflow",), ()), "this run leaves it out (--profile, --rule)"),
        (
            Identity("m", "1", ("skyward",), ()),
            "it was not tried, because wiseflow is not declared",
        ),
    ],
)
def test_a_required_rule_that_is_not_in_the_run_is_unmet(identity: Identity, words: str) -> None:
    assert unmet(("WF-PLAIN",), RULES, (), identity) == (f"WF-PLAIN is required, but {words}.",)


@pytest.mark.parametrize(
    ("word", "near"), [("WF-PLIAN", "WF-PLAIN"), ("wf-plain", "WF-PLAIN"), ("retri", "retry")]
)
def test_a_word_that_requires_nothing_is_refused(word: str, near: str) -> None:
    with pytest.raises(UsageError, match=f"got '{word}'.*Did you mean {near}"):
        check_required((word,), [each.id for each in RULES], FEATURES)
    check_required(("core", "all", near), [each.id for each in RULES], FEATURES)


BEFORE = frozenset(pair for each in verdicts(EVERYTHING) for pair in tried_pairs(each))

LOST = [
    (EVERYTHING, RULES, []),
    (
        RETRIES,
        RULES,
        [
            "tried WF-RETRIED in killed; this run did not, because state.durable is not declared.",
            "tried WF-FAR in killed; this run did not, because state.durable is not declared.",
            "tried WF-UNLOCKED in made; this run did not, because unlock is not declared.",
        ],
    ),
    (RETRIES, (PLAIN, TWO_WAYS), []),
    (
        Identity("m", "1", ("skyward",), ()),
        (PLAIN,),
        ["tried WF-PLAIN in made; this run did not, because wiseflow is not declared."],
    ),
]


@pytest.mark.parametrize(("identity", "chosen", "sentences"), LOST)
def test_what_an_earlier_run_tried_and_this_one_did_not_is_named(
    identity: Identity, chosen: tuple[Rule, ...], sentences: list[str]
) -> None:
    now = verdicts(identity, chosen) if "wiseflow" in identity.dialects else ()
    found = lost(BEFORE, chosen, now, identity)
    assert list(found) == [f"The baseline {each}" for each in sentences]


def test_a_rule_that_became_untestable_is_lost_with_its_reason() -> None:
    now = verdict(PLAIN, {"made": evidence(complete=False)}, {})
    (found,) = lost(BEFORE, (PLAIN,), (now,), BARE)
    assert "because the journal of the SIS was full" in found


def test_what_the_depth_or_the_mapping_leaves_out_is_lost_with_its_reason() -> None:
    shallow = verdict(TWO_WAYS, {"made": evidence()}, {})
    excused = Verdict(PLAIN, Status.NOT_APPLICABLE, "the mapping has one grade only")
    found = lost(BEFORE, (TWO_WAYS, PLAIN), (shallow, excused), EVERYTHING)
    assert list(found) == [
        "The baseline tried WF-TWO in retried; this run did not, because its depth leaves that"
        " out.",
        "The baseline tried WF-PLAIN in made; this run did not, because the mapping has one grade"
        " only.",
    ]


def test_a_report_is_the_baseline_of_the_next(tmp_path: Path) -> None:
    path = tmp_path / "report.json"
    path.write_text(json_report.render(of(EVERYTHING)))
    before = read_baseline(path, "0.1", RULES)
    assert before == BEFORE
    made = Expected(before=before).compared(of(RETRIES), RULES, RULES)
    assert made.exit is Exit.NOT_CONFORMANT
    assert "Not tried: The baseline tried WF-FAR in killed" in terminal.render(made)
    assert json.loads(json_report.render(made))["lost"] == list(made.lost)
    assert Expected(before=before).compared(of(EVERYTHING), RULES, RULES).exit is Exit.CONFORMANT


def changed(**members: Any) -> bytes:
    return json.dumps(json.loads(json_report.render(of(EVERYTHING))) | members).encode()


BROKEN: list[tuple[bytes | None, str]] = [
    (None, "cannot be read: No such file"),
    (b"", "is not JSON"),
    (b"\xff", "is not JSON"),
    (b"[]", "must be a report of version 0.1 (got a file that names no version)"),
    (b'{"suite": {"version": 1}}', "names no version"),
    (changed(suite={"name": "mock-sis", "version": "0.0.9"}), "version 0.1 (got 0.0.9)"),
    (changed(verdicts=None), "is not a report: /verdicts"),
    (changed(nonsense=1), "is not a report: (root)"),
    (changed().replace(b"WF-FAR", b"WF-GONE"), "has unknown rule ids: WF-GONE"),
    (changed().replace(b'"killed"', b'"vanished"'), "unknown scenarios: WF-RETRIED in vanished"),
]


@pytest.mark.parametrize(("content", "words"), BROKEN)
def test_a_baseline_that_is_none_is_refused(
    content: bytes | None, words: str, tmp_path: Path
) -> None:
    path = tmp_path / "report.json"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(UsageError) as refused:
        read_baseline(path, "0.1", RULES)
    assert words in str(refused.value)


def test_an_adapter_that_breaks_is_no_lost_coverage() -> None:
    """The exit code says that there is no verdict, because nothing was compared."""
    dead = replace(of(BARE), identity=None, verdicts=(Verdict(PLAIN, Status.ERROR, "it died"),))
    made = Expected(required=("all",), before=BEFORE).compared(dead, RULES, RULES)
    assert (made.exit, made.unmet, made.lost) == (Exit.BROKEN, (), ())
    error = (Verdict(PLAIN, Status.ERROR, "it died"),)
    assert replace(of(BARE), verdicts=error, lost=("x",)).exit is Exit.BROKEN
