"""Other people's data in a person's message.

A product shows why the export of a person's grade failed, to that person or to staff. The text may
identify that person only. Two exceptions: a text shown for several people, such as "3 of 4 were
exported", is about none of them, and the exporter may quote the SIS, unless the SIS wrote about
another person.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from lxml import etree

from conformance.model.evidence import Evidence
from conformance.model.rule import Violation
from mock_sis.exchange import Reply

SHORTEST = 4
"""Characters. Shorter names and grades, such as Bo and A, could be other words."""


@dataclass(frozen=True, slots=True)
class Person:
    """A person: the `id` that rows of the answer to state have, and the facts by which others can
    recognise the person: names, numbers and grades, each with its kind."""

    id: str
    facts: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Shown:
    """A text that a product shows of a person, at the labelled step."""

    person: str
    text: str
    label: str


def facts(**kinds: Iterable[Any]) -> dict[str, str]:
    """The kind of each fact that is long enough to be recognised, by its text."""
    found = {_text(value): kind for kind, values in kinds.items() for value in values}
    return {text: kind for text, kind in found.items() if len(text) >= SHORTEST}


def _text(value: Any) -> str:
    return f"{value:g}" if isinstance(value, float) else "" if value is None else str(value)


def shown_rows(evidence: Evidence, lists: Sequence[str], key: str) -> Iterator[Shown]:
    """The message of each row in these lists of the answers to state; `key` names the person."""
    for done in evidence.steps:
        answer = done.answer or {}
        for name in lists:
            for row in answer.get(name, ()):
                if row.get("message"):
                    yield Shown(str(row.get(key)), str(row["message"]), done.step.label)


def others_data(
    evidence: Evidence, people: Sequence[Person], shown: Iterable[Shown]
) -> Iterator[Violation]:
    """The texts of a person with data of another one; each once."""
    by_id = {each.id: each for each in people}
    unique = {(each.person, each.text): each for each in shown if each.person in by_id}
    audience: dict[str, set[str]] = {}
    for who, text in unique:
        audience.setdefault(text, set()).add(who)
    said = list(_said(evidence, frozenset(by_id)))
    for (who, text), each in unique.items():
        if len(audience[text]) == 1:
            own = by_id[who]
            rest = _without_quotes(text, [words for owner, words in said if owner in ("", who)])
            for other in people:
                for kind in _recognised(other, own, rest):
                    yield Violation(
                        f"shows person {who} a text with the {kind} of person {other.id}: {text!r}",
                        steps=(each.label,) if each.label else (),
                    )


def _recognised(other: Person, own: Person, text: str) -> list[str]:
    """The kinds of facts of another person in a text, but for those that both have."""
    if other.id == own.id:
        return []
    kinds = (
        kind for fact, kind in other.facts.items() if fact not in own.facts and _in(fact, text)
    )
    return list(dict.fromkeys(kinds))


def _in(fact: str, text: str) -> bool:
    """Whether a fact is in a text, and not as a part of a longer word or number."""
    return re.search(rf"(?<!\w)(?<!\d[.,]){re.escape(fact)}(?!\w|[.,]\d)", text) is not None


def _without_quotes(text: str, quotes: Iterable[str]) -> str:
    for quote in sorted(quotes, key=len, reverse=True):
        text = text.replace(quote, " ")
    return text


def _said(evidence: Evidence, ids: frozenset[str]) -> Iterator[tuple[str, str]]:
    """The sentences in the answers of the SIS, each with the id of the person it is about, or "".
    Single words, such as ids, are left out."""
    for entry in evidence.requests:
        if isinstance(entry.outcome, Reply):
            for owner, text in _spoken(_tree(entry.outcome.body), "", ids):
                if " " in text.strip():
                    yield owner, text


def _spoken(data: Any, owner: str, ids: frozenset[str]) -> Iterator[tuple[str, str]]:
    if isinstance(data, str):
        yield owner, data
    elif isinstance(data, list):
        for each in data:
            yield from _spoken(each, owner, ids)
    elif isinstance(data, dict):
        named = [str(each) for each in data.values() if isinstance(each, str | int)]
        owner = next((name for name in named if name in ids), owner)
        for each in data.values():
            yield from _spoken(each, owner, ids)


def _tree(body: bytes) -> Any:
    """A body as plain data: JSON, XML, or else its text."""
    try:
        return json.loads(body)
    except ValueError:
        pass
    try:
        return _element(etree.fromstring(body, etree.XMLParser(resolve_entities=False)))
    except (etree.XMLSyntaxError, ValueError):
        return body.decode(errors="replace")


def _element(element: etree._Element) -> Any:
    children = list(element)
    if not children:
        return element.text or ""
    return {f"{place} {each.tag}": _element(each) for place, each in enumerate(children)}
