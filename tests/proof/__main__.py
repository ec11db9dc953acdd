"""Runs the command: ``python -m proof``."""

from proof.command import main

if __name__ == "__main__":
    main()
