"""Rules about which scores are sent, and when."""

from __future__ import annotations

from collections.abc import Iterator

from conformance.model.evidence import Evidence
from conformance.model.proofs import Proof
from conformance.model.rule import Level, NotTestable, Rule, Violation
from conformance.skyward import sources
from conformance.skyward.evidence.record import (
    course,
    entered,
    held_scores,
    item_in_words,
    item_keys,
    missing_items,
    score_in_words,
    score_key,
    scores_to_store,
    sections,
    shown,
    unstored_scores,
)
from conformance.skyward.evidence.wire import (
    SentObject,
    require_transfer,
    results,
    writes_without_transfer,
)
from conformance.skyward.scenarios import failing, sending
from conformance.skyward.scenarios.common import ASA
from conformance.skyward.subject import Course

CHANGED_SCORE = ("essay", str(ASA))
CHANGED_TO = 12
"""The score that is changed in the SIS, and its new value."""


def sends_on_transfer(evidence: Evidence) -> Iterator[Violation]:
    """Nothing is sent without Transfer, and each transfer sends everything new or changed."""
    require_transfer(evidence)
    for entry in writes_without_transfer(evidence):
        text = f"sent {entry.call.method} {entry.call.path} (#{entry.number}) outside of a transfer"
        yield Violation(text, (entry.number,))
    yield from missing_items(evidence)
    yield from unstored_scores(evidence)


def leaves_what_the_sis_changed(evidence: Evidence) -> Iterator[Violation]:
    """The score changed in the SIS stays, and all other scores are kept in sync."""
    require_transfer(evidence)
    grade = held_scores(evidence).get(CHANGED_SCORE, {}).get("grade")
    if grade != CHANGED_TO:
        where = item_keys(evidence)
        again = results(evidence, since="again")
        text = "no score" if grade is None else f"the score {grade:g}"
        yield Violation(
            f"left {score_in_words(CHANGED_SCORE)} with {text} in the SIS; expected {CHANGED_TO:g},"
            " as a teacher had entered it there",
            tuple(each.number for each in again if score_key(each, where) == CHANGED_SCORE),
            ("again",),
        )
    yield from missing_items(evidence)
    yield from unstored_scores(evidence, but=(CHANGED_SCORE,))


def leaves_items_of_the_sis_alone(evidence: Evidence) -> Iterator[Violation]:
    """Line items created in the SIS are neither changed nor shown in the course."""
    require_transfer(evidence)
    yield from _changed_in_the_sis(evidence)
    known = {str(each["id"]) for each in course(evidence)["items"]}
    end = shown(evidence, "end")
    for item, section in end.items:
        if item not in known:
            text = f"shows {item_in_words((item, section))}, which is not an item of the course"
            yield Violation(text, steps=("end",))
    for item, student in end.scores:
        if item not in known:
            text = f"shows {score_in_words((item, student))}, which is not an item of the course"
            yield Violation(text, steps=("end",))


def _changed_in_the_sis(evidence: Evidence) -> Iterator[Violation]:
    """The line items that were created in the SIS and have changed since."""
    assert isinstance(sending.FOREIGN.subject, Course)
    for number, made in enumerate(sending.FOREIGN.subject.made, 900):
        work = sections(evidence)[made.section]["coursework"]
        found = [each for each in work["assignments"] if each["id"] == number]
        if not found or (found[0]["title"], found[0]["at"]) != (made.title, 0):
            yield Violation(f"changed the line item {made.title!r}, which was created in the SIS")
        grades = [each for each in work["grades"] if each["assignment"] == number]
        held = sorted((each["enrollment"], each["grade"]) for each in grades)
        theirs = any(each["by"].startswith("oneroster.") for each in grades)
        if held != sorted(made.scores) or theirs:
            text = f"changed scores on the line item {made.title!r}, which was created in the SIS"
            yield Violation(text)


def flags_nothing_as_late(evidence: Evidence) -> Iterator[Violation]:
    """No result carries a late flag."""
    where = item_keys(evidence)
    late = {
        (str(each["item"]), str(each["student"]))
        for each in course(evidence)["scores"]
        if each["late"]
    }
    sent = results(evidence)
    if not any(score_key(each, where) in late for each in sent):
        raise NotTestable("no score of late work was transferred, so this rule cannot be judged")
    for each in sent:
        if _is_flagged(each):
            text = f"flagged the score of student {each.ref('student')} as late (#{each.number})"
            yield Violation(text, (each.number,))


def _is_flagged(sent: SentObject) -> bool:
    flags = [value for name, value in sent.members.items() if name.lower() in ("late", "islate")]
    return any(str(value).lower() not in ("false", "0", "none", "") for value in flags)


def distinguishes_zero_from_ungraded(evidence: Evidence) -> Iterator[Violation]:
    """A zero arrives as zero, and nothing is sent for an ungraded student."""
    require_transfer(evidence)
    if 0 not in scores_to_store(evidence).values():
        raise NotTestable("no item with a zero was transferred, so this rule cannot be judged")
    where, scores = item_keys(evidence), entered(evidence)
    for sent in results(evidence):
        key = score_key(sent, where)
        said = _said(sent)
        if key[0] and scores.get(key) is None and said:
            text = f"sent {said} for {score_in_words(key)} (#{sent.number}), which is ungraded"
            yield Violation(text, (sent.number,))
    yield from unstored_scores(evidence)


def _said(sent: SentObject) -> str:
    """The score, exemption or flag in a result, in words; "" for none."""
    for name in ("score", "textScore"):
        if sent.raw.get(name) not in (None, ""):
            return f"the score {sent.raw[name]}"
    if sent.raw.get("scoreStatus") == "exempt":
        return "an exemption"
    flags = [name for name in ("missing", "incomplete") if str(sent.raw.get(name)) == "true"]
    return f"a flag ({flags[0]})" if flags else ""


RULES = (
    Rule(
        id="SK-ON-TRANSFER",
        level=Level.MUST,
        title="must send nothing without Transfer, and all new or changed scores on the next one",
        sources=(sources.ON_TRANSFER,),
        scenarios=(sending.EDITED, failing.CHANGE_LOST, failing.LAGGING_OVER),
        proofs=(Proof.COUNT, Proof.WITNESS, Proof.LATER, Proof.QUIET),
        check=sends_on_transfer,
        fix="Wait until Transfer is pressed, and then send every score that differs from the one"
        " the SIS accepted.",
    ),
    Rule(
        id="SK-SIS-WINS",
        level=Level.MUST,
        title="must not overwrite a score changed in the SIS, and must keep the others in sync",
        sources=(sources.RECORD,),
        scenarios=(sending.CHANGED_THERE, sending.CHANGED_THERE_KEPT),
        proofs=(Proof.COUNT,),
        check=leaves_what_the_sis_changed,
        fix="Read the results before sending. If the SIS holds a score that you never sent, do not"
        " overwrite it.",
    ),
    Rule(
        id="SK-FOREIGN",
        level=Level.MUST,
        title="must not change items created in the SIS or show them in the course",
        sources=(sources.ONE_WAY,),
        scenarios=(sending.FOREIGN,),
        proofs=(Proof.COUNT,),
        check=leaves_items_of_the_sis_alone,
        fix="Recognise your line items by the sourcedIds you chose, not by their titles.",
    ),
    Rule(
        id="SK-NO-LATE",
        level=Level.MUST,
        title="must not send a late flag",
        sources=(sources.NOT_FLAGGED,),
        scenarios=(sending.PLAIN,),
        proofs=(Proof.COUNT,),
        check=flags_nothing_as_late,
        fix="Omit `late` from every result.",
    ),
    Rule(
        id="SK-UNGRADED",
        level=Level.MUST_INFERRED,
        title="must send zero as zero and nothing for ungraded students",
        sources=(sources.ZEROES,),
        scenarios=(sending.ZERO_AND_NONE,),
        proofs=(Proof.COUNT,),
        check=distinguishes_zero_from_ungraded,
        fix="Compare the score with None instead of testing its truth. Omit ungraded students.",
    ),
)
