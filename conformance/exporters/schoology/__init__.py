"""A gradebook's pass-back that keeps the rules: as a library, or behind the adapter.

What could be decided otherwise is a small method of one of eight classes, so that an exporter with
one flaw is a subclass with one method: `Rules` (what is said, in which words, how often), `Format`
(JSON or XML), `Reader` (what an answer means), `Client` (the wire), `Signer` (who we are),
`Register` (what survives a kill), `Pulls` (reading back) and `Runs` (the order of an export).
`SchoologyExporter` joins them and is what a user interface would call.
"""

from __future__ import annotations

from conformance.exporters.schoology.exporter import SchoologyExporter
from conformance.exporters.schoology.parts import Parts

__all__ = ["Parts", "SchoologyExporter"]
