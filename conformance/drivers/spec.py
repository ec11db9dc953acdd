"""The specs that name an adapter, as a table that can be printed."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from conformance.drivers.base import Driver
from conformance.drivers.inprocess import InProcessDriver
from conformance.drivers.process import ProcessDriver
from conformance.drivers.surroundings import own_module
from mock_sis.errors import UsageError


def _own_adapter(*arguments: str) -> ProcessDriver:
    command, environment = own_module(_ADAPTER, _ROOT, sys.path, os.environ)
    return ProcessDriver((*command, *arguments), environment)


_ADAPTER = "conformance.exporters.adapter"
_ROOT = Path(__file__).parents[2]


@dataclass(frozen=True, slots=True)
class AdapterKind:
    """One kind of adapter: the form of its spec, what it is, and how the rest of a spec is read."""

    form: str
    summary: str
    parse: Callable[[str], Driver]


def _reference(rest: str) -> Driver:
    if rest:
        raise ValueError("reference takes nothing after it")
    return _own_adapter()


def _mutant(name: str) -> Driver:
    if not name:
        raise ValueError("the name is missing; `conformance list --mutants` shows the names")
    return _own_adapter("--mutant", name)


KINDS: dict[str, AdapterKind] = {
    "process": AdapterKind(
        "process:COMMAND",
        "a program that reads messages on stdin and writes answers on stdout",
        ProcessDriver.parse,
    ),
    "python": AdapterKind(
        "python:PACKAGE.MODULE:CLASS",
        "a class with handle(message), called in this process",
        InProcessDriver.parse,
    ),
    "reference": AdapterKind("reference", "the built-in reference exporter", _reference),
    "mutant": AdapterKind("mutant:NAME", "the reference exporter with one thing wrong", _mutant),
}


def driver(spec: str) -> Driver:
    """The driver that a spec names. Raises UsageError."""
    name, _, rest = spec.partition(":")
    if name not in KINDS:
        forms = ", ".join(kind.form for kind in KINDS.values())
        raise UsageError(f"{spec!r} does not name an adapter; the forms are {forms}.")
    try:
        return KINDS[name].parse(rest)
    except ValueError as error:
        raise UsageError(f"{spec!r} does not name an adapter: {error}.") from error
