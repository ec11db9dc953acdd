"""A fault as it is armed: where, when and what; from plain data and back, and from one header.

{"operation": "wiseflow.*.post", "when": {"next": 2}, "fault": {"kind": "status", "status": 503}}
"""

import re
from collections.abc import Callable, Mapping
from fnmatch import fnmatchcase
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from mock_sis.contracts.contract import contract
from mock_sis.errors import FaultError, Malformed
from mock_sis.exchange import Call
from mock_sis.faults.catalogue import ANY_KIND
from mock_sis.faults.parameters import UserId
from mock_sis.faults.what import What
from mock_sis.faults.when import FOR_GOOD, ONCE, When, when_from
from mock_sis.formats.json_text import decode_json

SCHEMA = "control/fault.schema.json"
CONTROL = "control."
"""The prefix of the operations that take no faults, among them those that disarm faults."""

_KIND = re.compile(r"[a-z0-9_]+")


class HeaderMatch(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A request header that a call must have; with `value`, the first of that name has it."""

    name: Annotated[
        str, Meta(min_length=1, max_length=200, description="The name of the header, in any case.")
    ]
    value: Annotated[
        Annotated[str, Meta(max_length=8000)] | None,
        Meta(description="The value of the first header of that name; by default any."),
    ] = None

    def matches(self, call: Call) -> bool:
        """Whether the call has it."""
        found = call.header(self.name)
        return found is not None and self.value in (None, found)


class Where(msgspec.Struct, frozen=True, omit_defaults=True):
    """The calls that a fault is for: `operation` is a pattern over operation names, `subject` a
    person whom the call must be about."""

    operation: Annotated[
        str,
        Meta(
            min_length=1,
            max_length=200,
            description="A pattern over operation names (* and ? as in file names), such as "
            "wiseflow.flows.grades.*; control operations take no faults.",
        ),
    ] = "*"
    subject: Annotated[
        UserId | None,
        Meta(description="Only calls about this person, and of their rows only this person's."),
    ] = None
    header: Annotated[
        HeaderMatch | None,
        Meta(description="Only calls with this request header; with `value`, of this value."),
    ] = None

    def matches(self, operation: str, call: Call, subjects: Callable[[], frozenset[str]]) -> bool:
        """Whether this is such a call. `subjects` is called only if the rest matches."""
        return (
            fnmatchcase(operation, self.operation)
            and (self.header is None or self.header.matches(call))
            and (self.subject is None or str(self.subject) in subjects())
        )


class Fault(msgspec.Struct, frozen=True):
    """A fault to be armed. Without `when`, an accident acts once and a condition always."""

    what: What
    where: Where = Where()
    when: When | None = None

    @property
    def moment(self) -> When:
        """When the fault acts; by default as its kind has it."""
        return self.when or (FOR_GOOD if self.what.lasting else ONCE)

    def as_json(self) -> dict[str, Any]:
        """The plain data from which this fault can be armed."""
        plain: dict[str, Any] = {"operation": self.where.operation}
        plain |= _plain(self.where)
        plain["when"] = _plain(self.moment)
        plain["fault"] = what_as_json(self.what)
        return plain


def fault_from(spec: Mapping[str, Any]) -> Fault:
    """The fault of plain data. Raises FaultError, which names every mistake."""
    _require(SCHEMA, spec)
    try:
        where = {key: spec[key] for key in ("operation", "subject", "header") if key in spec}
        when = when_from(spec["when"]) if "when" in spec else None
        fault = Fault(_what(spec["fault"]), msgspec.convert(where, Where), when)
    except msgspec.ValidationError as error:
        raise FaultError(str(error)) from error
    _require_sense(fault)
    return fault


def what_from(plain: Mapping[str, Any]) -> What:
    """The kind and parameters of a plain `fault` object. Raises FaultError."""
    _require(f"{SCHEMA}#/$defs/fault", plain)
    try:
        return _what(plain)
    except msgspec.ValidationError as error:
        raise FaultError(str(error)) from error


def what_as_json(what: What) -> dict[str, Any]:
    """The plain `fault` object of a kind, without the parameters that have no value."""
    return {key: value for key, value in _plain(what).items() if value is not None}


def inline(text: str, operation: str) -> What:
    """The fault that the header X-Mock-Fault of a request for this operation asks for.

    The header holds the JSON of a `fault` object, a kind, or `kind;name=value;name=value` with
    values in JSON; any other value is text. Raises FaultError.
    """
    if not _is_unicode(text):
        raise FaultError("the header must be UTF-8 text")
    what = what_from(_header(text.strip()))
    if what.phase == "connect":
        raise FaultError(
            f"{what.kind} acts before any request is read, so no request can ask for it; arm it "
            "over the control interface"
        )
    if not what.reaches(operation):
        raise FaultError(f"{what.kind} cannot act on {operation}; it acts on {what.reach}")
    return what


def _header(text: str) -> Mapping[str, Any]:
    if text.startswith("{"):
        return _object(text)
    kind, *pairs = (part.strip() for part in text.split(";"))
    if not _KIND.fullmatch(kind):
        raise FaultError(
            f"the header must begin with a kind, such as reset_after (got {kind[:80]!r})"
        )
    plain: dict[str, Any] = {"kind": kind}
    for name, value in (pair.partition("=")[::2] for pair in pairs if pair):
        if name.strip() in plain:
            raise FaultError(f"/{name.strip()}: given twice; give each parameter once")
        plain[name.strip()] = _json(value.strip())
    return plain


def _object(text: str) -> Mapping[str, Any]:
    try:
        plain: Mapping[str, Any] = _strict(text)
    except Malformed as error:
        why = error.__cause__ or error
        raise FaultError(f"invalid JSON object: {why}") from error
    return plain


def _json(text: str) -> Any:
    try:
        return _strict(text)
    except Malformed:
        return text


def _strict(text: str) -> Any:
    """Decode JSON as strictly as a body of the control interface. Raises Malformed."""
    return decode_json(text.encode())


def _is_unicode(text: str) -> bool:
    """Whether the text has no lone surrogates, which stand for header bytes that are not UTF-8."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _plain(value: msgspec.Struct) -> dict[str, Any]:
    """The value as JSON data: lists for tuples, text for times."""
    plain: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(value))
    return plain


def _what(plain: Mapping[str, Any]) -> What:
    what: What = msgspec.convert(plain, ANY_KIND)
    return what


def _require(name: str, plain: Mapping[str, Any]) -> None:
    problems = contract(name).problems(plain)
    if problems:
        raise FaultError("; ".join(f"{each.pointer or '/'}: {each.message}" for each in problems))


def _require_sense(fault: Fault) -> None:
    """Raise FaultError for a fault that could never act."""
    if fault.where.operation.startswith(CONTROL):
        raise FaultError(
            "/operation: the control interface takes no faults; name operations of a dialect (got "
            f"{fault.where.operation!r})"
        )
    if fault.what.phase == "connect" and fault.where != Where():
        raise FaultError(
            f"{fault.what.kind} acts before anything is read, so it takes no operation, subject "
            "or header; leave them out"
        )
