"""Items and scores of a course as they show in evidence: entered, sent, answered, shown, stored.

Line items are told apart by their titles, which a course of the suite has once each: the sourcedIds
are the exporter's own. A spot is (item, section), a place (item, student), ids as text.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

import orjson

from conformance.evidence import Evidence
from conformance.rule import NotTestable, Violation
from conformance.states import named
from conformance.steps import Act
from mock_sis.entry import Entry
from mock_sis.exchange import Reply

SERVICE = "oneroster.gradebook"
PUT_ITEM, PUT_RESULT = f"{SERVICE}.lineItems.put", f"{SERVICE}.results.put"
ITEM_WRITES = (PUT_ITEM, f"{SERVICE}.classes.lineItems.post")
RESULT_WRITES = (
    PUT_RESULT,
    f"{SERVICE}.lineItems.results.post",
    f"{SERVICE}.classes.academicSessions.results.post",
)

Spot = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Written:
    """One object in a request that writes; `name` is its sourcedId, `status` None where the SIS
    gave no answer."""

    number: int
    operation: str
    name: str
    raw: Mapping[str, Any]
    status: int | None
    told: str

    @property
    def taken(self) -> bool:
        """Whether the SIS said that it took it."""
        return self.status is not None and 200 <= self.status < 300

    def ref(self, name: str) -> str:
        """The sourcedId that a reference names; "" where there is none."""
        found = self.raw.get(name)
        return str(found.get("sourcedId", "")) if isinstance(found, dict) else ""


# What was sent


def line_items(evidence: Evidence, *, since: str = "", until: str = "") -> list[Written]:
    """The line items that were sent, between two labelled steps, in order."""
    return [
        each
        for entry in _writes(evidence, ITEM_WRITES, since, until)
        for each in _objects(entry, "lineItem", "lineItems")
    ]


def results(evidence: Evidence, *, since: str = "", until: str = "") -> list[Written]:
    """The results that were sent, between two labelled steps, in order."""
    return [
        each
        for entry in _writes(evidence, RESULT_WRITES, since, until)
        for each in _objects(entry, "result", "results")
    ]


def some_line_items(evidence: Evidence) -> list[Written]:
    """The line items of all of the case. Raises NotTestable where there is none."""
    found = line_items(evidence)
    if not found:
        raise NotTestable("no item was transferred, which the rule presupposes")
    return found


def writes(evidence: Evidence, *, since: str = "", until: str = "") -> list[Entry]:
    """Every request that could change something in the gradebook, between two labelled steps."""
    found = evidence.calls(f"{SERVICE}.*", since=since, until=until)
    return [entry for entry in found if entry.call.method != "GET"]


def _writes(
    evidence: Evidence, operations: tuple[str, ...], since: str, until: str
) -> Iterator[Entry]:
    found = evidence.calls(f"{SERVICE}.*", since=since, until=until)
    return (entry for entry in found if entry.operation in operations)


def _objects(entry: Entry, one: str, many: str) -> Iterator[Written]:
    reply = entry.outcome if isinstance(entry.outcome, Reply) else None
    status, answer = (reply.status, _json(reply.body)) if reply else (None, None)
    told = str(answer.get("imsx_description", "")) if isinstance(answer, dict) else ""
    data = _json(entry.call.body)
    data = data if isinstance(data, dict) else {}
    if entry.operation.endswith(".put"):
        given: list[Any] = [data.get(one)]
        names = [unquote(entry.call.path.rpartition("/")[2])]
    else:
        listed = data.get(many)
        given = listed if isinstance(listed, list) else []
        pairs = answer.get("sourcedIdPairs", []) if isinstance(answer, dict) else []
        names = [str(pair.get("allocatedSourcedId", "")) for pair in pairs] or [""] * len(given)
    for raw, name in zip(given, names, strict=False):
        if isinstance(raw, dict):
            yield Written(entry.number, entry.operation, name, raw, status, told)


def _json(body: bytes) -> Any:
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError:
        return None


# What the course is


def course(evidence: Evidence) -> dict[str, Any]:
    """The course as it was loaded."""
    for done in evidence.steps:
        if done.message is not None and "course" in done.message:
            found: dict[str, Any] = done.message["course"]
            return found
    raise NotTestable("the course was never loaded")


def by_title(evidence: Evidence) -> dict[str, dict[str, Any]]:
    """The items of the course, by their titles."""
    return {each["title"]: each for each in course(evidence)["items"]}


def spot_of(evidence: Evidence, sent: Written) -> Spot:
    """Which item of the course a line item is, in which section; the item is "" for none."""
    item = by_title(evidence).get(str(sent.raw.get("title")))
    return (str(item["id"]) if item else "", sent.ref("class"))


def spots(evidence: Evidence) -> dict[str, Spot]:
    """Which item in which section the line items are that were sent, by sourcedId."""
    return {each.name: spot_of(evidence, each) for each in line_items(evidence)}


def sections_of(evidence: Evidence) -> dict[str, str]:
    """The section of each student."""
    return {str(each["user_id"]): each["section"] for each in course(evidence)["students"]}


def entered(evidence: Evidence) -> dict[Spot, float | None]:
    """The score that the teacher has entered at each place: what was loaded, and edited since."""
    found: dict[Spot, float | None] = {
        (str(each["item"]), str(each["student"])): each["score"]
        for each in course(evidence)["scores"]
    }
    for fields in _acted(evidence, "edit_score"):
        found[(str(fields["item"]), str(fields["student"]))] = fields["score"]
    return found


def chosen(evidence: Evidence, *, before: int) -> dict[Spot, str]:
    """The title of the category that was chosen for each spot, up to a journal number."""
    return {
        (str(fields["item"]), fields["section"]): fields["category"]
        for fields in _acted(evidence, "choose_category", before)
    }


def _acted(evidence: Evidence, action: str, before: int | None = None) -> Iterator[dict[str, Any]]:
    for done in evidence.steps:
        step, answer = done.step, done.answer
        taken = isinstance(step, Act) and step.action == action and answer and answer.get("done")
        if taken and (before is None or done.first < before):
            assert isinstance(step, Act)
            yield step.fields


# What the product shows


@dataclass(frozen=True, slots=True)
class Shown:
    """What the product showed at one moment: state and text of each spot and of each place."""

    items: Mapping[Spot, tuple[str, str]]
    scores: Mapping[Spot, tuple[str, str]]


def shown(evidence: Evidence, label: str) -> Shown:
    """What the product showed at the State step of that label."""
    answer = evidence.step(label).answer or {}
    return Shown(
        {
            (str(each["item"]), each["section"]): (named(each["state"]), each.get("message") or "")
            for each in answer.get("items", [])
        },
        {
            (str(each["item"]), str(each["student"])): (
                named(each["state"]),
                each.get("message") or "",
            )
            for each in answer.get("scores", [])
        },
    )


# What the SIS holds


def sections(evidence: Evidence) -> dict[str, dict[str, Any]]:
    """The sections of the SIS at the end, by id."""
    return {each["id"]: each for each in evidence.gradebook.get("sections", [])}


def held_items(evidence: Evidence) -> list[tuple[Spot, dict[str, Any]]]:
    """The line items that the SIS holds and did not make itself, each with its spot."""
    titles = by_title(evidence)
    return [
        ((str(titles[each["title"]]["id"]) if each["title"] in titles else "", name), each)
        for name, section in sections(evidence).items()
        for each in section["coursework"]["assignments"]
        if each["by"].startswith("oneroster.")
    ]


def held_scores(evidence: Evidence) -> dict[Spot, dict[str, Any]]:
    """The grades that the SIS holds on line items of the course, by place."""
    found = {}
    for (item, name), assignment in held_items(evidence):
        section = sections(evidence)[name]
        people = {str(each["id"]): str(each["person"]) for each in section["enrollments"]}
        for grade in section["coursework"]["grades"]:
            if grade["assignment"] == assignment["id"]:
                found[(item, people.get(str(grade["enrollment"]), ""))] = grade
    return found


def categories(evidence: Evidence) -> dict[str, Spot]:
    """Title and section of each category of the SIS, by sourcedId."""
    return {
        f"cat-{name}-{each['id']}": (each["title"], name)
        for name, section in sections(evidence).items()
        for each in section["coursework"]["categories"]
    }


def unstored(evidence: Evidence, *, but: tuple[Spot, ...] = ()) -> Iterator[Violation]:
    """The scores of items that were sent, and that the SIS does not hold at the end as they were
    entered."""
    held, sent = held_scores(evidence), set(spots(evidence).values())
    where = sections_of(evidence)
    for place, score in entered(evidence).items():
        item, student = place
        if score is None or place in but or (item, where.get(student, "")) not in sent:
            continue
        there = held[place]["grade"] if place in held else None
        if there != score:
            text = "no score" if there is None else f"the score {there:g}"
            yield Violation(
                f"left {spell(place)} with {text} in the SIS; the teacher entered {score:g}"
            )


def doubled(evidence: Evidence) -> Iterator[Violation]:
    """Items that the SIS holds more than once in a section."""
    seen: dict[Spot, int] = {}
    for spot, _ in held_items(evidence):
        seen[spot] = seen.get(spot, 0) + 1
    for (item, section), times in seen.items():
        if times > 1:
            yield Violation(f"left {times} line items of item {item!r} in section {section}")


def spell(place: Spot) -> str:
    """A place in words."""
    return f"student {place[1]} on item {place[0]!r}"


def spell_spot(spot: Spot) -> str:
    """A spot in words."""
    return f"item {spot[0]!r} in section {spot[1]}"
