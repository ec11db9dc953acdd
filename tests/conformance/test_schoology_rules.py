"""The Schoology rule about bodies, on evidence made to keep it and to break it."""

from __future__ import annotations

from typing import Any

import pytest

from conformance.schoology.scenarios import sending
from conformance.schoology.scenarios.common import ASA, QUIZ
from helpers.suite.judged import broken, told_of
from helpers.suite.made_section import XML, case, put, row
from mock_sis.formats.xml_text import encode_xml


def bodies(*cases: Any) -> Any:
    return pytest.mark.parametrize(("sent", "words"), cases)


@bodies(
    (put(row(QUIZ, ASA, 99)), ""),
    (put(row(QUIZ, ASA, "99")), ""),
    (put(row(QUIZ, ASA, 99), headers=XML), ""),
    (put(row(QUIZ, ASA, None, exception=1)), ""),
    (put(row(QUIZ, ASA, "B+")), ""),
    (put(row(QUIZ, ASA, None)), ""),
    (put(row(QUIZ, ASA, 0, comment_status=1)), ""),
    (put(row(QUIZ, ASA, None, exception=2)), ""),
    (put({"assignment_id": QUIZ, "enrollment_id": ASA, "exception": 3}), ""),
    (put({"assignment_id": QUIZ, "enrollment_id": ASA, "comment": "Good"}), ""),
    (put({"assignment_id": QUIZ, "enrollment_id": ASA, "comment": ""}), ""),
    (put({"assignment_id": QUIZ, "enrollment_id": ASA, "exception": 0}), ""),
    (put(body=b"{"), "cannot be read"),
    (put(body=b"{}", headers=(("Content-Type", "text/plain"),)), "cannot be read"),
    (put(body=b"{}"), "invalid under the schema at (root)"),
    (put(body=b"<body><grades>", headers=XML), "cannot be read"),
    (put({"enrollment_id": ASA, "grade": 99}), "invalid under the schema at /grades"),
    (put({"assignment_id": QUIZ, "enrollment_id": ASA}), "has no grade, exception or comment"),
    (put(row(QUIZ, "Asa", 99)), "an id that is not a number"),
    (put(row(QUIZ, ASA, -1)), "has the grade -1"),
    (put(row(QUIZ, ASA, "inf")), "has the grade 'inf'"),
    (put(row(QUIZ, ASA, 1, exception=4)), "has the exception 4"),
    (put(row(QUIZ, ASA, 1, exception="x")), "has the exception 'x'"),
    (put(row(QUIZ, ASA, 1, comment_status=2)), "has the comment_status 2"),
)
def test_a_body_keeps_the_schema_and_each_row_says_something(sent: Any, words: str) -> None:
    assert told_of(words, broken("SC-BODY", case(sending.PLAIN[0], [sent])))


def test_a_body_in_utf_16_is_read_by_its_own_declaration() -> None:
    data = {"grades": {"grade": [row(QUIZ, ASA, 99)]}}
    text = encode_xml(data, "body").decode().replace("utf-8", "utf-16")
    sent = put(body=text.encode("utf-16"), headers=(("Content-Type", "application/xml"),))
    assert broken("SC-BODY", case(sending.PLAIN[0], [sent])) == ""
