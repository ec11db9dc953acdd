"""What the SIS holds: its rows as text for the evidence, and as values for the ledger.

A key is a JSON list: the kind of the row, its section, and what it is about. A value is the JSON
object of what the ledger asks of such a row; it changes with every write, since it has the time.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson

from conformance.model.evidence import Held

Key = tuple[str, ...]
Fields = Mapping[str, Any]

BY_HAND = "control."
"""The start of the author of what a user of the SIS did."""
BY_EXPORTER = "oneroster."
"""The start of the author of what an exporter sent."""


def held_rows(gradebook: Mapping[str, Any]) -> dict[str, str]:
    """The categories, grading periods, students, line items and scores of a SIS."""
    names = {
        tuple(map(str, place)): name
        for kind, name, place in gradebook.get("aliases", ())
        if kind == "lineItem"
    }
    return {
        orjson.dumps(key).decode(): orjson.dumps(fields).decode()
        for section in gradebook.get("sections", ())
        for key, fields in _of_section(section, names)
    }


def _of_section(section: Mapping[str, Any], names: Mapping[Key, str]) -> Iterator[tuple[Key, Any]]:
    name, work = section["id"], section["coursework"]
    people = {each["id"]: str(each["person"]) for each in section["enrollments"]}
    for each in section["enrollments"]:
        yield ("student", name, str(each["person"])), {"state": each.get("state", "active")}
    for each in work.get("periods", ()):
        yield ("period", name, str(each["id"])), {"closed": each["closed"], "end": each["end"]}
    for each in work["categories"]:
        kept = {"title": each["title"], "weight": each.get("weight")}
        yield ("category", name, str(each["id"])), kept
    for each in work["assignments"]:
        sourced = names.get((name, str(each["id"])), f"li-{name}-{each['id']}")
        members = ("title", "by", "at", "category", "period", "weight")
        about = {member: each.get(member) for member in members}
        yield ("item", name, str(each["id"])), {**about, "name": sourced}
    for each in work["grades"]:
        late = bool((each.get("details") or {}).get("late"))
        about = {member: each.get(member) for member in ("grade", "by", "at", "exception")}
        who = people.get(each["enrollment"], "")
        yield ("score", name, str(each["assignment"]), who), {**about, "late": late}


def is_of_the_sis(fields: Fields) -> bool:
    """Whether a line item or a score was made, or last changed, by the SIS or a user of it."""
    return not str(fields["by"]).startswith(BY_EXPORTER)


@dataclass
class Holding:
    """The rows that the SIS holds at one moment of a fold."""

    rows: dict[Key, Fields] = field(default_factory=dict)
    _of: dict[tuple[str, str], dict[str, Fields]] = field(default_factory=dict)

    def apply(self, changes: Iterable[Held]) -> list[tuple[Key, Fields | None, Fields | None]]:
        """Take these changes over. Returns them: each key with its value before and after."""
        found = []
        for each in changes:
            key: Key = tuple(orjson.loads(each.key))
            after = None if each.value is None else orjson.loads(each.value)
            found.append((key, self.rows.get(key), after))
            of = self._of.setdefault((key[0], key[1]), {}) if len(key) == 3 else {}  # no scores
            if after is None:
                self.rows.pop(key, None)
                of.pop(key[2], None)
            else:
                self.rows[key] = of[key[2]] = after
        return found

    def of(self, kind: str, section: str) -> Mapping[str, Fields]:
        """The categories, grading periods, students or line items of a section, by id."""
        return self._of.get((kind, section), {})

    def categories(self, section: str, title: str) -> set[str]:
        """The sourcedIds of the categories of a title."""
        found = self.of("category", section).items()
        return {f"cat-{section}-{number}" for number, row in found if row["title"] == title}

    def item(self, section: str, names: Iterable[str]) -> tuple[str, Fields] | None:
        """The number and the fields of the first line item with one of these sourcedIds."""
        wanted = set(names)
        found = self.of("item", section).items()
        return next(((number, row) for number, row in found if row["name"] in wanted), None)

    def score(self, section: str, number: str, student: str) -> Fields | None:
        """The score of a student on a line item."""
        return self.rows.get(("score", section, number, student))
