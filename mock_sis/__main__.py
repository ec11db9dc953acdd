"""`python -m mock_sis` is the command `mock-sis`."""

from __future__ import annotations

from mock_sis.cli import main

main(prog_name="mock-sis")
