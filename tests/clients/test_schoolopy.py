"""schoolopy, written by somebody else for the real Schoology, gets on with this one: nothing of it
is changed but the URL it calls."""

from __future__ import annotations

from typing import Any

import pytest
import requests
import schoolopy

from mock_sis.seeds import library
from mock_sis.server.embedded import EmbeddedSimulator

SECTION, ESSAY, QUIZ, STUDENT, ENROLLED = 4318461, 5699937, 5699938, 48289, 44783151
GRADES = f"sections/{SECTION}/grades"
KEY, SECRET = "an LMS", "its secret"


def client_of(sis: EmbeddedSimulator, secret: str = SECRET) -> schoolopy.Schoology:
    """The client, which signs by OAuth 1.0a and believes that it speaks to Schoology."""
    auth = schoolopy.Auth(KEY, secret)
    return schoolopy.Schoology(auth, api_host=f"{sis.url}/v1/")


@pytest.fixture
def client(mock_sis: EmbeddedSimulator) -> schoolopy.Schoology:
    seed = library.builtin("schoology")
    auth = {"type": "oauth1", "consumer_key": KEY, "consumer_secret": SECRET}
    mock_sis.seed({**seed, "schoology": {**seed["schoology"], "auth": auth}})
    return client_of(mock_sis)


def grades(client: schoolopy.Schoology) -> dict[int, Any]:
    """What the client reads of the student's grades, by item."""
    rows = client._get(GRADES)["grades"]["grade"]
    return {row["assignment_id"]: row for row in rows if row["enrollment_id"] == ENROLLED}


def put(client: schoolopy.Schoology, **fields: Any) -> Any:
    """The code that the client is told for a grade on the quiz."""
    row = {"type": "assignment", "assignment_id": QUIZ, "enrollment_id": ENROLLED, **fields}
    (told,) = client._put(GRADES, {"grades": {"grade": [row]}})["grades"]["grade"]
    return told["response_code"]


def test_it_finds_its_way_to_the_grades(client: schoolopy.Schoology) -> None:
    assert client.get_me().name_display == "Ida Holm"
    assert client.get_user(STUDENT).name_last == "O'Neill"
    assert client.get_section(SECTION).course_title == "Mathematics 101"
    assert str(ENROLLED) in [row.id for row in client.get_section_enrollments(SECTION)]
    assert [row.id for row in client.get_assignments(SECTION)] == [ESSAY, QUIZ]
    assert [row.id for row in client.get_grading_categories(SECTION)] == [3081, 4341]
    assert grades(client)[ESSAY]["grade"] == 80


def test_it_finds_a_student_by_the_number_of_the_schools_records(
    client: schoolopy.Schoology,
) -> None:
    assert [user.school_uid for user in client.get_users()] == ["S-48289", "S-48290", "T-1"]
    (user,) = client._get("users", {"school_uids": "S-48289"})["user"]
    found = client._get(f"sections/{SECTION}/enrollments", {"uid": user["uid"]})
    assert [row["id"] for row in found["enrollment"]] == [str(ENROLLED)]
    assert client._get("users/ext/S-48289")["uid"] == str(STUDENT)


@pytest.mark.parametrize(
    ("sent", "read"),
    [
        ({"grade": 17.5}, (17.5, 0, "")),
        ({"grade": 0, "comment": "No name on it"}, (0, 0, "No name on it")),
        ({"grade": 21}, (21, 0, "")),
        ({"exception": 1}, (None, 1, "")),
    ],
)
def test_it_reads_back_the_grade_it_put(
    client: schoolopy.Schoology, sent: dict[str, Any], read: tuple[Any, ...]
) -> None:
    assert put(client, **sent) == 200
    found = grades(client)[QUIZ]
    assert (found["grade"], found["exception"], found["comment"]) == read
    (section,) = client.get_user_grades(STUDENT)
    assert QUIZ in [
        row["assignment_id"] for period in section.period for row in period["assignment"]
    ]


def test_it_reads_back_the_final_comment_it_put(client: schoolopy.Schoology) -> None:
    comment = {"enrollment_id": ENROLLED, "period_id": "final", "comment": "Ça va bien"}
    sent = {"final_comments": {"final_comment": [comment]}}
    (told,) = client._put(GRADES, sent)["final_comments"]["final_comment"]
    assert told["response_code"] == 200
    (section,) = client.get_user_grades_by_section(STUDENT, SECTION)
    comments = {row["period_id"]: row.get("comment") for row in section.final_grade}
    assert comments["final"] == "Ça va bien"


def test_it_is_told_of_the_row_that_is_refused(client: schoolopy.Schoology) -> None:
    assert put(client, grade=-1) == 400
    assert QUIZ not in grades(client)


def test_it_signs_every_call_and_another_secret_opens_nothing(
    client: schoolopy.Schoology, mock_sis: EmbeddedSimulator
) -> None:
    client.get_me()
    calls = [entry.call for entry in mock_sis.journal if entry.operation.startswith("schoology.")]
    assert all("HMAC-SHA1" in (call.header("Authorization") or "") for call in calls)
    with pytest.raises(requests.HTTPError, match="401"):
        client_of(mock_sis, "a guess").get_me()
