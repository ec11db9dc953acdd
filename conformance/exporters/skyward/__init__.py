"""A course's grade transfer that keeps the rules, as a library or behind the adapter.

Each choice is a small method of one of four classes, so a flaw is a subclass that overrides one
method: `Decisions` (what may be sent, and in which form), `Client` (HTTP), `Register` (what
survives a kill) and `Transfers` (the order of steps). `SkywardExporter` joins them; a user
interface would call it.
"""

from __future__ import annotations

from conformance.exporters.skyward.exporter import SkywardExporter
from conformance.exporters.skyward.parts import Parts

__all__ = ["Parts", "SkywardExporter"]
