"""Verdicts: what follows from evidence, and what the exit code follows from."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pytest

from conformance.dialects import DIALECTS, RULES
from conformance.judging.known import read_known
from conformance.judging.report import Exit
from conformance.judging.verdicts import Status, Verdict, inapplicable, judge, verdict
from conformance.model import steps
from conformance.model.account import Carried
from conformance.model.evidence import Done, Evidence, FaultUse, Trouble
from conformance.model.proofs import Proof, offered
from conformance.model.rule import Level, NotTestable, Rule, Scenario, Violation
from conformance.wiseflow.profile import PROFILE
from helpers.suite.made import (
    EXPORTER,
    MADE,
    ONCE,
    done,
    evidence,
    post,
    pressed_twice,
    reply,
    report,
    rule,
)
from mock_sis.errors import UsageError
from mock_sis.exchange import Hangup

WRONG = Violation("did it", (1,), ("again",))


def violates(_: Evidence) -> Iterable[Violation]:
    return [WRONG]


def presupposes(_: Evidence) -> Iterable[Violation]:
    raise NotTestable("nothing was sent")


NEVER = FaultUse("stall", 0, True)
TRAP = FaultUse("stall", 0, False)


@pytest.mark.parametrize(
    ("check", "level", "found", "status"),
    [
        (lambda _: (), Level.MUST, evidence(), Status.PASS),
        (violates, Level.MUST, evidence(), Status.FAIL),
        (violates, Level.MUST_INFERRED, evidence(), Status.FAIL),
        (violates, Level.SHOULD, evidence(), Status.WARN),
        (violates, Level.SHOULD_INFERRED, evidence(), Status.WARN),
        (presupposes, Level.MUST, evidence(), Status.NOT_TESTABLE),
        (violates, Level.MUST, evidence(faults=(NEVER,)), Status.NOT_TESTABLE),
        (violates, Level.MUST, evidence(faults=(TRAP,)), Status.FAIL),
        (violates, Level.MUST, evidence(complete=False), Status.NOT_TESTABLE),
        (violates, Level.MUST, evidence(trouble=Trouble("broken", "died")), Status.ERROR),
        (
            violates,
            Level.MUST,
            evidence(trouble=Trouble("unsupported", "not here")),
            Status.ERROR,
        ),
    ],
)
def test_evidence_decides(check: object, level: Level, found: Evidence, status: Status) -> None:
    judged = judge(rule(check, level=level), MADE, found)  # type: ignore[arg-type]
    assert judged.status is status
    assert judged.violations == ((WRONG,) if status in (Status.FAIL, Status.WARN) else ())
    assert bool(judged.reason) == (status not in (Status.FAIL, Status.WARN, Status.PASS))


def test_what_was_awaited_in_vain_makes_a_rule_not_testable() -> None:
    missed = Done(steps.WaitForExchange("x"), 0.0, 0, 0, missed="it did not come")
    found = evidence(steps=[done(steps.Load(), 0, 0), missed])
    assert judge(rule(violates), MADE, found).reason == "it did not come"


@pytest.mark.parametrize(
    ("check", "known", "status"),
    [
        (violates, {"WF-MADE": "ticket 7"}, Status.KNOWN),
        (lambda _: (), {"WF-MADE": "ticket 7"}, Status.STALE),
        (presupposes, {"WF-MADE": "ticket 7"}, Status.KNOWN),
        (presupposes, {"WF-OTHER": "ticket 7"}, Status.NOT_TESTABLE),
        (violates, {"WF-OTHER": "ticket 7"}, Status.FAIL),
    ],
)
def test_a_known_failure_is_green_until_it_passes(
    check: object, known: dict[str, str], status: Status
) -> None:
    found = verdict(rule(check), {"made": evidence()}, known)  # type: ignore[arg-type]
    assert found.status is status
    assert ("ticket 7" in found.reason) == (status in (Status.KNOWN, Status.STALE))
    assert ("nothing was sent" in found.reason) == (check is presupposes)


def test_the_worst_scenario_decides_over_a_rule() -> None:
    other = Scenario("other", "", MADE.subject, ())

    def only_other(found: Evidence) -> Iterable[Violation]:
        return [WRONG] if found.scenario == "other" else []

    played = {"made": evidence(), "other": Evidence("other", EXPORTER)}
    found = verdict(rule(only_other, scenarios=(MADE, other)), played, {})
    assert found.status is Status.FAIL
    assert [each.status for each in found.judged] == [Status.PASS, Status.FAIL]


@pytest.mark.parametrize(
    ("statuses", "code"),
    [
        ([Status.PASS], Exit.CONFORMANT),
        ([Status.PASS, Status.WARN, Status.KNOWN, Status.NOT_APPLICABLE], Exit.CONFORMANT),
        ([Status.PASS, Status.FAIL], Exit.NOT_CONFORMANT),
        ([Status.PASS, Status.NOT_TESTABLE], Exit.NOT_CONFORMANT),
        ([Status.PASS, Status.STALE], Exit.NOT_CONFORMANT),
        ([Status.FAIL, Status.ERROR], Exit.NOT_CONFORMANT),
        ([Status.PASS, Status.ERROR], Exit.BROKEN),
        ([Status.NOT_APPLICABLE], Exit.BROKEN),
        ([], Exit.BROKEN),
    ],
)
def test_the_exit_code_follows_from_the_verdicts(statuses: list[Status], code: Exit) -> None:
    assert report(*(Verdict(rule(), status) for status in statuses)).exit is code


@pytest.mark.parametrize(
    ("needs", "why"),
    [
        ((), ""),
        (("sync",), ""),
        (("retry",), "does not declare retry"),
        (("retry", "unlock"), "does not declare retry, unlock"),
    ],
)
def test_a_rule_applies_where_its_features_are_declared(needs: tuple[str, ...], why: str) -> None:
    assert inapplicable(rule(needs=needs), EXPORTER).endswith(why)


@pytest.mark.parametrize(
    ("step", "feature"),
    [
        (steps.Export(), ""),
        (steps.Export(presses=2), "export.concurrent"),
        (steps.Retry(), "retry"),
        (steps.Kill(), ""),
        (steps.Restart(), ""),
        (steps.Act("unlock"), "unlock"),
        (steps.Act("approve"), ""),
        (steps.Settle(), ""),
    ],
)
def test_a_step_brings_the_feature_it_needs(step: steps.Step, feature: str) -> None:
    assert PROFILE.features_of(step) == ((feature,) if feature else ())
    needed = Scenario("s", "", MADE.subject, (step, step)).features
    assert needed == ((feature,) if feature else ())


ARMED = steps.Arm({"fault": {"kind": "stall"}})
LASTING = steps.Arm({"fault": {"kind": "stall"}, "when": {"always": True}})


@pytest.mark.parametrize(
    ("proof", "found", "used"),
    [
        (Proof.COUNT, evidence(), True),
        (Proof.COUNT, evidence(complete=False), False),
        (Proof.ONE_SHOT, evidence(steps=[done(ARMED, 0, 0)]), True),
        (Proof.ONE_SHOT, evidence(steps=[done(LASTING, 0, 0)]), False),
        (Proof.WITNESS, evidence(faults=(FaultUse("stall", 1, True),)), True),
        (Proof.WITNESS, evidence(faults=(NEVER,)), False),
        (
            Proof.LATER,
            evidence(steps=[done(steps.Settle(), 0, 0), done(steps.Advance(30), 0, 0)]),
            True,
        ),
        (
            Proof.LATER,
            evidence(steps=[done(steps.Settle(), 0, 0), done(steps.Advance(29), 0, 0)]),
            False,
        ),
        (Proof.LATER, evidence(steps=[done(steps.Advance(30), 0, 0)]), False),
        (
            Proof.RESTART,
            evidence(steps=[done(steps.Kill(), 0, 0), done(steps.Restart(), 0, 0)]),
            True,
        ),
        (Proof.RESTART, evidence(steps=[done(steps.Restart(), 0, 0)]), False),
        (Proof.QUIET, evidence(steps=[done(steps.Quiet(), 0, 0)], quiet_seconds=1.0), True),
        (Proof.QUIET, evidence(), False),
    ],
)
def test_a_proof_counts_only_where_it_was_made(proof: Proof, found: Evidence, used: bool) -> None:
    (offer,) = offered(found, (proof,))
    assert offer.used is used
    assert offer.detail


@pytest.mark.parametrize(
    ("fired", "requests", "words"),
    [(1, 1, ("made fired once", "counted 1 request")), (3, 2, ("3 times", "counted 2 requests"))],
)
def test_how_often_is_told_in_words(fired: int, requests: int, words: tuple[str, str]) -> None:
    posts = [post(number, {1: "A"}, reply(1)) for number in range(1, requests + 1)]
    found = evidence(posts, faults=(FaultUse("made", fired, must_fire=True),))
    count, witness = offered(found, (Proof.WITNESS, Proof.COUNT))
    assert (witness.detail[-len(words[0]) :], count.detail[-len(words[1]) :]) == words


def test_only_the_proofs_a_rule_rests_on_are_told() -> None:
    wanted = (Proof.QUIET, Proof.COUNT)
    assert {each.proof for each in offered(evidence(), wanted)} == set(wanted)


KNOWN_LISTS = [
    ("WF-ONCE", {"WF-ONCE": ""}),
    (
        "# all of them\n\nWF-ONCE   since 2024, ticket 7  # soon\n",
        {"WF-ONCE": "since 2024, ticket 7"},
    ),
    ("", {}),
]


@pytest.mark.parametrize(("text", "known"), KNOWN_LISTS)
def test_the_list_of_known_failures_is_read(
    text: str, known: dict[str, str], tmp_path: Path
) -> None:
    path = tmp_path / "known"
    path.write_text(text)
    assert read_known(path, ["WF-ONCE"]) == known


@pytest.mark.parametrize("content", [b"WF-NONE why", b"\xff\xfe", None])
def test_a_list_that_is_no_list_is_refused(content: bytes | None, tmp_path: Path) -> None:
    path = tmp_path / "known"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(UsageError, match="known"):
        read_known(path, ["WF-ONCE"])


ONCE_CASES = [
    ([post(1, {1001: "A"}, reply(1))], Status.PASS),
    ([post(1, {1001: "A"}, reply(1)), post(2, {1001: "A"}, reply(0, 1001))], Status.FAIL),
    ([post(1, {1001: "A"}, reply(0, 1001))], Status.NOT_TESTABLE),
    ([post(1, {1001: "A"}, Hangup("reset"))], Status.NOT_TESTABLE),
    ([], Status.NOT_TESTABLE),
]


@pytest.mark.parametrize(("journal", "status"), ONCE_CASES)
def test_once_means_nothing_after_a_success(journal: list[object], status: Status) -> None:
    assert judge(ONCE, MADE, pressed_twice(*journal)).status is status  # type: ignore[arg-type]


def test_rule_ids_and_scenario_names_are_each_used_once() -> None:
    ids = [each.id for each in RULES]
    assert len(set(ids)) == len(ids)
    scenarios = {id(each): each.name for one in RULES for each in one.scenarios}
    assert len(set(scenarios.values())) == len(scenarios)


@pytest.mark.parametrize("one", RULES, ids=lambda each: each.id)
def test_a_rule_that_a_ledger_carries_is_its_own_view_and_holds_everywhere(one: Rule) -> None:
    if isinstance(one.check, Carried):
        assert (one.check.rule, one.everywhere) == (one.id, True)


def test_the_ledgers_carry_rules_of_every_dialect() -> None:
    carried = {one.profile for one in RULES if isinstance(one.check, Carried)}
    assert carried == {each.name for each in DIALECTS}
