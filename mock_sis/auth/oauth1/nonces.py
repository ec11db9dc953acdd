"""The nonces that signed calls have used up."""

from __future__ import annotations

import hashlib
from heapq import heappop, heappush

MOST_NONCES = 100_000
"""How many are remembered; the oldest are forgotten first, whatever the window."""


class NonceStore:
    """The nonces that were used, each as long as its timestamp would still be taken."""

    def __init__(self) -> None:
        self._used: set[bytes] = set()
        self._by_time: list[tuple[int, bytes]] = []

    def __len__(self) -> int:
        return len(self._used)

    def use(self, key: str, timestamp: int, nonce: str, *, oldest: float) -> bool:
        """Whether this is the first use. Those before `oldest` (Unix seconds) are forgotten."""
        while self._by_time and self._by_time[0][0] < oldest:
            self._forget_first()
        # A digest, so that long nonces take no more room than short ones.
        mark = hashlib.sha256("\n".join((key, str(timestamp), nonce)).encode()).digest()
        if mark in self._used:
            return False
        self._used.add(mark)
        heappush(self._by_time, (timestamp, mark))
        if len(self._used) > MOST_NONCES:
            self._forget_first()
        return True

    def _forget_first(self) -> None:
        self._used.discard(heappop(self._by_time)[1])
