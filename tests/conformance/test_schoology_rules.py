"""The Schoology rules about what is sent, each on evidence made to keep it and to break it."""

from __future__ import annotations

from typing import Any

import pytest

from conformance.model.rule import NotTestable
from conformance.schoology.scenarios import sending
from conformance.schoology.scenarios.common import ASA, BO, ESSAY, JOSE, LEILA, QUIZ, ZOE
from helpers.suite.judged import broken, told_of
from helpers.suite.made_section import JSON, XML, at, case, held, loaded, put, row
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
    assert told_of(words, broken("SC-BODY", case(sending.PLAIN, [sent])))


def commented(**changed: str) -> list[dict[str, Any]]:
    """All comments of the scenario; a change is by enrollment."""
    return [
        row(QUIZ, each["enrollment_id"], 1, comment=changed.get(name, each["comment"]))
        for each in loaded(sending.AWKWARD_XML)["grades"]
        for name in (f"e{each['enrollment_id']}",)
    ]


@bodies(
    (put(*commented(), headers=XML), ""),
    (put(*commented(**{f"e{JOSE}": "&lt;b&gt;bold&lt;/b&gt; &amp;amp; not"}), headers=XML), "bold"),
    (put(*commented(**{f"e{JOSE}": " <b>bold</b> &amp; not\n"}), headers=XML), ""),
    (put(*commented(**{f"e{JOSE}": ""}), headers=XML), "sent the comment ''"),
    (put(*commented(), row(QUIZ, ZOE, 1, comment="x"), headers=XML), "the teacher entered ''"),
    (put(*commented()[:-1], headers=XML), f"second line' for enrollment {LEILA}"),
    (put(*commented(), headers=JSON), "expected XML, as configured"),
    (put(body="<body>Åsa</body>".encode("latin-1"), headers=XML), "not well-formed XML"),
    (put(body=b"<body><a>1 < 2</a></body>", headers=XML), "not well-formed XML"),
)
def test_xml_is_well_formed_and_loses_nothing_of_a_comment(sent: Any, words: str) -> None:
    assert told_of(words, broken("SC-XML", case(sending.AWKWARD_XML, [sent])))


@pytest.mark.parametrize(
    ("comment", "words"),
    [
        ("pastedfrom a word processor", ""),
        ("pasted from a word processor", ""),
        ("pasted\ufffdfrom a word processor", ""),
        ("pasted", "sent the comment 'pasted'"),
        (None, f"word processor' for enrollment {BO} on assignment {QUIZ} as XML"),
    ],
)
def test_what_xml_cannot_carry_is_left_out_and_nothing_else(comment: Any, words: str) -> None:
    """The first export was before the comment, and is none of its losses."""
    first = put(row(QUIZ, ASA, 99, comment="Well done"), row(QUIZ, BO, 8), headers=XML)
    second = [put(row(QUIZ, BO, 8, comment=comment), headers=XML)] if comment else []
    assert told_of(words, broken("SC-XML", case(sending.UNFIT_XML, [first], second)))


EXCEPTIONS = [
    held(at(ASA), 99),
    held(at(JOSE), None, exception=1),
    held(at(LEILA), None, exception=2),
    held(at(ZOE), None, exception=3),
]


@pytest.mark.parametrize(
    ("sent", "there", "words"),
    [
        (row(QUIZ, JOSE, None, exception=1), EXCEPTIONS, ""),
        (row(QUIZ, JOSE, "", exception="1"), EXCEPTIONS, ""),
        (row(QUIZ, JOSE, 80, exception=0), EXCEPTIONS, ""),
        (row(QUIZ, JOSE, 80, exception=1), EXCEPTIONS, "grade 80 together with the exception 1"),
        (row(QUIZ, JOSE, 0, exception="3"), EXCEPTIONS, "grade 0 together with the exception 3"),
        (row(QUIZ, JOSE, 80), [*EXCEPTIONS[2:], held(at(JOSE), 80)], "with the grade 80"),
        (row(QUIZ, ASA, 99), EXCEPTIONS[:2] + EXCEPTIONS[3:], "with nothing in the SIS"),
        (row(QUIZ, ASA, 99), EXCEPTIONS[1:], ""),
        (
            row(QUIZ, ASA, 99),
            [held(at(JOSE), None, exception=2)],
            "with the exception 2 in",
        ),
    ],
)
def test_an_exception_stands_in_place_of_the_grade(sent: Any, there: Any, words: str) -> None:
    assert told_of(words, broken("SC-EXCEPTION", case(sending.EXCUSED, [put(sent)], held=there)))


def test_an_excuse_that_came_later_counts_too() -> None:
    there = [held(at(JOSE), 70)]
    assert broken("SC-EXCEPTION", case(sending.EXCUSED_LATER, [put(row(QUIZ, ASA, 1))], held=there))


@bodies(
    (put(row(ESSAY, ASA, "B"), row(QUIZ, BO, 8)), ""),
    (put(row(ESSAY, ASA, "B"), row(QUIZ, BO, "8")), ""),
    (put(row(QUIZ, BO, 8), row(ESSAY, LEILA, "E")), "'E' for enrollment"),
    (put(row(ESSAY, ASA, "B"), row(ESSAY, LEILA, "E")), "its scale has A, B, C, D, F"),
    (put(row(ESSAY, ASA, "B"), row(QUIZ, JOSE, "C")), "the assignment takes points only"),
)
def test_letters_are_those_of_the_assignments_scale(sent: Any, words: str) -> None:
    assert told_of(words, broken("SC-LETTER", case(sending.LETTERS, [sent])))


def test_where_no_letter_is_sent_nothing_is_known_of_letters() -> None:
    with pytest.raises(NotTestable, match="sent no letter"):
        broken("SC-LETTER", case(sending.LETTERS, [put(row(QUIZ, BO, 8))]))


@bodies(
    (put(row(QUIZ, ASA, 99, comment="x", comment_status=1)), ""),
    (put(row(QUIZ, JOSE, 76, comment="x", comment_status=0)), ""),
    (put(row(QUIZ, JOSE, 76, comment="x")), ""),
    (put(row(QUIZ, JOSE, 76, comment="x"), row(QUIZ, LEILA, 61)), ""),
    (put(row(QUIZ, JOSE, 76, comment="x", comment_status=1)), "did not release it"),
    (put(row(QUIZ, ZOE, 1, comment="x", comment_status=1)), "did not release it"),
    (put(row(QUIZ, JOSE, 76, comment="x", comment_status="1"), headers=XML), "did not release"),
)
def test_only_a_released_comment_is_sent_as_visible(sent: Any, words: str) -> None:
    assert told_of(words, broken("SC-COMMENT-HIDDEN", case(sending.HIDDEN, [sent])))


@pytest.mark.parametrize(("status", "words"), [(0, ""), (None, ""), (1, "has hidden it")])
def test_a_comment_can_be_hidden_again(status: int | None, words: str) -> None:
    """It was rightly visible when it was first sent."""
    first = put(row(QUIZ, ASA, 99, comment="Well done", comment_status=1))
    there = [
        held(at(ASA), 99, comment="Well done", comment_status=status),
        held(at(ZOE), 1, comment="The SIS's own", comment_status=1),
    ]
    assert told_of(
        words, broken("SC-COMMENT-HIDDEN", case(sending.HIDDEN_LATER, [first], held=there))
    )


def test_a_released_comment_may_stay_visible() -> None:
    sent = put(row(QUIZ, ASA, 99, comment="Well done", comment_status=1))
    there = [held(at(ASA), 99, comment="Well done", comment_status=1)]
    assert broken("SC-COMMENT-HIDDEN", case(sending.HIDDEN, [sent], held=there)) == ""


def finals(**changed: Any) -> list[dict[str, Any]]:
    """All final comments of the scenario; a change is by place, such as p13012_44783001."""
    made = []
    for each in loaded(sending.FINAL_COMMENTS)["final_comments"]:
        fields = {
            "enrollment_id": str(each["enrollment_id"]),
            "period_id": each["period"].removeprefix("p"),
            "comment": each["comment"],
        }
        fields |= changed.get(f"{each['period']}_{each['enrollment_id']}", {})
        made.append({name: value for name, value in fields.items() if value is not None})
    return made


@bodies(
    (put(comments=finals()), ""),
    (put(comments=finals(), headers=XML), ""),
    (put(comments=finals(**{f"p13011_{ASA}": {"period_id": "p13011"}})), ""),
    (put(comments=finals()[1:]), f"never sent the comment on period p13011 of enrollment {ASA}"),
    (
        put(comments=finals(**{f"final_{ASA}": {"period_id": "13011"}})),
        f"never sent the comment on the course of enrollment {ASA}",
    ),
    (
        put(comments=finals(**{f"p13012_{ASA}": {"period_id": "13011"}})),
        "sent the comment 'Held her level' on period p13011",
    ),
    (put(comments=finals(**{f"final_{LEILA}": {"period_id": None}})), "without period_id"),
    (put(comments=finals(**{f"final_{LEILA}": {"enrollment_id": None}})), "without enrollment_id"),
    (
        put(
            comments=finals(
                **{
                    f"p13011_{ASA}": {"comment": None, "period_id": None},
                    f"final_{LEILA}": {"comment": "x"},
                }
            )
        ),
        "without comment, period_id (#1); sent the comment 'x' on the course",
    ),
    (put(comments=finals(**{f"final_{LEILA}": {"comment": "changed"}})), "entered 'A pleasure"),
    (put(comments=finals(**{f"final_{LEILA}": {"enrollment_id": "7"}})), "entered nothing"),
)
def test_final_comments_stay_with_their_period(sent: Any, words: str) -> None:
    assert told_of(words, broken("SC-FINAL-COMMENT", case(sending.FINAL_COMMENTS, [sent])))


def test_a_body_is_read_by_the_charset_of_its_content_type() -> None:
    body = encode_xml({"final_comments": {"final_comment": finals()}}).decode().encode("utf-16-le")
    sent = put(body=body, headers=(("Content-Type", "Application/XML ; charset=utf-16"),))
    assert broken("SC-FINAL-COMMENT", case(sending.FINAL_COMMENTS, [sent])) == ""
    unknown = put(body=body, headers=(("Content-Type", "text/xml; charset=klingon"),))
    assert "never sent" in broken("SC-FINAL-COMMENT", case(sending.FINAL_COMMENTS, [unknown]))


KEPT = [held(at(ASA), 99), held(at(JOSE), 0), held(at(ZOE), 55)]


@pytest.mark.parametrize(
    ("sent", "there", "words"),
    [
        (row(QUIZ, JOSE, 0), KEPT, ""),
        (row(QUIZ, JOSE, "0.0"), KEPT, ""),
        (row(QUIZ, LEILA, None), KEPT, ""),
        (
            row(QUIZ, ASA, 99),
            [KEPT[0], KEPT[2]],
            "with nothing in the SIS; the teacher entered the grade 0",
        ),
        (
            row(QUIZ, ASA, 99),
            [held(at(JOSE), None)],
            "with no grade in the SIS; the teacher entered the grade 0",
        ),
        (row(QUIZ, LEILA, 0), KEPT, f"the grade 0 for enrollment {LEILA}"),
        (row(QUIZ, ZOE, None), [*KEPT[:2], held(at(ZOE), None)], "cleared the grade"),
    ],
)
def test_zero_is_a_grade_and_none_is_not(sent: Any, there: Any, words: str) -> None:
    assert told_of(words, broken("SC-ZERO", case(sending.ZERO_AND_NONE, [put(sent)], held=there)))


def test_a_body_in_utf_16_is_read_by_its_own_declaration() -> None:
    data = {"grades": {"grade": [row(QUIZ, ASA, 99)]}}
    text = encode_xml(data, "body").decode().replace("utf-8", "utf-16")
    sent = put(body=text.encode("utf-16"), headers=(("Content-Type", "application/xml"),))
    assert broken("SC-BODY", case(sending.PLAIN, [sent])) == ""
