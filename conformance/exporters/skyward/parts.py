"""The classes that an exporter consists of. A flaw replaces one of them by a subclass."""

from __future__ import annotations

from dataclasses import dataclass

from conformance.exporters.skyward.client import Client
from conformance.exporters.skyward.decisions import Decisions
from conformance.exporters.skyward.register import Register
from conformance.exporters.skyward.transfers import Transfers


@dataclass(frozen=True, slots=True)
class Parts:
    """The class for each part."""

    decisions: type[Decisions] = Decisions
    client: type[Client] = Client
    register: type[Register] = Register
    transfers: type[Transfers] = Transfers


STANDARD = Parts()
