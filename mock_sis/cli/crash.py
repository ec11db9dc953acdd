"""What a command says and does after an exception that it does not expect.

It must not look like a verdict or like a mistake of the user, so it has an exit code of its own.
"""

from __future__ import annotations

import sys
from contextlib import suppress
from typing import NoReturn

CRASHED = 70
"""A defect of the program: EX_SOFTWARE of sysexits.h."""


def crash(error: Exception, program: str) -> NoReturn:
    """Exit with CRASHED. Print one sentence, where to report, and the traceback."""
    import traceback  # only a defect needs it, and it would slow every start

    kind = type(error).__name__
    text = " ".join(str(error).split())[:500]
    with suppress(OSError):  # only the exit code can tell the user now
        print(
            f"Error: {program} ended because of a defect in itself ({kind}{': ' if text else ''}"
            f"{text}). This is no verdict about what you test.\n"
            "Please report it to the maintainers of mock-sis, as CONTRIBUTING.md describes, with "
            "the command and this traceback:",
            file=sys.stderr,
        )
        traceback.print_exception(error, file=sys.stderr)
    sys.exit(CRASHED)
