"""What survives a kill, wherever it strikes: nothing is made twice, and nothing is lost."""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from conformance.exporters.kit.outcome import NotAllowed
from conformance.exporters.kit.store import Store
from conformance.exporters.skyward import Parts, SkywardExporter
from conformance.exporters.skyward.model import Course, ItemPlace, Mark, Run
from conformance.exporters.skyward.register import Register
from helpers.exporters.opening import Courses
from helpers.exporters.processes import Process
from helpers.exporters.skyward_courses import (
    ASA,
    JOSE,
    NOW,
    ONE,
    ZOE,
    chosen,
    course,
    item,
    marks,
    pressed,
    score,
    states,
)
from helpers.exporters.skyward_stub import StubProvider, hang, stored_but

ESSAY, QUIZ = item(), item("quiz", sections=[ONE])
SCORES = (score(ASA, 44), score(JOSE, 31.5), score(ZOE, 0), score(ASA, 9, "quiz"))
COURSE = course(ESSAY, QUIZ, scores=SCORES)
HELD = {("Essay", "1001"): 44, ("Essay", "1002"): 31.5, ("Essay", "2001"): 0, ("Quiz", "1001"): 9}
NAMES = 7
"""Line items and results of the course."""
REQUESTS = 15
"""Of one transfer of it: in each section four looks, then the items with their scores."""


def ready(courses: Courses, parts: Parts | None = None) -> SkywardExporter:
    exporter = courses(COURSE, parts)
    chosen(exporter)
    return exporter


def is_whole(exporter: SkywardExporter, provider: StubProvider) -> bool:
    """Whether the SIS has all of it once, and the exporter knows."""
    known = {*states(exporter).values(), *marks(exporter).values()}
    return (
        provider.held == HELD
        and len(provider.items) == 3
        and len(provider.made) == NAMES
        and known == {"EXPORTED"}
    )


def sent(provider: StubProvider) -> Counter[str]:
    """How often each object was sent."""
    return Counter(each.path[-1] for each in provider.heard if each.method == "PUT")


async def test_one_transfer_is_as_many_requests_as_there_are_kills_below(
    courses: Courses, provider: StubProvider
) -> None:
    exporter = ready(courses)
    await pressed(exporter)
    assert is_whole(exporter, provider)
    assert len(provider.heard) == REQUESTS


@pytest.mark.parametrize("stored", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("place", range(1, REQUESTS + 1))
async def test_killed_while_the_sis_works_on_any_request_it_goes_on_after_a_start(
    courses: Courses, provider: StubProvider, place: int, stored: bool
) -> None:
    """The SIS has stored what the request brings, or has not."""
    exporter = ready(courses)
    provider.at[place] = stored_but(hang) if stored else hang
    await exporter.transfer()
    await provider.reached.wait()
    struck = provider.heard[-1]
    exporter.close()
    again = courses()
    assert await again.settle() == ()
    assert is_whole(again, provider)
    repeated = {name for name, times in sent(provider).items() if times > 1}
    assert repeated <= ({struck.path[-1]} if struck.method == "PUT" else set())
    provider.at.clear()
    provider.heard.clear()
    await pressed(again)
    assert not sent(provider)
    assert is_whole(again, provider)


async def test_a_score_that_was_stored_before_the_kill_is_looked_up_and_not_sent_again(
    courses: Courses, provider: StubProvider
) -> None:
    exporter = ready(courses)
    provider.on("PUT", "results", stored_but(hang))
    await exporter.transfer()
    await provider.reached.wait()
    exporter.close()
    again = courses()
    await again.settle()
    assert set(sent(provider).values()) == {1}


class Killed(Exception):
    """The power fails."""


def killed(*_: object) -> None:
    raise Killed


class Mortal(Register):
    """Dies at the commit at which `left` comes to 0: before it or, where it `commits`, after."""

    left = 0
    commits = False
    count = 0

    def keep(self, *documents: Course | ItemPlace | Mark) -> None:
        self._age(before=True)
        super().keep(*documents)
        self._age(before=False)

    def begin(self, run: Run, now: float) -> Run:
        self._age(before=True)
        begun = super().begin(run, now)
        self._age(before=False)
        return begun

    def finish(self, run: Run, now: float) -> None:
        self._age(before=True)
        super().finish(run, now)
        self._age(before=False)

    def _age(self, *, before: bool) -> None:
        self.count += before
        if self.count == self.left and before is not self.commits:
            raise Killed


COMMITS = 17
"""The refusals, the claim, two for each item and two for each score, and the end."""


def dying(courses: Courses, at: int, commits: bool) -> SkywardExporter:
    exporter = ready(courses, Parts(register=Mortal))
    register = exporter.register
    assert isinstance(register, Mortal)
    register.count, register.left, register.commits = 0, at, commits
    return exporter


async def test_one_transfer_is_as_many_commits_as_there_are_kills_below(
    courses: Courses, provider: StubProvider
) -> None:
    exporter = dying(courses, 0, False)
    await pressed(exporter)
    assert exporter.register.count == COMMITS  # type: ignore[attr-defined]


@pytest.mark.parametrize("commits", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("at", range(1, COMMITS + 1))
async def test_killed_at_any_commit_all_arrives_once_in_the_end(
    courses: Courses, provider: StubProvider, at: int, commits: bool
) -> None:
    """Between the item and its scores, between two scores, and at either end. Where not even the
    claim was committed, Transfer has to be pressed again."""
    exporter = dying(courses, at, commits)
    with pytest.raises(Killed):
        await pressed(exporter)
    exporter.close()
    again = courses()
    assert await again.settle() == ()
    if "NOT_EXPORTED" in states(again).values():
        assert provider.heard == []
        await pressed(again)
    assert is_whole(again, provider)
    assert max(sent(provider).values()) <= 2


async def test_a_changed_score_that_was_under_way_arrives(
    courses: Courses, provider: StubProvider
) -> None:
    exporter = ready(courses)
    await pressed(exporter)
    for stored in (False, True):
        exporter.edit_score("essay", ASA, 45 + stored)
        provider.reached.clear()
        provider.on("PUT", "results", stored_but(hang) if stored else hang)
        await exporter.transfer()
        await provider.reached.wait()
        exporter.close()
        exporter = courses()
        await exporter.settle()
        assert provider.held["Essay", "1001"] == 45 + stored
        assert marks(exporter)["essay:1001"] == "EXPORTED"
        assert not exporter.marks[0].kept


async def test_whose_a_score_is_survives_a_kill(courses: Courses, provider: StubProvider) -> None:
    exporter = ready(courses)
    await pressed(exporter)
    provider.change(ASA, 12)
    await pressed(exporter)
    exporter.close()
    again = courses()
    again.edit_score("essay", ASA, 12)
    await pressed(again)
    again.edit_score("essay", ASA, 46)
    await pressed(again)
    assert provider.held["Essay", "1001"] == 12


async def test_everything_is_remembered_after_an_end(
    courses: Courses, provider: StubProvider
) -> None:
    exporter = ready(courses)
    await pressed(exporter)
    exporter.edit_score("quiz", JOSE, 3)
    known = (exporter.course, exporter.places, exporter.marks)
    exporter.close()
    provider.heard.clear()
    again = courses()
    assert (again.course, again.places, again.marks) == known
    assert await again.settle() == ()
    assert provider.heard == []


async def test_an_item_without_a_term_or_a_deadline_is_remembered_as_such(courses: Courses) -> None:
    known = courses(course(item(term=None, due=None))).course
    assert courses().course == known


async def test_the_claim_is_on_disk_before_anything_is_asked(
    courses: Courses, provider: StubProvider, tmp_path: Path
) -> None:
    exporter = ready(courses)
    await exporter.transfer()
    assert provider.heard == []
    exporter.close()
    database = sqlite3.connect(tmp_path / "exporter.sqlite")
    ((body, finished),) = database.execute("SELECT body, finished FROM run").fetchall()
    database.close()
    assert (json.loads(body)["kind"], finished) == ("transfer", None)
    again = courses()
    assert set(states(again).values()) == {"QUEUED"}


async def test_what_is_closed_stops_at_once(courses: Courses, provider: StubProvider) -> None:
    exporter = ready(courses)
    await exporter.transfer()
    exporter.close()
    assert await exporter.settle() == ()
    assert provider.heard == []


async def test_without_resume_the_memory_is_clean(courses: Courses) -> None:
    ready(courses).close()
    again = courses(resume=False)
    assert (again.places, again.marks) == ((), ())
    with pytest.raises(NotAllowed, match="No course"):
        await again.transfer()


async def test_of_another_course_nothing_is_kept(courses: Courses, provider: StubProvider) -> None:
    exporter = ready(courses)
    await pressed(exporter)
    exporter.load(course(QUIZ, id="geometry"))
    for each in (exporter, courses()):
        assert (each.course.id, len(each.places), each.marks) == ("geometry", 1, ())


async def test_another_course_waits_for_the_end_of_a_transfer(courses: Courses) -> None:
    exporter = ready(courses)
    await exporter.transfer()
    with pytest.raises(NotAllowed, match="under way"):
        exporter.load(course(id="geometry"))
    await exporter.settle()
    exporter.load(course(id="geometry"))


async def test_killed_while_another_course_is_loaded_the_first_is_all_there(
    courses: Courses, monkeypatch: pytest.MonkeyPatch
) -> None:
    exporter = ready(courses)
    with monkeypatch.context() as patched:
        patched.setattr(Store, "_write", killed)
        with pytest.raises(Killed):
            exporter.load(course(QUIZ, id="geometry"))
    exporter.close()
    again = courses()
    assert (again.course.id, len(again.places), len(again.marks)) == ("algebra", 3, 4)


async def test_of_a_course_that_is_loaded_again_only_what_is_new_is_added(
    courses: Courses, provider: StubProvider
) -> None:
    exporter = ready(courses)
    await pressed(exporter)
    more = [score(ASA, 1), score(JOSE, 7, "quiz")]
    exporter.load(course(ESSAY, QUIZ, item("task"), scores=more))
    assert len(exporter.places) == 5
    assert [each.score for each in exporter.marks] == [44, 31.5, 0, 9, 7]
    assert states(exporter)["essay:alg-1"] == "EXPORTED"


async def test_what_breaks_in_the_exporter_itself_is_not_kept_quiet(courses: Courses) -> None:
    exporter = ready(courses)
    await exporter.transfer()
    exporter.register.close()
    with pytest.raises(sqlite3.ProgrammingError):
        await exporter.settle()


async def test_one_process_at_a_time_holds_a_state_directory(
    courses: Courses, tmp_path: Path
) -> None:
    ready(courses)
    other = sqlite3.connect(tmp_path / "exporter.sqlite", timeout=0)
    with pytest.raises(sqlite3.OperationalError, match="locked"):
        other.execute("SELECT * FROM run")
    other.close()


async def loaded(provider: StubProvider, state_dir: Path, *, resume: bool = False) -> Process:
    process = await Process.start()
    await process.configure("skyward", provider.url, state_dir, NOW, resume=resume)
    if not resume:
        await process.ask("load", course=COURSE)
        for each in (ESSAY, QUIZ):
            for section in each["sections"]:
                choice: dict[str, Any] = {"item": each["id"], "section": section}
                await process.ask("act", action="choose_category", category="Homework", **choice)
    return process


@pytest.mark.parametrize("collection", ["lineItems", "results"])
async def test_a_process_that_is_killed_goes_on_where_it_was(
    provider: StubProvider, tmp_path: Path, collection: str
) -> None:
    provider.on("PUT", collection, stored_but(hang))
    first = await loaded(provider, tmp_path)
    await first.ask("export", presses=1, by="manager")
    await provider.reached.wait()
    await first.kill()
    second = await loaded(provider, tmp_path, resume=True)
    await second.ask("settle")
    state = await second.ask("state")
    assert {each["state"] for each in (*state["items"], *state["scores"])} == {"exported"}
    assert (provider.held, len(provider.made)) == (HELD, NAMES)
    await second.ask("bye")
    assert await second.process.wait() == 0
