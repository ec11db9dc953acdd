"""Rules about which items are transferred, and to which sections."""

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
    item_in_words,
    item_key,
    items_to_transfer,
    missing_items,
)
from conformance.skyward.evidence.wire import (
    NO_COURSE_ITEM,
    SentObject,
    line_items,
    require_line_items,
    writes,
)
from conformance.skyward.scenarios import sending


def sends_from_integrated_courses(evidence: Evidence) -> Iterator[Violation]:
    """A course created by hand, or with pass-back off, sends nothing."""
    about = course(evidence)
    if about["integration"] and about["pass_back"]:
        require_line_items(evidence)
        return
    why = "pass-back is off" if about["integration"] else "the course was created by hand"
    for entry in writes(evidence):
        text = f"sent {entry.call.method} {entry.call.path} (#{entry.number}) although {why}"
        yield Violation(text, (entry.number,))


def _about_items(evidence: Evidence) -> list[tuple[SentObject, dict[str, Any]]]:
    """Each line item with its item in the course. Raises NotTestable if none has one."""
    titles = by_title(evidence)
    found = [(sent, titles.get(str(sent.raw.get("title")))) for sent in line_items(evidence)]
    about = [(sent, item) for sent, item in found if item is not None]
    if not about:
        raise NotTestable(NO_COURSE_ITEM)
    return about


def sends_tagged_items(evidence: Evidence) -> Iterator[Violation]:
    """No item without a term is sent."""
    for sent, item in _about_items(evidence):
        if item["term"] is None:
            yield _unfit(sent, item, "which has no term")


def sends_items_on_score_scales(evidence: Evidence) -> Iterator[Violation]:
    """No item on another scale is sent."""
    for sent, item in _about_items(evidence):
        if item["scale"] != "score":
            yield _unfit(sent, item, f"which uses the {item['scale']} scale")


def sends_all_kinds_and_no_other(evidence: Evidence) -> Iterator[Violation]:
    """Assignments, tests and tasks are sent, and no other kinds."""
    missing_kinds = set(KINDS)
    for sent, item in _about_items(evidence):
        missing_kinds.discard(item["kind"])
        if item["kind"] not in KINDS:
            yield _unfit(
                sent, item, f"whose kind is {item['kind']!r}; expected one of {', '.join(KINDS)}"
            )
    for kind in sorted(missing_kinds):
        yield Violation(
            f"sent no item of kind {kind} although the course has one", steps=("press",)
        )


def _unfit(sent: SentObject, item: dict[str, Any], why: str) -> Violation:
    text = f"sent item {item['id']!r} (#{sent.number}), {why}"
    return Violation(text, (sent.number,), ("press",))


def reaches_the_sections(evidence: Evidence) -> Iterator[Violation]:
    """Each item is created in every selected section that has it, with or without scores, and is
    sent to no other section."""
    asked = items_to_transfer(evidence)
    for sent in require_line_items(evidence):
        key = item_key(evidence, sent)
        if key[0] and key not in asked:
            text = f"sent {item_in_words(key)} (#{sent.number})"
            yield Violation(
                f"{text}, which is not selected or does not have the item",
                (sent.number,),
                ("press",),
            )
    yield from missing_items(evidence)


RULES = (
    Rule(
        id="SK-COURSE",
        level=Level.MUST,
        title="must send only from courses created by the integration with pass-back on",
        sources=(sources.INTEGRATED,),
        scenarios=(sending.BY_HAND, sending.NO_PASS_BACK, sending.PLAIN),
        proofs=(Proof.COUNT,),
        check=sends_from_integrated_courses,
        fix="Check how the course was created, and its pass-back setting, before you send it.",
    ),
    Rule(
        id="SK-TERM",
        level=Level.MUST,
        title="must send only items tagged to a term",
        sources=(sources.SENDABLE,),
        scenarios=(sending.MIXED,),
        proofs=(Proof.COUNT,),
        check=sends_tagged_items,
        fix="Skip items without a term, and say so beside them.",
    ),
    Rule(
        id="SK-SCALE",
        level=Level.MUST,
        title="must send only items on a Score scale",
        sources=(sources.SENDABLE, sources.SCORE_SCALES),
        scenarios=(sending.MIXED,),
        proofs=(Proof.COUNT,),
        check=sends_items_on_score_scales,
        fix="Skip items on any other scale, even if points could be computed.",
    ),
    Rule(
        id="SK-KIND",
        level=Level.MUST,
        title="must send assignments, tests and tasks, and no other kinds of items",
        sources=(sources.KINDS,),
        scenarios=(sending.MIXED,),
        proofs=(Proof.COUNT,),
        check=sends_all_kinds_and_no_other,
        fix="Select items by kind, and include all three kinds.",
    ),
    Rule(
        id="SK-SECTIONS",
        level=Level.MUST,
        title="must create the item in every selected section and in no other",
        sources=(sources.EVERY_SECTION,),
        scenarios=(sending.PLAIN, sending.ONE_SECTION, sending.ZERO_AND_NONE),
        proofs=(Proof.COUNT,),
        check=reaches_the_sections,
        fix="Create one line item in each selected section of the item, even without scores.",
    ),
)
