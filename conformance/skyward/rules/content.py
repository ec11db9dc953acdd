"""Rules about the fields of line items."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from conformance.model.evidence import Evidence
from conformance.model.proofs import Proof
from conformance.model.rule import Level, NotTestable, Rule, Violation
from conformance.skyward import sources
from conformance.skyward.evidence.record import (
    ItemKey,
    by_title,
    categories,
    chosen,
    course,
    item_in_words,
    item_key,
    time_zone_of,
)
from conformance.skyward.evidence.wire import (
    NO_COURSE_ITEM,
    SentObject,
    line_items,
    require_line_items,
    writes,
)
from conformance.skyward.scenarios import sending
from mock_sis.clock import day


def sends_the_item_fields(evidence: Evidence) -> Iterator[Violation]:
    """Each line item has a sourcedId that no other one has, and the class, category, title, due
    date and maximum points of the item."""
    yield from _wrong_ids(evidence)
    about, titles, known = course(evidence), by_title(evidence), categories(evidence)
    for sent in require_line_items(evidence):
        section = sent.ref("class")
        if section not in about["sections"]:
            yield _wrong(sent, f"the class {section!r}", " or ".join(about["sections"]))
        elif known.get(sent.ref("category"), ("", ""))[1] != section:
            wrong = f"the category {sent.ref('category')!r}"
            yield _wrong(sent, wrong, f"a category of section {section}")
        item = titles.get(str(sent.raw.get("title")))
        if item is None:
            yield _wrong(sent, f"the title {sent.raw.get('title')!r}", "the title of an item")
            continue
        due = _day(sent, evidence)
        if not due or due != (item["due"] or due):
            yield _wrong(
                sent, f"the due date {_due_in_words(sent, evidence)}", item["due"] or "a date"
            )
        if sent.raw.get("resultValueMax") != item["max_points"]:
            wrong = f"the resultValueMax {sent.raw.get('resultValueMax')!r}"
            yield _wrong(sent, wrong, str(item["max_points"]))


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


def _day(sent: SentObject, evidence: Evidence) -> str:
    """The day of the due date in the time zone of the SIS, or "" if it is no date."""
    return day(str(sent.raw.get("dueDate") or ""), time_zone_of(evidence))


def _due_in_words(sent: SentObject, evidence: Evidence) -> str:
    given, due = str(sent.raw.get("dueDate") or ""), _day(sent, evidence)
    if not due or given.startswith(due):
        return repr(due or given)
    return f"{given!r}, which is {due} in the time zone of the SIS ({time_zone_of(evidence)})"


def _wrong(sent: SentObject, what: str, expected: str) -> Violation:
    text = f"sent a line item with {what} (#{sent.number}); expected {expected}"
    return Violation(text, (sent.number,))


def sends_the_chosen_category(evidence: Evidence) -> Iterator[Violation]:
    """Each line item has the category that was chosen for its section.

    If an item lacks a category, a product may also refuse the whole transfer.
    """
    known = categories(evidence)
    sendings = [(sent, item_key(evidence, sent)) for sent in line_items(evidence)]
    own_sections = course(evidence)["sections"]
    about = [(sent, key) for sent, key in sendings if key[0] and key[1] in own_sections]
    if not about and evidence.scenario != sending.UNCHOSEN.name:
        raise NotTestable(NO_COURSE_ITEM)
    for sent, key in about:
        category = chosen(evidence, before=sent.number).get(key)
        if category is None:
            text = f"sent {item_in_words(key)} (#{sent.number}) before a category was chosen for it"
            yield Violation(text, (sent.number,), ("press",))
        elif known.get(sent.ref("category")) != (category, key[1]):
            text = f"sent {item_in_words(key)} in the category {sent.ref('category')!r}"
            yield Violation(
                f"{text} (#{sent.number}); expected the chosen {category!r} of that section",
                (sent.number,),
            )


def keeps_the_category(evidence: Evidence) -> Iterator[Violation]:
    """A line item that is sent again keeps the category of its first transfer."""
    if not writes(evidence, since="again"):
        raise NotTestable("the second transfer sent nothing, so this rule cannot be judged")
    transferred: dict[ItemKey, SentObject] = {}
    for sent in require_line_items(evidence):
        key = item_key(evidence, sent)
        before = transferred.get(key)
        if before is None:
            if key[0] and not sent.refused:
                transferred[key] = sent
        elif before.ref("category") != sent.ref("category"):
            yield Violation(
                f"moved {item_in_words(key)} from the category {before.ref('category')!r} to"
                f" {sent.ref('category')!r} (#{sent.number})",
                (before.number, sent.number),
            )


def is_due_on_the_last_day(evidence: Evidence) -> Iterator[Violation]:
    """An item without a due date is sent with the last day of its grading period."""
    ends = {each["id"]: each["end"] for each in course(evidence)["terms"]}
    titles = by_title(evidence)
    seen = False
    for sent in line_items(evidence):
        item = titles.get(str(sent.raw.get("title")))
        if item is None or item["due"] is not None:
            continue
        seen = True
        end = ends[item["term"]]
        if _day(sent, evidence) != end:
            due = _due_in_words(sent, evidence)
            yield Violation(
                f"sent item {item['id']!r}, which has no due date, with the dueDate {due}"
                f" (#{sent.number}); expected {end}, the end of its grading period",
                (sent.number,),
            )
    if not seen:
        raise NotTestable("no item without a due date was sent, so this rule cannot be judged")


def leaves_calculation_to_the_sis(evidence: Evidence) -> Iterator[Violation]:
    """No weights or categories are sent, and no line items in addition to the items."""
    require_line_items(evidence)
    for entry in writes(evidence):
        if ".categories." in entry.operation:
            text = f"sent {entry.call.method} {entry.call.path} (#{entry.number})"
            yield Violation(f"{text}; only the SIS may change categories", (entry.number,))
    for sent in line_items(evidence):
        if any("weight" in name.lower() for name in sent.members):
            yield _wrong(sent, "a weight", "none")
    yield from _extra_line_items(evidence)


def _extra_line_items(evidence: Evidence) -> Iterator[Violation]:
    """The line items with unknown titles in sections that were sent more line items than they have
    items. A misspelt title alone is left to SK-ITEM."""
    by_section: dict[str, dict[str, SentObject]] = defaultdict(dict)
    for sent in line_items(evidence):
        by_section[sent.ref("class")][sent.sourced_id] = sent
    for section, found in by_section.items():
        expected = sum(section in item["sections"] for item in course(evidence)["items"])
        for sent in found.values():
            if len(found) > expected and not item_key(evidence, sent)[0]:
                wrong = f"the title {sent.raw.get('title')!r}"
                yield _wrong(sent, wrong, f"only the {expected} items of section {section}")


RULES = (
    Rule(
        id="SK-ITEM",
        level=Level.MUST,
        title="must send id, section, title, due date, category and maximum points of each item",
        sources=(sources.ITEM_FIELDS,),
        scenarios=(sending.PLAIN,),
        proofs=(Proof.COUNT,),
        check=sends_the_item_fields,
        fix="Send sourcedId, class, title, dueDate, category and resultValueMax with each line"
        " item, as they are in the course. Create a separate line item, with a separate sourcedId,"
        " in each section.",
    ),
    Rule(
        id="SK-CATEGORY",
        level=Level.MUST,
        title="must not transfer an item before one of the section's categories was chosen",
        sources=(sources.CATEGORY_FIRST,),
        scenarios=(sending.PLAIN, sending.UNCHOSEN),
        proofs=(Proof.COUNT,),
        check=sends_the_chosen_category,
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
        check=keeps_the_category,
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
        check=is_due_on_the_last_day,
        fix="Read the grading periods, and send the endDate of the item's grading period.",
    ),
    Rule(
        id="SK-NO-TOTALS",
        level=Level.MUST,
        title="must not send weights or computed totals",
        sources=(sources.NO_CALCULATION,),
        scenarios=(sending.PLAIN,),
        proofs=(Proof.COUNT,),
        check=leaves_calculation_to_the_sis,
        fix="Send items and their scores, and nothing computed from them.",
    ),
)
