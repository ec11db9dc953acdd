"""An exam system's grade export that keeps the rules: as a library, or behind the adapter.

What could be decided otherwise is a small method of one of five classes, so that an exporter with
one flaw is a subclass with one method: `Rules` (who is sent, when, and in which bytes), `Reader`
(what an answer means), `Client` (the wire), `Register` (what survives a kill) and `Runs` (the
order of things). `WiseflowExporter` joins them and is what a user interface would call.
"""

from __future__ import annotations

from conformance.exporters.wiseflow.exporter import WiseflowExporter
from conformance.exporters.wiseflow.parts import Parts

__all__ = ["Parts", "WiseflowExporter"]
