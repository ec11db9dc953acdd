"""Helpers of the tests; tests/README.md is a map of them."""
