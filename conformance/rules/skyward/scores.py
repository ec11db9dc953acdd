"""Rules about which scores leave, and when."""

from __future__ import annotations

from collections.abc import Iterator

from conformance import sources
from conformance.course import Course
from conformance.evidence import Evidence
from conformance.proofs import Proof
from conformance.rule import Level, NotTestable, Rule, Violation
from conformance.scenarios.skyward import sending
from conformance.scenarios.skyward.common import ASA
from conformance.skyward import (
    course,
    entered,
    held_scores,
    results,
    sections,
    shown,
    some_line_items,
    spell,
    spots,
    unstored,
    writes,
)

CHANGED_PLACE = ("essay", str(ASA))
"""The score that is changed in the SIS."""


def sends_on_transfer(evidence: Evidence) -> Iterator[Violation]:
    """Nothing leaves but by Transfer, and then all that is new or changed does."""
    some_line_items(evidence)
    early = [*writes(evidence, until="press"), *writes(evidence, since="edited", until="again")]
    for entry in early:
        text = f"sent {entry.call.method} {entry.call.path} (#{entry.number}) without Transfer"
        yield Violation(text, (entry.number,))
    yield from unstored(evidence)


def leaves_what_the_sis_changed(evidence: Evidence) -> Iterator[Violation]:
    """The score stays as it was changed in the SIS, and all the others are kept in sync."""
    some_line_items(evidence)
    there = held_scores(evidence).get(CHANGED_PLACE)
    if there is None or (there["grade"] != 12 and not _overwritten(evidence)):
        raise NotTestable("no score was changed in the SIS, which the rule presupposes")
    if there["grade"] != 12:
        yield Violation(
            f"changed the score of {spell(CHANGED_PLACE)} to {there['grade']:g}; it was changed to"
            " 12 in the SIS, whose it is",
            tuple(each.number for each in results(evidence, since="again")),
            ("again",),
        )
    yield from unstored(evidence, but=(CHANGED_PLACE,))


def _overwritten(evidence: Evidence) -> bool:
    """Whether the score was sent once more after it was changed there."""
    where = spots(evidence)
    return any(
        where.get(sent.ref("lineItem"), ("", ""))[0] == CHANGED_PLACE[0]
        and sent.ref("student") == CHANGED_PLACE[1]
        for sent in results(evidence, since="again")
    )


def leaves_the_sis_its_items(evidence: Evidence) -> Iterator[Violation]:
    """Line items made in the SIS stay as they are, and do not show in the course."""
    some_line_items(evidence)
    assert isinstance(sending.FOREIGN.subject, Course)
    for number, made in enumerate(sending.FOREIGN.subject.made, 900):
        work = sections(evidence)[made.section]["coursework"]
        found = [each for each in work["assignments"] if each["id"] == number]
        if not found or (found[0]["title"], found[0]["at"]) != (made.title, 0):
            yield Violation(f"changed {made.title!r}, which was made in the SIS")
        held = sorted(
            (each["enrollment"], each["grade"])
            for each in work["grades"]
            if each["assignment"] == number
        )
        if held != sorted(made.scores):
            yield Violation(f"changed scores on {made.title!r}, which was made in the SIS")
    known = {str(each["id"]) for each in course(evidence)["items"]}
    for item, section in shown(evidence, "end").items:
        if item not in known:
            text = f"shows an item {item!r} in section {section}, which the course does not have"
            yield Violation(text, steps=("end",))


def flags_nothing_as_late(evidence: Evidence) -> Iterator[Violation]:
    """Late work looks like any other."""
    sent = results(evidence)
    if not sent:
        raise NotTestable("no score was transferred, which the rule presupposes")
    for each in sent:
        metadata = each.raw.get("metadata")
        told = {**each.raw, **(metadata if isinstance(metadata, dict) else {})}
        if str(told.get("late", "false")).lower() not in ("false", "0"):
            text = f"flagged the score of student {each.ref('student')} as late (#{each.number})"
            yield Violation(text, (each.number,))


def tells_zero_from_nothing(evidence: Evidence) -> Iterator[Violation]:
    """A zero arrives as zero; who has no score is given none."""
    some_line_items(evidence)
    wanted, where = entered(evidence), spots(evidence)
    for sent in results(evidence):
        place = (where.get(sent.ref("lineItem"), ("", ""))[0], sent.ref("student"))
        if wanted.get(place) is None and sent.raw.get("score") is not None:
            yield Violation(
                f"sent the score {sent.raw['score']} for {spell(place)} (#{sent.number}), who has"
                " none",
                (sent.number,),
            )
    yield from unstored(evidence)


RULES = (
    Rule(
        id="SK-ON-TRANSFER",
        level=Level.MUST,
        title="sends nothing without Transfer, and new or changed scores at the next one",
        sources=(sources.ON_TRANSFER,),
        scenarios=(sending.EDITED,),
        proofs=(Proof.COUNT, Proof.QUIET),
        check=sends_on_transfer,
        mend="Keep what is entered until Transfer is pressed, and then send all that differs from"
        " what the SIS took.",
    ),
    Rule(
        id="SK-SIS-WINS",
        level=Level.MUST,
        title="never overwrites a score changed in the SIS, and keeps the others in sync",
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
