"""Validate plain data by the JSON Schemas in schemas/, and say what is wrong with it.

The schemas are the authority: every request body, answer, seed document, fault and adapter message
is defined there and nowhere else, and users can read the same files. A contract is named by its
path below schemas/, with an optional JSON pointer: "adapter/hello.schema.json#/$defs/message".

Validation has to be fast as well, because a bulk export has ten thousand rows. So there are several
ways through, and the schema decides in all of them:

1. Most bulk bodies never get here. `formats/typed_json.py` decodes them directly into typed values,
   and refuses what it is not certain of. Tests compare the types with the schemas.
2. What the typed decoder refuses is decoded to plain data and checked by `Contract.accepts`, with
   jsonschema_rs, which compiles a schema once and validates some fifty times faster than the
   package jsonschema.
3. Only data that is refused pays for error messages. `Contract.problems` gives a bounded number of
   them, and examines only the beginning of long lists: jsonschema_rs collects all errors before it
   gives the first, at some 5 KiB each. If the beginning is correct, it gives the first error of the
   whole.
4. `Contract.explain` uses the package jsonschema to choose the one error that a person should fix
   first. In tests, that package also confirms the verdicts of jsonschema_rs.

If a schema allows several forms (anyOf, oneOf), a validator says only that none of them matches.
`_meant` then looks for the one form that is of the same kind as the data, and its errors are
reported instead: "/rows/3: "id" is a required property".
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from itertools import chain
from typing import Any

import jsonschema_rs
import orjson

from mock_sis.contracts.package_files import package_folder
from mock_sis.errors import Problem
from mock_sis.formats.depth import DEEPEST

BASE = "https://schemas.mock-sis.invalid/"
"""The base URI of every schema. It names them; the domain `.invalid` never has an address."""

MOST_PROBLEMS = 20
"""The most problems that are reported of one document."""
LOOKED_THROUGH = 500
"""The most items of one list that are examined for problems. Each error takes some 5 KiB, so that
the errors of a body within the server's limit could otherwise exhaust the memory."""

_LONGEST = 200


@cache
def texts() -> Mapping[str, bytes]:
    """Every JSON document below schemas/, by its path. A server reads them when it starts, because
    an upgrade may replace or remove them while it runs."""
    root = package_folder("schemas")
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in root.rglob("*.json")}


@cache
def document(name: str) -> dict[str, Any]:
    """The JSON document at that path below schemas/. It is shared: callers must not change it.
    Raises FileNotFoundError."""
    if name not in texts():
        raise FileNotFoundError(f"No such file below schemas/: {name}")
    loaded: dict[str, Any] = orjson.loads(texts()[name])
    return loaded


@dataclass(frozen=True)
class Contract:
    """A compiled schema."""

    schema: Mapping[str, Any]

    @cached_property
    def _validator(self) -> jsonschema_rs.Draft202012Validator:
        return jsonschema_rs.Draft202012Validator(
            dict(self.schema), retriever=_retrieve, validate_formats=True
        )

    def accepts(self, data: Any) -> bool:
        """Whether the data is valid."""
        return bool(self._validator.is_valid(data))

    def problems(self, data: Any, most: int = MOST_PROBLEMS) -> list[Problem]:
        """What is wrong with plain data, at most `most` problems; empty if it is valid. If the
        beginnings of long lists are valid, only the first problem is given."""
        if self.accepts(data):
            return []
        return list(self._iter_problems(_beginning(data), most)) or list(self._first(data))

    def _iter_problems(self, data: Any, most: int) -> Iterator[Problem]:
        found: set[Problem] = set()
        # The iterator collects all errors before it gives the first.
        for problem in chain.from_iterable(map(_problems, self._validator.iter_errors(data))):
            if problem in found:
                continue
            if len(found) == most:
                yield more_than(most)
                return
            found.add(problem)
            yield problem

    def _first(self, data: Any) -> Iterator[Problem]:
        try:
            self._validator.validate(data)
        except jsonschema_rs.ValidationError as error:
            yield next(_problems(error))

    def explain(self, data: Any) -> str:
        """The one problem that a person should fix first, or "". Slow: not for bulk data."""
        # Imported here because it takes a tenth of a second, and only messages to people need it.
        from jsonschema import Draft202012Validator
        from jsonschema.exceptions import best_match
        from referencing import Registry, Resource
        from referencing.jsonschema import DRAFT202012

        registry: Registry[Any] = Registry(
            retrieve=lambda uri: Resource(_retrieve(uri), DRAFT202012)  # type: ignore[call-arg]
        )
        found = best_match(
            Draft202012Validator(dict(self.schema), registry=registry).iter_errors(data)
        )
        if found is None:  # valid, or wrong in a format, which this validator does not check
            left = self.problems(data, most=1)
            return f"{left[0].pointer or '(root)'}: {left[0].message}" if left else ""
        return f"{pointer(list(found.absolute_path)) or '(root)'}: {abbreviate(found.message)}"


def more_than(most: int) -> Problem:
    """The last problem of a list that was cut off after `most`."""
    return Problem("", f"more than {most} errors; only the first {most} are listed")


@cache
def contract(name: str) -> Contract:
    """The contract at that path below schemas/, with an optional `#/json/pointer`."""
    return Contract({"$ref": BASE + name})


def _beginning(data: Any, longest: int = LOOKED_THROUGH, levels: int = DEEPEST) -> Any:
    """The data with long lists cut, inner lists more than outer ones, and without values nested
    deeper than a body can be."""
    if not isinstance(data, list | dict):
        return data
    if not levels:
        return None
    if isinstance(data, dict):
        return {name: _beginning(value, longest, levels - 1) for name, value in data.items()}
    inner = max(longest // 10, MOST_PROBLEMS)
    return [_beginning(item, inner, levels - 1) for item in data[:longest]]


def _problems(error: jsonschema_rs.ValidationError) -> Iterator[Problem]:
    """The problems of one error. If the error is that no allowed form matches, and only one form
    can have been meant, these are the problems of that form."""
    meant = _meant(error)
    if not meant:
        yield Problem(pointer(error.instance_path), _message(error))
    for each in meant:
        yield from _problems(each)


def _meant(error: jsonschema_rs.ValidationError) -> list[jsonschema_rs.ValidationError]:
    """The errors of the only allowed form that is of the same kind as the given list or object;
    empty if no form is, or several are."""
    if not isinstance(error.instance, list | dict):
        return []
    place = error.instance_path
    same_kind = [
        form
        for form in _forms(error)
        if not any(
            isinstance(each.kind, _ANOTHER_KIND) for each in form if each.instance_path == place
        )
    ]
    return same_kind[0] if len(same_kind) == 1 else []


_ANOTHER_KIND = (
    jsonschema_rs.ValidationErrorKind.Type,
    jsonschema_rs.ValidationErrorKind.Enum,
    jsonschema_rs.ValidationErrorKind.Constant,
)
"""Errors that say that a value is of another kind."""


def _forms(error: jsonschema_rs.ValidationError) -> list[list[jsonschema_rs.ValidationError]]:
    """The errors of each allowed form; empty unless the error is that no form matches."""
    match error.kind:
        case (
            jsonschema_rs.ValidationErrorKind.AnyOf(context=forms)
            | jsonschema_rs.ValidationErrorKind.OneOfNotValid(context=forms)
        ):
            return forms
    return []


def pointer(path: list[str | int]) -> str:
    """An RFC 6901 JSON pointer; "" is the whole document."""
    return "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in path)


def _message(error: jsonschema_rs.ValidationError) -> str:
    """What is wrong, and what is expected."""
    if isinstance(error.kind, jsonschema_rs.ValidationErrorKind.Enum):
        return _not_among(error.instance, error.kind.options)
    if isinstance(error.kind, jsonschema_rs.ValidationErrorKind.OneOfMultipleValid):
        return f"{abbreviate(_json(error.instance))} matches several forms; it must match only one"
    forms = _forms(error)
    return _of_no_form(error.instance, forms) if forms else abbreviate(error.message)


def _not_among(value: Any, options: list[Any]) -> str:
    """That a value is not among the options: names the option with the closest spelling, or all."""
    # Imported here because only refused bodies need it, and it would slow every start.
    from difflib import get_close_matches

    names = {each.casefold(): each for each in options if isinstance(each, str)}
    word = value.casefold() if isinstance(value, str) and len(value) <= _LONGEST else ""
    near = get_close_matches(word, names, n=1) if word else []
    if near:
        among = f"the {len(options)} allowed values (did you mean {_json(names[near[0]])}?)"
    else:
        among = abbreviate(", ".join(map(_json, options)), 5 * _LONGEST)
    return f"{abbreviate(_json(value))} is not one of {among}"


def _of_no_form(value: Any, forms: list[list[jsonschema_rs.ValidationError]]) -> str:
    """That a value matches no allowed form, with the first error of each form."""
    reasons = dict.fromkeys(_message(form[0]) for form in forms if form)
    return f"{abbreviate(_json(value))} matches no allowed form: {'; '.join(reasons)}"


def _json(value: Any) -> str:
    # orjson refuses integers beyond 64 bits.
    return json.dumps(value, ensure_ascii=False)


def abbreviate(text: str, longest: int = _LONGEST) -> str:
    """The text, with its middle replaced by "..." if it is longer than `longest` characters."""
    half = (longest - 3) // 2
    return text if len(text) <= longest else f"{text[:half]}...{text[-half:]}"


def _retrieve(uri: str) -> dict[str, Any]:
    if not uri.startswith(BASE):
        raise LookupError(f"{uri} is not a schema of this project: its URI must start with {BASE}")
    found = dict(document(uri.removeprefix(BASE).partition("#")[0]))
    # Relative references are resolved against the name that the file is loaded by, not its $id.
    found.pop("$id", None)
    return found
