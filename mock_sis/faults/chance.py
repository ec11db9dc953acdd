"""The seeded random source of one armed fault."""

from __future__ import annotations

from random import Random

import msgspec


class Chance(msgspec.Struct, eq=False):
    """A random source that is made from its seed at the first draw: each takes 2.5 kB, and most
    faults draw nothing."""

    seed: int | str
    _source: Random | None = None

    @property
    def source(self) -> Random:
        """The source to draw from."""
        if self._source is None:
            self._source = Random(self.seed)
        return self._source
