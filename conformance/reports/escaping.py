"""Foreign text, made safe to show.

What an exporter sent may contain escape sequences, and a terminal must not execute them.
"""

from __future__ import annotations

import re

_UNPRINTABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
"""Control characters but tab and line feed, bidirectional controls, and lone surrogates."""

_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""The characters that XML 1.0 (section 2.2) does not allow, with lone surrogates."""


def printable(text: str) -> str:
    """The text with every character that would act on a terminal escaped, as `\\x1b`."""
    return _UNPRINTABLE.sub(_escaped, text)


def for_xml(text: str) -> str:
    """The text with every character that XML does not allow escaped, as `\\x1b`."""
    return _NOT_XML.sub(_escaped, text)


def for_json(text: str) -> str:
    """The text with lone surrogates escaped, which UTF-8 cannot encode."""
    return text.encode(errors="backslashreplace").decode()


def _escaped(found: re.Match[str]) -> str:
    return f"\\x{ord(found[0]):02x}"
