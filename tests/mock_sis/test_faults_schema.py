"""schemas/control/fault.schema.json is what the catalogue and the types of the parameters say."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mock_sis.contracts.contract import contract, document
from mock_sis.contracts.package_files import package_folder
from mock_sis.faults.catalogue import FAULTS, FaultKind
from mock_sis.faults.docs import parameters
from mock_sis.faults.schema import LINE, schema, written
from mock_sis.faults.spec import SCHEMA

FILE = package_folder("schemas") / SCHEMA

each_kind = pytest.mark.parametrize("kind", FAULTS, ids=lambda kind: kind.name)


def test_the_file_is_up_to_date() -> None:
    text = FILE.read_text(encoding="utf-8")
    assert text == f"{written(schema())}\n", "run `make docs`"


@each_kind
def test_every_kind_has_a_title_and_every_parameter_a_description(kind: FaultKind) -> None:
    described = document(SCHEMA)["$defs"][kind.name]
    assert described["title"] == kind.title
    assert described["description"].endswith(".")
    assert all(each["description"].endswith(".") for each in parameters(kind).values())


LEFT_OUT = [
    {"fault": {"kind": "wiseflow_repeated_user", "user": None}},
    {"fault": {"kind": "rows_told_stored_but_not", "subjects": None}},
    {"fault": {"kind": "delay", "seconds": 1, "lognormal": None}},
    {"fault": {"kind": "reset_after"}, "when": {"probability": 1, "seed": None}},
    {"fault": {"kind": "reset_after"}, "header": {"name": "X", "value": None}},
]


@pytest.mark.parametrize("fault", LEFT_OUT, ids=str)
def test_a_member_without_a_value_is_left_out_and_not_null(fault: Any) -> None:
    assert contract(SCHEMA).problems(fault)


plain = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@given(plain)
def test_what_is_written_reads_back_as_the_same(value: Any) -> None:
    assert json.loads(written(value)) == value


def test_a_list_or_object_is_written_on_one_line_if_it_fits() -> None:
    fits, too_long = ["a" * (LINE - 4)], ["a" * (LINE - 3)]
    assert written(fits) == json.dumps(fits)
    assert written({"b": too_long}) == f'{{\n  "b": [\n    "{too_long[0]}"\n  ]\n}}'
