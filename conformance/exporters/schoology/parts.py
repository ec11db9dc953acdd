"""The classes that an exporter consists of. A flaw replaces one of them by a subclass."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from conformance.exporters.schoology.client import Client
from conformance.exporters.schoology.decisions import Decisions
from conformance.exporters.schoology.formats import Format, format_named
from conformance.exporters.schoology.pulls import Pulls
from conformance.exporters.schoology.reader import Reader
from conformance.exporters.schoology.register import Register
from conformance.exporters.schoology.runs import Runs
from conformance.exporters.schoology.signing import Signer


@dataclass(frozen=True, slots=True)
class Parts:
    """The class for each part; `written` makes a format from its name."""

    decisions: type[Decisions] = Decisions
    reader: type[Reader] = Reader
    client: type[Client] = Client
    signer: type[Signer] = Signer
    register: type[Register] = Register
    pulls: type[Pulls] = Pulls
    runs: type[Runs] = Runs
    written: Callable[[str], Format] = format_named


STANDARD = Parts()
