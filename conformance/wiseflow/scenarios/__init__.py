"""Situations for an exam system that exports to a WISEflow-style receiver."""
