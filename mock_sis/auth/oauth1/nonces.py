"""Remember the nonces of signed calls, to refuse replays."""

from __future__ import annotations

import hashlib
from heapq import heappop, heappush

MOST_NONCES = 100_000
"""The most nonces that are stored; beyond that, the oldest are dropped even within the window."""


class NonceStore:
    """The used nonces, each stored as long as its timestamp would be accepted."""

    def __init__(self) -> None:
        self._used: set[bytes] = set()
        self._by_time: list[tuple[int, bytes]] = []

    def __len__(self) -> int:
        return len(self._used)

    def use(self, key: str, timestamp: int, nonce: str, *, oldest: float) -> bool:
        """Record a nonce. Return whether this is its first use.

        Nonces with a timestamp before `oldest` (Unix seconds) are dropped.
        """
        while self._by_time and self._by_time[0][0] < oldest:
            self._drop_oldest()
        # A digest, so that long nonces take no more memory than short ones.
        mark = hashlib.sha256("\n".join((key, str(timestamp), nonce)).encode()).digest()
        if mark in self._used:
            return False
        self._used.add(mark)
        heappush(self._by_time, (timestamp, mark))
        if len(self._used) > MOST_NONCES:
            self._drop_oldest()
        return True

    def _drop_oldest(self) -> None:
        self._used.discard(heappop(self._by_time)[1])
