"""Checks any grade exporter, in any language, against the simulator, rule by rule."""
