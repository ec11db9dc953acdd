"""The Skyward rules about answers, slowness and loss, on evidence made to keep and break them."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from conformance.dialects import RULES
from conformance.drivers.inprocess import InProcessDriver
from conformance.judging.verdicts import Status
from conformance.model.proofs import Proof
from conformance.model.rule import NotTestable, Rule, Scenario
from conformance.model.steps import Advance, Arm, Kill, Quiet, Restart
from conformance.runner.run import Options, run
from conformance.skyward.scenarios import failing
from conformance.skyward.scenarios.common import ASA, BO, JOSE, LEILA, ONE, SCORES, TWO, ZOE
from helpers.suite.judged import broken, told_of
from helpers.suite.made_course import Sender, Silence, case, entry, gradebook, shows
from mock_sis.exchange import Reply
from mock_sis.journal.entry import Entry

SKYWARD = [rule for rule in RULES if rule.profile == "skyward"]
EVERYTHING = Sender(failing.TWICE).everything()

# SK-NO-DUPLICATE

TWICE = Sender(failing.TWICE)
AGAIN = TWICE.score("essay", ASA, 45)
LOST = (failing.ITEM_REPLY_LOST, failing.RESULT_REPLY_LOST)
EDITS: dict[str, list[tuple[str, int, float]]] = {
    failing.ITEM_REPLY_LOST.name: [],
    failing.RESULT_REPLY_LOST.name: [
        (each.item, each.student, each.score - 1) for each in SCORES if each.score is not None
    ],
    failing.KILLED.name: [("essay", ASA, 45)],
}


@pytest.mark.parametrize(
    ("again", "words"),
    [
        ([AGAIN], ""),
        ([*EVERYTHING, AGAIN], ""),
        (
            [TWICE.item("essay", ONE, name="anew"), AGAIN],
            "created 2 line items for item 'essay' in",
        ),
        (
            [TWICE.posted(("quiz", TWO)), AGAIN],
            "created 2 line items for item 'quiz' in section alg-2",
        ),
        ([TWICE.item("essay", ONE, 422, name="anew"), AGAIN], ""),
        ([TWICE.item("essay", ONE, title="Total", name="t"), AGAIN], ""),
        (
            [TWICE.score("essay", ASA, 45, name="anew")],
            "sent the score of student 1001 with the sourcedId 'anew' (#13) after"
            " 'essay:alg-1:1001' (#6)",
        ),
        (
            [TWICE.score("essay", ASA, 45, None, name="anew"), AGAIN],
            "with the sourcedId 'anew' (#13)",
        ),
        ([TWICE.score("essay", ASA, 45, 422, name="anew"), AGAIN], ""),
        ([], "with the score 44 in the SIS; the teacher entered 45"),
    ],
)
def test_nothing_is_made_twice_at_a_second_transfer(again: list[Entry], words: str) -> None:
    found = case(failing.TWICE, EVERYTHING, again)
    assert told_of(words, broken("SK-NO-DUPLICATE", found))


@pytest.mark.parametrize("scenario", [*LOST, failing.KILLED], ids=lambda each: each.name)
def test_nothing_is_made_twice_or_lost_where_an_answer_or_a_life_was(scenario: Scenario) -> None:
    """Neither by itself in a quiet time, nor at the next transfer."""
    sender = Sender(scenario)
    edited = [sender.score(*each) for each in EDITS[scenario.name]]
    some, others = EVERYTHING[:3], EVERYTHING[3:]
    anew = sender.item("essay", ONE, name="anew")
    kept = ([*some], [*others], edited), (EVERYTHING, [], edited), ([], [], EVERYTHING + edited)
    for sendings in kept:
        assert broken("SK-NO-DUPLICATE", case(scenario, *sendings)) == ""
    for sendings in ((some, [*others, anew], edited), (some, others, [anew, *edited])):
        assert "created 2 line items" in broken("SK-NO-DUPLICATE", case(scenario, *sendings))
    # The poster, and the one score on it.
    edited = [each for each in edited if "poster" not in each.call.path]
    lost = broken("SK-NO-DUPLICATE", case(scenario, EVERYTHING[:4] + others[2:-1], [], edited))
    assert lost == "created no line item for item 'poster' in section alg-1"
    lost = broken("SK-NO-DUPLICATE", case(scenario, EVERYTHING[:-1], [], edited))
    assert "left student 1002 on item 'poster' with no score" in lost


@pytest.mark.parametrize("scenario", [failing.RESULT_REPLY_LOST, failing.KILLED])
def test_scores_that_changed_since_arrive_too(scenario: Scenario) -> None:
    edits = EDITS[scenario.name]
    for number in range(len(edits)):
        sent = [Sender(scenario).score(*each) for each in edits[:number] + edits[number + 1 :]]
        said = broken("SK-NO-DUPLICATE", case(scenario, EVERYTHING, [], sent))
        assert said.endswith(f"the teacher entered {edits[number][2]:g}")


@pytest.mark.parametrize("sent", [[], [TWICE.item("essay", ONE, 422)]])
def test_where_no_transfer_works_nothing_is_known_of_doubling(sent: list[Entry]) -> None:
    with pytest.raises(NotTestable):
        broken("SK-NO-DUPLICATE", case(failing.TWICE, sent))


# SK-CLOSED

CLOSED = Sender(failing.CLOSED)
SHUT = "The grading period 1 is closed."
BOTH = [CLOSED.item("essay", ONE, 422, SHUT), CLOSED.item("essay", TWO, 422, SHUT)]
ESSAYS = [("essay", ONE), ("essay", TWO), *(("essay", str(who)) for who in (ASA, JOSE, ZOE))]
REST = CLOSED.everything(but=ESSAYS)
FAILED = {("essay", ONE): "failed", ("essay", TWO): "failed"}
TEXTS = {("essay", ONE): f"Refused: {SHUT}", ("essay", TWO): SHUT}


@pytest.mark.parametrize(
    ("items", "scores", "texts", "words"),
    [
        ({}, {}, {}, ""),
        ({("essay", ONE): 3}, {}, {}, ""),
        ({("quiz", ONE): "exported"}, {("essay", str(ASA)): "failed"}, {}, ""),
        ({}, {("essay", str(ASA)): "not_exported"}, {}, ""),
        ({}, {("quiz", str(ASA)): "exported"}, {}, ""),
        (
            {("essay", ONE): "exported"},
            {},
            {},
            "'essay' in section alg-1 as exported; expected failed",
        ),
        ({("essay", TWO): "queued"}, {}, {}, "'essay' in section alg-2 as queued; expected failed"),
        ({("essay", TWO): None}, {}, {}, "'essay' in section alg-2 as absent; expected failed"),
        ({}, {}, {("essay", TWO): "Failed."}, f"with the message 'Failed.'; the SIS said '{SHUT}'"),
        ({}, {}, {("essay", ONE): ""}, f"with the message ''; the SIS said '{SHUT}'"),
        ({}, {("essay", str(ZOE)): "exported"}, {}, "student 1004 on item 'essay' as exported"),
        ({("quiz", ONE): "failed"}, {}, {}, "'quiz' in section alg-1 as failed although"),
    ],
)
def test_the_refused_item_is_shown_as_such_and_no_other(
    items: Any, scores: Any, texts: Any, words: str
) -> None:
    shown = {key: state for key, state in {**FAILED, **items}.items() if state is not None}
    state = shows(shown, scores, {**TEXTS, **texts})
    found = case(failing.CLOSED, [*BOTH, *REST], state=state)
    assert told_of(words, broken("SK-CLOSED", found))


def test_an_exporter_that_shows_no_texts_is_not_asked_for_any() -> None:
    found = case(failing.CLOSED, [*BOTH, *REST], state=shows(FAILED))
    assert broken("SK-CLOSED", found)
    mute = msgspec.structs.replace(found.exporter, features=())
    assert broken("SK-CLOSED", msgspec.structs.replace(found, exporter=mute)) == ""


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        ([*BOTH, *REST], ""),
        (REST, ""),
        (BOTH, "created no line item for item 'poster' in section alg-1"),
        ([*BOTH, *REST[1:3]], "created no line item for item 'quiz' in section alg-1"),
        ([*BOTH, *REST[:-1]], "left student 1002 on item 'poster' with no score in the SIS"),
    ],
)
def test_where_an_item_is_refused_the_rest_arrives(sent: list[Entry], words: str) -> None:
    """An exporter that knows by itself that the period is over need not try."""
    found = case(failing.CLOSED, sent, state=shows(FAILED, {}, TEXTS))
    assert told_of(words, broken("SK-CLOSED", found))


def test_an_exporter_that_does_not_try_says_why_too() -> None:
    found = case(failing.CLOSED, REST, state=shows(FAILED, {}, {("essay", ONE): "It is over."}))
    words = "shows item 'essay' in section alg-2 as failed with the message ''; expected a reason"
    assert broken("SK-CLOSED", found) == words


def test_what_the_sis_refused_besides_may_be_shown_as_failed() -> None:
    more = [CLOSED.item("quiz", ONE, 422, "no")]
    lacking = CLOSED.everything(
        but=[*ESSAYS, ("quiz", ONE), ("quiz", str(ASA)), ("quiz", str(LEILA))]
    )
    state = shows({**FAILED, ("quiz", ONE): "failed"}, {}, TEXTS)
    found = case(failing.CLOSED, [*BOTH, *more, *lacking], state=state)
    assert broken("SK-CLOSED", found) == "created no line item for item 'quiz' in section alg-1"


def test_where_nothing_is_sent_nothing_is_known_of_refusals() -> None:
    for rule, scenario in (("SK-CLOSED", failing.CLOSED), ("SK-DROPPED", failing.DROPPED)):
        with pytest.raises(NotTestable, match="transferred no item"):
            broken(rule, case(scenario, []))


# SK-DROPPED

DROPPED = Sender(failing.DROPPED)
GONE = "The student has been dropped."
HIS = [("essay", str(JOSE)), ("poster", str(JOSE))]
REFUSED = [
    DROPPED.score("essay", JOSE, 31.5, 422, GONE),
    DROPPED.score("poster", JOSE, 9, 422, GONE),
]
OTHERS = DROPPED.everything(but=HIS)
HIS_FAILED = dict.fromkeys(HIS, "failed")
HIS_TEXTS = dict.fromkeys(HIS, f"Refused: {GONE}")


@pytest.mark.parametrize(
    ("scores", "texts", "words"),
    [
        ({}, {}, ""),
        ({("quiz", str(BO)): "exported"}, {}, ""),
        ({HIS[0]: "exported"}, {}, "student 1002 on item 'essay' as exported; expected failed"),
        (
            {HIS[1]: "not_exported"},
            {},
            "student 1002 on item 'poster' as not_exported; expected failed",
        ),
        ({HIS[1]: None}, {}, "student 1002 on item 'poster' as absent; expected failed"),
        ({}, {HIS[1]: "Failed."}, f"with the message 'Failed.'; the SIS said '{GONE}'"),
        ({("essay", str(ASA)): "failed"}, {}, "student 1001 on item 'essay' as failed although"),
    ],
)
def test_the_refused_student_is_shown_as_such_and_no_other(
    scores: Any, texts: Any, words: str
) -> None:
    shown = {key: state for key, state in {**HIS_FAILED, **scores}.items() if state}
    state = shows({}, shown, {**HIS_TEXTS, **texts})
    found = case(failing.DROPPED, [*OTHERS, *REFUSED], state=state)
    assert told_of(words, broken("SK-DROPPED", found))


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        ([*OTHERS, *REFUSED], ""),
        (OTHERS, ""),
        ([*OTHERS[:-1], *REFUSED], "left student 1005 on item 'quiz' with no score in the SIS"),
        (
            [*OTHERS[:4], *OTHERS[5:], *REFUSED],
            "created no line item for item 'poster' in section alg-1",
        ),
    ],
)
def test_where_a_student_is_refused_the_rest_arrives(sent: list[Entry], words: str) -> None:
    """An exporter that has read who is in the class need not try."""
    found = case(failing.DROPPED, sent, state=shows({}, HIS_FAILED, HIS_TEXTS))
    assert told_of(words, broken("SK-DROPPED", found))


def test_whom_the_sis_refused_besides_may_be_shown_as_failed() -> None:
    shown = {**HIS_FAILED, ("quiz", str(BO)): "failed"}
    sent = [*OTHERS[:-1], *REFUSED, DROPPED.score("quiz", BO, 20, 403, "no")]
    found = case(failing.DROPPED, sent, state=shows({}, shown, HIS_TEXTS))
    assert broken("SK-DROPPED", found).startswith("left student 1005 on item 'quiz' with no score")


# SK-LAG

LAGGING = Sender(failing.LAGGING)
EDIT = LAGGING.score("essay", ASA, 45)


@pytest.mark.parametrize(
    ("soon", "words"),
    [
        ([], ""),
        ([EDIT], ""),
        ([entry("oneroster.gradebook.lineItems.list"), EDIT], ""),
        ([EVERYTHING[0]], "sent line item 'essay:alg-1' again (#13); the SIS had accepted it (#1)"),
        ([LAGGING.item("essay", ONE, description="2")], "sent line item 'essay:alg-1' again (#13)"),
        ([LAGGING.item("essay", ONE, name="anew")], "sent line item 'anew' again (#13)"),
        ([LAGGING.item("essay", ONE, title="Essay, 2")], "sent line item 'essay:alg-1' again"),
        ([LAGGING.item("essay", ONE, 422)], "sent line item 'essay:alg-1' again (#13)"),
        ([LAGGING.posted(("essay", ONE))], "sent line item 'sis-essay:alg-1' again (#13)"),
        ([LAGGING.item("poster", TWO)], ""),
        (
            [EVERYTHING[6]],
            "sent result 'essay:alg-1:1002' again (#13); the SIS had accepted it (#7",
        ),
        ([LAGGING.score("essay", ASA, 44)], "sent result 'essay:alg-1:1001' again (#13)"),
        ([LAGGING.score("essay", ASA, 44.0, comment="2")], "sent result 'essay:alg-1:1001' again"),
        ([LAGGING.score("essay", ASA, 88)], "sent result 'essay:alg-1:1001' again (#13)"),
        ([LAGGING.score("essay", ASA, None)], "sent result 'essay:alg-1:1001' again (#13)"),
        ([LAGGING.score("essay", ASA, 44, name="anew")], "sent result 'anew' again (#13)"),
        ([EDIT, EDIT], "sent result 'essay:alg-1:1001' again (#14); the SIS had accepted it (#13)"),
        ([LAGGING.score("essay", LEILA, 3)], ""),
    ],
)
def test_what_was_accepted_is_not_sent_again_before_it_shows(soon: list[Entry], words: str) -> None:
    book = gradebook(failing.LAGGING, EVERYTHING, {})
    found = case(failing.LAGGING, EVERYTHING, soon, [EDIT], book=book)
    assert told_of(words, broken("SK-LAG", found))


def test_what_shows_may_be_sent_again_and_what_was_not_accepted_too() -> None:
    shown = case(failing.LAGGING, EVERYTHING, [EDIT], [*EVERYTHING, EDIT])
    assert broken("SK-LAG", shown) == ""
    first = [LAGGING.item("essay", ONE, 422), *EVERYTHING, LAGGING.score("quiz", BO, 20, None)]
    first = [each for each in first if each is not EVERYTHING[-2]]
    found = case(failing.LAGGING, first, [EVERYTHING[-2], EDIT])
    assert broken("SK-LAG", found) == ""


def test_two_line_items_that_are_no_items_are_not_the_same() -> None:
    """Nor are two results on what is no item."""
    first, second = (LAGGING.item("essay", ONE, title=name, name=name) for name in ("T", "U"))
    on_first, on_second = (LAGGING.score("essay", LEILA, 1, on=name) for name in ("T", "U"))
    found = case(failing.LAGGING, [*EVERYTHING, first, on_first], [second, on_second, EDIT])
    assert broken("SK-LAG", found) == ""


@pytest.mark.parametrize(
    "first", [[], [LAGGING.item("essay", ONE, 422)], [LAGGING.item("essay", ONE, None)]]
)
def test_where_nothing_was_accepted_nothing_is_known_of_waiting(first: list[Entry]) -> None:
    found = case(failing.LAGGING, first, EVERYTHING, [EDIT])
    with pytest.raises(NotTestable, match="accepted nothing in the first transfer"):
        broken("SK-LAG", found)


# SK-TOKEN

TOKEN = Sender(failing.TOKEN_EXPIRES)
ASKED = entry("oneroster.token", "POST")
EXPIRED = TOKEN.score("quiz", BO, 20, 401)


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        ([ASKED, EXPIRED, ASKED, *EVERYTHING], ""),
        ([EXPIRED, ASKED, *EVERYTHING], ""),
        ([ASKED, EVERYTHING[0], EXPIRED, ASKED, *EVERYTHING[1:]], ""),
        (
            [ASKED, EXPIRED, *EVERYTHING],
            "asked for 0 new tokens after the SIS refused an expired one (#2)",
        ),
        ([ASKED, EXPIRED, ASKED, *EVERYTHING, ASKED], "asked for 2 new tokens"),
        ([ASKED, EXPIRED, ASKED, *EVERYTHING[:-1]], "left student 1002 on item 'poster' with no"),
        (
            [ASKED, EXPIRED, ASKED, *EVERYTHING[:4]],
            "created no line item for item 'poster' in section alg-1",
        ),
        (
            [ASKED, *EVERYTHING, EXPIRED, ASKED, TOKEN.item("essay", ONE, name="anew")],
            "created 2 line items for item 'essay'",
        ),
    ],
)
def test_one_new_token_is_asked_for_and_the_transfer_goes_on(sent: list[Entry], words: str) -> None:
    assert told_of(words, broken("SK-TOKEN", case(failing.TOKEN_EXPIRES, sent)))


@pytest.mark.parametrize(
    "sent",
    [
        [ASKED, *EVERYTHING],
        [entry("oneroster.token", "POST", Reply(401)), *EVERYTHING],
        [TOKEN.score("quiz", BO, 20, 403), TOKEN.score("quiz", BO, 20, None), *EVERYTHING],
    ],
)
def test_without_an_expired_token_nothing_is_known_of_renewing(sent: list[Entry]) -> None:
    with pytest.raises(NotTestable, match="the SIS refused no token"):
        broken("SK-TOKEN", case(failing.TOKEN_EXPIRES, sent))


# All of them


GIVES = {
    Proof.WITNESS: {Arm},
    Proof.RESTART: {Kill, Restart},
    Proof.QUIET: {Quiet},
}


def given(scenario: Scenario) -> set[Proof]:
    """The proofs that the steps of a scenario give."""
    kinds = {type(step) for step in scenario.steps}
    found = {proof for proof, needed in GIVES.items() if needed <= kinds}
    long = any(isinstance(step, Advance) and step.days >= 30 for step in scenario.steps)
    return found | {Proof.COUNT} | ({Proof.LATER} if long else set())


@pytest.mark.parametrize("rule", SKYWARD, ids=lambda rule: rule.id)
def test_a_rule_rests_on_the_proofs_that_its_scenarios_give(rule: Rule) -> None:
    assert set(rule.proofs) == set().union(*map(given, rule.scenarios))


async def test_no_rule_passes_an_exporter_that_does_nothing() -> None:
    found = await run(SKYWARD, InProcessDriver(Silence), "silent", Options())
    assert {each.status for each in found.verdicts} == {Status.NOT_TESTABLE}
