"""Rules about the fields of line items."""

from __future__ import annotations

from collections.abc import Iterator

from conformance.model.evidence import Evidence
from conformance.model.proofs import Proof
from conformance.model.rule import Level, Rule, Violation
from conformance.skyward import sources
from conformance.skyward.evidence.record import (
    ItemKey,
    by_title,
    course,
    item_in_words,
    item_key,
)
from conformance.skyward.evidence.wire import (
    SentObject,
    line_items,
    require_line_items,
    results,
)
from conformance.skyward.ledger import carried
from conformance.skyward.scenarios import data, picking, sending


def sends_the_item_fields(evidence: Evidence) -> Iterator[Violation]:
    """Each line item has a sourcedId that no other one has, a class of the course, a category,
    a title, a due date and maximum points. Whether they are right is for other rules. The path of a
    PUT names the sourcedId that its object has."""
    yield from _wrong_ids(evidence)
    yield from _wrong_paths(evidence)
    sections, titles = course(evidence)["sections"], by_title(evidence)
    for sent in require_line_items(evidence):
        section = sent.ref("class")
        if section not in sections:
            yield _wrong(sent, f"the class {section!r}", " or ".join(sections))
        if not sent.ref("category"):
            yield _wrong(sent, "no category", f"a category of section {section}")
        for name in ("title", "resultValueMax"):
            if sent.raw.get(name) in (None, ""):
                yield _wrong(sent, f"no {name}", "that of the item")
        item = titles.get(str(sent.raw.get("title")))
        if item and item["due"] and not sent.raw.get("dueDate"):
            yield _wrong(sent, "no dueDate", item["due"])


def _wrong_ids(evidence: Evidence) -> Iterator[Violation]:
    """The line items without a sourcedId, or with that of another item."""
    named: dict[str, ItemKey] = {}
    for sent in line_items(evidence):
        key = item_key(evidence, sent)
        if not sent.id_chosen:
            yield _wrong(sent, "no sourcedId", "one chosen by the exporter")
        elif named.setdefault(sent.sourced_id, key) != key:
            other = item_in_words(named[sent.sourced_id])
            wrong = f"the sourcedId {sent.sourced_id!r} of {other}"
            yield _wrong(sent, wrong, f"a different one for {item_in_words(key)}")


def _wrong_paths(evidence: Evidence) -> Iterator[Violation]:
    """The objects whose sourcedId is not that of the path, as if it was not percent-encoded."""
    puts = {entry.number for entry in evidence.journal if entry.call.method == "PUT"}
    for sent in (*line_items(evidence), *results(evidence)):
        name = sent.raw.get("sourcedId", sent.sourced_id)
        if sent.number in puts and name != sent.sourced_id:
            text = f"sent the sourcedId {name!r} to the path of {sent.sourced_id!r}"
            yield Violation(f"{text} (#{sent.number}); expected the same", (sent.number,))


def _wrong(sent: SentObject, what: str, expected: str) -> Violation:
    text = f"sent a line item with {what} (#{sent.number}); expected {expected}"
    return Violation(text, (sent.number,))


RULES = (
    Rule(
        id="SK-ITEM",
        level=Level.MUST,
        title="must send id, section, title, due date, category and maximum points of each item",
        sources=(sources.ITEM_FIELDS,),
        scenarios=(sending.PLAIN, picking.ALIKE),
        proofs=(Proof.COUNT,),
        check=sends_the_item_fields,
        everywhere=True,
        fix="Send sourcedId, class, title, dueDate, category and resultValueMax with each line"
        " item, as they are in the course. Create a separate line item, with a separate sourcedId,"
        " in each section, and percent-encode the sourcedId in the path.",
    ),
    Rule(
        id="SK-VALUE",
        level=Level.MUST_INFERRED,
        title="must send each score and each field of an item exactly as entered",
        sources=(sources.ITEM_FIELDS, sources.SCORES),
        scenarios=(sending.PLAIN, data.AWKWARD),
        proofs=(Proof.COUNT,),
        check=carried("SK-VALUE"),
        everywhere=True,
        fix="Send titles, points and scores as they are in the course: no escaping, no rounding, no"
        " shortening, and numbers as JSON numbers.",
    ),
    Rule(
        id="SK-CATEGORY",
        level=Level.MUST,
        title="must let the teacher choose any category of the section, and not transfer an item"
        " before",
        sources=(sources.CATEGORY_FIRST,),
        scenarios=(sending.PLAIN, sending.UNCHOSEN, data.MANY),
        proofs=(Proof.COUNT,),
        check=carried("SK-CATEGORY"),
        everywhere=True,
        fix="Read the categories of each section, offer them to the teacher, and send an item only"
        " after one was chosen.",
    ),
    Rule(
        id="SK-CATEGORY-FROZEN",
        level=Level.MUST,
        title="must not change the category of an item after it was transferred",
        sources=(sources.CATEGORY_KEPT,),
        scenarios=(sending.CATEGORY_CHANGED,),
        proofs=(Proof.COUNT,),
        check=carried("SK-CATEGORY-FROZEN"),
        everywhere=True,
        fix="Store the category that a line item was created with, and send the same one in every"
        " update.",
    ),
    Rule(
        id="SK-DUE-DEFAULT",
        level=Level.MUST,
        title="must send the last day of the grading period for an item without a due date",
        sources=(sources.LAST_DAY,),
        scenarios=(sending.NO_DUE_DATE,),
        proofs=(Proof.COUNT,),
        check=carried("SK-DUE-DEFAULT"),
        everywhere=True,
        fix="Read the grading periods, and send the endDate of the item's grading period.",
    ),
    Rule(
        id="SK-NO-TOTALS",
        level=Level.MUST,
        title="must not send weights or computed totals",
        sources=(sources.NO_CALCULATION,),
        scenarios=(sending.PLAIN,),
        proofs=(Proof.COUNT,),
        check=carried("SK-NO-TOTALS"),
        everywhere=True,
        fix="Send items and their scores, and nothing computed from them.",
    ),
)
