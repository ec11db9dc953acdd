"""How long the SIS of a scenario takes, in real seconds that are enough on a busy machine."""

from __future__ import annotations

STALL = 12.0
"""A stall that the exporter should not wait for: more than twice the timeout it is given."""

IN_FLIGHT = 3.0
"""An answer that is on its way when the exporter is asked for its state, and that it waits for."""

ANSWERED_AFTER = 30.0
"""An answer that is still on its way when the exporter is killed."""
