"""A course's write-back to a SIS that keeps the rules: as a library, or behind the adapter.

What could be decided otherwise is a small method of one of four classes, so that an exporter with
one flaw is a subclass with one method: `Rules` (what may leave, and what is said of it), `Client`
(the wire), `Register` (what survives a kill) and `Transfers` (the order of things).
`WriteBackExporter` joins them and is what a user interface would call.
"""

from __future__ import annotations

from conformance.exporters.kit.times import Clock
from conformance.exporters.skyward.client import Settings
from conformance.exporters.skyward.exporter import WriteBackExporter
from conformance.exporters.skyward.parts import Parts
from conformance.exporters.wiseflow.model import NotAllowed

__all__ = ["Clock", "NotAllowed", "Parts", "Settings", "WriteBackExporter"]
