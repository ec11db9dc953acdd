"""Credentials: what each scheme accepts, and the tokens that the simulator issues."""
