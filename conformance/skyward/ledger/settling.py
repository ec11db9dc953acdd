"""A press that has settled, held against what it had to send."""

from __future__ import annotations

from collections.abc import Iterator

from conformance.model.account import Breach
from conformance.skyward.evidence.fates import Fate
from conformance.skyward.evidence.held import is_of_the_sis
from conformance.skyward.ledger.due import Row, in_words, item_of
from conformance.skyward.ledger.judging import Moment
from conformance.skyward.ledger.licences import Press, would_refuse


def settle(now: Moment, press: Press) -> None:
    """What a press owed and did not send, and which obligations arose in it."""
    now.notes.tried(*_tried(now, press))
    _judge_tokens(now, press)
    _note_kept_back(now, press)
    _note_left(now, press)
    if press.excused:
        return
    for row in press.must:
        if row not in press.sent and not _is_void(now, row):
            rule, text = _missing(now, press, row), f"did not send {in_words(row)}"
            steps = (press.label,) if press.label else ()
            now.notes.breach(Breach(rule, in_words(row), text, (), steps, "was not sent"))


def _note_kept_back(now: Moment, press: Press) -> None:
    """Note which rows of the press the SIS would refuse, so that they need not be sent. An exporter
    that stopped may not have come to them."""
    for row in (*now.course.item_rows(), *now.course.scores):
        if not press.has(row):
            continue
        if row in now.known.last and row not in press.sent:
            now.known.passed_over.add(row)
        now.known.kept_back.pop(row, None)
        if not press.excused and would_refuse(now.course, now.sis, now.known, row):
            now.known.kept_back[row] = now.course.edits.get(row, 0)


def _note_left(now: Moment, press: Press) -> None:
    """Note which cleared scores stay in the SIS after the press. Tolerance: they may stay, since
    the documents say nothing of a score that is removed; only the product must not show them as
    exported (shown)."""
    for row in now.course.cleared:
        if press.has(row) and not press.excused:
            now.known.left[row] = now.course.edits.get(row, 0)


def refused_press(now: Moment, press: Press) -> None:
    """The product refused a press. It may, if an item that was ticked lacks a category; or retry,
    since the source has one button only."""
    if press.retry:
        return
    refusals = [now.course.forbidden(item) for item in now.course.item_rows()]
    now.notes.tried(*{rule for rule, _ in filter(None, refusals) if rule == "SK-COURSE"})
    for item in now.course.item_rows():
        fit = press.has(item) and now.course.forbidden(item) is None
        chosen = now.sis.categories(item[1], now.course.chosen.get(item, ""))
        if fit and item not in now.known.confirmed and not chosen:
            now.notes.tried("SK-CATEGORY")
            return
    if press.must:
        now.notes.tried("SK-COMPLETE")
    for row in press.must:
        text = f"refused to send {in_words(row)}, which is new, changed or failed"
        steps = (press.label,) if press.label else ()
        fault = "the press was refused"
        now.notes.breach(Breach("SK-COMPLETE", in_words(row), text, (), steps, fault))


def _is_void(now: Moment, row: Row) -> bool:
    """Whether what was owed at the press has lapsed: the score was removed, or its item is not in
    the SIS, so that only the item counts."""
    if len(row) == 2:
        return False
    last = now.known.last.get(item_of(row))
    refused = last is not None and last.fate is not Fate.CONFIRMED
    lacks = now.known.item_in(now.sis, row) is None and item_of(row) not in now.known.confirmed
    return now.course.scores.get(row) is None or refused or lacks


def _missing(now: Moment, press: Press, row: Row) -> str:
    """The rule that says most exactly why a row had to be sent.

    An exporter that sends nothing after a refusal, or after an expired token, stops there.
    """
    since = press.expired[0] if press.expired else None
    stopped = since is not None and not any(number > since for number in press.sent.values())
    if row in press.unauthorized or stopped:
        return "SK-TOKEN"
    stop = max(press.sent.values(), default=0)
    for refused, number in press.refused.items():
        if number == stop and item_of(row) not in press.before:
            return "SK-CLOSED" if len(refused) == 2 else "SK-DROPPED"
    rules = _missing_item(now, press, row) if len(row) == 2 else _missing_score(now, press, row)
    return next(rules, "SK-COMPLETE")


def _missing_item(now: Moment, press: Press, row: Row) -> Iterator[str]:
    sent = [each for each in press.sent if len(each) == 2]
    if any(each[0] == row[0] for each in sent):
        yield "SK-SECTIONS"
    kinds = {now.course.items[each[0]]["kind"] for each in sent}
    if kinds and now.course.items[row[0]]["kind"] not in kinds:
        yield "SK-KIND"


def _missing_score(now: Moment, press: Press, row: Row) -> Iterator[str]:
    if now.course.scores.get(row) == 0:
        yield "SK-UNGRADED"
    if press.before and any(_is_taken(now, each) for each in now.course.scores_on(item_of(row))):
        yield "SK-SIS-WINS"
    if item_of(row) in press.before:
        yield "SK-ON-TRANSFER"


def _is_taken(now: Moment, row: Row) -> bool:
    """Whether a score was changed in the SIS."""
    held = now.known.score_in(now.sis, row)
    return held is not None and is_of_the_sis(held)


def _judge_tokens(now: Moment, press: Press) -> None:
    """After one expired token there is one new one."""
    if len(press.expired) != 1:
        return
    now.notes.tried("SK-TOKEN")
    first = press.expired[0]
    new = [number for number in press.tokens if number > first]
    if len(new) != 1:
        text = f"asked for {len(new)} new tokens after the SIS refused an expired one (#{first})"
        now.notes.breach(Breach("SK-TOKEN", "", f"{text}; expected 1", (first, *new)))


def _tried(now: Moment, press: Press) -> Iterator[str]:
    """The rules whose obligation arose in this press."""
    course, known, teacher = now.course, now.known, now.teacher
    items = [row for row in course.item_rows() if press.has(row)]
    scores = [row for row in course.scores if press.has(row)]
    again = bool(press.before)
    forbidden = {refusal[0] for row in items if (refusal := course.forbidden(row))}
    if any(len(row) == 2 for row in press.sent):
        yield from ("SK-SECTIONS", "SK-KIND", *(forbidden - {"SK-SECTIONS", "SK-KIND"}))
    elif "SK-COURSE" in forbidden:
        yield "SK-COURSE"
    if press.must:
        yield "SK-COMPLETE"
    changed = any(row in press.sent and course.edits.get(row) for row in scores)
    if again and (press.must or changed):
        yield "SK-ON-TRANSFER"
    if any(not course.forbidden(row) and row not in course.chosen for row in items):
        yield "SK-CATEGORY"
    if press.sent and any(row in teacher.chose_again for row in items):
        yield "SK-CATEGORY-FROZEN"
    if again:
        yield "SK-NO-DUPLICATE"
    if press.unposted:
        yield "SK-LAG"
    if teacher.foreign:
        yield "SK-FOREIGN"
    if any(_is_taken(now, row) and course.scores[row] is not None for row in scores):
        yield "SK-SIS-WINS"
    if again and teacher.acted:
        yield "SK-TEACHER"
    if any(row in course.cleared and row in known.last for row in scores):
        yield "SK-CLEARED"
    if any(not course.scores[row] and row not in course.cleared for row in scores):
        yield "SK-UNGRADED"
