"""Whether the product lets the teacher choose a category, held against what it must allow."""

from __future__ import annotations

from conformance.model.account import Breach
from conformance.skyward.ledger.due import Row, in_words
from conformance.skyward.ledger.judging import Moment


def judge_accepted(now: Moment, row: Row, title: str) -> None:
    """A category was chosen for an item in a section; it is judged before it counts.

    After the transfer that can be only the one that the item has (note on grading categories).
    Tolerances: what was confirmed before an exchange that failed may be treated as not transferred;
    a choice for a section without the item may be accepted, as long as nothing is sent to it.
    """
    confirmed = now.known.confirmed.get(row)
    if confirmed is None or confirmed.sent.number < now.known.disturbed or now.is_removed(row):
        return
    if title not in _kept(now, row):
        text = f"let the teacher choose {title!r} for {in_words(row)} after its transfer"
        _breach(now, "SK-CATEGORY-FROZEN", row, text, confirmed.sent.number)


def judge_refused(now: Moment, row: Row, title: str) -> None:
    """A category could not be chosen. Before the first transfer each one of the section can be
    (step 4). Tolerance: what was sent and not confirmed may be treated as transferred."""
    if now.course.forbidden(row):
        return
    is_new = row not in now.known.last and now.press is None
    if is_new and now.sis.categories(row[1], title):
        text = f"did not let the teacher choose {title!r} for {in_words(row)}"
        _breach(now, "SK-CATEGORY", row, f"{text}, which is a category of that section")


def _kept(now: Moment, row: Row) -> set[str]:
    """The titles of the category that an item has: as chosen, and as the SIS shows it."""
    held = now.known.item_in(now.sis, row)
    number = str(held[1]["category"]) if held else ""
    shown = now.sis.of("category", row[1]).get(number, {})
    return {str(now.course.chosen.get(row)), str(shown.get("title"))}


def _breach(now: Moment, rule: str, row: Row, text: str, *entries: int) -> None:
    now.notes.breach(Breach(rule, in_words(row), text, entries, (), "the choice of a category"))
