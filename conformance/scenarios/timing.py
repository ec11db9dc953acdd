"""How long the SIS of a scenario takes, in real seconds that suffice on a busy machine."""

from __future__ import annotations

STALL = 12.0
"""A stall that the exporter should not wait for: more than twice the time it is told to wait."""

ANSWERED_AFTER = 30.0
"""An answer that is still on its way when the exporter is killed."""
