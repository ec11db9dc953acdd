"""The classes an exporter is made of; an exporter with a flaw swaps one for its subclass."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from conformance.exporters.schoology.client import Client
from conformance.exporters.schoology.formats import Format, format_named
from conformance.exporters.schoology.pulls import Pulls
from conformance.exporters.schoology.reader import Reader
from conformance.exporters.schoology.register import Register
from conformance.exporters.schoology.rules import Rules
from conformance.exporters.schoology.runs import Runs
from conformance.exporters.schoology.signing import Signer


@dataclass(frozen=True, slots=True)
class Parts:
    """Which class does what; `written` makes a format of its name."""

    rules: type[Rules] = Rules
    reader: type[Reader] = Reader
    client: type[Client] = Client
    signer: type[Signer] = Signer
    register: type[Register] = Register
    pulls: type[Pulls] = Pulls
    runs: type[Runs] = Runs
    written: Callable[[str], Format] = format_named


STANDARD = Parts()
