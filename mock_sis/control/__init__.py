"""The control interface: how a tester operates a running simulator.

schemas/control/openapi.json is its contract, and docs/control.md shows each operation in use.
The simulator calls `access.authorise` before it routes a call, so handlers need not check the
control token.
"""
