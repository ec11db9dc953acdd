"""The control interface: how a tester operates a running simulator.

schemas/control/openapi.json is its contract, and docs/control.md shows each operation in use.
The simulator calls `authorise` before it routes a call; handlers do not see the control token.
"""

from __future__ import annotations

from mock_sis.control.access import authorise, is_control
from mock_sis.control.table import CONTROL_ROUTES

__all__ = ["CONTROL_ROUTES", "authorise", "is_control"]
