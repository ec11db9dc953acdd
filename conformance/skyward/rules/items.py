"""Rules about which items leave, and to which sections."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from conformance.model.evidence import Evidence
from conformance.model.proofs import Proof
from conformance.model.rule import Level, NotTestable, Rule, Violation
from conformance.skyward import sources
from conformance.skyward.evidence.record import (
    KINDS,
    by_title,
    course,
    missing,
    spell_spot,
    spot_of,
    wanted,
)
from conformance.skyward.evidence.wire import Written, line_items, some_line_items, writes
from conformance.skyward.scenarios import sending


def sends_from_integrated_courses(evidence: Evidence) -> Iterator[Violation]:
    """A course that was made by hand, or without pass-back, sends nothing."""
    about = course(evidence)
    if about["integration"] and about["pass_back"]:
        some_line_items(evidence)
        return
    why = "pass-back is off" if about["integration"] else "the integration did not make the course"
    for entry in writes(evidence):
        text = f"sent {entry.call.method} {entry.call.path} (#{entry.number}), though {why}"
        yield Violation(text, (entry.number,))


def _about_items(evidence: Evidence) -> list[tuple[Written, dict[str, Any]]]:
    """Each line item that was sent, with the item it is. Raises NotTestable where there is none."""
    titles = by_title(evidence)
    found = [(sent, titles.get(str(sent.raw.get("title")))) for sent in line_items(evidence)]
    about = [(sent, item) for sent, item in found if item is not None]
    if not about:
        raise NotTestable("no item of the course was transferred, which the rule presupposes")
    return about


def sends_tagged_items(evidence: Evidence) -> Iterator[Violation]:
    """What is in no term stays."""
    for sent, item in _about_items(evidence):
        if item["term"] is None:
            yield _unfit(sent, item, "which is tagged to no term")


def sends_items_on_score_scales(evidence: Evidence) -> Iterator[Violation]:
    """What is assessed with letters stays."""
    for sent, item in _about_items(evidence):
        if item["scale"] != "score":
            yield _unfit(sent, item, f"which is on the {item['scale']} scale")


def sends_all_kinds_and_no_other(evidence: Evidence) -> Iterator[Violation]:
    """Assignments, tests and tasks leave, and nothing else."""
    lacking = set(KINDS)
    for sent, item in _about_items(evidence):
        lacking.discard(item["kind"])
        if item["kind"] not in KINDS:
            yield _unfit(sent, item, "which is no assignment, test or task")
    for kind in sorted(lacking):
        yield Violation(f"sent no item of kind {kind}, though one was ready", steps=("press",))


def _unfit(sent: Written, item: dict[str, Any], why: str) -> Violation:
    text = f"sent item {item['id']!r} (#{sent.number}), {why}"
    return Violation(text, (sent.number,), ("press",))


def reaches_the_sections(evidence: Evidence) -> Iterator[Violation]:
    """Each item comes to be in every ticked section that has it, scores or not, and is sent to no
    other."""
    asked = wanted(evidence)
    for sent in some_line_items(evidence):
        spot = spot_of(evidence, sent)
        if spot[0] and spot not in asked:
            text = f"sent {spell_spot(spot)} (#{sent.number})"
            yield Violation(
                f"{text}, which was not selected or does not have it", (sent.number,), ("press",)
            )
    yield from missing(evidence)


RULES = (
    Rule(
        id="SK-COURSE",
        level=Level.MUST,
        title="sends only from courses made by the integration with pass-back on",
        sources=(sources.INTEGRATED,),
        scenarios=(sending.BY_HAND, sending.NO_PASS_BACK, sending.PLAIN),
        proofs=(Proof.COUNT,),
        check=sends_from_integrated_courses,
        mend="Ask how the course came about before anything is sent; do not leave it to the SIS.",
    ),
    Rule(
        id="SK-TERM",
        level=Level.MUST,
        title="sends only items tagged to a term",
        sources=(sources.SENDABLE,),
        scenarios=(sending.MIXED,),
        proofs=(Proof.COUNT,),
        check=sends_tagged_items,
        mend="Leave out items without a term, and say so beside them.",
    ),
    Rule(
        id="SK-SCALE",
        level=Level.MUST,
        title="sends only items on a Score scale",
        sources=(sources.SENDABLE, sources.SCORE_SCALES),
        scenarios=(sending.MIXED,),
        proofs=(Proof.COUNT,),
        check=sends_items_on_score_scales,
        mend="Leave out items on any other scale, even where points could be worked out.",
    ),
    Rule(
        id="SK-KIND",
        level=Level.MUST,
        title="sends only items of kind assignment, test or task, and all three kinds",
        sources=(sources.KINDS,),
        scenarios=(sending.MIXED,),
        proofs=(Proof.COUNT,),
        check=sends_all_kinds_and_no_other,
        mend="Go by the kind of an item, and take all three.",
    ),
    Rule(
        id="SK-SECTIONS",
        level=Level.MUST,
        title="creates the item in every selected section, and in no other",
        sources=(sources.EVERY_SECTION,),
        scenarios=(sending.PLAIN, sending.ONE_SECTION, sending.ZERO_AND_NONE),
        proofs=(Proof.COUNT,),
        check=reaches_the_sections,
        mend="Make one line item in each ticked section that has the item, whether anybody has a"
        " score or not.",
    ),
)
