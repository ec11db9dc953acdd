"""The mini-language that names an adapter, as a table one can print."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass

from conformance.drivers.base import Driver
from conformance.drivers.inprocess import InProcessDriver
from conformance.drivers.process import ProcessDriver
from mock_sis.errors import UsageError

_REFERENCE = (sys.executable, "-m", "conformance.exporters.adapter")


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of spec: the form to write, what it means, and how the rest is read."""

    form: str
    summary: str
    parse: Callable[[str], Driver]


def _reference(rest: str) -> Driver:
    if rest:
        raise ValueError("reference takes nothing after it")
    return ProcessDriver(_REFERENCE)


def _mutant(name: str) -> Driver:
    if not name:
        raise ValueError("say which one; `conformance list --mutants` shows them")
    return ProcessDriver((*_REFERENCE, "--mutant", name))


KINDS: dict[str, Kind] = {
    "process": Kind(
        "process:COMMAND",
        "a program that reads messages on stdin and writes answers on stdout",
        ProcessDriver.parse,
    ),
    "python": Kind(
        "python:PACKAGE.MODULE:CLASS",
        "a class with handle(message), called in this process",
        InProcessDriver.parse,
    ),
    "reference": Kind("reference", "the built-in reference exporter", _reference),
    "mutant": Kind("mutant:NAME", "the reference exporter with one thing wrong", _mutant),
}


def driver(spec: str) -> Driver:
    """The driver that a spec names. Raises UsageError, naming the kinds there are."""
    name, _, rest = spec.partition(":")
    if name not in KINDS:
        forms = ", ".join(kind.form for kind in KINDS.values())
        raise UsageError(f"{spec!r} names no adapter; the forms are {forms}.")
    try:
        return KINDS[name].parse(rest)
    except ValueError as error:
        raise UsageError(f"{spec!r} names no adapter: {error}.") from error
