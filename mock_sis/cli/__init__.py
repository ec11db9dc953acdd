"""The command mock-sis."""
