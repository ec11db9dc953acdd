"""The classes that an exporter consists of. A flaw replaces one of them by a subclass."""

from __future__ import annotations

from dataclasses import dataclass

from conformance.exporters.skyward.client import Client
from conformance.exporters.skyward.register import Register
from conformance.exporters.skyward.rules import Rules
from conformance.exporters.skyward.transfers import Transfers


@dataclass(frozen=True, slots=True)
class Parts:
    """The class for each part."""

    rules: type[Rules] = Rules
    client: type[Client] = Client
    register: type[Register] = Register
    transfers: type[Transfers] = Transfers


STANDARD = Parts()
