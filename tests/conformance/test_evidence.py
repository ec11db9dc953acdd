"""Evidence: what rules ask of it, and that it survives being written down."""

from __future__ import annotations

import json

import pytest

from conformance.model import steps
from conformance.model.evidence import FaultUse, Trouble, as_json, encode, from_json
from conformance.model.states import named
from conformance.wiseflow.evidence import exports
from helpers.suite.made import (
    EVERY_STEP,
    control,
    done,
    evidence,
    post,
    pressed_twice,
    reply,
    shown,
)
from mock_sis.exchange import Hangup, Reply


def test_evidence_survives_being_written_as_json() -> None:
    found = evidence(
        [post(1, b"\xff\x00", Hangup("reset", 1.5), ("stall",)), post(2, {1: "A"}, reply(1))],
        [done(step, 0, 2, shown(p1="exported")) for step in EVERY_STEP],
        faults=(FaultUse("stall", 1, True),),
        stderr="oh",
        quiet_seconds=1.0,
        noted=((1, 0.5), (2, 0.75)),
        complete=False,
        trouble=Trouble("broken", "it died"),
        gradebook={"sections": []},
    )
    assert from_json(json.loads(json.dumps(as_json(found)))) == found


def test_evidence_is_written_with_whole_numbers_of_any_size() -> None:
    found = evidence([], [], gradebook={"metadata": 10**30})
    assert from_json(json.loads(encode(found))) == found


def test_the_steps_above_are_all_steps_there_are() -> None:
    assert {type(step) for step in EVERY_STEP} == set(steps.Step.__args__)


@pytest.mark.parametrize(
    ("since", "until", "numbers"),
    [("", "", [1, 3]), ("again", "", [3]), ("", "again", [1]), ("again", "end", [3])],
)
def test_requests_are_found_between_labelled_steps(
    since: str, until: str, numbers: list[int]
) -> None:
    found = pressed_twice(post(1, {1: "A"}, reply(1)), control(2), post(3, {1: "A"}, reply(1)))
    assert [sent.number for sent in exports(found, since=since, until=until)] == numbers


def test_the_suites_own_calls_are_no_requests_of_the_exporter() -> None:
    assert pressed_twice(control(1)).requests == ()


def test_an_unknown_label_is_a_mistake_of_the_rule() -> None:
    with pytest.raises(KeyError, match="no step labelled 'later'"):
        evidence().step("later")


@pytest.mark.parametrize(
    "outcome",
    [reply(1, 1002), Hangup("reset"), Reply(503), Reply(200, (), b"<html>"), Reply(200, (), b"[]")],
)
def test_only_a_clean_200_is_a_success(outcome: Reply | Hangup) -> None:
    (sent,) = exports(evidence([post(1, {1001: "A", 1002: "B"}, outcome)]))
    assert not sent.answer.full_success


def test_a_clean_200_is_a_success() -> None:
    (sent,) = exports(evidence([post(1, {1001: "A", 1002: "B"}, reply(2))]))
    assert sent.answer.full_success


@pytest.mark.parametrize(
    "body", [b"", b"\xff", b"[]", b'{"participants": 3}', b'{"participants": [[], 7]}']
)
def test_a_body_that_makes_no_sense_does_not_stop_the_reading(body: bytes) -> None:
    (sent,) = exports(evidence([post(1, body, Reply(422))]))
    assert sent.answer.status == 422
    assert set(sent.user_ids) <= {""}


def test_an_answer_that_a_fault_spoilt_confirms_nobody() -> None:
    spoilt = post(1, {1001: "A"}, reply(1), ("wiseflow_wrong_counts",))
    (sent,) = exports(evidence([spoilt]))
    assert sent.confirmed == frozenset()


@pytest.mark.parametrize(
    ("given", "name"),
    [
        (0, "not_exported"),
        (3, "failed"),
        (4, "unknown (4)"),
        (-1, "unknown (-1)"),
        ("queued", "queued"),
    ],
)
def test_the_vendors_numbers_are_read_and_others_tolerated(given: object, name: str) -> None:
    assert named(given) == name
