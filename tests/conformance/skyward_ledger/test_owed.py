"""What a press owes, what excuses it, and the rule that says so."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from conformance.model.steps import (
    Advance,
    Export,
    Kill,
    Plug,
    Quiet,
    Restart,
    Retry,
    Settle,
    Step,
    Unplug,
)
from conformance.skyward.ledger import LEDGER
from conformance.skyward.scenarios import failing, sending, stories
from conformance.skyward.scenarios.common import ASA, BO, JOSE, ONE, READY, TWO, edit
from helpers.suite.made_course import (
    Sender,
    case,
    entry,
    found,
    made,
)
from helpers.suite.made_sis import Stored, Taught
from mock_sis.exchange import Reply
from mock_sis.journal.entry import Entry

PLAIN = Sender(sending.PLAIN)
ALL = PLAIN.everything()
ONCE = made(*READY, Export(), Settle())
FAILED = [*ALL[:-1], PLAIN.score("poster", JOSE, 9, 503)]


def but(*left_out: Any) -> list[Entry]:
    return PLAIN.everything(but=left_out)


# One transfer


@pytest.mark.parametrize(
    ("sent", "rules"),
    [
        (ALL, set()),
        ([], {"SK-COMPLETE"}),
        (but(("quiz", TWO)), {"SK-SECTIONS"}),
        (but(("poster", ONE)), {"SK-KIND"}),
        (but(("essay", str(ASA))), {"SK-COMPLETE"}),
        (but(("quiz", ONE), ("quiz", TWO)), {"SK-KIND"}),
    ],
)
def test_everything_selected_is_sent(sent: list[Entry], rules: set[str]) -> None:
    assert found(ONCE, sent) == rules


def test_of_an_item_that_was_not_sent_the_scores_are_not_told_again() -> None:
    breaches = LEDGER(case(ONCE, but(("quiz", TWO)))).breaches
    assert [each.row for each in breaches] == ["item 'quiz' in section alg-2"]


def test_a_zero_that_is_missing_is_a_matter_of_zeroes() -> None:
    sent = Sender(sending.ZERO_AND_NONE).everything(but=[("essay", str(ASA))])
    assert found(sending.ZERO_AND_NONE, sent) == {"SK-UNGRADED"}


@pytest.mark.parametrize(
    ("status", "rules"),
    [(503, set()), (None, set()), (403, {"SK-COMPLETE"}), (201, {"SK-COMPLETE"})],
)
def test_a_lost_write_excuses_the_rest_and_a_refused_one_does_not(
    status: int | None, rules: set[str]
) -> None:
    sent = [PLAIN.score("essay", JOSE, 31.5, status), *but(("essay", str(JOSE)), ("essay", "1001"))]
    sent.insert(0, sent.pop(1))
    assert found(ONCE, sent) == rules


@pytest.mark.parametrize(
    ("sent", "rules"),
    [
        ([PLAIN.item("essay", ONE, 422)], {"SK-CLOSED"}),
        ([PLAIN.item("essay", ONE), PLAIN.score("essay", ASA, 44, 422)], {"SK-DROPPED"}),
        ([PLAIN.item("essay", ONE, 422), *but(("essay", ONE))], set()),
    ],
)
def test_after_a_refusal_the_others_are_sent(sent: list[Entry], rules: set[str]) -> None:
    assert found(ONCE, sent) == rules


def test_a_refusal_at_the_end_of_a_later_transfer_is_not_why_a_change_is_missing() -> None:
    refused = PLAIN.score("poster", JOSE, 9, 422)
    assert found(AGAIN, [*ALL[:-1], refused], [refused]) == {"SK-ON-TRANSFER"}


READ_FAILED = entry("oneroster.gradebook.lineItems.list", outcome=Reply(500))


def answered_with(status: int, *faults: str) -> Entry:
    read = entry(READ_FAILED.operation, outcome=Reply(status))
    return Entry(0, read.operation, read.call, read.outcome, faults)


@pytest.mark.parametrize(
    ("read", "rules"),
    [
        (READ_FAILED, set()),
        (entry(READ_FAILED.operation), {"SK-COMPLETE"}),
        (answered_with(404), {"SK-COMPLETE"}),
        (answered_with(404, "status"), set()),
        (answered_with(403), set()),
        (answered_with(401), set()),
        (answered_with(429), set()),
    ],
)
def test_a_failed_read_excuses_the_rest(read: Entry, rules: set[str]) -> None:
    assert found(ONCE, [read]) == rules


@pytest.mark.parametrize(
    ("status", "rules"), [(401, set()), (403, {"SK-CLOSED"}), (429, set()), (503, set())]
)
def test_refused_credentials_excuse_the_rest(status: int, rules: set[str]) -> None:
    assert found(ONCE, [PLAIN.item("essay", ONE, status)]) == rules


CLOSED_PORT = (*READY, Unplug(), Export(label="press"), Settle(), Plug())


@pytest.mark.parametrize(
    ("steps", "answers", "rules"),
    [
        (CLOSED_PORT, {}, set()),
        (CLOSED_PORT, {"press": {"accepted": False}}, set()),
        ((*CLOSED_PORT, Export(), Settle()), {}, {"SK-COMPLETE"}),
    ],
    ids=["closed", "refused", "open again"],
)
def test_nothing_is_owed_while_connections_are_refused(
    steps: Sequence[Step], answers: dict[str, Any], rules: set[str]
) -> None:
    assert found(made(*steps), answers=answers) == rules


@pytest.mark.parametrize(
    ("accepted", "steps", "rules"),
    [
        (True, READY, {"SK-COMPLETE"}),
        (False, READY, {"SK-COMPLETE"}),
        (False, READY[:-1], set()),
    ],
)
def test_a_press_is_refused_only_if_a_category_is_missing(
    accepted: bool, steps: Sequence[Step], rules: set[str]
) -> None:
    scenario = made(*steps, Export(label="press"), Settle())
    assert found(scenario, answers={"press": {"accepted": accepted}}) == rules


def test_a_refused_press_tries_the_rule_about_categories() -> None:
    scenario = made(*READY[:-1], Export(label="press"), Settle())
    account = LEDGER(case(scenario, answers={"press": {"accepted": False}}))
    assert account.tried == {"SK-CATEGORY": 1}


@pytest.mark.parametrize("accepted", [True, False])
def test_a_product_without_a_retry_button_may_refuse_it(accepted: bool) -> None:
    answers = {"retry": {"accepted": accepted}}
    steps = (*READY, Export(), Settle(), Retry(label="retry"), Settle())
    expected = {"SK-ON-TRANSFER"} if accepted else set()
    assert found(made(*steps), FAILED, [], answers=answers) == expected


@pytest.mark.parametrize(
    ("steps", "rules"),
    [((Kill(), Restart()), set()), ((Quiet(),), {"SK-COMPLETE", "SK-KIND", "SK-SECTIONS"})],
)
def test_a_kill_excuses_the_transfer_that_it_cut_short(
    steps: tuple[Step, ...], rules: set[str]
) -> None:
    assert found(made(*READY, Export(), *steps, Settle()), ALL[:3]) == rules


# What the SIS would refuse


@pytest.mark.parametrize(
    ("scenario", "left_out", "rules"),
    [
        (failing.CLOSED, ("essay", ONE), set()),
        (failing.CLOSED, ("quiz", ONE), {"SK-SECTIONS"}),
        (stories.TOO_LONG, ("quiz", ONE), set()),
        (stories.TOO_LONG, ("essay", ONE), {"SK-SECTIONS"}),
    ],
)
def test_an_item_that_the_sis_would_refuse_need_not_be_sent(
    scenario: Any, left_out: tuple[str, str], rules: set[str]
) -> None:
    sent = Sender(scenario).everything(but=[left_out])
    assert found(scenario, sent) == rules


@pytest.mark.parametrize(("gone", "rules"), [(True, set()), (False, {"SK-COMPLETE"})])
def test_a_dropped_student_need_not_be_sent(gone: bool, rules: set[str]) -> None:
    dropped = Taught("enrollments.put", lambda book: book.withdraw(JOSE) if gone else None)
    scenario = made(*READY, Quiet(), Export(), Settle())
    sent = but(("essay", str(JOSE)), ("poster", str(JOSE)))
    assert found(scenario, [dropped], sent) == rules


# The next transfer

AGAIN = made(*READY, Export(), Settle(), edit("essay", ASA, 45), Export(label="again"), Settle())
EDITED = PLAIN.score("essay", ASA, 45)


@pytest.mark.parametrize(
    ("first", "again", "rules"),
    [
        (ALL, [EDITED], set()),
        (ALL, [*ALL[:5], EDITED], set()),
        (ALL, [], {"SK-ON-TRANSFER"}),
        ([*ALL[:-1], PLAIN.score("poster", JOSE, 9, 503)], [EDITED, ALL[-1]], set()),
        ([*ALL[:-1], PLAIN.score("poster", JOSE, 9, 503)], [EDITED], {"SK-ON-TRANSFER"}),
        ([*ALL[:-1], PLAIN.score("poster", JOSE, 9, 429)], [EDITED], {"SK-ON-TRANSFER"}),
        ([*ALL[:-1], PLAIN.score("poster", JOSE, 9, 403)], [EDITED], set()),
        ([PLAIN.item("essay", ONE, 503)], [*ALL[:5], *ALL[6:], EDITED], set()),
        ([PLAIN.item("essay", ONE, 503)], [*ALL[1:5]], {"SK-COMPLETE", "SK-SECTIONS"}),
    ],
)
def test_the_next_transfer_sends_what_is_new_changed_or_failed(
    first: list[Entry], again: list[Entry], rules: set[str]
) -> None:
    assert found(AGAIN, first, again) == rules


@pytest.mark.parametrize(("kind", "rules"), [(Stored, set()), (None, {"SK-ON-TRANSFER"})])
def test_what_the_sis_holds_after_a_lost_answer_need_not_be_sent(
    kind: Any, rules: set[str]
) -> None:
    lost = PLAIN.score("poster", JOSE, 9, None)
    assert found(AGAIN, [*ALL[:-1], kind(lost) if kind else lost], [EDITED]) == rules


def test_what_a_fault_refused_is_sent_again() -> None:
    refused = Entry(0, ALL[-1].operation, ALL[-1].call, Reply(409), ("status",))
    assert found(AGAIN, [*ALL[:-1], refused], [EDITED]) == {"SK-ON-TRANSFER"}


TAKEN = Taught("results.put", lambda book: book.put_score("essay", str(ASA), 12))
THREE = made(
    *(*READY, Export(), Settle(), Quiet()),
    *(edit("essay", ASA, 45), edit("essay", JOSE, 30), Export(), Settle()),
)


@pytest.mark.parametrize(
    ("again", "rules"),
    [
        ([PLAIN.score("essay", JOSE, 30)], set()),
        ([], {"SK-SIS-WINS"}),
        ([PLAIN.score("essay", ASA, 45, 403), PLAIN.score("essay", JOSE, 30)], set()),
        ([EDITED, PLAIN.score("essay", JOSE, 30)], {"SK-SIS-WINS"}),
    ],
)
def test_a_score_of_the_sis_stays_and_the_others_are_kept_in_sync(
    again: list[Entry], rules: set[str]
) -> None:
    assert found(THREE, ALL, [TAKEN], again) == rules


@pytest.mark.parametrize(
    ("unposted", "soon", "again", "rules"),
    [
        (True, [], [EDITED], set()),
        (True, [EDITED], [], set()),
        (False, [], [EDITED], {"SK-ON-TRANSFER"}),
    ],
)
def test_what_is_accepted_and_not_shown_need_not_follow_a_change(
    unposted: bool, soon: list[Entry], again: list[Entry], rules: set[str]
) -> None:
    assert found(failing.LAGGING, ALL, soon, again, unposted=unposted) == rules


# Retry

RETRY = made(*READY, Export(), Settle(), edit("quiz", BO, 19), Retry(), Settle())


@pytest.mark.parametrize(
    ("again", "rules"), [([ALL[-1]], set()), ([], {"SK-ON-TRANSFER"}), ([READ_FAILED], set())]
)
def test_a_retry_sends_what_failed(again: list[Entry], rules: set[str]) -> None:
    assert found(RETRY, FAILED, again) == rules


# Tokens

EXPIRED = entry("oneroster.gradebook.lineItems.put", "PUT", Reply(401))
TOKEN = entry("oneroster.token", "POST")
OAUTH2 = {"configured": {"credentials": {"type": "oauth2"}, "timeout": 5}}


def refused(sent: Entry) -> Entry:
    return Entry(0, sent.operation, sent.call, Reply(401))


@pytest.mark.parametrize(
    ("sent", "rules"),
    [
        ([TOKEN, *ALL], set()),
        ([TOKEN, EXPIRED, TOKEN, *ALL], set()),
        ([TOKEN, EXPIRED, *ALL], {"SK-TOKEN"}),
        ([TOKEN, EXPIRED, TOKEN, *ALL, TOKEN], {"SK-TOKEN"}),
        ([TOKEN, EXPIRED, TOKEN], {"SK-TOKEN"}),
        ([TOKEN, *ALL[:-1], refused(ALL[-1]), TOKEN], {"SK-TOKEN"}),
        ([TOKEN, *ALL[:-1], refused(ALL[-1]), TOKEN, ALL[-1]], set()),
        ([TOKEN, EXPIRED, TOKEN, EXPIRED, *ALL[:-1]], set()),
    ],
)
def test_an_expired_token_is_renewed_once_and_loses_nothing(
    sent: list[Entry], rules: set[str]
) -> None:
    assert found(ONCE, sent, **OAUTH2) == rules


# What was tried

CLOCK = made(*READY, Export(), Settle(), edit("essay", ASA, 45), Advance(1), Export(), Settle())


@pytest.mark.parametrize(
    ("scenario", "sendings", "rule", "tried"),
    [
        (ONCE, [ALL], "SK-COMPLETE", True),
        (sending.BY_HAND, [[]], "SK-COURSE", True),
        (ONCE, [[]], "SK-COURSE", False),
        (ONCE, [[]], "SK-SECTIONS", False),
        (ONCE, [ALL], "SK-TERM", False),
        (sending.MIXED, [ALL], "SK-TERM", True),
        (sending.MIXED, [[]], "SK-TERM", False),
        (CLOCK, [ALL, [EDITED]], "SK-ON-TRANSFER", True),
        (ONCE, [ALL], "SK-ON-TRANSFER", False),
        (ONCE, [ALL], "SK-NO-DUPLICATE", False),
        (CLOCK, [ALL, []], "SK-NO-DUPLICATE", True),
        (ONCE, [ALL], "SK-LAG", False),
        (ONCE, [ALL], "SK-UNGRADED", False),
        (sending.ZERO_AND_NONE, [Sender(sending.ZERO_AND_NONE).everything()], "SK-UNGRADED", True),
        (sending.ZERO_AND_NONE, [[]], "SK-UNGRADED", False),
        (sending.FOREIGN, [ALL, []], "SK-FOREIGN", True),
        (sending.FOREIGN, [[], []], "SK-FOREIGN", False),
        (THREE, [ALL, [TAKEN], []], "SK-SIS-WINS", True),
        (THREE, [ALL, [], []], "SK-SIS-WINS", False),
        (stories.CLEARED, [ALL, []], "SK-CLEARED", True),
        (stories.CLEARED, [[], []], "SK-CLEARED", False),
        (ONCE, [ALL], "SK-DUE-DEFAULT", True),
        (ONCE, [[PLAIN.item("essay", ONE)]], "SK-DUE-DEFAULT", False),
        (ONCE, [ALL], "SK-TEACHER", False),
        (ONCE, [[TOKEN, EXPIRED, TOKEN, *ALL]], "SK-TOKEN", False),
    ],
)
def test_a_rule_is_tried_where_its_obligation_arose(
    scenario: Any, sendings: list[Any], rule: str, tried: bool
) -> None:
    assert bool(LEDGER(case(scenario, *sendings)).tried.get(rule)) is tried


PRESSED_IN_VAIN = (edit("essay", ASA, 45), Export(), Settle())


@pytest.mark.parametrize(
    ("between", "rules"),
    [
        (PRESSED_IN_VAIN, set()),
        (PRESSED_IN_VAIN[:1], {"SK-ON-TRANSFER"}),
    ],
    ids=["pressed", "not pressed"],
)
def test_a_retry_may_send_a_change_that_was_pressed_and_not_sent(
    between: Sequence[Step], rules: set[str]
) -> None:
    """The list of line items cannot be read at the second transfer, so nothing is sent."""
    scenario = made(*READY, Export(), Settle(), *between, Retry(), Settle())
    presses = [each for each in between if isinstance(each, Export)]
    sent = [ALL, *([READ_FAILED] for _ in presses), [PLAIN.score("essay", ASA, 45)]]
    assert found(scenario, *sent) == rules
