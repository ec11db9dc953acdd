"""Correct exporters that share nothing with the reference exporter, and go about their work
differently. `test_builds.py` checks that the suite finds no fault with them."""
