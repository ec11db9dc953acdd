"""The command `conformance`, which `python -m conformance` is too."""

from __future__ import annotations

from mock_sis.cli.start import start


def main() -> None:
    """Run it."""
    start("conformance.cli", "conformance")


if __name__ == "__main__":
    main()
