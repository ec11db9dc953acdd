"""What an institution decides about the body of an export and about the answer to it.

Source: "Grade Export: Rules and Technical Setup", technical details: there are multiple ways of
building the request body, and the answer is only recommended.

Both are read from plain data whose form schemas/wiseflow/policy.schema.json defines. That schema
cannot compare members with each other, so `body_problems` and `answer_problems` find the mappings
that cannot work.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import combinations
from typing import Literal

import msgspec

from mock_sis.errors import Problem
from mock_sis.formats.mapping.paths import Path, collide, path_of


class BodyMapping(
    msgspec.Struct, frozen=True, rename={"user_id": "userId", "admin_grade": "adminGrade"}
):
    """How an institution shapes the WISEflow export body.

    `list` and the next three are paths: names joined with dots. A `list` of "" is the whole body;
    `mark` or `admin_grade` is False if it is not sent. `extra_fields` lets unnamed fields pass;
    `single_object` lets a body be one participant. `root` is the root element of an XML body,
    `index` how a form body numbers the rows, `ids` the type of a userId.
    """

    list: str = "participants"
    user_id: str | bool = "userId"
    mark: str | bool = "mark"
    admin_grade: str | bool = "adminGrade"
    extra_fields: bool = False
    single_object: bool = False
    format: Literal["json", "xml", "form"] = "json"
    root: str = "export"
    index: Literal["brackets", "dots"] | None = None
    ids: Literal["any", "number", "text"] = "any"

    @property
    def list_path(self) -> Path:
        """Where the rows are."""
        return path_of(self.list) or ()

    @property
    def fields(self) -> Mapping[str, Path]:
        """Where each field of a row is, without those that are switched off."""
        named = {"userId": self.user_id, "mark": self.mark, "adminGrade": self.admin_grade}
        paths = {name: path_of(dotted) for name, dotted in named.items()}
        return {name: path for name, path in paths.items() if path is not None}


class AnswerMapping(
    msgspec.Struct,
    frozen=True,
    rename={
        "successes": "numberOfSuccess",
        "failures": "numberOfErrors",
        "user_id": "userId",
        "error_info": "errorInfo",
    },
):
    """How an institution answers an export.

    `successes`, `failures` (False if left out) and `errors` ("" for the whole answer) are paths in
    the answer; `user_id` and `error_info` are paths in each error. With the format "none" the
    answer is empty, and `status` is 200 or 204. `root` is the root element of an XML answer.
    """

    format: Literal["json", "xml", "none"] = "json"
    status: int = 200
    root: str = "result"
    successes: str | bool = "numberOfSuccess"
    failures: str | bool = "numberOfErrors"
    errors: str = "errors"
    user_id: str = "userId"
    error_info: str = "errorInfo"

    @property
    def counts(self) -> Mapping[str, Path]:
        """Where each count is, without those that are left out."""
        named = {"numberOfSuccess": self.successes, "numberOfErrors": self.failures}
        paths = {name: path_of(dotted) for name, dotted in named.items()}
        return {name: path for name, path in paths.items() if path is not None}

    @property
    def errors_path(self) -> Path:
        """Where the errors are."""
        return path_of(self.errors) or ()

    @property
    def error_fields(self) -> Mapping[str, Path]:
        """Where each field of an error is."""
        return {"userId": path_of(self.user_id) or (), "errorInfo": path_of(self.error_info) or ()}


def body_problems(mapping: BodyMapping) -> Iterator[Problem]:
    """Why a body mapping cannot work; pointers are relative to it."""
    fields = mapping.fields
    if "userId" not in fields:
        yield Problem("/userId", "userId cannot be switched off: it says whose grade a row is.")
    if not {"mark", "adminGrade"} & fields.keys():
        yield Problem(
            "/adminGrade",
            "mark and adminGrade are both switched off; an export needs at least one of them.",
        )
    yield from _collisions(fields)
    if mapping.format == "xml":
        places = {"root": (mapping.root,), "list": mapping.list_path, **fields}
        yield from _not_xml_names(places)
        if not mapping.list_path:
            yield Problem(
                "/list", "An XML body needs the name of its row elements, such as participant."
            )
    yield from _index_problems(mapping)


def _index_problems(mapping: BodyMapping) -> Iterator[Problem]:
    if mapping.format != "form":
        if mapping.index is not None:
            yield Problem(
                "/index", f"Only a body of the format form has an index (not {mapping.format})."
            )
        return
    if mapping.index is None:
        yield Problem(
            "/index",
            "A list in a form body needs an index: brackets (participants[0][userId]) or dots"
            " (participants.0.userId).",
        )
    for member, path in {"list": mapping.list_path, **mapping.fields}.items():
        for name in path:
            if name.isdecimal() or set(name) & set("[]"):
                yield Problem(
                    f"/{member}",
                    f"{name!r} cannot be a name in a form body: it would be read as an index.",
                )


def answer_problems(answer: AnswerMapping) -> Iterator[Problem]:
    """Why an answer mapping cannot work; pointers are relative to it."""
    if answer.format == "none":
        return
    if answer.status == 204:
        yield Problem(
            "/status", f"A 204 has no body; use 200, or the format none instead of {answer.format}."
        )
    if answer.errors_path:
        yield from _collisions({**answer.counts, "errors": answer.errors_path})
    else:
        for member in answer.counts:
            yield Problem(
                f"/{member}",
                f"errors is the whole answer, which leaves no place for {member}; set it to false.",
            )
    yield from _collisions(answer.error_fields)
    if answer.format == "xml":
        places = {"root": (answer.root,), "errors": answer.errors_path, **answer.error_fields}
        yield from _not_xml_names({**places, **answer.counts})
        if not answer.errors_path:
            yield Problem("/errors", "An XML answer needs the name of its error elements.")


def _collisions(places: Mapping[str, Path]) -> Iterator[Problem]:
    for (first, one), (second, other) in combinations(places.items(), 2):
        if collide(one, other):
            yield Problem(
                f"/{second}",
                f"{second} ({'.'.join(other)}) and {first} ({'.'.join(one)}) cannot both be in one"
                " object; give them different names.",
            )


_XML_NAME = re.compile(r"(?!(?i:xml))[A-Za-z_][A-Za-z0-9_-]*")


def _not_xml_names(places: Mapping[str, Path]) -> Iterator[Problem]:
    for member, path in places.items():
        for name in path:
            if not _XML_NAME.fullmatch(name):
                yield Problem(
                    f"/{member}",
                    f"{name!r} is not an XML name: use ASCII letters, digits, _ and -, starting"
                    " with a letter or _, but not with xml.",
                )
