"""The command `mock-sis`, which `python -m mock_sis` is too."""

from __future__ import annotations

from mock_sis.cli.start import start


def main() -> None:
    """Run it."""
    start("mock_sis.cli.commands", "mock-sis")


if __name__ == "__main__":
    main()
