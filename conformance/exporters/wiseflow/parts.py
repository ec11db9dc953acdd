"""The classes that an exporter consists of. A flaw replaces one of them by a subclass."""

from __future__ import annotations

from dataclasses import dataclass

from conformance.exporters.wiseflow.answers import Reader
from conformance.exporters.wiseflow.client import Client
from conformance.exporters.wiseflow.decisions import Decisions
from conformance.exporters.wiseflow.mapper import Mapper
from conformance.exporters.wiseflow.register import Register
from conformance.exporters.wiseflow.runs import Runs


@dataclass(frozen=True, slots=True)
class Parts:
    """The class for each part."""

    decisions: type[Decisions] = Decisions
    reader: type[Reader] = Reader
    client: type[Client] = Client
    mapper: type[Mapper] = Mapper
    register: type[Register] = Register
    runs: type[Runs] = Runs


STANDARD = Parts()
