"""The journal: every exchange in order, byte for byte, bounded in memory.

The gradebook is the fold of the journal: whoever answers an entry's calls again, in order, gets
the same gradebook. That holds while the journal is complete; it knows when it no longer is.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from fnmatch import fnmatchcase
from functools import partial

import msgspec

from mock_sis.errors import UsageError
from mock_sis.exchange import Call, Hangup, Reply
from mock_sis.journal.entry import Delivered, Entry
from mock_sis.journal.entry_json import as_json, from_json

__all__ = ["Delivered", "Entry", "Journal", "Subscriber", "as_json", "from_json"]

Subscriber = Callable[[Entry], None]


class Journal:
    """The newest entries, in order, within a bound on their number and one on their bytes.

    Entries are numbered from 1 and no number is used twice, so that a reader may say "what came
    after 41". Appending costs the same however many entries there are.
    """

    def __init__(self, max_entries: int = 10_000, max_bytes: int = 256 * 2**20) -> None:
        if max_entries < 1 or max_bytes < 1:
            raise UsageError("A journal keeps at least one entry and one byte.")
        self._max_entries = max_entries
        self._max_bytes = max_bytes
        self._entries: dict[int, Entry] = {}
        self._weights: deque[int] = deque()
        self._first = 1
        self._last = 0
        self._bytes = 0
        self._complete = True
        self._subscribers: tuple[Subscriber, ...] = ()

    def __len__(self) -> int:
        return len(self._entries)

    def __iter__(self) -> Iterator[Entry]:
        return iter(self.select())

    @property
    def complete(self) -> bool:
        """Whether every entry there ever was is still here."""
        return self._complete

    @property
    def last(self) -> int:
        """The number of the newest entry there ever was; 0 before the first."""
        return self._last

    @property
    def bytes(self) -> int:
        """What the kept entries weigh together."""
        return self._bytes

    def append(
        self,
        operation: str,
        call: Call,
        outcome: Reply | Hangup,
        *,
        faults: tuple[str, ...] = (),
        took: float = 0.0,
    ) -> Entry:
        """Number an exchange, keep it, and tell the subscribers, who must not raise."""
        self._last += 1
        call.forget()
        entry = Entry(self._last, operation, call, outcome, faults, took)
        self._entries[entry.number] = entry
        self._weights.append(entry.weight)
        self._bytes += self._weights[-1]
        self._evict()
        for subscriber in self._subscribers:
            subscriber(entry)
        return entry

    def _evict(self) -> None:
        """Drop the oldest entries until both bounds hold."""
        while len(self._entries) > self._max_entries or self._bytes > self._max_bytes:
            # By number, because asking a dict for its first key costs what was deleted before it.
            del self._entries[self._first]
            self._bytes -= self._weights.popleft()
            self._first += 1
            self._complete = False

    def note_delivery(self, number: int, delivered: Delivered) -> None:
        """Record what became of an entry's answer; nothing happens if it was evicted meanwhile."""
        entry = self._entries.get(number)
        if entry is not None:
            self._entries[number] = msgspec.structs.replace(entry, delivered=delivered)

    def select(self, operation: str = "*", since: int = 0, limit: int | None = None) -> list[Entry]:
        """The entries numbered above `since` whose operation matches a shell-style pattern, oldest
        first, at most `limit` of them."""
        return list(self._matching(operation, since, limit))

    def _matching(self, operation: str, since: int, limit: int | None) -> Iterator[Entry]:
        left = len(self._entries) if limit is None else limit
        for entry in self._after(since):
            if left <= 0:
                return
            if operation == "*" or fnmatchcase(entry.operation, operation):
                left -= 1
                yield entry

    def _after(self, since: int) -> Iterator[Entry]:
        """Entries above a number, without walking those below; another thread may be appending."""
        for number in range(max(since + 1, self._first), self._last + 1):
            entry = self._entries.get(number)
            if entry is not None:
                yield entry

    def clear(self) -> None:
        """Forget the entries; the numbers go on."""
        if self._entries:
            self._complete = False
        self._entries = {}
        self._weights.clear()
        self._first = self._last + 1
        self._bytes = 0

    def subscribe(self, callback: Subscriber) -> Callable[[], None]:
        """Call back with each entry as it is appended; the answer unsubscribes."""
        # An object of its own, so that subscribing one callback twice takes unsubscribing twice.
        box = partial(callback)
        self._subscribers = (*self._subscribers, box)

        def unsubscribe() -> None:
            self._subscribers = tuple(kept for kept in self._subscribers if kept is not box)

        return unsubscribe
