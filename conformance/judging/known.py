"""The list of known failures: a rule id on each line, then the reason.

Text after "#" and empty lines are ignored. A rule on the list that fails, or cannot be tried, is
"known" and green; one that passes is "stale" and red, so that the list stays up to date.
"""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from mock_sis.errors import UsageError


def read_known(path: Path, ids: Collection[str]) -> dict[str, str]:
    """Reasons by rule id. Raises UsageError for a file that cannot be read, or an id that is not
    among `ids`."""
    try:
        text = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        why = (isinstance(error, OSError) and error.strerror) or error
        raise UsageError(f"The list of known failures {path} cannot be read: {why}.") from error
    lines = (line.partition("#")[0].split(maxsplit=1) for line in text.splitlines())
    known = {words[0]: words[1].strip() if len(words) > 1 else "" for words in lines if words}
    foreign = sorted(set(known) - set(ids))
    if foreign:
        raise UsageError(
            f"The list of known failures {path} has unknown rule ids: {', '.join(foreign)};"
            " `conformance list` shows the rules."
        )
    return known
