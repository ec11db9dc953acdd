"""Situations of an exam system that exports to a WISEflow-style receiver."""
