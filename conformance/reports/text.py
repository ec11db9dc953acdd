"""Text that others wrote, made safe to show.

What an exporter sent may hold escape sequences, and a report must not carry them out.
"""

from __future__ import annotations

import re

_UNPRINTABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
"""Controls but tab and line feed, what turns the direction of writing, and lone surrogates."""

_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""All that XML 1.0 (section 2.2) has no way to write, lone surrogates included."""


def printable(text: str) -> str:
    """The text with every character that would act on a terminal written as `\\x1b`."""
    return _UNPRINTABLE.sub(_escaped, text)


def for_xml(text: str) -> str:
    """The text with every character that XML cannot hold written as `\\x1b`."""
    return _NOT_XML.sub(_escaped, text)


def for_json(text: str) -> str:
    """The text with lone surrogates written out, which UTF-8 cannot hold."""
    return text.encode(errors="backslashreplace").decode()


def _escaped(found: re.Match[str]) -> str:
    return f"\\x{ord(found[0]):02x}"
