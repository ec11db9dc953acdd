"""The classes an exporter is made of; an exporter with a flaw swaps one for its subclass."""

from __future__ import annotations

from dataclasses import dataclass

from conformance.exporters.skyward.client import Client
from conformance.exporters.skyward.register import Register
from conformance.exporters.skyward.rules import Rules
from conformance.exporters.skyward.transfers import Transfers


@dataclass(frozen=True, slots=True)
class Parts:
    """Which class does what."""

    rules: type[Rules] = Rules
    client: type[Client] = Client
    register: type[Register] = Register
    transfers: type[Transfers] = Transfers


STANDARD = Parts()
