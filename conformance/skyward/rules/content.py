"""Rules about what is said of an item."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from conformance.model.evidence import Evidence
from conformance.model.proofs import Proof
from conformance.model.rule import Level, NotTestable, Rule, Violation
from conformance.skyward import sources
from conformance.skyward.evidence.record import (
    Spot,
    by_title,
    categories,
    chosen,
    course,
    spell_spot,
    spot_of,
)
from conformance.skyward.evidence.wire import Written, line_items, some_line_items, writes
from conformance.skyward.scenarios import sending


def says_what_an_item_is(evidence: Evidence) -> Iterator[Violation]:
    """Each line item has an id of its own, its class, the item's title, a due date, a category of
    the class, and its most points."""
    yield from _unnamed(evidence)
    titles, known = by_title(evidence), categories(evidence)
    for sent in some_line_items(evidence):
        section = sent.ref("class")
        if section not in course(evidence)["sections"]:
            yield _misput(sent, f"the class {section!r}, which is none of the course")
        elif known.get(sent.ref("category"), ("", ""))[1] != section:
            yield _misput(
                sent, f"the category {sent.ref('category')!r}, which is none of {section}"
            )
        item = titles.get(str(sent.raw.get("title")))
        if item is None:
            yield _misput(sent, f"the title {sent.raw.get('title')!r}, which no item has")
            continue
        due = _day(sent)
        if not due or due != (item["due"] or due):
            yield _misput(sent, f"the due date {due!r}; the item has {item['due']!r}")
        if sent.raw.get("resultValueMax") != item["max_points"]:
            most = sent.raw.get("resultValueMax")
            yield _misput(sent, f"{most!r} as its most points; the item has {item['max_points']}")


def _unnamed(evidence: Evidence) -> Iterator[Violation]:
    """Line items without a sourcedId, or with that of another one."""
    named: dict[str, Spot] = {}
    for sent in line_items(evidence):
        spot = spot_of(evidence, sent)
        if not sent.given:
            yield _misput(sent, "no sourcedId")
        elif named.setdefault(sent.name, spot) != spot:
            other = spell_spot(named[sent.name])
            yield _misput(sent, f"the sourcedId {sent.name!r}, which is that of {other}")


def _day(sent: Written) -> str:
    return str(sent.raw.get("dueDate") or "")[:10]


def _misput(sent: Written, what: str) -> Violation:
    return Violation(f"sent a line item with {what} (#{sent.number})", (sent.number,))


def sends_the_chosen_category(evidence: Evidence) -> Iterator[Violation]:
    """Nothing leaves without a category, and it is the chosen one of that very section. Where some
    lack one, a product may refuse to transfer at all."""
    known = categories(evidence)
    sendings = [(sent, spot_of(evidence, sent)) for sent in line_items(evidence)]
    here = course(evidence)["sections"]
    about = [(sent, spot) for sent, spot in sendings if spot[0] and spot[1] in here]
    if not about and evidence.scenario != sending.UNCHOSEN.name:
        raise NotTestable("no item of the course was transferred, which the rule presupposes")
    for sent, spot in about:
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
    """A line item that is sent again stays in the category that it was pushed to the SIS with."""
    if not writes(evidence, since="again"):
        raise NotTestable("nothing was sent at the second transfer, which the rule presupposes")
    pushed: dict[Spot, Written] = {}
    for sent in some_line_items(evidence):
        spot = spot_of(evidence, sent)
        before = pushed.get(spot)
        if before is None:
            if spot[0] and not sent.refused:
                pushed[spot] = sent
        elif before.ref("category") != sent.ref("category"):
            yield Violation(
                f"moved {spell_spot(spot)} from the category {before.ref('category')!r} to"
                f" {sent.ref('category')!r} (#{sent.number})",
                (before.number, sent.number),
            )


def is_due_on_the_last_day(evidence: Evidence) -> Iterator[Violation]:
    """Without a due date of its own, an item is due when its grading period ends."""
    ends = {each["id"]: each["end"] for each in course(evidence)["terms"]}
    titles = by_title(evidence)
    seen = False
    for sent in line_items(evidence):
        item = titles.get(str(sent.raw.get("title")))
        if item is None or item["due"] is not None:
            continue
        seen = True
        if _day(sent) != ends[item["term"]]:
            yield Violation(
                f"sent item {item['id']!r}, which has no due date, as due {_day(sent) or 'never'!r}"
                f" (#{sent.number}); its grading period ends on {ends[item['term']]}",
                (sent.number,),
            )
    if not seen:
        raise NotTestable("no item without a due date was sent, which the rule presupposes")


def leaves_calculation_to_the_sis(evidence: Evidence) -> Iterator[Violation]:
    """No weights, no categories, and no line items beside those of the course."""
    some_line_items(evidence)
    for entry in writes(evidence):
        if ".categories." in entry.operation:
            text = f"sent {entry.call.method} {entry.call.path} (#{entry.number})"
            yield Violation(f"{text}, which is the SIS's to work out", (entry.number,))
    for sent in line_items(evidence):
        if any("weight" in name.lower() for name in sent.members):
            yield _misput(sent, "a weight")
    yield from _surplus(evidence)


def _surplus(evidence: Evidence) -> Iterator[Violation]:
    """Line items that are no items, in sections that were sent more of them than they have items:
    a title that was merely misspelt is another matter."""
    names: dict[str, dict[str, Written]] = defaultdict(dict)
    for sent in line_items(evidence):
        names[sent.ref("class")][sent.name] = sent
    for section, found in names.items():
        own = sum(section in item["sections"] for item in course(evidence)["items"])
        for sent in found.values():
            if len(found) > own and not spot_of(evidence, sent)[0]:
                yield _misput(sent, f"the title {sent.raw.get('title')!r} beside all the items")


RULES = (
    Rule(
        id="SK-ITEM",
        level=Level.MUST,
        title="gives id, section, title, due date, category and max points",
        sources=(sources.ITEM_FIELDS,),
        scenarios=(sending.PLAIN,),
        proofs=(Proof.COUNT,),
        check=says_what_an_item_is,
        mend="Send sourcedId, class, title, dueDate, category and resultValueMax with every line"
        " item, as they are in the course. An item is another line item in each section, with"
        " another sourcedId.",
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
        title="sends the last day of the grading period where the item has no due date",
        sources=(sources.LAST_DAY,),
        scenarios=(sending.NO_DUE_DATE,),
        proofs=(Proof.COUNT,),
        check=is_due_on_the_last_day,
        mend="Read the grading periods, and take the endDate of the item's own.",
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
