"""The command `mock-sis`."""
