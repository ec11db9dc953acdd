"""Seed files: the part of YAML that JSON can say, read strictly, and written to be read back."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mock_sis.dialects.table import DIALECTS
from mock_sis.errors import SeedError
from mock_sis.seeds import files, library
from mock_sis.seeds.build import build

READ: dict[str, Any] = {
    "a: 1": 1,
    "a: -0": 0,
    "a: 1.5": 1.5,
    "a: 1e3": 1000.0,
    "a: true": True,
    "a: null": None,
    "a:": None,
    "a: no": "no",
    "a: Yes": "Yes",
    "a: True": "True",
    "a: 2026-01-01": "2026-01-01",
    "a: 2026-01-01T00:00:00Z": "2026-01-01T00:00:00Z",
    "a: 010": "010",
    "a: 0x10": "0x10",
    "a: 1_000": "1_000",
    "a: 12:30": "12:30",
    "a: .nan": ".nan",
    "a: +1": "+1",
    "a: '1'": "1",
    "a: !!str 1": "1",
    "a: &x [1]": [1],
    "b: &x [1]\na: *x": [1],
    "a: {<<: 1}": {"<<": 1},
}


@pytest.mark.parametrize(("text", "value"), READ.items())
def test_yaml_has_the_types_of_json(text: str, value: Any) -> None:
    read = files.from_yaml(text.encode())["a"]
    assert (read, type(read)) == (value, type(value))


LAUGHS = "".join(f"- &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]\n" for n in range(1, 8))
REFUSED: dict[bytes, str] = {
    b"a: 1\na: 2": "line 1, column 1: a key occurs twice",
    b"x:\n  - {a: 1, a: 2}": "line 2, column 5: a key occurs twice",
    b"1: a": "the key 1 is not text",
    b"null: a": "the key None is not text",
    b"true: a": "the key True is not text",
    b"? [a]\n: b": "unhashable",
    b"a: !!binary aGk=": "line 1, column 4: could not determine a constructor",
    b"a: !!timestamp 2026-01-01": "could not determine a constructor",
    b"a: !!set {b}": "could not determine a constructor",
    b"a: !!python/object/apply:os.getcwd []": "could not determine a constructor",
    b"a: !!bool maybe": "not YAML",
    b"a: !!int x": "not YAML",
    b'a: !!int ""': "not YAML",
    b'a: !!int "-"': "not YAML",
    b"a: " + b"9" * 5000: "not YAML",
    b"a: 1e400": "more than a double holds",
    b"&a [*a]": "that JSON cannot say",
    b"&a {b: *a}": "that JSON cannot say",
    b"- &a0 x\n" + LAUGHS.encode(): "line 8, column 38: aliases stand for more than",
    b"- &a " + b"x" * 2**20 + b"\n- [" + b"*a," * 17 + b"]": "line 2, .*: aliases stand for more",
    b"a: [": "line 2, column 1",
    b"[" * 100_000: "line 1, column 65: nested more than 64",
    b"- " * 100_000: "nested more than 64",
    b"a: *nowhere": "line 1, column 4",
    b"a: 1\n---\nb: 2": "line 2",
    b"\xff": "not YAML",
    b"a: \x01": "not YAML",
    b'a: "\\ud800"': "line 1, column 7",
}


@pytest.mark.parametrize(("text", "cause"), REFUSED.items(), ids=lambda value: repr(value)[:40])
def test_what_json_cannot_say_is_refused_with_its_place(text: bytes, cause: str) -> None:
    with pytest.raises(SeedError, match=cause):
        files.from_yaml(text)


FILES: dict[str, tuple[str, bytes | None, str]] = {
    "not there": ("a.yaml", None, r"a\.yaml: cannot be read: No such file"),
    "not a mapping": ("a.yaml", b"[]", r"a\.yaml: a seed document is a mapping; this is a list"),
    "empty": ("a.yml", b"", r"a\.yml: a seed document is a mapping; this is empty"),
    "YAML in a JSON file": ("a.json", b"name: x", r"a\.json: The body is not JSON"),
    "a twin in a JSON file": ("a.json", b'{"a":1,"a":2}', r"a\.json: .*'a' occurs twice"),
    "bad YAML": ("a.yaml", b"a: [", r"a\.yaml: line 2, column 1"),
}


@pytest.mark.parametrize(("name", "content", "cause"), FILES.values(), ids=FILES)
def test_a_bad_file_is_refused_by_name(
    tmp_path: Path, name: str, content: bytes | None, cause: str
) -> None:
    path = tmp_path / name
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(SeedError, match=cause):
        files.read(path)


def test_a_pipe_too_has_no_more_bytes_than_allowed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "LARGEST", 10)
    out, into = os.pipe()
    os.write(into, b"name: " + b"x" * 99)
    os.close(into)
    try:
        with pytest.raises(SeedError, match="larger than"):
            files.read(Path(f"/dev/fd/{out}"))
    finally:
        os.close(out)


def test_a_folder_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(SeedError, match="cannot be read"):
        files.read(tmp_path)


@pytest.mark.parametrize("name", ["a.json", "a.yaml", "a.yml", "a"])
def test_json_is_read_under_any_name(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_bytes(b'{"name": "x", "people": []}')
    assert files.read(path) == {"name": "x", "people": []}


WORDS = st.sampled_from(["no", "null", "~", "1e5", "=", "<<", "2026-01-01", "0x1", ".nan", "- a"])
NUMBERISH = st.from_regex(r"[-+]?[0-9]{1,3}([.:_][0-9]*)?(e[-+]?[0-9]{1,2})?", fullmatch=True)
TEXT = st.text(st.characters(blacklist_categories=["Cs"])) | WORDS | NUMBERISH
SCALARS = (
    TEXT
    | st.integers(-(2**63), 2**63 - 1)
    | st.booleans()
    | st.none()
    | st.floats(allow_nan=False, allow_infinity=False)
)
DATA = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=6,
)


@settings(max_examples=100)
@given(st.dictionaries(TEXT, DATA, max_size=4))
def test_what_is_written_is_read_back_unchanged(document: dict[str, Any]) -> None:
    read = files.from_yaml(files.to_yaml(document).encode())
    assert repr(read) == repr(document)


@pytest.mark.parametrize("text", ["1e5", "-0", "null", "no", "2026-01-01", "1:30"])
def test_text_that_looks_like_something_else_is_quoted(text: str) -> None:
    written = files.to_yaml({"a": text})
    assert written == f"a: '{text}'\n"


WRONG = b"""name: x
people:
  - {id: 1, given_name: a, family_name: b}
  - id: 2
    given_name: 5
    family_name: b
wiseflow:
  base_path: /_control/x
"""


def test_each_mistake_in_a_file_is_told_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    path.write_bytes(WRONG)
    with pytest.raises(SeedError) as caught:
        build(library.find(str(path)), 0.0, DIALECTS)
    told = str(library.located(str(path), caught.value))
    assert told.startswith(f"{path}: ")
    assert "line 5, /people/1/given_name: 5 is not" in told
    assert "line 8, /wiseflow/base_path: " in told


def test_a_missing_member_is_told_with_the_line_of_its_object(tmp_path: Path) -> None:
    path = tmp_path / "mine.json"
    path.write_bytes(b'{"name": "x",\n "people": [\n  {"id": 1, "given_name": "a"}]}')
    with pytest.raises(SeedError) as caught:
        build(library.find(str(path)), 0.0, DIALECTS)
    assert "line 3, /people/0: " in str(library.located(str(path), caught.value))


def test_a_mistake_in_json_that_is_no_yaml_is_told_without_lines(tmp_path: Path) -> None:
    path = tmp_path / "mine.json"
    path.write_bytes(b'{\t"name": 5}')
    with pytest.raises(SeedError) as caught:
        build(library.find(str(path)), 0.0, DIALECTS)
    told = str(library.located(str(path), caught.value))
    assert told.startswith(f"{path}: ")
    assert "/name: 5 is not" in told


def test_an_error_that_names_its_file_names_it_once(tmp_path: Path) -> None:
    path = str(tmp_path / "nowhere.yaml")
    error = SeedError(f"{path}: cannot be read: No such file or directory.")
    assert str(library.located(path, error)).count("nowhere.yaml") == 1


def test_an_error_of_a_built_in_seed_names_no_file() -> None:
    error = SeedError("Wrong.")
    assert library.located("demo", error) is error


def test_a_pipe_is_refused_at_once(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "seed.yaml")
    with pytest.raises(
        SeedError, match=r"seed.yaml: is a named pipe. Write a seed document to a file"
    ):
        files.read(tmp_path / "seed.yaml")
