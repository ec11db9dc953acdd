"""The control interface: what a tester does to a running simulator.

Its contract is schemas/control/openapi.json, and docs/control.md shows each operation at work.
Handlers know nothing of the control token; the simulator calls `access.authorise` before them.
"""

from __future__ import annotations

from mock_sis.control.access import authorise
from mock_sis.control.table import CONTROL_ROUTES

__all__ = ["CONTROL_ROUTES", "authorise"]
