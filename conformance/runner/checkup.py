"""What is wrong with answers that keep their schema: pure functions for the doctor.

A schema cannot know which words are states, what was loaded, or that an export should arrive.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from conformance.drivers.protocol import Answer
from conformance.judging.late import writes
from conformance.model.profile import Profile
from conformance.model.state_answer import RowKey, StateList
from conformance.model.states import STATES, is_known
from conformance.reports.story import body_text
from mock_sis.clock import from_iso, iso
from mock_sis.exchange import Reply
from mock_sis.journal.entry import Entry

MOST = 3
"""Rows that a defect names."""


@dataclass(frozen=True, slots=True)
class Defect:
    """Something to fix in an adapter: the cause and the cure, a sentence or two each."""

    cause: str
    cure: str


def state_defects(
    answer: Answer,
    load_fields: Mapping[str, Any],
    profile: Profile,
    features: Collection[str] = (),
) -> Iterator[Defect]:
    """What is wrong with an answer to state after a load message with these fields, from an
    exporter with these features."""
    shape = profile.state_answer
    ((subject, loaded),) = load_fields.items()
    if shape.whole and not is_known(answer.get(shape.whole), shape.states):
        yield _not_a_state(repr(answer.get(shape.whole)), shape.whole, shape.states)
    for name, feature in _members(shape.promised, features):
        if name not in answer:
            yield _unkept(name, feature)
    for each in shape.lists:
        due = [tuple(map(str, key)) for key in each.loaded(loaded)]
        rows = answer.get(each.name)
        if rows is not None:
            yield from _unknown_states(each, rows)
            yield from _miscounted(each, rows, due)
            yield from _unpromised(each, rows, features)
        elif due:
            yield Defect(
                f"The answer to state has no {each.name}, although a {subject} was loaded.",
                f"Answer in the shape of schemas/adapter/{profile.name}.schema.json, $defs/state.",
            )


def _not_a_state(word: str, where: str, names: Sequence[str]) -> Defect:
    return Defect(
        f"The answer to state has {word} as a state ({where}), which the suite reads as unknown.",
        f"Answer {', '.join(names[:-1])} or {names[-1]}, or the number from 0 to {len(names) - 1}.",
    )


def _unknown_states(listed: StateList, rows: Sequence[Mapping[str, Any]]) -> Iterator[Defect]:
    """One defect for each word that is not a state."""
    by_word: dict[str, list[RowKey]] = {}
    for row in rows:
        if not is_known(row["state"]):
            by_word.setdefault(repr(row["state"]), []).append(listed.key_of(row))
    for word, keys in by_word.items():
        yield _not_a_state(word, f"{listed.name}: {_spell(listed, keys)}", STATES)


def _members(
    promised: Mapping[str, Sequence[str]], features: Collection[str]
) -> Iterator[tuple[str, str]]:
    """The members that these features promise, each with its feature."""
    for feature, names in promised.items():
        yield from ((name, feature) for name in names if feature in features)


def _unkept(name: str, feature: str, where: str = "") -> Defect:
    return Defect(
        f"The answer to state has no {name}{where}, although hello declares {feature}.",
        f"Show {name} in every answer to state, or leave {feature} out of hello.",
    )


def _unpromised(
    listed: StateList, rows: Sequence[Mapping[str, Any]], features: Collection[str]
) -> Iterator[Defect]:
    """The members that a declared feature promises: those that are missing, and wrong words."""
    for name, feature in _members(listed.promised, features):
        lacking = [listed.key_of(row) for row in rows if name not in row]
        if lacking:
            yield _unkept(name, feature, f" ({listed.name}: {_spell(listed, lacking)})")
        words = listed.words.get(name, ())
        wrong = [row for row in rows if words and row.get(name, words[0]) not in words]
        if wrong:
            yield Defect(
                f"The answer to state has {wrong[0][name]!r} as {name} ({listed.name}:"
                f" {_spell(listed, list(map(listed.key_of, wrong)))}).",
                f"Answer {', '.join(words[:-1])} or {words[-1]}.",
            )


def _miscounted(
    listed: StateList, rows: Sequence[Mapping[str, Any]], due: Sequence[RowKey]
) -> Iterator[Defect]:
    counts = Counter(map(listed.key_of, rows))
    missing = [key for key in due if key not in counts]
    if missing:
        yield Defect(
            f"The answer to state lacks {listed.name} that were loaded: {_spell(listed, missing)}.",
            "List all of them, with the ids of load; list what cannot be exported as not_exported.",
        )
    twice = [key for key, count in counts.items() if count > 1]
    if twice:
        yield Defect(
            f"The answer to state lists {listed.name} twice: {_spell(listed, twice)}.",
            "List each once.",
        )


def _spell(listed: StateList, keys: Sequence[RowKey]) -> str:
    """The first few rows in words."""
    each = [" ".join(map(" ".join, zip(listed.keys, key, strict=True))) for key in keys]
    more = f" and {len(each) - MOST} more" if len(each) > MOST else ""
    return f"{', '.join(each[:MOST])}{more}"


def export_defect(pressed: Answer | None, heard: Sequence[Entry]) -> Defect | None:
    """Why an export for which every condition was met did not reach the SIS.

    `pressed` is the answer to the export, `heard` what the SIS has received from then until the
    work was done.
    """
    if pressed and not pressed["accepted"]:
        return Defect(
            f"The product refused to export: {_reason(pressed)}.",
            "Every condition is met here; pass on to the product what load, sync and act say.",
        )
    written = [entry for entry in heard if writes(entry)]
    if not written:
        return Defect(
            "The adapter accepted the export but sent no grades to the SIS.",
            "Send them to the sis_url of configure, and answer settle when that is done.",
        )
    if not any(_status(entry) in range(200, 300) for entry in written):
        last = written[-1]
        return Defect(
            f"The SIS accepted none of the requests; the last was {asked_and_answered(last)}",
            "See docs/dialects for the paths and bodies that the SIS expects.",
        )
    return None


def sync_defect(synced: Answer) -> Defect | None:
    """Why a sync for which every condition was met did not succeed."""
    if synced["synchronised"]:
        return None
    return Defect(
        f"The product could not synchronise: {_reason(synced)}.",
        "Every condition is met here; fetch from the sis_url of configure, with its credentials.",
    )


def clock_defect(advanced: Answer, expected: float) -> Defect | None:
    """What is wrong with the answer to advance, if the exporter's clock should be at so many Unix
    seconds. An exporter need not keep fractions of a second."""
    with suppress(ValueError):  # the schema accepts 31 February
        if abs(from_iso(advanced["now"]) - expected) < 1:
            return None
    return Defect(
        f"After advance the exporter's clock is at {advanced['now']} (expected {iso(expected)}).",
        "Set the product's clock from configure, add the seconds of each advance, and answer with"
        " its time.",
    )


def _reason(answer: Answer) -> str:
    return str(answer.get("message") or "it gave no reason").rstrip(".")


def _status(entry: Entry) -> int:
    return entry.outcome.status if isinstance(entry.outcome, Reply) else 0


def asked_and_answered(entry: Entry) -> str:
    """An exchange on one line; a refusal with its body."""
    text = f"{entry.call.method} {entry.call.target} -> {_status(entry)}"
    if isinstance(entry.outcome, Reply) and entry.outcome.status >= 400:
        return f"{text} {body_text(entry.outcome.body)}"
    return text
