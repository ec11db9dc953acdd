"""The WISEflow-style export receiver."""
