"""What the SIS of a made course holds, request by request, and what its teachers do there."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from conformance.model.evidence import Held
from conformance.model.rule import Scenario
from conformance.skyward.evidence.wire import line_items_in, results_in
from conformance.skyward.profile import PROFILE
from conformance.skyward.subject import Course
from mock_sis.exchange import Call, Reply
from mock_sis.journal.entry import Entry

T0 = 1_781_514_000.0

ItemKey = ScoreKey = tuple[str, str]


def subject(scenario: Scenario) -> Course:
    assert isinstance(scenario.subject, Course)
    return scenario.subject


Undo = Callable[["Book"], None]


@dataclass(frozen=True)
class Taught:
    """What a teacher does in the SIS, as the suite does it over the control interface."""

    operation: str
    change: Undo

    @property
    def entry(self) -> Entry:
        call = Call("PUT", "/_control/gradebook", received=T0)
        return Entry(0, f"control.gradebook.{self.operation}", call, Reply(200))


@dataclass(frozen=True)
class Stored:
    """A request without an answer that the SIS has carried out."""

    entry: Entry


class Book:
    """What the SIS of a scenario holds, request by request."""

    def __init__(self, scenario: Scenario) -> None:
        self.course = subject(scenario)
        self.titles = {each.title: each.id for each in self.course.items}
        self.items: dict[str, dict[str, Any]] = {
            f"made-{number}": _assignment(number, each.title, each.section, "", 0.0)
            for number, each in enumerate(self.course.made, 900)
        }
        self.grades: dict[tuple[int, int], dict[str, Any]] = {
            (number, who): _grade(number, who, score, "seed")
            for number, each in enumerate(self.course.made, 900)
            for who, score in each.scores
        }
        self.last = 0
        self.gone: set[str] = set()
        self.weights: dict[str, float] = {}

    def take(self, each: Entry) -> None:
        """An exchange: what the SIS accepted of it is stored."""
        if each.operation.endswith("categories.put"):
            section = unquote(each.call.path.rpartition("/")[2]).removeprefix("cat-")[:-2]
            self.weights[section] = json.loads(each.call.body).get("category", {}).get("weight")
        for named, fields in _taken(each, "lineItem"):
            name = named or f"nameless-{self.last}"
            if name not in self.items:
                self.last += 1
            number = self.items[name]["id"] if name in self.items else self.last
            section = fields.get("class", {}).get("sourcedId", "")
            row = _assignment(number, fields.get("title"), section, each.operation, T0)
            category = fields.get("category", {}).get("sourcedId", "").rpartition("-")[2]
            row["category"] = int(category) if category.isdigit() else 0
            self.items[name] = row
        for _, fields in _taken(each, "result"):
            item = self.items[fields["lineItem"]["sourcedId"]]["id"]
            who = int(fields["student"]["sourcedId"])
            row = _grade(item, who, fields.get("score"), each.operation)
            row["details"] = {"late": fields.get("late") == "true"}
            self.grades[item, who] = row
        if each.operation.endswith("results.delete"):
            name = unquote(each.call.path.rpartition("/")[2])
            item, _, who = name.rpartition(":")
            if item in self.items:
                self.grades.pop((self.items[item]["id"], int(who)), None)

    def number(self, item: str, section: str) -> int:
        """The number of the newest line item with the title of an item."""
        return int(self.named(item, section)["id"])

    def named(self, item: str, section: str) -> dict[str, Any]:
        """The newest line item with the title of an item."""
        return next(
            row
            for row in reversed(self.items.values())
            if self.titles.get(row["title"]) == item and row["section"] == section
        )

    def put_score(self, item: str, who: str, score: float | None) -> None:
        """A teacher enters a score."""
        section = next(each.section for each in self.course.students if str(each.user_id) == who)
        number = self.number(item, section)
        author = "control.gradebook.results.put"
        self.grades[number, int(who)] = _grade(number, int(who), score, author)

    def flag_late(self, item: str, section: str, who: int) -> None:
        """A teacher flags late work."""
        self.grades[self.number(item, section), who]["details"] = {"late": True}

    def move(self, item: str, section: str, category: int) -> None:
        """A teacher puts a line item into another category."""
        self.named(item, section)["category"] = category

    def remove(self, item: str, section: str) -> None:
        """A teacher removes a line item."""
        row = self.named(item, section)
        self.items = {name: each for name, each in self.items.items() if each is not row}

    def weigh(self, section: str, weight: float) -> None:
        """A teacher weights the first category of a section."""
        self.weights[section] = weight

    def withdraw(self, who: int) -> None:
        """A student is dropped."""
        self.gone.add(str(who))

    @property
    def snapshot(self) -> dict[str, Any]:
        """The gradebook as plain data; changes of the book do not change it."""
        rows, grades = list(self.items.values()), list(self.grades.values())
        aliases = [
            ["lineItem", name, [row["section"], row["id"]]]
            for name, row in self.items.items()
            if not name.startswith(("made-", "nameless-"))
        ]
        found = {
            "sections": [self._section(name, rows, grades) for name, _ in self.course.sections],
            "aliases": aliases,
        }
        return deepcopy(found)

    def _section(
        self, name: str, items: Sequence[dict[str, Any]], grades: Sequence[dict[str, Any]]
    ) -> dict[str, Any]:
        mine = [each for each in items if each["section"] == name]
        numbers = {each["id"] for each in mine}
        titles = dict(self.course.sections)[name]
        return {
            "id": name,
            "enrollments": [
                {
                    "id": each.user_id,
                    "person": str(each.user_id),
                    "state": "withdrawn" if str(each.user_id) in self.gone else "active",
                }
                for each in self.course.students
                if each.section == name
            ],
            "coursework": {
                "periods": [
                    {"id": each.id, "closed": each.closed, "end": each.end}
                    for each in self.course.terms
                ],
                "categories": [
                    {"id": k, "title": title, "weight": self.weights.get(name) if k == 1 else None}
                    for k, title in enumerate(titles, 1)
                ],
                "assignments": mine,
                "grades": [each for each in grades if each["assignment"] in numbers],
            },
        }


def gradebook(
    scenario: Scenario, journal: Sequence[Entry], there: Mapping[ScoreKey, float | None]
) -> dict[str, Any]:
    """What the SIS holds after these requests. `there` are scores that are otherwise in the end, on
    the newest line item of that title; None stands for none."""
    book = Book(scenario)
    for each in journal:
        book.take(each)
    for (item, who), score in there.items():
        book.put_score(item, who, score)
    return book.snapshot


def _taken(each: Entry, kind: str) -> list[tuple[str, Mapping[str, Any]]]:
    """The objects that the SIS accepted from a request, with their sourcedIds."""
    sent = line_items_in(each) if kind == "lineItem" else results_in(each)
    return [(one.sourced_id, one.raw) for one in sent if one.accepted]


def _assignment(number: int, title: str, section: str, by: str, at: float) -> dict[str, Any]:
    row = {"id": number, "title": title, "section": section, "by": by, "at": at}
    return {**row, "category": 1, "period": 2, "weight": None}


def _grade(item: int, who: int, score: Any, by: str) -> dict[str, Any]:
    row = {"assignment": item, "enrollment": who, "grade": score, "by": by, "at": T0}
    return {**row, "exception": 0, "details": None}


class Compared:
    """What each exchange changed, as the runner notes it."""

    def __init__(self) -> None:
        self.rows: list[Held] = []
        self.before: Mapping[str, str] = {}

    def note(self, number: int, book: Mapping[str, Any]) -> None:
        after = PROFILE.held(book)
        for key in {**self.before, **after}:
            if self.before.get(key) != after.get(key):
                self.rows.append(Held(number, key, after.get(key)))
        self.before = after
