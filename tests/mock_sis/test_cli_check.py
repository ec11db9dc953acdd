"""`mock-sis check` tells a person what is wrong with a body."""

from __future__ import annotations

import gc
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from mock_sis.cli import check as module
from mock_sis.cli.check import BODIES
from mock_sis.cli.commands import main
from mock_sis.contracts import xsd
from mock_sis.contracts.contract import contract
from mock_sis.seeds import library

XML = '<?xml version="1.0" encoding="utf-8"?>'
GRADE = "<enrollment_id>1</enrollment_id><assignment_id>2</assignment_id><grade>9</grade>"


@pytest.fixture(autouse=True)
def _thawed() -> Iterator[None]:
    """Undo gc.freeze(), which a command calls for the rest of its process."""
    yield
    gc.unfreeze()


def check(body: bytes | str, kind: str) -> Result:
    text = body.encode() if isinstance(body, str) else body
    return CliRunner().invoke(main, ["check", "-", "--as", kind], input=text)


RIGHT = [
    ("wiseflow.export", '{"participants": [{"userId": 1001, "mark": "B"}]}'),
    ("wiseflow.report", '{"numberOfSuccess": 1, "numberOfErrors": 0, "errors": []}'),
    (
        "schoology.grades",
        '{"grades": {"grade": [{"enrollment_id": 1, "assignment_id": 2, "grade": 9}]}}',
    ),
    ("schoology.grades", f"{XML}<body><grades><grade>{GRADE}</grade></grades></body>"),
    ("schoology.grades", f"\n  <body><grades><grade>{GRADE}</grade></grades></body>"),
    ("oneroster.category", '{"category": {"title": "Tests"}}'),
    ("seed", json.dumps(library.builtin("demo"))),
    ("fault", '{"fault": {"kind": "status", "status": 503}}'),
]


@pytest.mark.parametrize(("kind", "body"), RIGHT, ids=[kind for kind, _ in RIGHT])
def test_a_right_body_is_right(kind: str, body: str) -> None:
    result = check(body, kind)
    assert (result.exit_code, result.output.startswith("<stdin> is right: ")) == (0, True)


WRONG = [
    (
        "wiseflow.export",
        '{"participants": [\n {"userId": 1, "mark": 12}]}',
        '<stdin>:2: /participants/0/mark: 12 is not of type "string"',
    ),
    (
        "wiseflow.export",
        '{"participants": [{"userId": 1},\n\n {"mark": "B"}]}',
        '<stdin>:3: /participants/1: "userId" is a required property',
    ),
    ("wiseflow.export", "[]", '<stdin>:1: (root): [] is not of type "object"'),
    ("wiseflow.export", '\n{"a~/b": {}}', "<stdin>:2: (root): Additional properties"),
    ("fault", '{\n"fault": {"kind": "gremlins"}}', "<stdin>:2: /fault"),
    (
        "schoology.grades",
        f"{XML}\n<body><grades>\n<grade><enrollment_id>x</enrollment_id></grade></grades></body>",
        "<stdin>:3: /grades/grade",
    ),
    ("schoology.grades", "<body>\n<grades><grade></body>", "(root): The body is not XML: "),
    ("schoology.grades", "<!DOCTYPE a []><a/>", "has a document type declaration"),
    ("oneroster.result", "<result/>", "oneroster.result is sent as JSON only."),
    ("oneroster.result", '{"result": {}', "(root): The body is not JSON: "),
    ("oneroster.result", '{"result": {}, "result": {}}', "(root): The body is not JSON: "),
    ("seed", "", "(root): The body is empty"),
    ("seed", "people: []", "(root): The body is not JSON: "),
    ("seed", "[" * 200_000, "(root): The body "),
    ("seed", "\ufeff{}", "byte-order mark"),
]


@pytest.mark.parametrize(("kind", "body", "words"), WRONG, ids=[str(n) for n in range(len(WRONG))])
def test_a_wrong_body_is_explained_with_its_lines(kind: str, body: str, words: str) -> None:
    result = check(body, kind)
    assert result.exit_code == 1
    assert words in result.output
    assert result.output.splitlines()[-1].startswith(f"Expected: {BODIES[kind].title}, as schemas/")


@pytest.mark.parametrize("body", [b"\xff\xfe{\0}\0", b'{"a": "\xff"}', b"\0\1\2", b"<a>\xff</a>"])
def test_what_is_no_text_is_explained_too(body: bytes) -> None:
    result = check(body, "schoology.grades")
    assert (result.exit_code, "(root): The body " in result.output) == (1, True)


def test_a_file_is_named_with_its_lines(tmp_path: Path) -> None:
    path = tmp_path / "export.json"
    path.write_text('{"participants":\n [{"userId": []}]}')
    result = CliRunner().invoke(main, ["check", str(path), "--as", "wiseflow.export"])
    assert result.output.startswith(f"{path}:2: /participants/0/userId: ")


def test_json_that_is_no_yaml_has_no_lines() -> None:
    assert (
        ":2: /participants/0: "
        in check('{"participants":\n\t[{"mark": ""}]}', "wiseflow.export").output
    )
    result = check('{"participants":\n [{"mark": "\\ud83d\\ude00"}]}', "wiseflow.export")
    assert '<stdin>: /participants/0: "userId" is a required property' in result.output


def test_many_errors_are_not_all_listed() -> None:
    result = check(json.dumps({"participants": [{}] * 100}), "wiseflow.export")
    assert "more than 20 errors" in result.output


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("check", "-"), "Missing option '--as'"),
        (("check", "-", "--as", "wiseflow.exprot"), "wiseflow.export"),
        (("check", "/no/such/file", "--as", "seed"), "No such file"),
        (("check", "--as", "seed"), "Missing argument 'FILE'"),
    ],
)
def test_a_wrong_command_line_is_refused(arguments: tuple[str, ...], words: str) -> None:
    result = CliRunner().invoke(main, arguments)
    assert (result.exit_code, words in result.output) == (2, True)


def test_a_huge_body_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST", 2**20)
    result = check(b" " * (2**20 + 1), "seed")
    assert (result.exit_code, "has more than 1 MiB" in result.output) == (2, True)


@pytest.mark.parametrize("kind", BODIES)
def test_every_kind_has_its_schemas(kind: str) -> None:
    body = BODIES[kind]
    assert contract(body.schema).problems(None)
    assert not body.xsd or xsd.problems(body.xsd, b"<nothing/>")
    assert f"{kind} " in CliRunner().invoke(main, ["check", "--help"]).output
