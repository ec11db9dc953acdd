"""The Schoology rules about answers and reading, on evidence made to keep and to break them."""

from __future__ import annotations

import json
from typing import Any

import msgspec
import pytest

from conformance.dialects import RULES
from conformance.drivers.inprocess import InProcessDriver
from conformance.judging.verdicts import Status
from conformance.model.evidence import Evidence
from conformance.model.rule import NotTestable
from conformance.runner.run import Options, run
from conformance.schoology.scenarios import failing, reading, sending
from conformance.schoology.scenarios.common import ASA, BO, GRADED, JOSE, LEILA, QUIZ
from helpers.suite.judged import BY_ID, broken, told_of
from helpers.suite.made_section import (
    JSON,
    T0,
    XML,
    Silence,
    at,
    case,
    get,
    held,
    put,
    report,
    row,
    shows,
    signed,
    told,
)
from mock_sis.exchange import Hangup, Reply

HOUR = 3600
TAKEN, GONE = row(QUIZ, ASA, 99), row(QUIZ, JOSE, 76.5)
ANSWER = report(told(200, TAKEN), told(403, GONE, "not active"))


@pytest.mark.parametrize(
    ("states", "text", "words"),
    [
        (("exported", "failed"), "the SIS: not active.", ""),
        (("exported", 3), "not active", ""),
        (("exported", "exported"), "", "as exported; the SIS answered 403"),
        (("failed", "failed"), "not active", "as failed; the SIS answered 200"),
        (("exported", "failed"), "it failed", "message 'it failed'; the SIS said 'not active'"),
    ],
)
def test_each_row_is_shown_by_its_own_code(states: Any, text: str, words: str) -> None:
    shown = shows(dict(zip((at(ASA), at(JOSE)), states, strict=True)), {at(JOSE): text})
    sent = put(TAKEN, GONE, outcome=ANSWER)
    assert told_of(words, broken("SC-ROWS", case(failing.SOME_REFUSED, [sent], state=shown)))


def test_a_refused_row_that_is_not_shown_is_absent() -> None:
    found = case(
        failing.SOME_REFUSED,
        [put(TAKEN, GONE, outcome=ANSWER)],
        state=shows({at(ASA): "exported"}),
    )
    assert "as absent; the SIS answered 403" in broken("SC-ROWS", found)


def test_texts_are_asked_for_only_where_rows_have_them() -> None:
    shown = shows({at(ASA): "exported", at(JOSE): "failed"})
    found = case(failing.SOME_REFUSED, [put(TAKEN, GONE, outcome=ANSWER)], state=shown)
    assert broken("SC-ROWS", found)
    mute = msgspec.structs.replace(found.exporter, features=())
    assert not broken("SC-ROWS", msgspec.structs.replace(found, exporter=mute))


WISH, COURSE = (
    {"enrollment_id": ASA, "period_id": "13011", "comment": "Great"},
    {"enrollment_id": JOSE, "period_id": "final", "comment": "In time, please"},
)
COMMENTED = {
    "grades": {"grade": [told(200, TAKEN)]},
    "final_comments": {
        "final_comment": [
            {"enrollment_id": ASA, "period_id": "p13011", "response_code": 200},
            {
                "enrollment_id": str(JOSE),
                "period_id": "final",
                "response_code": 403,
                "message": "not active",
            },
        ]
    },
}


@pytest.mark.parametrize(
    ("states", "text", "words"),
    [
        (("exported", "failed"), "the SIS: not active.", ""),
        (("exported", "exported"), "", f"the final comment of enrollment {JOSE} for final as exp"),
        (
            ("failed", "failed"),
            "not active",
            f"the final comment of enrollment {ASA} for p13011 as",
        ),
        (("exported", "failed"), "it failed", "message 'it failed'; the SIS said 'not active'"),
        (("exported", None), "", "for final as absent; the SIS answered 403"),
    ],
)
def test_each_final_comment_is_shown_by_its_own_code(states: Any, text: str, words: str) -> None:
    shown = shows({at(ASA): "exported"}) | {
        "final_comments": [
            {"enrollment_id": who, "period": when, "state": state, "message": text}
            for (who, when), state in zip(((ASA, "p13011"), (JOSE, "final")), states, strict=True)
            if state
        ]
    }
    answer = Reply(207, JSON, json.dumps(COMMENTED).encode())
    sent = put(TAKEN, comments=[WISH, COURSE], outcome=answer)
    assert told_of(words, broken("SC-ROWS", case(failing.COMMENTS_REFUSED, [sent], state=shown)))


ALL = [held(at(each.enrollment_id, each.assignment_id), each.grade) for each in GRADED.grades]
BUSY = Reply(429, (("Retry-After", "2"),))


@pytest.mark.parametrize(
    ("again", "there", "words"),
    [
        ([put(TAKEN, at=2)], ALL, ""),
        ([put(TAKEN, at=1.99)], ALL, ""),
        ([], ALL, ""),
        ([put(TAKEN, at=1)], ALL, "sent a request (#2) 1.0 s after a 429 (#1)"),
        ([get(at=0)], ALL, "sent a request (#2) 0.0 s after a 429 (#1)"),
        ([put(TAKEN, at=2)], ALL[1:], "left enrollment"),
        ([put(TAKEN, at=2, outcome=Hangup("reset"))], ALL, ""),
    ],
)
def test_a_busy_sis_is_given_the_time_it_asks_for(again: Any, there: Any, words: str) -> None:
    """What comes after export is pressed again is no impatience of the exporter's."""
    sent = [put(TAKEN, outcome=BUSY), *again]
    found = case(failing.THROTTLED, sent, [put(TAKEN)], held=there)
    assert told_of(words, broken("SC-RATE", found))


@pytest.mark.parametrize(("seconds", "words"), [(2.1, ""), (1.0, "request (#2) 1.0 s after a 429")])
def test_a_wait_in_real_time_is_a_wait_though_the_clock_of_the_case_stands_still(
    seconds: float, words: str
) -> None:
    found = case(failing.THROTTLED, [put(TAKEN, outcome=BUSY), put(TAKEN)], held=ALL)
    first, then = found.requests
    noted = ((first.number, 700.0), (then.number, 700.0 + seconds))
    found = msgspec.structs.replace(found, noted=noted)
    assert told_of(words, broken("SC-RATE", found))


def read(place: dict[str, Any], **changed: Any) -> dict[str, Any]:
    """A grade of the SIS as a product shows it."""
    fields = {"assignment_id": place["assignment"], "enrollment_id": place["enrollment"]}
    return {**fields, "grade": place["grade"], **changed}


@pytest.mark.parametrize(("pulled", "words"), [(ALL, ""), (ALL[1:], "shows 4 grades of the SIS")])
def test_a_busy_sis_is_read_to_the_end_all_the_same(pulled: Any, words: str) -> None:
    state = {"rows": [], "pulled": [read(each) for each in pulled]}
    looks = [get(), get("?start=20", status=429), get("?start=20", at=2)]
    found = case(failing.THROTTLED_PULL, looks, held=ALL, state=state)
    assert told_of(words, broken("SC-RATE", found))


HIDDEN_HERE = shows({at(ASA): "exported", at(JOSE): "exported"})
NOTHING_KNOWN = {
    "no row was refused": (
        "SC-ROWS",
        case(failing.SOME_REFUSED, [put(TAKEN)], state=HIDDEN_HERE),
        "the SIS refused no row",
    ),
    "no row was answered": (
        "SC-ROWS",
        case(failing.SOME_REFUSED, [put(TAKEN, outcome=Hangup("reset"))], state=HIDDEN_HERE),
        "the SIS refused no row",
    ),
    "the SIS was never busy": (
        "SC-RATE",
        case(failing.THROTTLED, [put(TAKEN)], held=ALL),
        "never answered 429",
    ),
    "no answer was lost": ("SC-LOST-REPLY", case(failing.REPLY_LOST), "sent no grades"),
    "nothing was read": ("SC-PAGES", case(reading.PAGED), "listed no grades"),
    "nothing was read at first": (
        "SC-TIMESTAMP",
        case(reading.SIS_BEHIND, [], [get()]),
        "did not list grades twice",
    ),
    "nothing was read again": (
        "SC-TIMESTAMP",
        case(reading.SIS_BEHIND, [get()]),
        "did not list grades twice",
    ),
    "nothing was signed": ("SC-NONCE", case(failing.SIGNED), "sent no signed request"),
    "no comment was sent": (
        "SC-COMMENT-HIDDEN",
        case(sending.HIDDEN, [put(TAKEN)]),
        "sent no comment",
    ),
}


@pytest.mark.parametrize("known", NOTHING_KNOWN)
def test_what_a_rule_presupposes_must_have_happened(known: str) -> None:
    rule, found, words = NOTHING_KNOWN[known]
    with pytest.raises(NotTestable, match=words):
        broken(rule, found)


EDITED = [held(at(ASA), 90), *ALL[1:]]
EVERYWHERE = {(str(each["assignment"]), str(each["enrollment"])): "exported" for each in ALL}


@pytest.mark.parametrize(
    ("there", "state", "words"),
    [
        (EDITED, "exported", ""),
        (EDITED, "queued", ""),
        (EDITED, "failed", "as failed, but the SIS holds the grade 90"),
        (EDITED, "not_exported", "as not_exported, but the SIS holds the grade 90"),
        (ALL, "exported", "as exported, but the SIS holds the grade 99"),
        (ALL, "failed", "with the grade 99 in the SIS; the teacher entered the grade 90"),
        (ALL[1:], "exported", "with nothing in the SIS"),
    ],
)
def test_in_the_end_the_record_and_the_sis_agree(there: Any, state: str, words: str) -> None:
    shown = shows({**EVERYWHERE, at(ASA): state})
    found = case(failing.REPLY_LOST, [put(TAKEN)], held=there, state=shown)
    assert told_of(words, broken("SC-LOST-REPLY", found))


@pytest.mark.parametrize("state", ["exported", "not_exported", "failed"])
def test_how_an_ungraded_place_is_shown_is_no_disagreement(state: str) -> None:
    there = [held(at(ASA), 99), held(at(JOSE), 0), held(at(LEILA), None)]
    shown = shows({at(LEILA): state})
    found = case(sending.ZERO_AND_NONE, [put(TAKEN)], held=there, state=shown)
    assert broken("SC-LOST-REPLY", found) == ""


@pytest.mark.parametrize(
    ("pulled", "words"),
    [
        ([read(each) for each in ALL], ""),
        ([read(each, grade=str(each["grade"])) for each in ALL], ""),
        ([read(each) for each in ALL[:2]], "shows 2 grades of the SIS, which holds 5"),
        ([read(ALL[0], grade=1), *map(read, ALL[1:])], "with the grade 1, but the SIS holds"),
        ([*map(read, ALL), read(held(at(7), 3))], "the SIS holds nothing"),
    ],
)
def test_what_was_read_is_what_there_is(pulled: Any, words: str) -> None:
    state = {"rows": [], "pulled": pulled}
    found = case(reading.PAGED, [get()], held=ALL, state=state)
    assert told_of(words, broken("SC-PAGES", found))


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
    found = case(reading.SIS_BEHIND, first, [get(asked, at=2 * HOUR, stamps=[T0 + 2 * HOUR])])
    assert told_of(words, broken("SC-TIMESTAMP", found))


def test_a_change_that_was_asked_for_must_be_seen_too() -> None:
    looks = [get(stamps=[T0])], [get(f"?timestamp={T0:.0f}", at=2 * HOUR)]
    state = {"rows": [], "pulled": []}
    found = case(reading.SIS_BEHIND, *looks, held=ALL, state=state)
    assert "shows 0 grades" in broken("SC-TIMESTAMP", found)


BAD = put(row(QUIZ, ASA, -1))
SHOWN: dict[str, tuple[str, Evidence, list[tuple[tuple[int, ...], tuple[str, ...]]]]] = {
    "two bad bodies": (
        "SC-BODY",
        case(sending.PLAIN, [put(body=b"{"), BAD]),
        [((1,), ()), ((2,), ())],
    ),
    "two bodies that are no XML": (
        "SC-XML",
        case(
            sending.UNFIT_XML,
            [put(TAKEN), put(row(QUIZ, ASA, 99, comment="x"), headers=XML)],
            [put(row(QUIZ, ASA, 99, comment="Well done"), row(QUIZ, BO, 8), headers=XML)],
        ),
        [((1,), ()), ((2,), ()), ((3,), ())],
    ),
    "a row shown wrongly": (
        "SC-ROWS",
        case(
            failing.SOME_REFUSED,
            [put(TAKEN, GONE, outcome=ANSWER)],
            state=shows({at(ASA): "exported", at(JOSE): "exported"}),
        ),
        [((1,), ("end",))],
    ),
    "asked again too soon": (
        "SC-RATE",
        case(failing.THROTTLED, [put(TAKEN), put(TAKEN, outcome=BUSY), put(TAKEN)], held=ALL),
        [((2, 3), ())],
    ),
    "a place that disagrees, behind one that is nobody's": (
        "SC-LOST-REPLY",
        case(
            failing.REPLY_LOST,
            [put(TAKEN)],
            held=[held(at(ASA), 90), *ALL[1:]],
            state=shows({at(7): "exported", at(ASA): "failed"}),
        ),
        [((), ("end",))],
    ),
    "grades read wrongly": (
        "SC-PAGES",
        case(
            reading.PAGED,
            [get()],
            held=ALL,
            state={"rows": [], "pulled": [read(ALL[0], grade=1)]},
        ),
        [((), ("end",)), ((), ("end",))],
    ),
    "all asked for once more": (
        "SC-TIMESTAMP",
        case(reading.SIS_BEHIND, [get()], [get()]),
        [((2,), ("second",))],
    ),
    "asked by a clock of its own": (
        "SC-TIMESTAMP",
        case(reading.SIS_BEHIND, [get(), get()], [get("?timestamp=9e9")]),
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


async def test_no_rule_passes_an_exporter_that_does_nothing() -> None:
    rules = [rule for rule in RULES if rule.profile == "schoology"]
    found = await run(rules, InProcessDriver(Silence), "silent", Options())
    assert {each.status for each in found.verdicts} == {Status.NOT_TESTABLE}
