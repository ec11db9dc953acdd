"""Faults as plain data: what is accepted, what is refused and why, and the way back."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.simulator.fault_bench import POST
from mock_sis.contracts.contract import contract, document
from mock_sis.errors import FaultError
from mock_sis.faults.catalogue import FAULTS, FaultKind
from mock_sis.faults.plan import Plan
from mock_sis.faults.spec import SCHEMA, fault_from, inline, what_from
from mock_sis.faults.what import OwnAnswer

RESET = {"kind": "reset_after"}


@pytest.mark.parametrize("kind", FAULTS, ids=lambda kind: kind.name)
def test_every_kind_survives_the_way_to_plain_data_and_back(kind: FaultKind) -> None:
    fault = fault_from(kind.example)
    plain = fault.as_json()
    assert contract(SCHEMA).problems(plain) == []
    assert fault_from(plain).as_json() == plain
    assert fault_from(plain).what == fault.what
    assert fault.what.kind == kind.name


@pytest.mark.parametrize(
    "rest",
    [
        {"operation": "wiseflow.*", "when": {"next": 3}},
        {"operation": "*", "subject": 7, "when": {"nth": 2}},
        {"operation": "*", "header": {"name": "X"}, "when": {"always": True}},
        {"operation": "*", "header": {"name": "X", "value": ""}, "when": {"probability": 0.5}},
        {"operation": "*", "subject": "7", "when": {"probability": 0.5, "seed": 9}},
        {
            "operation": "*",
            "when": {"between": ["2026-01-01T00:00:00Z", "2026-01-01T00:00:01.500000Z"]},
        },
    ],
)
def test_where_and_when_survive_too(rest: dict[str, Any]) -> None:
    assert fault_from({**rest, "fault": RESET}).as_json() == {**rest, "fault": RESET}


REFUSED = [
    ({}, '"fault" is a required property'),
    ({"fault": {}}, '"kind" is a required property'),
    ({"fault": {"kind": "nope"}}, '/fault/kind: "nope" is not one of'),
    ({"fault": {"kind": 5}}, "/fault/kind"),
    ({"fault": "reset_after"}, "/fault"),
    ({"fault": RESET, "wen": {"next": 1}}, "'wen' was unexpected"),
    ({"fault": {**RESET, "phase": "before"}}, "'phase' was unexpected"),
    ({"fault": {"kind": "status"}}, '"status" is a required property'),
    ({"fault": {"kind": "status", "status": 199}}, "/fault/status"),
    ({"fault": {"kind": "status", "status": 600}}, "/fault/status"),
    ({"fault": {"kind": "status", "status": True}}, "/fault/status"),
    ({"fault": {"kind": "status", "status": 204, "body": "x"}}, "status 204 has no body"),
    ({"fault": {"kind": "status", "status": 500, "headers": {"X": "a\r\nSet-Cookie: b"}}}, "/X"),
    ({"fault": {"kind": "status", "status": 500, "headers": {"X Y": "a"}}}, "/fault/headers"),
    (
        {"fault": {"kind": "status", "status": 500, "headers": {"content-Length": "3"}}},
        "content-Length is written by the server",
    ),
    ({"fault": {"kind": "status", "status": 429, "retry_after": -1}}, "/fault/retry_after"),
    ({"fault": {"kind": "status", "status": 429, "retry_after": "soon"}}, "/fault/retry_after"),
    (
        {"fault": {"kind": "status", "status": 429, "retry_after": "Mon, 99 Foo 2026 GMT"}},
        "a number of seconds or a date like",
    ),
    (
        {
            "fault": {
                "kind": "status",
                "status": 429,
                "retry_after": "Mon, 01 Jan 99999999999 00:00:00 GMT",
            }
        },
        "a number of seconds or a date like",
    ),
    (
        {
            "fault": {
                "kind": "rate_limit",
                "requests": 1,
                "seconds": 1,
                "retry_after": "Mon, 99 Foo 2026 GMT",
            }
        },
        "a number of seconds or a date like",
    ),
    ({"fault": {"kind": "rate_limit", "requests": 1, "seconds": 0}}, "/fault/seconds"),
    ({"fault": {"kind": "rate_limit", "requests": 0, "seconds": 1}}, "/fault/requests"),
    ({"fault": {"kind": "redirect", "location": "javascript:alert(1)"}}, "/fault/location"),
    ({"fault": {"kind": "redirect", "location": "/a\r\nX: b"}}, "/fault/location"),
    ({"fault": {"kind": "redirect", "location": "/a", "status": 304}}, "/fault/status"),
    ({"fault": {"kind": "wrong_content_type", "value": "a\nb"}}, "/fault/value"),
    ({"fault": {"kind": "wrong_content_length", "delta": 0}}, "/fault/delta"),
    ({"fault": {"kind": "delay"}}, '"seconds" is a required property; "uniform" is'),
    ({"fault": {"kind": "delay", "seconds": 1, "uniform": [1, 2]}}, "matches several forms"),
    ({"fault": {"kind": "delay", "uniform": [2, 1]}}, "uniform must be [least, most] (got [2, 1])"),
    ({"fault": {"kind": "delay", "seconds": -1}}, "/fault/seconds"),
    ({"fault": {"kind": "delay", "seconds": 1e9}}, "/fault/seconds"),
    ({"fault": {"kind": "delay", "lognormal": {"median": 0, "sigma": 1}}}, "/lognormal/median"),
    ({"fault": {"kind": "stall", "part": "body"}}, 'part "body" must have "phase": "after"'),
    ({"fault": {"kind": "drip", "bytes_per_second": 0}}, "/fault/bytes_per_second"),
    ({"fault": {"kind": "truncated_body", "keep": 1.5}}, "/fault/keep"),
    ({"fault": {"kind": "truncated_body", "keep": -1}}, "/fault/keep"),
    ({"fault": {"kind": "rows_fail", "subjects": []}}, "/fault/subjects"),
    ({"fault": {"kind": "rows_fail"}}, '"subjects" is a required property'),
    (
        {"fault": {"kind": "wiseflow_wrong_counts", "success_by": 0}},
        "success_by and errors_by must not both be 0",
    ),
    ({"fault": RESET, "when": {}}, "/when"),
    ({"fault": RESET, "when": {"next": 0}}, "/when/next"),
    ({"fault": RESET, "when": {"next": 1, "nth": 2}}, "/when"),
    ({"fault": RESET, "when": {"next": 1, "seed": 2}}, "/when"),
    ({"fault": RESET, "when": {"always": False}}, "/when/always"),
    ({"fault": RESET, "when": {"probability": 1.1}}, "/when/probability"),
    ({"fault": RESET, "when": {"between": ["2026-06-15", "2026-06-16"]}}, "/when/between/0"),
    (
        {
            "fault": RESET,
            "when": {"between": ["2026-06-16T00:00:00Z", "2026-06-15T00:00:00Z"]},
        },
        "the earlier first (got 2026-06-16T00:00:00+00:00 and 2026-06-15T00:00:00+00:00)",
    ),
    ({"fault": RESET, "operation": ""}, "/operation"),
    ({"fault": RESET, "operation": "control.*"}, "the control interface takes no faults"),
    ({"fault": RESET, "subject": None}, "/subject"),
    ({"fault": RESET, "header": {"value": "x"}}, "/header"),
    ({"fault": {"kind": "refuse_connection"}, "subject": "1"}, "takes no operation, subject"),
    ({"fault": {"kind": "refuse_connection"}, "operation": "wiseflow.*"}, "takes no operation"),
]


@pytest.mark.parametrize(("spec", "cause"), REFUSED)
def test_a_fault_that_makes_no_sense_is_refused_by_its_cause(
    spec: dict[str, Any], cause: str
) -> None:
    plan = Plan()
    with pytest.raises(FaultError) as refusal:
        plan.arm(spec, 0)
    assert cause in str(refusal.value)
    assert plan.armed == ()


INLINE = [
    ("reset_after", {"kind": "reset_after"}),
    (" stall ; seconds = 3 ;", {"kind": "stall", "seconds": 3}),
    (
        "status;status=503;body=gone for lunch",
        {"kind": "status", "status": 503, "body": "gone for lunch"},
    ),
    ('status;status=503;body={"a":1}', {"kind": "status", "status": 503, "body": {"a": 1}}),
    ("rows_fail;subjects=[1001]", {"kind": "rows_fail", "subjects": [1001]}),
    ("rows_fail;subjects=[18446744073709551617]", {"kind": "rows_fail", "subjects": [2**64 + 1]}),
    (
        'status;status=503.0;body={"sum":18446744073709551617}',
        {"kind": "status", "status": 503, "body": {"sum": 2**64 + 1}},
    ),
    ("redirect;location=/a?b=c", {"kind": "redirect", "location": "/a?b=c"}),
    (
        '{"kind": "status", "status": 404, "body": "a;b"}',
        {"kind": "status", "status": 404, "body": "a;b"},
    ),
]


@pytest.mark.parametrize(("text", "plain"), INLINE)
def test_a_header_names_a_fault_as_json_or_as_a_kind_with_parameters(
    text: str, plain: dict[str, Any]
) -> None:
    assert inline(text, POST) == what_from(plain)


@pytest.mark.parametrize(
    "text",
    [
        "",
        ";",
        "nope",
        "status",
        "status;status=abc",
        "reset_after;x=1",
        "status;status=503;status = 404",
        "reset_after;kind=reset_before",
        "{",
        '{"kind"',
        '{"kind": "reset_before", "kind": "reset_after"}',
        '{"kind": "delay", "seconds": 1e400}',
        '{"kind": "status", "status": 503, "body": "\udcff"}',
        "status;status=503;body=\udcff",
        "status;status=503;\udcff=1",
        "[1]",
        '"x"',
        "refuse_connection",
        '{"fault": {"kind": "reset_after"}}',
        "stall;part=body",
        "\x00",
    ],
)
def test_a_header_that_names_no_fault_is_refused(text: str) -> None:
    with pytest.raises(FaultError):
        inline(text, POST)


def test_of_a_header_that_is_no_json_it_is_said_why() -> None:
    with pytest.raises(FaultError, match="invalid JSON object: the name 'kind' occurs twice"):
        inline('{"kind": "reset_before", "kind": "reset_after"}', POST)


@given(st.text(max_size=60))
def test_no_header_does_worse_than_be_refused(text: str) -> None:
    try:
        what = inline(text, POST)
    except FaultError:
        return
    assert what.kind in text


def test_the_schema_knows_the_kinds_of_the_catalogue_and_no_others() -> None:
    listed = document(SCHEMA)["$defs"]["fault"]["properties"]["kind"]["enum"]
    assert listed == [kind.name for kind in FAULTS]


@pytest.mark.parametrize("kind", FAULTS, ids=lambda kind: kind.name)
def test_schema_and_class_agree_on_parameters_and_defaults(kind: FaultKind) -> None:
    schema = document(SCHEMA)["$defs"][kind.name]
    fields = {field.name: field for field in msgspec.structs.fields(kind.what)}
    described = {name: rest for name, rest in schema["properties"].items() if name != "kind"}
    assert described.keys() == fields.keys()
    assert set(schema["required"]) - {"kind"} == {
        name for name, field in fields.items() if field.required
    }
    for name, rest in described.items():
        field = fields[name]
        if not field.required:
            factory = field.default_factory
            own = field.default if factory is msgspec.NODEFAULT else factory()
            assert rest.get("default") == own, name


@pytest.mark.parametrize("kind", FAULTS, ids=lambda kind: kind.name)
def test_a_kind_takes_a_phase_exactly_where_it_has_more_than_one(kind: FaultKind) -> None:
    named = "phase" in document(SCHEMA)["$defs"][kind.name]["properties"]
    assert named == issubclass(kind.what, OwnAnswer) == (len(kind.phases) > 1)
