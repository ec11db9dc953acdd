"""What a course is, what was entered in it, what the product shows of it, and what the SIS holds.

Line items are told apart by their titles, which a course of the suite has once each: the sourcedIds
are the exporter's own. A spot is (item, section), a place (item, student), ids as text.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from conformance.model.evidence import Evidence
from conformance.model.rule import NotTestable, Violation
from conformance.model.states import named
from conformance.model.steps import Act, Export
from conformance.skyward.evidence.wire import Written, line_items, results

KINDS = ("assignment", "test", "task")
"""The kinds of items that can be sent."""

Spot = tuple[str, str]
ScorePlace = tuple[str, str]


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


def place_of(sent: Written, where: Mapping[str, Spot]) -> ScorePlace:
    """Whose score on which item a result is; the item is "" where its line item is none of the
    course's. `where` is what `spots` gives."""
    return (where.get(sent.ref("lineItem"), ("", ""))[0], sent.ref("student"))


def sections_of(evidence: Evidence) -> dict[str, str]:
    """The section of each student."""
    return {str(each["user_id"]): each["section"] for each in course(evidence)["students"]}


def wanted(evidence: Evidence) -> set[Spot]:
    """The items that may leave, in the sections that were ticked and have them: what transfers
    bring to the SIS."""
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


# What the teacher did


def entered(evidence: Evidence, *, before: int | None = None) -> dict[ScorePlace, float | None]:
    """The score that the teacher has entered at each place: what was loaded, and edited since, up
    to a journal number."""
    found: dict[ScorePlace, float | None] = {
        (str(each["item"]), str(each["student"])): each["score"]
        for each in course(evidence)["scores"]
    }
    for fields in _acted(evidence, "edit_score", before):
        found[(str(fields["item"]), str(fields["student"]))] = fields["score"]
    return found


def chosen(evidence: Evidence, *, before: int) -> dict[Spot, str]:
    """The title of the category that was chosen for each spot, up to a journal number."""
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
    """What the product showed at one moment: state and text of each spot and of each place."""

    items: Mapping[Spot, tuple[str, str]]
    scores: Mapping[ScorePlace, tuple[str, str]]


def shown(evidence: Evidence, label: str) -> Shown:
    """What the product showed at the State step of that label."""
    answer = evidence.step(label).answer or {}

    def told(rows: list[dict[str, Any]], other: str) -> dict[tuple[str, str], tuple[str, str]]:
        return {
            (str(row["item"]), str(row[other])): (named(row["state"]), row.get("message") or "")
            for row in rows
        }

    return Shown(
        told(answer.get("items", []), "section"), told(answer.get("scores", []), "student")
    )


# What the SIS holds


def sections(evidence: Evidence) -> dict[str, dict[str, Any]]:
    """The sections of the SIS at the end, by id."""
    return {each["id"]: each for each in evidence.gradebook.get("sections", [])}


def categories(evidence: Evidence) -> dict[str, tuple[str, str]]:
    """Title and section of each category of the SIS, by sourcedId."""
    return {
        f"cat-{name}-{each['id']}": (each["title"], name)
        for name, section in sections(evidence).items()
        for each in section["coursework"]["categories"]
    }


def held_items(evidence: Evidence) -> list[tuple[Spot, dict[str, Any]]]:
    """The line items that the SIS holds and did not make itself, each with its spot."""
    titles = by_title(evidence)
    return [
        ((str(titles[each["title"]]["id"]) if each["title"] in titles else "", name), each)
        for name, section in sections(evidence).items()
        for each in section["coursework"]["assignments"]
        if each["by"].startswith("oneroster.")
    ]


def held_scores(evidence: Evidence) -> dict[ScorePlace, dict[str, Any]]:
    """The grades that the SIS holds on line items of the course, by place."""
    found = {}
    for (item, name), assignment in held_items(evidence):
        section = sections(evidence)[name]
        people = {str(each["id"]): str(each["person"]) for each in section["enrollments"]}
        for grade in section["coursework"]["grades"]:
            if grade["assignment"] == assignment["id"]:
                found[(item, people.get(str(grade["enrollment"]), ""))] = grade
    return found


# What the SIS should hold


def missing(evidence: Evidence, *, but: Collection[Spot] = ()) -> Iterator[Violation]:
    """Items that were to be transferred, and that the SIS does not hold at the end."""
    held = {spot for spot, _ in held_items(evidence)}
    for spot in sorted(wanted(evidence) - held - set(but)):
        yield Violation(f"left {spell_spot(spot)} out of the SIS")


def unstored(evidence: Evidence, *, but: Collection[ScorePlace] = ()) -> Iterator[Violation]:
    """Scores that the SIS does not hold at the end as they were entered, on items that were to be
    transferred and that it holds."""
    held = held_scores(evidence)
    for place, score in arrived(evidence).items():
        if place in but:
            continue
        there = held[place]["grade"] if place in held else None
        if there != score:
            text = "no score" if there is None else f"the score {there:g}"
            yield Violation(
                f"left {spell(place)} with {text} in the SIS; the teacher entered {score:g}"
            )


def arrived(evidence: Evidence) -> dict[ScorePlace, float]:
    """The scores that were entered on items that were to be transferred, and that the SIS holds."""
    there = wanted(evidence) & {spot for spot, _ in held_items(evidence)}
    where = sections_of(evidence)
    return {
        place: score
        for place, score in entered(evidence).items()
        if score is not None and (place[0], where.get(place[1], "")) in there
    }


def doubled(evidence: Evidence) -> Iterator[Violation]:
    """Items that the SIS holds more than once in a section, and scores that were given it under
    two names."""
    times = Counter(spot for spot, _ in held_items(evidence) if spot[0])
    for spot, count in times.items():
        if count > 1:
            yield Violation(f"left {count} line items of {spell_spot(spot)}")
    names: dict[tuple[str, str], Written] = {}
    for sent in results(evidence):
        if sent.refused or not sent.name:
            continue
        first = names.setdefault((sent.ref("lineItem"), sent.ref("student")), sent)
        if first.name != sent.name:
            yield Violation(
                f"sent the score of student {sent.ref('student')} as {sent.name!r}"
                f" (#{sent.number}), which it had sent as {first.name!r} (#{first.number})",
                (first.number, sent.number),
            )


def spell(place: ScorePlace) -> str:
    """A place in words."""
    return f"student {place[1]} on item {place[0]!r}"


def spell_spot(spot: Spot) -> str:
    """A spot in words."""
    return f"item {spot[0]!r} in section {spot[1]}"
