"""The body of a PUT of grades, in JSON and in XML: which shapes are read, and which are refused."""

from __future__ import annotations

from typing import Any

import pytest

from helpers.simulator.schoology_desk import ANN, BOTH, CYD, GRADES, PLAIN, XML, Desk
from mock_sis.dialects.schoology import body
from mock_sis.formats.negotiation import FORMATS

SHAPES: dict[str, tuple[Any, Any]] = {
    "one row": ({"grades": {"grade": {"assignment_id": PLAIN, "enrollment_id": ANN}}}, 1),
    "no rows": ({"grades": {"grade": []}}, 0),
    "null rows": ({"grades": {"grade": None}}, 0),
    "nothing": ({"grades": None}, 0),
    "an empty text": ({"grades": ""}, 0),
    "other members": (
        {"x": 1, "grades": {"y": [2], "grade": [
            {"assignment_id": PLAIN, "enrollment_id": ANN, "pending": None, "location": "z"}
        ]}},
        1,
    ),
}  # fmt: skip


@pytest.mark.parametrize("kind", BOTH)
@pytest.mark.parametrize("shape", SHAPES)
def test_a_list_may_be_one_row_or_none_and_have_other_members(shape: str, kind: str) -> None:
    sent, count = SHAPES[shape]
    report = Desk().put(sent, kind)
    assert len((report["grades"] or {"grade": []})["grade"]) == count
    assert "final_comments" not in report


USUAL = {
    "grades": {
        "grades": {
            "grade": [{"assignment_id": PLAIN, "enrollment_id": each} for each in (ANN, CYD)]
        }
    },
    "one grade": {"grades": {"grade": {"assignment_id": PLAIN, "enrollment_id": ANN, "grade": 7}}},
    "no grades": {"grades": None},
    "a final comment": {
        "final_comments": {
            "final_comment": {"enrollment_id": ANN, "period_id": "final", "comment": "x"}
        }
    },
    "both": {"grades": {"grade": []}, "final_comments": {"final_comment": []}},
}


@pytest.mark.parametrize("kind", BOTH)
@pytest.mark.parametrize("case", USUAL)
def test_a_usual_body_is_read_without_asking_the_schema(
    case: str, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Which is most of what makes a bulk body cheap."""
    monkeypatch.setattr(body, "_read_slowly", lambda data: pytest.fail(f"asked for {data}"))
    assert set(Desk().put(USUAL[case], kind)) == USUAL[case].keys()


def test_elements_of_other_names_are_passed_over_without_asking_the_schema(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(body, "_read_slowly", lambda data: pytest.fail(f"asked for {data}"))
    row = {"assignment_id": PLAIN, "enrollment_id": ANN, "grade": 7, "pending": {"a": 1}}
    sent = {"period": {"id": 31}, "grades": {"grade": [row, row], "count": 2}}
    report = Desk().put(sent, XML)
    assert [each["response_code"] for each in report["grades"]["grade"]] == [200, 200]


BAD_BODIES = {
    "nothing": {},
    "a list": [1],
    "a text": "grades",
    "neither": {"scores": {"grade": []}},
    "rows in text": {"grades": {"grade": "x"}},
    "text": {"grades": "x"},
    "no enrollment": {"grades": {"grade": [{"assignment_id": 1}]}},
    "no assignment": {"grades": {"grade": [{"enrollment_id": 1}]}},
    "a grade that is an object": {
        "grades": {"grade": [{"assignment_id": 1, "enrollment_id": 1, "grade": {"a": 1}}]}
    },
    "two comments": {
        "grades": {"grade": [{"assignment_id": 1, "enrollment_id": 1, "comment": ["a", "b"]}]}
    },
    "a good row and one without an id": {
        "grades": {
            "grade": [{"assignment_id": PLAIN, "enrollment_id": ANN, "grade": 1}, {"grade": 2}]
        }
    },
    "a final comment without a period": {
        "final_comments": {"final_comment": {"enrollment_id": ANN, "comment": "x"}}
    },
}


@pytest.mark.parametrize("kind", BOTH)
@pytest.mark.parametrize("case", BAD_BODIES)
def test_a_body_of_another_shape_is_refused_whole(case: str, kind: str) -> None:
    sent, desk = BAD_BODIES[case], Desk()
    before = desk.snapshot()
    reply, _ = desk.call("PUT", GRADES, encoded(sent, kind), kind)
    assert reply.status == 400
    assert desk.snapshot() == before


def encoded(data: Any, kind: str) -> bytes:
    return FORMATS[kind].encode({"a": data} if kind == XML and isinstance(data, list) else data)


JSON_BODIES = {
    "true for a grade": (b'{"grades":{"grade":[{"assignment_id":12,"enrollment_id":101,'
                         b'"grade":true}]}}', 400),
    "NaN": (b'{"grades":{"grade":[{"assignment_id":12,"enrollment_id":101,"grade":NaN}]}}', 400),
    "infinite": (b'{"grades":{"grade":[{"assignment_id":12,"enrollment_id":101,"grade":1e999}]}}',
                 400),
    "a grade twice": (b'{"grades":{"grade":[{"assignment_id":12,"enrollment_id":101,"grade":1,'
                      b'"gr\\u0061de":2}]}}', 400),
    "grades twice": (b'{"grades":null,"grades":null}', 400),
    "an id that is a fraction": (b'{"grades":{"grade":[{"assignment_id":12,"enrollment_id":1.5}]}}',
                                 400),
    "an id that is 101.0": (b'{"grades":{"grade":[{"assignment_id":12.0,"enrollment_id":101.0,'
                            b'"grade":1e1}]}}', 207),
    "a small exponent": (b'{"grades":{"grade":[{"assignment_id":12,"enrollment_id":101,'
                         b'"grade":1e-300}]}}', 207),
    "an escaped quote": (b'{"grades":{"grade":[{"assignment_id":12,"enrollment_id":101,'
                         b'"comment":"\\"\\\\"}]}}', 207),
}  # fmt: skip


@pytest.mark.parametrize("case", JSON_BODIES)
def test_json_is_read_strictly(case: str) -> None:
    sent, status = JSON_BODIES[case]
    desk = Desk()
    before = desk.snapshot()
    reply, report = desk.call("PUT", GRADES, sent)
    assert reply.status == status, reply.body
    if status == 207:
        assert [row["response_code"] for row in report["grades"]["grade"]] == [200]
    assert (desk.snapshot() == before) == (status == 400)
