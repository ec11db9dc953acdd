"""The institution's own forms of a body and of an answer: one method for each decision.

The vendor builds the request as each institution needs it. What this exporter is configured with
are the members `mapping` and `answer` of the adapter protocol: paths such as "user.id" (False: not
sent), the format, and how ids are written. Without them nothing here is used.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import urlencode
from xml.sax.saxutils import escape

from conformance.exporters.kit import markup, strict
from conformance.exporters.kit.settings import SisSettings
from conformance.exporters.kit.wire import Answer
from conformance.exporters.wiseflow.model import SentRow

Path = tuple[str, ...]

UNREADABLE = b"null"
"""A body that no reader takes for a report."""


class Mapper:
    """Writes rows in the institution's form, and puts its answers into the recommended one. A flaw
    is a subclass."""

    def __init__(self, settings: SisSettings) -> None:
        self._mapping = settings.mapping
        self._answer = settings.answer

    @property
    def configured(self) -> bool:
        """Whether the institution has a form of its own."""
        return bool(self._mapping)

    # The body

    def body(self, rows: Sequence[SentRow]) -> bytes:
        """The bytes of a body. Raises UnicodeEncodeError for text that is not Unicode."""
        return self.written(placed([(self.list_path(), [self.entry(row) for row in rows])]))

    def list_path(self) -> Path:
        """Where the list of participants is; () if it is the whole body."""
        return path(self._mapping["list"])

    def places(self) -> Mapping[str, Path]:
        """Where each field is in a row. A field that is switched off has no place."""
        fields = ("userId", "mark", "adminGrade")
        return {name: path(self._mapping[name]) for name in fields if self._mapping[name]}

    def entry(self, row: SentRow) -> Any:
        """One participant as sent."""
        values = {"userId": self.user_id(row), **self.grades(row)}
        return placed((where, values[name]) for name, where in self.places().items())

    def grades(self, row: SentRow) -> Mapping[str, str]:
        """The grades by field. If only one field is sent, it has the grade that counts."""
        if {"mark", "adminGrade"} <= self.places().keys():
            return {"mark": row.mark, "adminGrade": row.admin_grade}
        grade = row.admin_grade or row.mark
        return {"mark": grade, "adminGrade": grade}

    def user_id(self, row: SentRow) -> int | str:
        """The userId in the type that the institution wants."""
        match self._mapping["ids"]:
            case "number" if row.key.isdecimal():
                return int(row.user_id)
            case "text":
                return str(row.user_id)
            case _:
                return row.user_id

    def written(self, document: Any) -> bytes:
        """A document in the institution's format."""
        match self._mapping["format"]:
            case "xml":
                root = self._mapping["root"]
                return f'<?xml version="1.0" encoding="utf-8"?>{xml(root, document)}'.encode()
            case "form":
                return urlencode(list(self.form_fields(document, ()))).encode()
            case _:
                return json.dumps(document, ensure_ascii=False).encode()

    def form_fields(self, node: Any, parts: Path) -> Iterator[tuple[str, str]]:
        """The fields of a form, by name."""
        if isinstance(node, dict):
            for name, value in node.items():
                yield from self.form_fields(value, (*parts, name))
        elif isinstance(node, list):
            for number, value in enumerate(node, self.first_number()):
                yield from self.form_fields(value, (*parts, str(number)))
        else:
            yield self.form_name(parts), str(node)

    def first_number(self) -> int:
        """The number of the first row of a form."""
        return 0

    def form_name(self, parts: Path) -> str:
        """The name of a field of a form: participants[0][userId] or participants.0.userId."""
        if self._mapping["index"] == "dots":
            return ".".join(parts)
        return parts[0] + "".join(f"[{part}]" for part in parts[1:])

    # The answer

    def recommended(self, answer: Answer, rows: Sequence[SentRow]) -> Answer:
        """The SIS's answer in the form that the vendor recommends. A refusal stays as it is."""
        if not self.configured or answer.status != self.status():
            return answer
        try:
            report = self.report(answer.body, rows)
        except ValueError:
            return Answer(200, UNREADABLE)
        return Answer(200, json.dumps(report).encode())

    def status(self) -> int:
        """The status of an answer that says what became of the participants."""
        return int(self._answer["status"])

    def report(self, body: bytes, rows: Sequence[SentRow]) -> dict[str, Any]:
        """The recommended report. Raises ValueError if the body is not what is configured."""
        if self._answer["format"] == "none":
            if body:
                raise ValueError("an answer that should be empty is not")
            return {"numberOfSuccess": len(rows), "numberOfErrors": 0, "errors": []}
        data = self.answered(body)
        errors = [self.error(each) for each in self.listed(data)]
        failures = self.count(data, "numberOfErrors", len(errors))
        successes = self.count(data, "numberOfSuccess", len(rows) - len(errors))
        return {"numberOfSuccess": successes, "numberOfErrors": failures, "errors": errors}

    def answered(self, body: bytes) -> Any:
        """The data of an answer in the institution's format. Raises ValueError."""
        return markup.read(body) if self._answer["format"] == "xml" else strict.decode(body)

    def listed(self, data: Any) -> list[Any]:
        """The errors. Raises ValueError if there is no list."""
        found = at(data, path(self._answer["errors"]))
        if self._answer["format"] == "xml":  # which has no list of one, and no empty list
            found = [] if found is None else found if isinstance(found, list) else [found]
        if not isinstance(found, list):
            raise ValueError("the errors are not a list")
        return found

    def error(self, data: Any) -> dict[str, Any]:
        """One error, with the recommended names."""
        return {name: at(data, path(self._answer[name])) for name in ("userId", "errorInfo")}

    def count(self, data: Any, name: str, otherwise: int) -> Any:
        """A count of the answer; `otherwise` where the institution leaves it out."""
        if self._answer[name] is False:
            return otherwise
        found = at(data, path(self._answer[name]))
        is_text = isinstance(found, str) and self._answer["format"] == "xml"
        return int(found) if is_text else found


def path(dotted: str) -> Path:
    """("user", "id") for "user.id"; () for ""."""
    return tuple(dotted.split(".")) if dotted else ()


def placed(values: Iterable[tuple[Path, Any]]) -> Any:
    """An object with each value at its path; the value itself if its path is ()."""
    whole: dict[str, Any] = {}
    for where, value in values:
        if not where:
            return value
        node = whole
        for name in where[:-1]:
            node = node.setdefault(name, {})
        node[where[-1]] = value
    return whole


def at(data: Any, where: Path) -> Any:
    """What is at a path, or None."""
    for name in where:
        data = data.get(name) if isinstance(data, dict) else None
    return data


def xml(name: str, value: Any) -> str:
    """An element; one for each member of a list."""
    if isinstance(value, list):
        return "".join(xml(name, each) for each in value)
    inner = (
        "".join(xml(inner, each) for inner, each in value.items())
        if isinstance(value, dict)
        else escape(str(value))
    )
    return f"<{name}>{inner}</{name}>"
