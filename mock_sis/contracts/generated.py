"""Update a generated file: ``python -m MODULE FILE`` rewrites FILE and says whether it changed."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path


def update(render: Callable[[str], str]) -> None:
    """Rewrite the file named on the command line with what `render` makes of its present text.

    Exits with 2 if the command line does not name one file.
    """
    if len(sys.argv) != 2:
        print("usage: python -m MODULE FILE (`make docs` runs it for every file)", file=sys.stderr)
        sys.exit(2)
    file = Path(sys.argv[1])
    before = file.read_text(encoding="utf-8") if file.exists() else ""
    after = render(before)
    if after != before:
        file.write_text(after, encoding="utf-8")
    print(f"{file}: {'unchanged' if after == before else 'updated'}")
