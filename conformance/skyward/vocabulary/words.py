"""The acts of an exploration: of the teacher in the course, of users of the SIS, and of time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from conformance.model.steps import (
    Advance,
    Export,
    Kill,
    Officer,
    Restart,
    Retry,
    Settle,
    State,
    Step,
    WaitForExchange,
)
from conformance.model.timing import ANSWERED_AFTER
from conformance.model.vocabulary import Word
from conformance.skyward.evidence.wire import ITEM_WRITES, RESULT_WRITES
from conformance.skyward.scenarios.common import choose, chosen, edit
from conformance.skyward.subject import Course, Item, Score
from conformance.skyward.vocabulary.failures import arm

THEN: tuple[Step, ...] = (Settle(), State())
_LATE = {"late": True}


def presses(course: Course) -> Iterator[Word]:
    """The buttons, and what needs no data."""
    yield Word("transfer", "press", (Export(), *THEN), sends=True)
    for name, _ in course.sections:
        ticked = Export(fields={"sections": [name]})
        yield Word(f"transfer to {name}", "part", (ticked, *THEN), sends=True)
    for item in course.items[:2]:
        ticked = Export(fields={"items": [item.id]})
        yield Word(f"transfer {item.id}", "part", (ticked, *THEN), sends=True)
    yield Word("transfer by two", "together", (Export(presses=2), *THEN), sends=True)
    yield Word("retry", "retry", (Retry(), *THEN), sends=True)
    yield Word("wait a day", "wait", (Advance(1), *THEN))
    yield Word("wait three weeks", "wait", (Advance(21), *THEN))
    yield Word("restart", "restart", (Kill(), Restart(), *THEN))
    yield _crash("an item", ITEM_WRITES)
    yield _crash("a score", RESULT_WRITES)


def _crash(what: str, operation: str) -> Word:
    slow = arm(operation, ("delay", {"seconds": ANSWERED_AFTER}))
    pressed = (slow, Export(wait=False), WaitForExchange(operation), Kill(), Restart(), *THEN)
    return Word(f"crash while sending {what}", "crash", pressed)


def edits(*scores: Score) -> Iterator[Word]:
    """The teacher enters, changes and removes these scores."""
    for each in scores:
        who = f"{each.item} of {each.student}"
        entered = edit(each.item, each.student, each.score)
        yield Word(f"score {who} {each.score:g}", "edit", (entered, *THEN))
    for each in {(each.item, each.student): each for each in scores}.values():
        who = f"{each.item} of {each.student}"
        removed = edit(each.item, each.student, None)
        yield Word(f"remove the score of {who}", "clear", (removed, *THEN))


def choices(course: Course) -> Iterator[Word]:
    """The teacher chooses categories: for every item, or for one in one section."""
    yield Word("choose every category", "ready", (*chosen(course), State()))
    item = course.items[0]
    sections = [each for each in course.sections if each[0] in course.sections_of(item)]
    titles = {title for _, categories in sections for title in categories[:2]}
    for section, _ in sections:
        for title in sorted(titles):
            step = choose(item.id, section, title)
            yield Word(f"choose {title} for {item.id} in {section}", "choose", (step, State()))


def in_the_sis(
    course: Course,
    item: Item,
    section: str,
    student: int | str,
    period: int,
    edits: Sequence[Score],
) -> Iterator[Word]:
    """What users of the SIS do about an item in a section and a student there. `edits` are scores
    that the teacher may enter."""
    within = f"/gradebook/sections/{section}"
    first = dict(course.sections)[section][0]
    line_item = f"{within}/line_items/{{item:{item.title}}}"
    result = f"{line_item}/results/{student}"
    yield _by_user("change a score", "PUT", result, score=1)
    yield _by_user("flag a score as late", "PUT", f"{result}/late", **_LATE)
    yield _by_user("move an item", "PUT", line_item, category=1, weight=2)
    yield _by_user("weight a category", "PUT", f"{within}/categories/1", title=first, weight=40)
    yield _by_user("rename a category", "PUT", f"{within}/categories/2", title="Renamed")
    yield _by_user("remove an item", "DELETE", line_item)
    yield from _in_both(result, [each for each in edits if each.item == item.id])
    made = {"title": item.title, "max_points": 10, "category": 1, "period": period}
    yield _by_user("make an item of that title", "POST", f"{within}/line_items", **made)
    for kind, path, states in (
        ("student", f"{within}/enrollments/{student}", ("withdrawn", "active")),
        ("period", f"{within}/periods/{period}", ("closed", "open")),
    ):
        for state in states:
            step = Officer("PUT", f"{path}/state", {"state": state})
            yield Word(f"the SIS has the {kind} {state}", "office", (step, State()))


def _in_both(result: str, edits: Sequence[Score]) -> Iterator[Word]:
    """Users of the SIS do something about a score, and the teacher enters scores of that item."""
    first = {each.student: each for each in reversed(edits)}.values()
    entered = tuple(edit(each.item, each.student, each.score) for each in first)
    for name, path, body in (("change", result, {"score": 1}), ("flag", f"{result}/late", _LATE)):
        steps = (Officer("PUT", path, body), *entered, *THEN)
        yield Word(f"{name} a score in the SIS, and edit the scores", "both", steps)


def _by_user(name: str, method: str, path: str, **body: object) -> Word:
    return Word(f"{name} in the SIS", "sis", (Officer(method, path, body), State()))
