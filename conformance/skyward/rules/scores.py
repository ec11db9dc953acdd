"""Rules about which scores leave, and when."""

from __future__ import annotations

from collections.abc import Iterator

from conformance.model.evidence import Evidence
from conformance.model.proofs import Proof
from conformance.model.rule import Level, NotTestable, Rule, Violation
from conformance.skyward import sources
from conformance.skyward.evidence.record import (
    arrived,
    course,
    entered,
    held_scores,
    missing,
    place_of,
    sections,
    shown,
    spell,
    spots,
    unstored,
)
from conformance.skyward.evidence.wire import Written, presuppose_transfer, results, unasked
from conformance.skyward.scenarios import failing, sending
from conformance.skyward.scenarios.common import ASA
from conformance.skyward.subject import Course

CHANGED_PLACE = ("essay", str(ASA))
CHANGED_TO = 12
"""The score that is changed in the SIS, and what to."""


def sends_on_transfer(evidence: Evidence) -> Iterator[Violation]:
    """Nothing leaves but by Transfer, and then all that is new or changed does."""
    presuppose_transfer(evidence)
    for entry in unasked(evidence):
        text = f"sent {entry.call.method} {entry.call.path} (#{entry.number}) without Transfer"
        yield Violation(text, (entry.number,))
    yield from missing(evidence)
    yield from unstored(evidence)


def leaves_what_the_sis_changed(evidence: Evidence) -> Iterator[Violation]:
    """The score stays as it was changed in the SIS, and all the others are kept in sync."""
    presuppose_transfer(evidence)
    grade = held_scores(evidence).get(CHANGED_PLACE, {}).get("grade")
    if grade != CHANGED_TO:
        where = spots(evidence)
        again = results(evidence, since="again")
        text = "nothing" if grade is None else f"{grade:g}"
        yield Violation(
            f"changed the score of {spell(CHANGED_PLACE)} to {text}; it was changed to"
            f" {CHANGED_TO} in the SIS, whose it is",
            tuple(each.number for each in again if place_of(each, where) == CHANGED_PLACE),
            ("again",),
        )
    yield from missing(evidence)
    yield from unstored(evidence, but=(CHANGED_PLACE,))


def leaves_the_sis_its_items(evidence: Evidence) -> Iterator[Violation]:
    """Line items made in the SIS stay as they are, and do not show in the course."""
    presuppose_transfer(evidence)
    yield from _touched(evidence)
    known = {str(each["id"]) for each in course(evidence)["items"]}
    end = shown(evidence, "end")
    for item, section in end.items:
        if item not in known:
            text = f"shows an item {item!r} in section {section}, which the course does not have"
            yield Violation(text, steps=("end",))
    for item, student in end.scores:
        if item not in known:
            text = f"shows {spell((item, student))}, which the course does not have"
            yield Violation(text, steps=("end",))


def _touched(evidence: Evidence) -> Iterator[Violation]:
    """Line items that were made in the SIS and are no longer as they were there."""
    assert isinstance(sending.FOREIGN.subject, Course)
    for number, made in enumerate(sending.FOREIGN.subject.made, 900):
        work = sections(evidence)[made.section]["coursework"]
        found = [each for each in work["assignments"] if each["id"] == number]
        if not found or (found[0]["title"], found[0]["at"]) != (made.title, 0):
            yield Violation(f"changed {made.title!r}, which was made in the SIS")
        grades = [each for each in work["grades"] if each["assignment"] == number]
        held = sorted((each["enrollment"], each["grade"]) for each in grades)
        theirs = any(each["by"].startswith("oneroster.") for each in grades)
        if held != sorted(made.scores) or theirs:
            yield Violation(f"changed scores on {made.title!r}, which was made in the SIS")


def flags_nothing_as_late(evidence: Evidence) -> Iterator[Violation]:
    """Late work looks like any other."""
    where = spots(evidence)
    late = {
        (str(each["item"]), str(each["student"]))
        for each in course(evidence)["scores"]
        if each["late"]
    }
    sent = results(evidence)
    if not any(place_of(each, where) in late for each in sent):
        raise NotTestable("no score of late work was transferred, which the rule presupposes")
    for each in sent:
        if _is_flagged(each):
            text = f"flagged the score of student {each.ref('student')} as late (#{each.number})"
            yield Violation(text, (each.number,))


def _is_flagged(sent: Written) -> bool:
    flags = [value for name, value in sent.members.items() if name.lower() in ("late", "islate")]
    return any(str(value).lower() not in ("false", "0", "none", "") for value in flags)


def tells_zero_from_nothing(evidence: Evidence) -> Iterator[Violation]:
    """A zero arrives as zero; of who has no score nothing is said."""
    presuppose_transfer(evidence)
    if 0 not in arrived(evidence).values():
        raise NotTestable("no item with a zero on it arrived, which the rule presupposes")
    where, scores = spots(evidence), entered(evidence)
    for sent in results(evidence):
        place = place_of(sent, where)
        said = _said(sent)
        if place[0] and scores.get(place) is None and said:
            text = f"sent {said} for {spell(place)} (#{sent.number}), who has no score"
            yield Violation(text, (sent.number,))
    yield from unstored(evidence)


def _said(sent: Written) -> str:
    """What a result says that counts; "" for nothing."""
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
        title="sends nothing without Transfer, and new or changed scores at the next one",
        sources=(sources.ON_TRANSFER,),
        scenarios=(sending.EDITED, failing.CHANGE_LOST, failing.LAGGING_OVER),
        proofs=(Proof.COUNT, Proof.WITNESS, Proof.LATER, Proof.QUIET),
        check=sends_on_transfer,
        mend="Keep what is entered until Transfer is pressed, and then send all that differs from"
        " what the SIS took.",
    ),
    Rule(
        id="SK-SIS-WINS",
        level=Level.MUST,
        title="never overwrites a score changed in the SIS, and keeps others in sync",
        sources=(sources.RECORD,),
        scenarios=(sending.CHANGED_THERE, sending.CHANGED_THERE_KEPT),
        proofs=(Proof.COUNT,),
        check=leaves_what_the_sis_changed,
        mend="Read the results before you send: where the SIS shows what you never sent, the score"
        " is the SIS's for good.",
    ),
    Rule(
        id="SK-FOREIGN",
        level=Level.MUST,
        title="neither changes items made in the SIS nor brings them into the course",
        sources=(sources.ONE_WAY,),
        scenarios=(sending.FOREIGN,),
        proofs=(Proof.COUNT,),
        check=leaves_the_sis_its_items,
        mend="Know your line items by the sourcedIds you gave them, never by their titles.",
    ),
    Rule(
        id="SK-NO-LATE",
        level=Level.MUST,
        title="sends no late flag",
        sources=(sources.NOT_FLAGGED,),
        scenarios=(sending.PLAIN,),
        proofs=(Proof.COUNT,),
        check=flags_nothing_as_late,
        mend="Leave `late` out of every result.",
    ),
    Rule(
        id="SK-UNGRADED",
        level=Level.MUST_INFERRED,
        title="sends zero as zero and ungraded as nothing",
        sources=(sources.ZEROES,),
        scenarios=(sending.ZERO_AND_NONE,),
        proofs=(Proof.COUNT,),
        check=tells_zero_from_nothing,
        mend="Ask whether there is a score, never whether it is true; leave out who has none.",
    ),
)
