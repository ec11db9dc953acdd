"""Measure bulk grade exports to the simulator or to any other receiver, over HTTP only."""
