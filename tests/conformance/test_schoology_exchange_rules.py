"""The Schoology rules beside the ledger, on evidence made to keep and to break them."""

from __future__ import annotations

import msgspec
import pytest

from conformance.dialects import RULES
from conformance.drivers.inprocess import InProcessDriver
from conformance.judging.verdicts import Status
from conformance.model.evidence import Evidence
from conformance.model.rule import NotTestable
from conformance.runner.run import Options, run
from conformance.schoology.scenarios import failing, reading, sending
from conformance.schoology.scenarios.common import ASA, QUIZ
from helpers.suite.judged import BY_ID, broken, told_of
from helpers.suite.made_section import T0, Silence, case, get, put, row, signed
from mock_sis.exchange import Hangup

HOUR = 3600

NOTHING_KNOWN = {
    "nothing was sent": ("SC-BODY", case(sending.PLAIN[0]), "sent no grades"),
    "nothing was read at first": (
        "SC-TIMESTAMP",
        case(reading.SIS_BEHIND[0], [], [get()]),
        "did not list grades twice",
    ),
    "nothing was read again": (
        "SC-TIMESTAMP",
        case(reading.SIS_BEHIND[0], [get()]),
        "did not list grades twice",
    ),
    "nothing was signed": ("SC-NONCE", case(failing.SIGNED), "sent no signed request"),
}


@pytest.mark.parametrize("known", NOTHING_KNOWN)
def test_what_a_rule_presupposes_must_have_happened(known: str) -> None:
    rule, found, words = NOTHING_KNOWN[known]
    with pytest.raises(NotTestable, match=words):
        broken(rule, found)


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        (f"?timestamp={T0 - HOUR:.0f}", ""),
        (f"?timestamp={T0:.0f}", ""),
        (f"?timestamp={T0 - HOUR - 600:.0f}", ""),
        (f"?timestamp={T0 - HOUR - 601:.0f}", "expected a time between 2026-06-15T08:00:00"),
        (f"?timestamp={T0 + 1:.0f}", ""),
        (f"?timestamp={T0 + 2:.0f}", "and 2026-06-15T09:00:00.000Z, when the first pull began"),
        (f"?timestamp={T0 + 3 * HOUR:.0f}", "asked for changes since"),
        (f"?timestamp={T0 - 3 * HOUR:.0f}", "asked for changes since"),
        ("?timestamp=1e300", "asked for changes since 1e+300"),
        ("?timestamp=1e15", "asked for changes since 1e+15"),
        ("?timestamp=today", "listed all grades again (#5)"),
        ("", "listed all grades again (#5)"),
    ],
)
def test_changes_are_asked_for_by_a_time_the_sis_has_given(asked: str, words: str) -> None:
    """The first look was at T0, and the newest grade on its pages an hour old."""
    first = [
        get(stamps=[T0 - 9 * HOUR]),
        get("?start=20", stamps=[T0 - HOUR, T0 - 9 * HOUR]),
        get("?start=40"),
        msgspec.structs.replace(get("?start=40"), outcome=Hangup("reset")),
    ]
    found = case(reading.SIS_BEHIND[0], first, [get(asked, at=2 * HOUR, stamps=[T0 + 2 * HOUR])])
    assert told_of(words, broken("SC-TIMESTAMP", found))


BAD = put(row(QUIZ, ASA, -1))
SHOWN: dict[str, tuple[str, Evidence, list[tuple[tuple[int, ...], tuple[str, ...]]]]] = {
    "two bad bodies": (
        "SC-BODY",
        case(sending.PLAIN[0], [put(body=b"{"), BAD]),
        [((1,), ()), ((2,), ())],
    ),
    "all asked for once more": (
        "SC-TIMESTAMP",
        case(reading.SIS_BEHIND[0], [get()], [get()]),
        [((2,), ("second",))],
    ),
    "asked by a clock of its own": (
        "SC-TIMESTAMP",
        case(reading.SIS_BEHIND[0], [get(), get()], [get("?timestamp=9e9")]),
        [((1, 3), ("second",))],
    ),
    "a nonce used again": (
        "SC-NONCE",
        case(failing.SIGNED, [get(), get(headers=signed("a")), get(headers=signed("a"))]),
        [((1,), ()), ((2, 3), ())],
    ),
}


@pytest.mark.parametrize("what", SHOWN)
def test_a_violation_names_the_requests_and_the_steps_that_show_it(what: str) -> None:
    rule, found, where = SHOWN[what]
    assert [(each.entries, each.steps) for each in BY_ID[rule].check(found)] == where


SILENT = {"SC-XML", "SC-SECRETS", "SC-OTHERS"}
"""Rules with a case in which nothing may be sent, and rules about what is printed and shown."""


async def test_no_other_rule_passes_an_exporter_that_does_nothing() -> None:
    rules = [rule for rule in RULES if rule.profile == "schoology"]
    found = await run(rules, InProcessDriver(Silence), "silent", Options())
    failed = {each.rule.id for each in found.verdicts if each.status is Status.FAIL}
    passed = {each.rule.id for each in found.verdicts if each.status is Status.PASS}
    others = {each.status for each in found.verdicts if each.rule.id not in failed | passed}
    assert "SC-COMPLETE" in failed
    assert passed == SILENT
    assert others == {Status.NOT_TESTABLE}
