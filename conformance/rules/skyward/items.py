"""Rules about which items leave, to which sections, and what is said of them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from conformance import sources
from conformance.evidence import Evidence
from conformance.proofs import Proof
from conformance.rule import Level, NotTestable, Rule, Violation
from conformance.scenarios.skyward import sending
from conformance.skyward import (
    Spot,
    Written,
    by_title,
    categories,
    chosen,
    course,
    line_items,
    some_line_items,
    spell_spot,
    spot_of,
    writes,
)
from conformance.steps import Export

KINDS = ("assignment", "test", "task")


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


def _about_items(evidence: Evidence) -> Iterator[tuple[Written, dict[str, Any]]]:
    """Each line item that was sent, with the item it is. Raises NotTestable where there is none."""
    titles = by_title(evidence)
    for sent in some_line_items(evidence):
        if str(sent.raw.get("title")) in titles:
            yield sent, titles[str(sent.raw["title"])]


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
    missing = set(KINDS)
    for sent, item in _about_items(evidence):
        missing.discard(item["kind"])
        if item["kind"] not in KINDS:
            yield _unfit(sent, item, "which is no assignment, test or task")
    for kind in sorted(missing):
        yield Violation(f"sent no item of kind {kind}, though one was ready", steps=("press",))


def _unfit(sent: Written, item: dict[str, Any], why: str) -> Violation:
    text = f"sent item {item['id']!r} (#{sent.number}), {why}"
    return Violation(text, (sent.number,), ("press",))


def says_what_an_item_is(evidence: Evidence) -> Iterator[Violation]:
    """Each line item has an id, its class, the item's title, a due date, a category, and its most
    points."""
    titles, known = by_title(evidence), categories(evidence)
    for sent in some_line_items(evidence):
        item = titles.get(str(sent.raw.get("title")))
        if item is None:
            yield _misput(sent, f"the title {sent.raw.get('title')!r}, which no item has")
            continue
        due = str(sent.raw.get("dueDate") or "")[:10]
        if not due or due != (item["due"] or due):
            yield _misput(sent, f"the due date {due!r}; the item has {item['due']!r}")
        if sent.raw.get("resultValueMax") != item["max_points"]:
            most = sent.raw.get("resultValueMax")
            yield _misput(sent, f"{most!r} as its most points; the item has {item['max_points']}")
        if sent.ref("class") not in course(evidence)["sections"]:
            yield _misput(sent, f"the class {sent.ref('class')!r}, which is none of the course")
        if sent.ref("category") not in known:
            yield _misput(sent, f"the category {sent.ref('category')!r}, which the SIS never had")


def _misput(sent: Written, what: str) -> Violation:
    return Violation(f"sent a line item with {what} (#{sent.number})", (sent.number,))


def reaches_the_sections(evidence: Evidence) -> Iterator[Violation]:
    """Each item goes to every ticked section that has it, and to no other."""
    pressed = evidence.step("press").step
    assert isinstance(pressed, Export)
    ticked = set(pressed.sections or course(evidence)["sections"])
    wanted = {
        (str(item["id"]), section)
        for item in course(evidence)["items"]
        for section in item["sections"]
        if section in ticked
    }
    sent = {spot_of(evidence, each): each for each in some_line_items(evidence)}
    for spot in sorted(sent.keys() - wanted):
        number = sent[spot].number
        text = f"sent {spell_spot(spot)} (#{number}), which was not selected or does not have it"
        yield Violation(text, (number,), ("press",))
    for spot in sorted(wanted - sent.keys()):
        yield Violation(f"never sent {spell_spot(spot)}", steps=("press",))


def sends_the_chosen_category(evidence: Evidence) -> Iterator[Violation]:
    """Nothing leaves without a category, and it is the chosen one of that very section."""
    known = categories(evidence)
    for sent in some_line_items(evidence):
        spot = spot_of(evidence, sent)
        wanted = chosen(evidence, before=sent.number).get(spot)
        if wanted is None:
            text = f"sent {spell_spot(spot)} (#{sent.number}) before a category was chosen for it"
            yield Violation(text, (sent.number,), ("press",))
        elif known.get(sent.ref("category")) != (wanted, spot[1]):
            text = f"sent {spell_spot(spot)} in the category {sent.ref('category')!r}"
            yield Violation(
                f"{text} (#{sent.number}); chosen was {wanted!r} of that section", (sent.number,)
            )


def keeps_the_category(evidence: Evidence) -> Iterator[Violation]:
    """A line item that was sent again stays in the category it was sent in first."""
    first: dict[Spot, Written] = {}
    for sent in some_line_items(evidence):
        before = first.setdefault(spot_of(evidence, sent), sent)
        if before.ref("category") != sent.ref("category"):
            spot = spell_spot(spot_of(evidence, sent))
            yield Violation(
                f"moved {spot} from the category {before.ref('category')!r} to"
                f" {sent.ref('category')!r} (#{sent.number})",
                (before.number, sent.number),
            )


def is_due_on_the_last_day(evidence: Evidence) -> Iterator[Violation]:
    """Without a due date of its own, an item is due when its grading period ends."""
    ends = {each["id"]: each["end"] for each in course(evidence)["terms"]}
    seen = False
    for sent, item in _about_items(evidence):
        if item["due"] is not None or item["term"] is None:
            continue
        seen = True
        due = str(sent.raw.get("dueDate") or "")[:10]
        if due != ends[item["term"]]:
            yield Violation(
                f"sent item {item['id']!r}, which has no due date, as due {due or 'never'!r}"
                f" (#{sent.number}); its grading period ends on {ends[item['term']]}",
                (sent.number,),
            )
    if not seen:
        raise NotTestable("no item without a due date was sent, which the rule presupposes")


def leaves_calculation_to_the_sis(evidence: Evidence) -> Iterator[Violation]:
    """No weights, no line items but the course's, no scores of a whole period."""
    some_line_items(evidence)
    for entry in writes(evidence):
        if ".categories." in entry.operation or ".academicSessions." in entry.operation:
            text = f"sent {entry.call.method} {entry.call.path} (#{entry.number})"
            yield Violation(f"{text}, which is the SIS's to work out", (entry.number,))
    titles = by_title(evidence)
    for sent in line_items(evidence):
        metadata = sent.raw.get("metadata")
        told = {**sent.raw, **(metadata if isinstance(metadata, dict) else {})}
        if str(sent.raw.get("title")) not in titles:
            yield _misput(sent, f"the title {sent.raw.get('title')!r}, which no item has")
        if any("weight" in name.lower() for name in told):
            yield _misput(sent, "a weight")


RULES = (
    Rule(
        id="SK-COURSE",
        level=Level.MUST,
        title="sends only from courses that the integration made, with pass-back on",
        sources=(sources.INTEGRATED,),
        scenarios=(sending.BY_HAND, sending.NO_PASS_BACK, sending.PLAIN),
        proofs=(Proof.COUNT,),
        check=sends_from_integrated_courses,
        mend="Ask how the course came about before anything is sent; do not leave it to the SIS.",
    ),
    Rule(
        id="SK-TERM",
        level=Level.MUST,
        title="sends only items that are tagged to a term",
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
        title="sends assignments, tests and tasks, and no other items",
        sources=(sources.KINDS,),
        scenarios=(sending.MIXED,),
        proofs=(Proof.COUNT,),
        check=sends_all_kinds_and_no_other,
        mend="Go by the kind of an item, and take all three.",
    ),
    Rule(
        id="SK-ITEM",
        level=Level.MUST,
        title="gives section, title, due date, category and most points of an item",
        sources=(sources.ITEM_FIELDS,),
        scenarios=(sending.PLAIN,),
        proofs=(Proof.COUNT,),
        check=says_what_an_item_is,
        mend="Send title, dueDate, class, category and resultValueMax with every line item, as they"
        " are in the course.",
    ),
    Rule(
        id="SK-SECTIONS",
        level=Level.MUST,
        title="creates an item in every selected section, and in no other",
        sources=(sources.EVERY_SECTION,),
        scenarios=(sending.PLAIN, sending.ONE_SECTION),
        proofs=(Proof.COUNT,),
        check=reaches_the_sections,
        mend="Send one line item for each ticked section that has the item.",
    ),
    Rule(
        id="SK-CATEGORY",
        level=Level.MUST,
        title="transfers only after a category was chosen, out of that section's",
        sources=(sources.CATEGORY_FIRST,),
        scenarios=(sending.PLAIN, sending.UNCHOSEN),
        proofs=(Proof.COUNT,),
        check=sends_the_chosen_category,
        mend="Read each section's own categories, offer these, and send nothing until one of them"
        " is chosen.",
    ),
    Rule(
        id="SK-CATEGORY-FROZEN",
        level=Level.MUST,
        title="never changes the category of an item already pushed",
        sources=(sources.CATEGORY_KEPT,),
        scenarios=(sending.CATEGORY_CHANGED,),
        proofs=(Proof.COUNT,),
        check=keeps_the_category,
        mend="Keep the category that a line item was made with; where it is sent again, send what"
        " the SIS has.",
    ),
    Rule(
        id="SK-DUE-DEFAULT",
        level=Level.MUST,
        title="sends the last day of the grading period where an item has no due date",
        sources=(sources.LAST_DAY,),
        scenarios=(sending.NO_DUE_DATE,),
        proofs=(Proof.COUNT,),
        check=is_due_on_the_last_day,
        mend="Read the grading periods, and take the endDate of the item's.",
    ),
    Rule(
        id="SK-NO-TOTALS",
        level=Level.MUST,
        title="sends no weights and no computed totals",
        sources=(sources.NO_CALCULATION,),
        scenarios=(sending.PLAIN,),
        proofs=(Proof.COUNT,),
        check=leaves_calculation_to_the_sis,
        mend="Send items and their scores, and nothing that is worked out from them.",
    ),
)
