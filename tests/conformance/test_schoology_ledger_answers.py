"""What an exporter can know from an answer, and whether the SIS disturbed the exchange."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from conformance.schoology.evidence.wire import grades_request
from conformance.schoology.ledger.answered import disturbed, fate_of
from conformance.schoology.ledger.row import Fate
from conformance.schoology.scenarios.common import ASA, JOSE, QUIZ
from helpers.suite.made_section import at, put, report, row, told
from mock_sis.exchange import Hangup, Reply
from mock_sis.journal.entry import Delivered

ROW = row(QUIZ, ASA, 99)


def said(code: int) -> Reply:
    return report(told(code, ROW), told(200, row(QUIZ, JOSE, 1)))


@pytest.mark.parametrize(
    ("outcome", "fate", "disturbance"),
    [
        (said(200), Fate.CONFIRMED, False),
        (said(299), Fate.CONFIRMED, False),
        (said(300), Fate.UNKNOWN, False),
        (said(399), Fate.UNKNOWN, False),
        (said(400), Fate.REFUSED, False),
        (said(599), Fate.REFUSED, False),
        (said(600), Fate.UNKNOWN, False),
        (report(told(200, ROW), told(200, ROW)), Fate.UNKNOWN, False),
        (report(told(200, row(QUIZ, JOSE, 1))), Fate.UNKNOWN, False),
        (Reply(204), Fate.UNKNOWN, False),
        (Reply(200, (), b"<html>"), Fate.UNKNOWN, False),
        (Reply(302), Fate.FAILED, True),
        (Reply(400), Fate.FAILED, False),
        (Reply(401), Fate.FAILED, True),
        (Reply(403), Fate.FAILED, False),
        (Reply(408), Fate.FAILED, True),
        (Reply(429), Fate.PUT_OFF, True),
        (Reply(499), Fate.FAILED, False),
        (Reply(500), Fate.UNKNOWN, True),
        (Reply(504), Fate.UNKNOWN, True),
        (Hangup("close"), Fate.UNKNOWN, True),
    ],
)
def test_an_answer_decides_the_fate_of_a_row(outcome: Any, fate: Fate, disturbance: bool) -> None:
    entry = put(ROW, outcome=outcome)
    assert fate_of(entry, grades_request(entry), at(ASA)) is fate
    assert disturbed(entry) is disturbance


@pytest.mark.parametrize(
    ("how", "faults", "fate", "disturbance"),
    [
        ("complete", (), Fate.CONFIRMED, False),
        ("complete", ("rows_fail",), Fate.CONFIRMED, True),
        ("complete", ("status",), Fate.CONFIRMED, True),
        ("complete", ("schoology_row_codes",), Fate.CONFIRMED, True),
        ("complete", ("rate_limit",), Fate.CONFIRMED, True),
        ("complete", ("delay",), Fate.UNKNOWN, True),
        ("client_gone", (), Fate.UNKNOWN, True),
        ("cut", (), Fate.UNKNOWN, True),
    ],
)
def test_an_answer_must_arrive(
    how: Any, faults: tuple[str, ...], fate: Fate, disturbance: bool
) -> None:
    entry = msgspec.structs.replace(put(ROW), delivered=Delivered(0.0, 1, how), faults=faults)
    assert fate_of(entry, grades_request(entry), at(ASA)) is fate
    assert disturbed(entry) is disturbance
