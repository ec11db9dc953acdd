"""The course as loaded, and which items and scores of it the requests are about.

- An ItemKey is (item, section), since an item becomes one line item in each section. A ScoreKey is
  (item, student). Ids are text.
- The exporter chooses the sourcedIds, so a line item is recognised by its title. A line item with a
  title that no item has belongs to the item "". A result refers to the sourcedId of its line item,
  and `item_keys` resolves it.

The ledger resolves rows by time and likeness instead; these are for checks of single requests.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from conformance.model.evidence import Evidence
from conformance.model.rule import NotTestable
from conformance.skyward.evidence.wire import SentObject, line_items

KINDS = ("assignment", "test", "task")
"""The kinds of items that can be transferred."""

ItemKey = tuple[str, str]
ScoreKey = tuple[str, str]


def course(evidence: Evidence) -> dict[str, Any]:
    """The course as loaded."""
    for done in evidence.steps:
        if done.message is not None and "course" in done.message:
            found: dict[str, Any] = done.message["course"]
            return found
    raise NotTestable("the course was never loaded, so no score was entered")


def by_title(evidence: Evidence) -> dict[str, dict[str, Any]]:
    """The items of the course, by title; of several items of one title the last."""
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


def score_in_words(key: ScoreKey) -> str:
    """A ScoreKey in words, for messages."""
    return f"student {key[1]} on item {key[0]!r}"


def item_in_words(key: ItemKey) -> str:
    """An ItemKey in words, for messages."""
    return f"item {key[0]!r} in section {key[1]}"
