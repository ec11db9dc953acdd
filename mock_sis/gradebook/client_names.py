"""Names that clients choose for the objects they create.

A OneRoster client names what it creates: PUT /lineItems/{sourcedId} creates a line item under a
sourcedId of the client's choice. The gradebook and the other dialects identify the same object by
its place in the SIS, as integers. This table maps between the two. A place is a tuple that ends
with the object's number, after the places that contain it:

    lineItem     (section, assignment)
    category     (section, category)
    result       (section, assignment, enrollment)
    scoreScale   (scale,)

- An object has at most one client-chosen name, and a name belongs to at most one object of a kind.
  Giving a name therefore takes it away from the object that had it before.
- An object without an entry goes by a name derived from its place (`sourcedids.py`).
- A name is given when a write is accepted, so it can exist before the object does: a delayed write
  (`delayed_writes.py`) may create the object minutes later, and until then the name must already be
  found, because further writes refer to it.
- A name ends with its object. The Gradebook forgets it when it removes the object, or else a new
  object under the same name would be taken for the old one.

The names are part of the gradebook's snapshot, so a replayed journal must reproduce them.
"""

from __future__ import annotations

from typing import Any, Literal

NamedType = Literal["lineItem", "category", "result", "scoreScale"]
Key = tuple[str | int, ...]
"""The place of an object."""


class Aliases:
    """Client-chosen names, to be read in both directions."""

    def __init__(self) -> None:
        self._keys: dict[tuple[NamedType, str], Key] = {}
        self._names: dict[tuple[NamedType, Key], dict[str | int, str]] = {}
        """By what contains the object, then by the object's own number."""

    def name(self, kind: NamedType, key: Key) -> str | None:
        """The name that a client chose for an object, if any."""
        within = self._names.get((kind, key[:-1]))
        return None if within is None else within.get(key[-1])

    def find(self, kind: NamedType, name: str) -> Key | None:
        """The place of the object that a client called by this name, if any."""
        return self._keys.get((kind, name))

    def snapshot(self) -> list[list[Any]]:
        """All names with their places, in a fixed order."""
        return sorted([kind, name, list(key)] for (kind, name), key in self._keys.items())


class MutableAliases(Aliases):
    """Client-chosen names that can be changed, which only the Gradebook does."""

    def give(self, kind: NamedType, key: Key, name: str) -> None:
        """Name an object. Its previous name is forgotten; an object that had this name loses it."""
        known = self.name(kind, key)
        if known == name:
            return
        self.forget(kind, key)
        other = self.find(kind, name)
        if other is not None:
            self.forget(kind, other)
        self._keys[(kind, name)] = key
        self._names.setdefault((kind, key[:-1]), {})[key[-1]] = name

    def forget(self, kind: NamedType, key: Key) -> None:
        """Forget the name of an object, if it has one."""
        name = self._names.get((kind, key[:-1]), {}).pop(key[-1], None)
        if name is not None:
            del self._keys[(kind, name)]

    def forget_within(self, kind: NamedType, container: Key) -> None:
        """Forget the names of all objects of a kind that a place contains."""
        for name in self._names.pop((kind, container), {}).values():
            del self._keys[(kind, name)]
