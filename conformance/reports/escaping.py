"""Foreign text, made safe to show.

What an exporter sent may contain escape sequences, and a terminal must not execute them.
"""

from __future__ import annotations

import re
from typing import Any

_UNPRINTABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
"""Control characters but tab and line feed, line separators, bidirectional controls, and lone
surrogates."""

_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""The characters that XML 1.0 (section 2.2) does not allow, with lone surrogates."""


def printable(text: str) -> str:
    """The text with every character that would act on a terminal escaped, as `\\x1b`."""
    return _UNPRINTABLE.sub(_escaped, text)


def for_xml(text: str) -> str:
    """The text with every character that XML does not allow escaped, as `\\x1b`."""
    return _NOT_XML.sub(_escaped, text)


def for_json(data: Any) -> Any:
    """Plain data with the lone surrogates in its texts escaped, which UTF-8 cannot encode."""
    if isinstance(data, str):
        return data.encode(errors="backslashreplace").decode()
    if isinstance(data, dict):
        return {for_json(name): for_json(value) for name, value in data.items()}
    return [for_json(each) for each in data] if isinstance(data, list | tuple) else data


def in_report(text: str) -> str:
    """The text as one entry of a report. What follows a line break is marked, so that no foreign
    text can pass for a line of the report."""
    return "\n  | ".join(printable(text).split("\n"))


def _escaped(found: re.Match[str]) -> str:
    return f"\\x{ord(found[0]):02x}"
