"""The contracts below schemas/: loaded once, compiled, asked for problems.

The files are the only definition of a body. A contract is named by its path below schemas/, with
an optional JSON pointer: "adapter/hello.schema.json#/$defs/message".
"""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from itertools import chain
from pathlib import PurePosixPath
from typing import Any

import jsonschema_rs
import orjson

from mock_sis.contracts.package_files import package_folder
from mock_sis.errors import Problem
from mock_sis.formats.depth import DEEPEST

BASE = "https://schemas.mock-sis.invalid/"
"""The base URI of every schema. The top-level domain is reserved: it is a name, not an address."""

MOST_PROBLEMS = 20
"""How many problems of one document are told; a body of 10,000 bad rows need not come back."""
LOOKED_THROUGH = 500
"""How many items of a list are looked through for problems. Telling one takes some 5 KiB, so that a
body of bad rows that is within the limit of the server would take all the memory there is."""

_LONGEST = 200


@cache
def document(name: str) -> dict[str, Any]:
    """The JSON document at that path below schemas/. Callers do not change it."""
    loaded: dict[str, Any] = orjson.loads((package_folder("schemas") / name).read_bytes())
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
        """Whether the data keeps the contract."""
        return bool(self._validator.is_valid(data))

    def problems(self, data: Any, most: int = MOST_PROBLEMS) -> list[Problem]:
        """What is wrong with plain data, at most `most` places; empty when nothing is. Where long
        lists begin well, only the first place is told."""
        if self.accepts(data):
            return []
        return list(self._iter_problems(_beginning(data), most)) or list(self._first(data))

    def _iter_problems(self, data: Any, most: int) -> Iterator[Problem]:
        told: set[Problem] = set()
        # The iterator has looked for all of them before it gives the first.
        for problem in chain.from_iterable(map(_problems, self._validator.iter_errors(data))):
            if problem in told:
                continue
            if len(told) == most:
                yield more_than(most)
                return
            told.add(problem)
            yield problem

    def _first(self, data: Any) -> Iterator[Problem]:
        try:
            self._validator.validate(data)
        except jsonschema_rs.ValidationError as error:
            yield next(_problems(error))

    def explain(self, data: Any) -> str:
        """The one problem a person should mend first, or "". Slow; never on a bulk path."""
        # The pure-Python validator takes a tenth of a second to import, and only people need it.
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
        if found is None:  # sound, or wrong in a format, which this validator does not look at
            left = self.problems(data, most=1)
            return f"{left[0].pointer or '(root)'}: {left[0].message}" if left else ""
        return f"{pointer(list(found.absolute_path)) or '(root)'}: {abbreviate(found.message)}"


def more_than(most: int) -> Problem:
    """What stands after the first problems of a document in the place of all others."""
    return Problem("", f"more than {most} places are wrong; only the first are told")


@cache
def contract(name: str) -> Contract:
    """The contract at a path below schemas/, with an optional `#/json/pointer`."""
    return Contract({"$ref": BASE + name})


def _beginning(data: Any, longest: int = LOOKED_THROUGH, levels: int = DEEPEST) -> Any:
    """The data with its long lists cut, lists in lists the shorter, and without what is deeper
    than any body."""
    if not isinstance(data, list | dict):
        return data
    if not levels:
        return None
    if isinstance(data, dict):
        return {name: _beginning(value, longest, levels - 1) for name, value in data.items()}
    inner = max(longest // 10, MOST_PROBLEMS)
    return [_beginning(item, inner, levels - 1) for item in data[:longest]]


def _problems(error: jsonschema_rs.ValidationError) -> Iterator[Problem]:
    """What to mend: an error, or, where only one of the forms that are allowed can have been meant,
    what is wrong with that one."""
    meant = _meant(error)
    if not meant:
        yield Problem(pointer(error.instance_path), _told(error))
    for each in meant:
        yield from _problems(each)


def _meant(error: jsonschema_rs.ValidationError) -> list[jsonschema_rs.ValidationError]:
    """The errors of the one form that is of the same kind as the list or object that was sent;
    empty where there is none, or more than one."""
    if not isinstance(error.instance, list | dict):
        return []
    place = error.instance_path
    alike = [
        form
        for form in _forms(error)
        if not any(
            isinstance(each.kind, _ANOTHER_KIND) for each in form if each.instance_path == place
        )
    ]
    return alike[0] if len(alike) == 1 else []


_ANOTHER_KIND = (
    jsonschema_rs.ValidationErrorKind.Type,
    jsonschema_rs.ValidationErrorKind.Enum,
    jsonschema_rs.ValidationErrorKind.Constant,
)
"""Errors which say that a value is something else altogether."""


def _forms(error: jsonschema_rs.ValidationError) -> list[list[jsonschema_rs.ValidationError]]:
    """What is wrong with each of the forms that are allowed; empty for all other errors."""
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


def _told(error: jsonschema_rs.ValidationError) -> str:
    """What is wrong, in words that also say what would be right."""
    if isinstance(error.kind, jsonschema_rs.ValidationErrorKind.Enum):
        return _not_among(error.instance, error.kind.options)
    if isinstance(error.kind, jsonschema_rs.ValidationErrorKind.OneOfMultipleValid):
        return f"{abbreviate(_json(error.instance))} is of several forms at once; one is allowed"
    forms = _forms(error)
    return _of_no_form(error.instance, forms) if forms else abbreviate(error.message)


def _not_among(value: Any, options: list[Any]) -> str:
    """The option that was meant, since mostly a word is misspelt; where none is near, all."""
    # Only a body that was refused gets here, and the start of a server should not pay for it.
    from difflib import get_close_matches

    names = {each.casefold(): each for each in options if isinstance(each, str)}
    word = value.casefold() if isinstance(value, str) and len(value) <= _LONGEST else ""
    near = get_close_matches(word, names, n=1) if word else []
    if near:
        among = f"the {len(options)} that there are (did you mean {_json(names[near[0]])}?)"
    else:
        among = abbreviate(", ".join(map(_json, options)), 5 * _LONGEST)
    return f"{abbreviate(_json(value))} is not one of {among}"


def _of_no_form(value: Any, forms: list[list[jsonschema_rs.ValidationError]]) -> str:
    """Why it is none of the forms that are allowed: of each the first reason."""
    reasons = dict.fromkeys(_told(form[0]) for form in forms if form)
    return f"{abbreviate(_json(value))} is of no form that is allowed: {'; '.join(reasons)}"


def _json(value: Any) -> str:
    # Not orjson, which writes no integer beyond 64 bits.
    return json.dumps(value, ensure_ascii=False)


def abbreviate(text: str, longest: int = _LONGEST) -> str:
    """The text, cut in the middle when it is long."""
    half = (longest - 3) // 2
    return text if len(text) <= longest else f"{text[:half]}...{text[-half:]}"


def bundle(name: str) -> dict[str, Any]:
    """An OpenAPI document with every reference to another file folded into its components."""
    whole = copy.deepcopy(document(name))
    schemas = whole.setdefault("components", {}).setdefault("schemas", {})
    folder = PurePosixPath(name).parent
    _fold(whole, folder, schemas, home=name)
    return whole


def _fold(node: Any, folder: PurePosixPath, schemas: dict[str, Any], home: str) -> None:
    """Replace, in place, references to other files by references into `schemas`."""
    if isinstance(node, list):
        for item in node:
            _fold(item, folder, schemas, home)
        return
    if not isinstance(node, dict):
        return
    reference = node.get("$ref")
    if isinstance(reference, str):
        node["$ref"] = _folded(reference, folder, schemas, home)
    for value in list(node.values()):
        _fold(value, folder, schemas, home)


def _folded(reference: str, folder: PurePosixPath, schemas: dict[str, Any], home: str) -> str:
    file, _, inner = reference.partition("#")
    if not file and home.endswith("openapi.json"):
        return reference
    path = _normal(folder / file) if file else home
    title = path.removesuffix(".json").removesuffix(".schema").replace("/", ".")
    if title not in schemas:
        schemas[title] = copied = copy.deepcopy(document(path))
        copied.pop("$schema", None)
        copied.pop("$id", None)
        _fold(copied, PurePosixPath(path).parent, schemas, home=path)
    return f"#/components/schemas/{title}{inner}"


def _normal(path: PurePosixPath) -> str:
    parts: list[str] = []
    for part in path.parts:
        if part == "..":
            parts.pop()
        elif part != ".":
            parts.append(part)
    return "/".join(parts)


def _retrieve(uri: str) -> dict[str, Any]:
    if not uri.startswith(BASE):
        raise LookupError(f"{uri} is not a schema of this project")
    found = dict(document(uri.removeprefix(BASE).partition("#")[0]))
    # The name a file is loaded by decides what its relative references mean.
    found.pop("$id", None)
    return found
