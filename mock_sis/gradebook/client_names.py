"""Names that clients chose for what they made, both ways."""

from __future__ import annotations

from typing import Any, Literal

Kind = Literal["lineItem", "category", "result", "scoreScale"]
Key = tuple[str | int, ...]


class Aliases:
    """For each kind, a name for a key and the key for a name. A key has one name at a time."""

    def __init__(self) -> None:
        self._keys: dict[tuple[Kind, str], Key] = {}
        self._names: dict[tuple[Kind, Key], str] = {}

    def give(self, kind: Kind, key: Key, name: str) -> None:
        """Name a key; what it was called before, and what was called so, is forgotten."""
        known = self._names.get((kind, key))
        if known == name:
            return
        if known is not None:
            self.forget(kind, key)
        other = self._keys.get((kind, name))
        if other is not None:
            self.forget(kind, other)
        self._keys[(kind, name)] = key
        self._names[(kind, key)] = name

    def forget(self, kind: Kind, key: Key) -> None:
        """Take a key's name away."""
        name = self._names.pop((kind, key), None)
        if name is not None:
            del self._keys[(kind, name)]

    def name(self, kind: Kind, key: Key) -> str | None:
        """What a key is called, None where nobody named it."""
        return self._names.get((kind, key))

    def find(self, kind: Kind, name: str) -> Key | None:
        """What a name stands for."""
        return self._keys.get((kind, name))

    def snapshot(self) -> list[list[Any]]:
        """All of them in a fixed order."""
        return sorted([kind, name, list(key)] for (kind, name), key in self._keys.items())
