"""What every body keeps to, whichever format it is in."""

from __future__ import annotations

DEEPEST = 64
"""How many levels of arrays and objects (JSON) or of elements with children (XML) a body has."""
