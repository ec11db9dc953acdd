"""An exam system's grade export that keeps the rules, as a library or behind the adapter.

Each choice is a small method of one of six classes, so a flaw is a subclass that overrides one
method: `Decisions` (whom to send, when, and in which bytes), `Mapper` (the same bytes in an
institution's own form), `Reader` (what an answer means),
`Client` (HTTP), `Register` (what survives a kill) and `Runs` (the order of steps).
`WiseflowExporter` joins them; a user interface would call it.
"""

from __future__ import annotations

from conformance.exporters.wiseflow.exporter import WiseflowExporter
from conformance.exporters.wiseflow.parts import Parts

__all__ = ["Parts", "WiseflowExporter"]
