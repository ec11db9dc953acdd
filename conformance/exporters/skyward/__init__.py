"""A course's write-back to a SIS that keeps the rules: as a library, or behind the adapter.

What could be decided otherwise is a small method of one of four classes, so that an exporter with
one flaw is a subclass with one method: `Rules` (what may leave, and what is said of it), `Client`
(the wire), `Register` (what survives a kill) and `Transfers` (the order of things).
`SkywardExporter` joins them and is what a user interface would call.
"""

from __future__ import annotations

from conformance.exporters.skyward.exporter import SkywardExporter
from conformance.exporters.skyward.parts import Parts

__all__ = ["Parts", "SkywardExporter"]
