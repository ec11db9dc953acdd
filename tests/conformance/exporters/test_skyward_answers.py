"""What becomes of each item and score, by what the SIS answers or fails to answer."""

from __future__ import annotations

import pytest

from conformance.exporters.skyward import SkywardExporter
from helpers.exporters.opening import Courses
from helpers.exporters.skyward_courses import (
    ASA,
    JOSE,
    ONE,
    ZOE,
    chosen,
    course,
    item,
    marks,
    message,
    pressed,
    score,
    states,
)
from helpers.exporters.skyward_stub import Behaviour, StubProvider, answer, refusal, stored_but

SCORES = (score(ASA, 44), score(JOSE, 31), score(ZOE, 50))
FAILURE = {"imsx_codeMajor": "failure", "imsx_description": "nothing was saved"}


async def ready(courses: Courses) -> SkywardExporter:
    exporter = courses(course(scores=SCORES))
    chosen(exporter)
    return exporter


def mark_text(exporter: SkywardExporter, student: int) -> str:
    mark = exporter.register.mark(f"essay:{student}")
    assert mark is not None
    return mark.message or ""


TAKEN: dict[str, Behaviour] = {
    "200": stored_but(answer(200)),
    "201": stored_but(answer(201)),
    "202": stored_but(answer(202)),
    "204": stored_but(answer(204)),
    "200 with the object": stored_but(answer(200, {"result": {"sourcedId": "x"}})),
    "200 that says success": stored_but(answer(200, {"imsx_codeMajor": "success"})),
    "200 with a page": stored_but(answer(200, body=b"<html>")),
    "200 with a list": stored_but(answer(200, [])),
}


@pytest.mark.parametrize("behaviour", TAKEN.values(), ids=TAKEN)
@pytest.mark.parametrize("collection", ["lineItems", "results"])
async def test_any_success_is_one(
    courses: Courses, provider: StubProvider, behaviour: Behaviour, collection: str
) -> None:
    exporter = await ready(courses)
    provider.on("PUT", collection, behaviour)
    await pressed(exporter)
    assert set(states(exporter).values()) == set(marks(exporter).values()) == {"EXPORTED"}
    assert [each.message for each in (*exporter.places, *exporter.marks)] == [None] * 5


REFUSED: dict[str, tuple[Behaviour, str]] = {
    "422": (refusal("the period is closed"), "The SIS refused it: the period is closed"),
    "403": (refusal("no longer yours", 403), "The SIS refused it: no longer yours"),
    "wrapped": (answer(422, {"imsx_StatusInfo": FAILURE}), "nothing was saved"),
    "no words": (answer(404), "the SIS answered 404"),
    "no object": (answer(400, {"imsx_StatusInfo": "no"}), "the SIS answered 400"),
    "a page": (answer(413, body=b"<html>"), "the SIS answered 413"),
    "401": (answer(401), "the SIS answered 401"),
    "429": (answer(429), "the SIS answered 429"),
    "300": (answer(300), "the SIS answered 300"),
    "elsewhere": (answer(307, headers={"Location": "/x"}), "the SIS answered 307"),
    "failure in a 200": (answer(200, FAILURE), "nothing was saved"),
    "the same wrapped": (answer(200, {"imsx_StatusInfo": FAILURE}), "nothing was saved"),
}


@pytest.mark.parametrize(("behaviour", "words"), REFUSED.values(), ids=REFUSED)
async def test_a_refused_item_fails_with_its_scores_and_holds_nothing_else_up(
    courses: Courses, provider: StubProvider, behaviour: Behaviour, words: str
) -> None:
    exporter = await ready(courses)
    provider.on("PUT", "lineItems", behaviour)
    await pressed(exporter)
    assert states(exporter) == {"essay:alg-1": "FAILED", "essay:alg-2": "EXPORTED"}
    assert marks(exporter) == {
        "essay:1001": "FAILED",
        "essay:1002": "FAILED",
        "essay:2001": "EXPORTED",
    }
    assert words in message(exporter, "essay")
    assert words in mark_text(exporter, ASA)
    assert provider.scores == [("2001", 50)]
    assert len(provider.puts("lineItems")) == 2


@pytest.mark.parametrize(("behaviour", "words"), REFUSED.values(), ids=REFUSED)
async def test_a_refused_score_fails_alone(
    courses: Courses, provider: StubProvider, behaviour: Behaviour, words: str
) -> None:
    exporter = await ready(courses)
    provider.on("PUT", "results", behaviour)
    await pressed(exporter)
    assert set(states(exporter).values()) == {"EXPORTED"}
    assert marks(exporter) == {
        "essay:1001": "FAILED",
        "essay:1002": "EXPORTED",
        "essay:2001": "EXPORTED",
    }
    assert words in mark_text(exporter, ASA)
    assert len(provider.puts("results")) == 3


async def test_what_was_refused_is_not_taken_for_ours_when_the_sis_shows_it(
    courses: Courses, provider: StubProvider
) -> None:
    """Somebody enters the very score there that was refused before."""
    exporter = await ready(courses)
    provider.on("PUT", "results", refusal("no"))
    await pressed(exporter)
    provider.results["by hand"] = {
        "sourcedId": "by hand",
        "lineItem": {"sourcedId": "algebra:essay:alg-1"},
        "student": {"sourcedId": "1001"},
        "score": 44,
    }
    await pressed(exporter)
    assert exporter.marks[0].kept
    assert len(provider.puts("results")) == 3


LOST: dict[str, Behaviour] = {"500": answer(500), "503": answer(503, FAILURE)}


@pytest.mark.parametrize("behaviour", LOST.values(), ids=LOST)
@pytest.mark.parametrize("stored", [True, False])
async def test_an_item_in_doubt_is_sent_again_under_its_name_when_asked_to(
    courses: Courses, provider: StubProvider, behaviour: Behaviour, stored: bool
) -> None:
    exporter = await ready(courses)
    provider.on("PUT", "lineItems", stored_but(behaviour) if stored else behaviour)
    await pressed(exporter)
    assert states(exporter) == {"essay:alg-1": "FAILED", "essay:alg-2": "EXPORTED"}
    assert "not known whether the SIS accepted it" in message(exporter, "essay")
    await pressed(exporter)
    assert sorted(provider.made) == [
        "algebra:essay:alg-1",
        "algebra:essay:alg-1:1001",
        "algebra:essay:alg-1:1002",
        "algebra:essay:alg-2",
        "algebra:essay:alg-2:2001",
    ]
    assert set(states(exporter).values()) == set(marks(exporter).values()) == {"EXPORTED"}


@pytest.mark.parametrize("behaviour", LOST.values(), ids=LOST)
@pytest.mark.parametrize(("stored", "sent"), [(True, 1), (False, 2)])
async def test_a_score_in_doubt_is_looked_up_before_it_is_sent_again(
    courses: Courses, provider: StubProvider, behaviour: Behaviour, stored: bool, sent: int
) -> None:
    exporter = await ready(courses)
    provider.on("PUT", "results", stored_but(behaviour) if stored else behaviour)
    await pressed(exporter)
    assert marks(exporter)["essay:1001"] == "FAILED"
    assert "press Transfer again" in mark_text(exporter, ASA)
    await pressed(exporter)
    assert [who for who, _ in provider.scores].count("1001") == sent
    assert marks(exporter)["essay:1001"] == "EXPORTED"
    assert provider.held["Essay", "1001"] == 44


async def test_a_score_in_doubt_that_somebody_changed_meanwhile_is_the_siss(
    courses: Courses, provider: StubProvider
) -> None:
    exporter = await ready(courses)
    provider.on("PUT", "results", stored_but(answer(503)))
    await pressed(exporter)
    provider.change(ASA, 12)
    await pressed(exporter)
    assert (provider.held["Essay", "1001"], exporter.marks[0].kept) == (12, True)


async def test_the_earlier_of_two_scores_in_doubt_is_not_taken_for_the_siss(
    courses: Courses, provider: StubProvider
) -> None:
    exporter = await ready(courses)
    provider.on("PUT", "results", stored_but(answer(503)))
    await pressed(exporter)
    exporter.edit_score("essay", ASA, 45)
    provider.on("PUT", "results", answer(503))
    await pressed(exporter)
    await pressed(exporter)
    assert (provider.held["Essay", "1001"], exporter.marks[0].kept) == (45, False)
    assert exporter.marks[0].ours[-1] == 45


READS = {
    "categories": "categories",
    "periods": "gradingPeriods",
    "line items": "lineItems",
    "the class": "alg-1",
}
KINDS = ("categories", "academicSessions", "lineItems", "class")
UNREADABLE: dict[str, Behaviour] = {
    "503": answer(503),
    "403": refusal("not for you", 403),
    "a page": answer(200, body=b"<html>"),
    "another envelope": answer(200, {"things": []}),
    "a text for a list": answer(200, dict.fromkeys(KINDS, "x")),
    "no object": answer(200, {key: [1] for key in KINDS}),
    "an empty object": answer(200, {kind: {} for kind in KINDS}),
    "nameless": answer(200, {key: [{}] for key in KINDS}),
    "twice": answer(200, body=b'{"categories": [], "categories": []}'),
}


@pytest.mark.parametrize("behaviour", UNREADABLE.values(), ids=UNREADABLE)
@pytest.mark.parametrize("collection", READS.values(), ids=READS)
async def test_a_section_that_cannot_be_read_fails_whole_and_the_other_does_not(
    courses: Courses, provider: StubProvider, behaviour: Behaviour, collection: str
) -> None:
    exporter = await ready(courses)
    provider.on("GET", collection, behaviour)
    await pressed(exporter)
    assert states(exporter) == {"essay:alg-1": "FAILED", "essay:alg-2": "EXPORTED"}
    assert marks(exporter)["essay:1001"] == "FAILED"
    assert "could not be read" in message(exporter, "essay")
    assert provider.scores == [("2001", 50)]
    await pressed(exporter)
    assert set(states(exporter).values()) == set(marks(exporter).values()) == {"EXPORTED"}


@pytest.mark.parametrize("behaviour", [answer(503), refusal("no", 403), answer(200, {"a": 1})])
async def test_where_the_scores_cannot_be_looked_at_none_is_written(
    courses: Courses, provider: StubProvider, behaviour: Behaviour
) -> None:
    exporter = await ready(courses)
    await pressed(exporter)
    provider.change(ASA, 12)
    exporter.edit_score("essay", ASA, 45)
    provider.on("GET", "results", behaviour)
    await pressed(exporter)
    assert provider.held["Essay", "1001"] == 12
    assert marks(exporter)["essay:1001"] == "FAILED"


async def test_what_had_arrived_before_stays_exported_where_a_later_look_fails(
    courses: Courses, provider: StubProvider
) -> None:
    exporter = courses(course(item(sections=[ONE]), scores=SCORES[:2]))
    chosen(exporter)
    await pressed(exporter)
    exporter.edit_score("essay", ASA, 45)
    provider.on("GET", "lineItems", answer(503))
    await pressed(exporter)
    assert states(exporter) == {"essay:alg-1": "FAILED"}
    assert marks(exporter) == {"essay:1001": "FAILED", "essay:1002": "EXPORTED"}


async def test_a_score_that_was_taken_away_does_not_fail_with_its_item(
    courses: Courses, provider: StubProvider
) -> None:
    exporter = await ready(courses)
    await pressed(exporter)
    exporter.edit_score("essay", ASA, None)
    provider.on("GET", "lineItems", answer(503))
    await pressed(exporter)
    assert states(exporter)["essay:alg-1"] == "FAILED"
    assert marks(exporter)["essay:1001"] == "NOT_EXPORTED"


async def test_a_sis_that_cannot_be_reached_fails_all_of_it(
    courses: Courses, provider: StubProvider
) -> None:
    exporter = courses(course(scores=SCORES), sis_url="http://127.0.0.1:9/ims/oneroster")
    chosen(exporter)
    await pressed(exporter)
    assert set(states(exporter).values()) == set(marks(exporter).values()) == {"FAILED"}
    assert "cannot be reached" in message(exporter, "essay")
