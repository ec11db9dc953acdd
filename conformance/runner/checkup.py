"""What is wrong with answers that keep their schema: pure functions for the doctor.

A schema cannot know which words are states, nor what was loaded, nor that an export should arrive.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

from conformance.drivers.protocol import Answer, Message
from conformance.model.states import STATES, is_known
from conformance.reports.story import body_text
from conformance.wiseflow.evidence import FLOW_STATES
from mock_sis.clock import from_iso, iso
from mock_sis.exchange import Reply
from mock_sis.journal.entry import Entry

Place = tuple[str, ...]
"""Whose state it is: the values of a row's keys, as text."""

MOST = 3
"""How many places are named."""


@dataclass(frozen=True, slots=True)
class Ill:
    """Something to mend in an adapter: the cause and the cure, a sentence or two each."""

    cause: str
    cure: str


@dataclass(frozen=True, slots=True)
class Listed:
    """A list in the answer to state: the members that say what a row is about, and the places that
    it must have, from what was loaded."""

    name: str
    keys: tuple[str, ...]
    brought: Callable[[dict[str, Any]], Iterable[tuple[Any, ...]]]

    def place(self, row: dict[str, Any]) -> Place:
        """What a row is about."""
        return tuple(str(row.get(key)) for key in self.keys)

    def spell(self, places: Sequence[Place]) -> str:
        """The places in words, the first few of them."""
        each = [" ".join(map(" ".join, zip(self.keys, place, strict=True))) for place in places]
        more = f" and {len(each) - MOST} more" if len(each) > MOST else ""
        return f"{', '.join(each[:MOST])}{more}"


def _graded(section: dict[str, Any]) -> Iterator[tuple[Any, ...]]:
    for row in section["grades"]:
        if row["grade"] is not None or row["exception"] or row["comment"]:
            yield row["assignment_id"], row["enrollment_id"]


LISTS: dict[str, tuple[Listed, ...]] = {
    "flow": (
        Listed(
            "participants",
            ("user_id",),
            lambda flow: ((p["user_id"],) for p in flow["participants"]),
        ),
    ),
    "section": (
        Listed("rows", ("assignment_id", "enrollment_id"), _graded),
        Listed("final_comments", ("enrollment_id", "period"), lambda _: ()),
    ),
    "course": (
        Listed(
            "items",
            ("item", "section"),
            lambda course: ((i["id"], name) for i in course["items"] for name in i["sections"]),
        ),
        Listed(
            "scores",
            ("item", "student"),
            lambda course: (
                (s["item"], s["student"]) for s in course["scores"] if s["score"] is not None
            ),
        ),
    ),
}
"""What the answer to state lists, by what was loaded."""


def shown_wrongly(answer: Answer, loaded: Message) -> Iterator[Ill]:
    """What is wrong with an answer to state after that load message."""
    (kind,) = LISTS.keys() & loaded.keys()
    if kind == "flow" and not is_known(answer.get("flow"), FLOW_STATES):
        yield _no_state(repr(answer.get("flow")), "the flow", FLOW_STATES)
    for listed in LISTS[kind]:
        brought = [tuple(map(str, place)) for place in listed.brought(loaded[kind])]
        rows = answer.get(listed.name)
        if rows is None:
            if brought:
                yield Ill(
                    f"The answer to state has no {listed.name}, though a {kind} was loaded.",
                    f"Answer in the shape that schemas/adapter/state.schema.json has for a {kind}.",
                )
            continue
        yield from _misnamed(listed, rows)
        yield from _miscounted(listed, rows, brought)


def _no_state(word: str, whose: str, names: Sequence[str]) -> Ill:
    return Ill(
        f"{word} is no state ({whose} in the answer to state); the suite reads it as unknown.",
        f"Answer {', '.join(names[:-1])} or {names[-1]}, or the number from 0 to {len(names) - 1}.",
    )


def _misnamed(listed: Listed, rows: Sequence[dict[str, Any]]) -> Iterator[Ill]:
    """Each word that is no state, once."""
    by_word: dict[str, list[Place]] = {}
    for row in rows:
        if not is_known(row["state"]):
            by_word.setdefault(repr(row["state"]), []).append(listed.place(row))
    for word, places in by_word.items():
        yield _no_state(word, f"{listed.name}: {listed.spell(places)}", STATES)


def _miscounted(
    listed: Listed, rows: Sequence[dict[str, Any]], brought: Sequence[Place]
) -> Iterator[Ill]:
    counts = Counter(map(listed.place, rows))
    missing = [place for place in brought if place not in counts]
    if missing:
        yield Ill(
            f"The answer to state lacks {listed.name} that load brought: {listed.spell(missing)}.",
            "List all of them, with the ids of load; what cannot be exported is not_exported.",
        )
    twice = [place for place, count in counts.items() if count > 1]
    if twice:
        yield Ill(
            f"The answer to state has {listed.name} twice: {listed.spell(twice)}.",
            "List each once.",
        )


def not_arrived(told: Answer | None, heard: Sequence[Entry]) -> Ill | None:
    """Why an export from which nothing was held back did not get to the SIS: `told` is what the
    button answered, `heard` what the SIS was sent since, until the work was done."""
    if told and not told["accepted"]:
        return Ill(
            f"The product refused to export: {_reason(told)}.",
            "Nothing forbids it here: pass on what load, sync and act bring.",
        )
    writes = [entry for entry in heard if _writes(entry)]
    if not writes:
        return Ill(
            "The export was accepted, and the SIS was sent no grades.",
            "Send them to the sis_url of configure, and answer settle when that is done.",
        )
    if not any(_status(entry) in range(200, 300) for entry in writes):
        last = writes[-1]
        return Ill(
            f"The SIS took none of what was sent: {asked_and_answered(last)}",
            "See docs/dialects for where it is to be sent, and how.",
        )
    return None


def not_fetched(told: Answer) -> Ill | None:
    """Why a sync that nothing stood in the way of did not succeed: `told` is the answer to it."""
    if told["synchronised"]:
        return None
    return Ill(
        f"The product could not synchronise: {_reason(told)}.",
        "Nothing forbids it here: fetch from the sis_url of configure, with its credentials.",
    )


def astray_in_time(told: Answer, due: float) -> Ill | None:
    """What is wrong with the answer to advance, where the exporter's clock is due at so many Unix
    seconds. A second is the finest that an exporter has to keep."""
    with suppress(ValueError):  # the schema lets a 31 February pass
        if abs(from_iso(told["now"]) - due) < 1:
            return None
    return Ill(
        f"After advance the exporter's clock is at {told['now']}; it should be at {iso(due)}.",
        "Set the product's clock by configure, add the seconds of each advance, and answer where"
        " that clock is.",
    )


def _reason(told: Answer) -> str:
    return str(told.get("message") or "it did not say why").rstrip(".")


def _writes(entry: Entry) -> bool:
    return entry.call.method not in ("GET", "HEAD") and not fnmatchcase(entry.operation, "*.token")


def _status(entry: Entry) -> int:
    return entry.outcome.status if isinstance(entry.outcome, Reply) else 0


def asked_and_answered(entry: Entry) -> str:
    """An exchange on one line, with the words of a refusal."""
    text = f"{entry.call.method} {entry.call.target} -> {_status(entry)}"
    if isinstance(entry.outcome, Reply) and entry.outcome.status >= 400:
        return f"{text} {body_text(entry.outcome.body)}"
    return text
