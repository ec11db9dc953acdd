"""Faults: frozen values that say where, when and how the simulator shall misbehave, and the plan
that holds those which are armed."""
