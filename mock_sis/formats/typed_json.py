"""Decode bulk JSON bodies directly into typed values: the fast path.

None from this decoder does not mean that the body is wrong. The caller then decodes it again with
`decode_json` and validates it against the JSON Schema, which decides: it accepts bodies for which
the typed decoder is too strict (1.0 is an integer), and reports where a wrong body is wrong.
"""

from __future__ import annotations

from typing import Generic, TypeVar

import msgspec

T = TypeVar("T")


class ClosedDecoder(Generic[T]):
    """Decode values of a type that has a field for every member of every object."""

    def __init__(self, kind: type[T]) -> None:
        self._decoder = msgspec.json.Decoder(kind)
        self._encoder = msgspec.json.Encoder()

    def decode(self, body: bytes) -> T | None:
        """The value, or None if the body is not one for certain.

        If a name occurs twice in an object, the typed decoder keeps only the last member, and a
        wrong grade could hide behind it. So the value is encoded again and its strings are counted:
        since the type has a field for every member, only a duplicate leaves the body with more
        strings than its encoded value.
        """
        try:
            value = self._decoder.decode(body)
        except (msgspec.MsgspecError, RecursionError, ValueError):
            return None
        return (
            value if _count_strings(body) == _count_strings(self._encoder.encode(value)) else None
        )


def _count_strings(body: bytes) -> int:
    """The number of strings in a JSON text, names included."""
    if b"\\" in body:
        body = body.replace(b"\\\\", b"").replace(b'\\"', b"")
    return body.count(b'"') // 2
