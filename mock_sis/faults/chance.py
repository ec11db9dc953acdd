"""Chance, seeded: what the random choices of one armed fault are drawn from."""

from __future__ import annotations

from random import Random

import msgspec


class Chance(msgspec.Struct, eq=False):
    """A random source that is made of its seed when something is first drawn from it: one takes
    2.5 kB, and most faults leave nothing to chance."""

    seed: int | str
    _source: Random | None = None

    @property
    def source(self) -> Random:
        """What to draw from."""
        if self._source is None:
            self._source = Random(self.seed)
        return self._source
