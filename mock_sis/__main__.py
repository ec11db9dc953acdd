"""The entry point of `mock-sis` and of `python -m mock_sis`."""

from __future__ import annotations

from mock_sis.cli.start import start


def main() -> None:
    """Run the command `mock-sis`."""
    start("mock_sis.cli.commands", "mock-sis")


if __name__ == "__main__":
    main()
