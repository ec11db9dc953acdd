"""Compare what the teacher entered in a course, what the product shows and what the SIS stored.

Theory of operation. Evidence holds five accounts of each item and score. A correct exporter keeps
them consistent, and most rules compare two of them:

    entered    the `load` message, and the edits and category choices that     `entered`, `chosen`
               the product accepted
    sent       the line items and results in requests that write               wire.SentObject
    answered   the status and the imsx_description of the answer               wire.SentObject
    shown      states and messages at a labelled State step                    `shown`
    stored     the gradebook of the SIS when the scenario has ended            `held_items`,
                                                                               `held_scores`

- An ItemKey is (item, section), since an item becomes one line item in each section. A ScoreKey is
  (item, student). Ids are text.
- The exporter chooses the sourcedIds, so a line item is recognised by its title, which is unique in
  the courses of the suite. A line item with another title has the item "". A result refers to the
  sourcedId of its line item, and `item_keys` resolves it.
- `items_to_transfer` is the expectation: the items that may be sent, in the sections that were
  selected. `missing_items`, `unstored_scores` and `duplicates` compare it with what the SIS holds,
  and give violations. A missing item is reported once, not again for each of its scores.
- What was entered depends on time. With `before`, `entered` and `chosen` stop at a journal number,
  so a request is compared with the course as it was when it was sent.
- Each stored row names in `by` the operation that wrote it: an oneroster operation for the
  exporter, another one for a user of the SIS.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import tzinfo
from typing import Any

from conformance.model.evidence import Evidence
from conformance.model.rule import NotTestable, Violation
from conformance.model.states import named
from conformance.model.steps import Act, Export
from conformance.skyward.evidence.wire import SentObject, line_items, results
from mock_sis.clock import time_zone

KINDS = ("assignment", "test", "task")
"""The kinds of items that can be transferred."""

ItemKey = tuple[str, str]
ScoreKey = tuple[str, str]


# The course


def course(evidence: Evidence) -> dict[str, Any]:
    """The course as loaded."""
    for done in evidence.steps:
        if done.message is not None and "course" in done.message:
            found: dict[str, Any] = done.message["course"]
            return found
    raise NotTestable("the course was never loaded, so no score was entered")


def by_title(evidence: Evidence) -> dict[str, dict[str, Any]]:
    """The items of the course, by title."""
    return {each["title"]: each for each in course(evidence)["items"]}


def item_key(evidence: Evidence, sent: SentObject) -> ItemKey:
    """The key of a line item. The item is "" if no item of the course has its title."""
    item = by_title(evidence).get(str(sent.raw.get("title")))
    return (str(item["id"]) if item else "", sent.ref("class"))


def item_keys(evidence: Evidence) -> dict[str, ItemKey]:
    """The keys of all line items that were sent, by sourcedId."""
    return {each.sourced_id: item_key(evidence, each) for each in line_items(evidence)}


def score_key(sent: SentObject, where: Mapping[str, ItemKey]) -> ScoreKey:
    """The key of a result. The item is "" if its line item is not an item of the course. `where` is
    the mapping that `item_keys` returns."""
    return (where.get(sent.ref("lineItem"), ("", ""))[0], sent.ref("student"))


def sections_of(evidence: Evidence) -> dict[str, str]:
    """The section of each student."""
    return {str(each["user_id"]): each["section"] for each in course(evidence)["students"]}


def items_to_transfer(evidence: Evidence) -> set[ItemKey]:
    """The items that may be sent, in each selected section that has them."""
    about = course(evidence)
    pressed = [done.step for done in evidence.steps if isinstance(done.step, Export)]
    ticked = {name for step in pressed for name in step.fields.get("sections", about["sections"])}
    return {
        (str(item["id"]), section)
        for item in about["items"]
        if item["kind"] in KINDS and item["scale"] == "score" and item["term"] is not None
        for section in item["sections"]
        if section in ticked
    }


# What the teacher entered


def entered(evidence: Evidence, *, before: int | None = None) -> dict[ScoreKey, float | None]:
    """The scores as loaded and edited. With `before`, only edits that began before that journal
    entry are applied."""
    found: dict[ScoreKey, float | None] = {
        (str(each["item"]), str(each["student"])): each["score"]
        for each in course(evidence)["scores"]
    }
    for fields in _acted(evidence, "edit_score", before):
        found[(str(fields["item"]), str(fields["student"]))] = fields["score"]
    return found


def chosen(evidence: Evidence, *, before: int) -> dict[ItemKey, str]:
    """The titles of the categories chosen before a journal entry."""
    return {
        (str(fields["item"]), fields["section"]): fields["category"]
        for fields in _acted(evidence, "choose_category", before)
    }


def _acted(evidence: Evidence, action: str, before: int | None) -> Iterator[dict[str, Any]]:
    for done in evidence.steps:
        step, answer = done.step, done.answer
        if not isinstance(step, Act) or step.action != action or not (answer or {}).get("done"):
            continue
        if before is None or done.first < before:
            yield step.fields


# What the product shows


@dataclass(frozen=True, slots=True)
class Shown:
    """What the product showed at one moment: the state and message of each item and score."""

    items: Mapping[ItemKey, tuple[str, str]]
    scores: Mapping[ScoreKey, tuple[str, str]]


def shown(evidence: Evidence, label: str) -> Shown:
    """What the product showed at the State step with this label."""
    answer = evidence.step(label).answer or {}

    def states(rows: list[dict[str, Any]], other: str) -> dict[tuple[str, str], tuple[str, str]]:
        return {
            (str(row["item"]), str(row[other])): (named(row["state"]), row.get("message") or "")
            for row in rows
        }

    return Shown(
        states(answer.get("items", []), "section"), states(answer.get("scores", []), "student")
    )


# What the SIS holds


def sections(evidence: Evidence) -> dict[str, dict[str, Any]]:
    """The sections in the SIS at the end, by id."""
    return {each["id"]: each for each in evidence.gradebook.get("sections", [])}


def time_zone_of(evidence: Evidence) -> tzinfo:
    """The time zone of the SIS, in which due dates have their days."""
    return time_zone(evidence.gradebook.get("time_zone", "UTC"))


def categories(evidence: Evidence) -> dict[str, tuple[str, str]]:
    """The title and section of each category in the SIS, by sourcedId."""
    return {
        f"cat-{name}-{each['id']}": (each["title"], name)
        for name, section in sections(evidence).items()
        for each in section["coursework"]["categories"]
    }


def held_items(evidence: Evidence) -> list[tuple[ItemKey, dict[str, Any]]]:
    """The line items that the exporter created and the SIS holds at the end, with their keys."""
    titles = by_title(evidence)
    return [
        ((str(titles[each["title"]]["id"]) if each["title"] in titles else "", name), each)
        for name, section in sections(evidence).items()
        for each in section["coursework"]["assignments"]
        if each["by"].startswith("oneroster.")
    ]


def held_scores(evidence: Evidence) -> dict[ScoreKey, dict[str, Any]]:
    """The grades that the SIS holds at the end on line items that the exporter created."""
    found = {}
    for (item, name), assignment in held_items(evidence):
        section = sections(evidence)[name]
        people = {str(each["id"]): str(each["person"]) for each in section["enrollments"]}
        for grade in section["coursework"]["grades"]:
            if grade["assignment"] == assignment["id"]:
                found[(item, people.get(str(grade["enrollment"]), ""))] = grade
    return found


# Where these differ


def missing_items(evidence: Evidence, *, but: Collection[ItemKey] = ()) -> Iterator[Violation]:
    """The items to transfer that the SIS does not hold at the end, except `but`."""
    held = {key for key, _ in held_items(evidence)}
    for key in sorted(items_to_transfer(evidence) - held - set(but)):
        yield Violation(f"created no line item for {item_in_words(key)}")


def unstored_scores(evidence: Evidence, *, but: Collection[ScoreKey] = ()) -> Iterator[Violation]:
    """The scores on transferred items that the SIS does not hold as entered, except `but`."""
    held = held_scores(evidence)
    for key, score in scores_to_store(evidence).items():
        if key in but:
            continue
        there = held[key]["grade"] if key in held else None
        if there != score:
            held_score = "no score" if there is None else f"the score {there:g}"
            text = f"left {score_in_words(key)} with {held_score} in the SIS"
            yield Violation(f"{text}; the teacher entered {score:g}")


def scores_to_store(evidence: Evidence) -> dict[ScoreKey, float]:
    """The scores entered on the items to transfer, without those whose line item is missing."""
    there = items_to_transfer(evidence) & {key for key, _ in held_items(evidence)}
    where = sections_of(evidence)
    return {
        key: score
        for key, score in entered(evidence).items()
        if score is not None and (key[0], where.get(key[1], "")) in there
    }


def duplicates(evidence: Evidence) -> Iterator[Violation]:
    """The items with several line items in a section, and the scores sent with two sourcedIds."""
    times = Counter(key for key, _ in held_items(evidence) if key[0])
    for key, count in times.items():
        if count > 1:
            yield Violation(f"created {count} line items for {item_in_words(key)}; expected one")
    firsts: dict[tuple[str, str], SentObject] = {}
    for sent in results(evidence):
        if sent.refused or not sent.sourced_id:
            continue
        first = firsts.setdefault((sent.ref("lineItem"), sent.ref("student")), sent)
        if first.sourced_id != sent.sourced_id:
            yield Violation(
                f"sent the score of student {sent.ref('student')} with the sourcedId"
                f" {sent.sourced_id!r} (#{sent.number}) after {first.sourced_id!r}"
                f" (#{first.number}); expected one sourcedId",
                (first.number, sent.number),
            )


def score_in_words(key: ScoreKey) -> str:
    """A ScoreKey in words, for messages."""
    return f"student {key[1]} on item {key[0]!r}"


def item_in_words(key: ItemKey) -> str:
    """An ItemKey in words, for messages."""
    return f"item {key[0]!r} in section {key[1]}"
