"""Generated seeds are the same bytes for the same arguments, keep the schema, and are awkward."""

from __future__ import annotations

import subprocess
import sys
import unicodedata
from collections import Counter
from collections.abc import Callable

import orjson
import pytest

from mock_sis.dialects.table import DIALECTS
from mock_sis.errors import UsageError
from mock_sis.seeds.build import build
from mock_sis.seeds.generate import FAMILY_NAMES, FLOWS_A_PERSON, GIVEN_NAMES, generate

PRINT = """
import orjson, sys
from mock_sis.seeds.generate import generate
sys.stdout.buffer.write(orjson.dumps(generate(3, 40, seed=5)))
"""


def names() -> list[str]:
    people = generate(1, max(len(GIVEN_NAMES), len(FAMILY_NAMES)))["people"]
    return [f"{person['given_name']} {person['family_name']}" for person in people]


@pytest.mark.parametrize(("flows", "participants"), [(1, 1), (3, 40), (9, 5), (2, 1000)])
def test_each_flow_has_that_many_different_participants(flows: int, participants: int) -> None:
    document = generate(flows, participants)
    assert len(document["sections"]) == flows
    for section in document["sections"]:
        assert len({row["person"] for row in section["enrollments"]}) == participants


@pytest.mark.parametrize(("flows", "participants"), [(1, 1), (8, 50)])
def test_a_generated_seed_loads(flows: int, participants: int) -> None:
    book = build(generate(flows, participants), 0.0, DIALECTS)
    assert len(book.sections) == flows


def test_the_same_arguments_give_the_same_bytes_in_another_process() -> None:
    environment = {"PYTHONHASHSEED": "1"}
    there = subprocess.run(
        [sys.executable, "-c", PRINT], capture_output=True, check=True, env=environment
    )
    assert there.stdout == orjson.dumps(generate(3, 40, seed=5))


def test_another_seed_gives_other_names() -> None:
    first, second = (generate(1, 200, seed=seed)["people"] for seed in (0, 1))
    assert first != second
    assert [person["id"] for person in first] == [person["id"] for person in second]


def test_people_take_part_in_several_flows() -> None:
    document = generate(FLOWS_A_PERSON * 2, 10)
    taken = Counter(
        row["person"] for section in document["sections"] for row in section["enrollments"]
    )
    assert taken == {person["id"]: FLOWS_A_PERSON for person in document["people"]}


def test_codes_are_each_used_once() -> None:
    codes = [section["sis_code"] for section in generate(50, 1)["sections"]]
    assert len(set(codes)) == 50


@pytest.mark.parametrize(
    ("kind", "has"),
    [
        ("accents", lambda name: unicodedata.normalize("NFD", name) != name),
        ("combining marks", lambda name: unicodedata.normalize("NFC", name) != name),
        ("apostrophes", lambda name: "'" in name),
        ("typographic apostrophes", lambda name: "’" in name),
        ("ampersands", lambda name: "&" in name),
        ("markup", lambda name: "<" in name and ">" in name),
        ("the end of CDATA", lambda name: "]]>" in name),
        ("quotes", lambda name: '"' in name),
        ("CSV separators", lambda name: "," in name and ";" in name),
        ("line breaks", lambda name: "\n" in name),
        ("tabs", lambda name: "\t" in name),
        ("formulas", lambda name: name.startswith("=")),
        ("right-to-left", lambda name: any(unicodedata.bidirectional(c) == "R" for c in name)),
        ("Arabic", lambda name: any(unicodedata.bidirectional(c) == "AL" for c in name)),
        ("beyond the basic plane", lambda name: any(ord(c) > 0xFFFF for c in name)),
        ("emoji", lambda name: "👩‍🎓" in name),
        ("very long", lambda name: len(name) > 250),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_small_seed_has_names_with(kind: str, has: Callable[[str], bool]) -> None:
    assert any(has(name) for name in names())


def test_ids_are_numbers_and_texts() -> None:
    kinds = {type(person["id"]) for person in generate(1, 20)["people"]}
    assert kinds == {int, str}


@pytest.mark.parametrize(
    ("flows", "participants"), [(1, 2_000_001), (2_000_001, 1), (10**9, 10**9)]
)
def test_a_seed_that_no_file_has_room_for_is_refused(flows: int, participants: int) -> None:
    with pytest.raises(UsageError, match="at most 2000000 participants"):
        generate(flows, participants)


@pytest.mark.parametrize(("flows", "participants"), [(0, 1), (1, 0), (-1, 5)])
def test_an_empty_seed_is_refused(flows: int, participants: int) -> None:
    got = rf"at least 1 each \(got {flows} and {participants}\)"
    with pytest.raises(UsageError, match=got):
        generate(flows, participants)
