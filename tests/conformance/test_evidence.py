"""Evidence: what rules ask of it, and that it survives being written down."""

from __future__ import annotations

import json

import pytest

from conformance.model import steps
from conformance.model.evidence import FaultUse, Trouble, as_json, encode, from_json
from conformance.model.rule import NotTestable
from conformance.wiseflow.evidence import (
    disagreements,
    exports,
    first_success,
    stored,
    who_was_sent,
)
from conformance.wiseflow.evidence import shown as shown_at
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
    with pytest.raises(NotTestable, match="accepted no export in full"):
        first_success(evidence([post(1, {1001: "A", 1002: "B"}, outcome)]))


@pytest.mark.parametrize(
    "body", [b"", b"\xff", b"[]", b'{"participants": 3}', b'{"participants": [[], 7]}']
)
def test_a_body_that_makes_no_sense_does_not_stop_the_reading(body: bytes) -> None:
    (sent,) = exports(evidence([post(1, body, Reply(422))]))
    assert sent.answer.status == 422
    assert set(sent.user_ids) <= {""}


def test_the_participants_of_a_request_are_named_in_words() -> None:
    one, two, none = exports(
        evidence(
            [
                post(1, {7: "A"}, reply(1)),
                post(2, {7: "A", 8: "B"}, reply(2)),
                post(3, b"", reply(0)),
            ]
        )
    )
    assert who_was_sent(one) == "participant 7"
    assert who_was_sent(two) == "participants 7, 8"
    assert who_was_sent(none) == "an export request"


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
    found = evidence(steps=[done(steps.State(label="end"), 0, 0, shown(p1=given))])
    assert shown_at(found, "end").states == {"1": name}


BOOK = {"sections": [{"scores": [{"person": "1001", "mark": "B", "admin_grade": "A"}]}]}


def test_the_alternative_grade_is_the_one_that_counts() -> None:
    assert stored(evidence(gradebook=BOOK)) == {"1001": "A"}


@pytest.mark.parametrize(
    ("states", "words"),
    [
        ({"p1001": "exported", "p1002": "failed", "p1003": "not_exported"}, []),
        ({"p1001": "failed", "p1002": "failed"}, ["1001 as failed"]),
        ({"p1001": "not_exported"}, ["1001 as not_exported"]),
        ({"p1001": "exported", "p1002": "exported"}, ["1002 as exported"]),
        ({"p1001": "queued"}, []),
    ],
)
def test_where_the_two_sources_disagree_is_found(states: dict[str, str], words: list[str]) -> None:
    found = evidence(
        [post(1, {1001: "B", 1002: "C"}, reply(1, 1002))],
        [done(steps.State(label="end"), 1, 1, shown(**states))],
        gradebook=BOOK,
    )
    told = [each.message for each in disagreements(found, "end")]
    assert len(told) == len(words)
    assert all(word in text for word, text in zip(words, told, strict=True))
