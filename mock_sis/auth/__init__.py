"""Check credentials of each scheme, and issue access tokens."""
