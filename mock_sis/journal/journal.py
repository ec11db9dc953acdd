"""The journal: every exchange in order, byte for byte, within a memory limit.

What is kept. Each exchange becomes an `Entry`: the request as received with the time of receipt,
the answer as decided, the faults that fired, and afterwards how much of the answer was sent. Seed
documents and control requests that change the state are entries too; the control token in them is
replaced. Routes with `journaled=False`, which only read the simulator's own state, leave no entry.

Why it is complete. The gradebook is a function of the journal: a fresh simulator that answers the
calls of the entries again, in order, ends with the same gradebook. That makes the journal evidence,
and lets a run be judged again later. It holds only while no entry is missing, and `complete` says
whether that is so.

Limits. The journal drops its oldest entries when they exceed a number of entries (10,000) or a
number of bytes (256 MiB): a few hundred bulk bodies are as large as a gigabyte. An entry counts for
its bodies, headers and target plus a constant, however it is delivered. So the newest entry is
dropped as well if it is larger than the limit.

Numbers. Entries are numbered from 1, and a number is never used again, even after `clear`. A reader
can therefore ask for "what came after 41", and tell a gap from an end.
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
    """The newest entries in order, limited to `max_entries` entries and to `max_bytes` bytes.

    Appending takes the same time for any number of entries. Raises UsageError if a limit is less
    than 1.
    """

    def __init__(self, max_entries: int = 10_000, max_bytes: int = 256 * 2**20) -> None:
        if max_entries < 1 or max_bytes < 1:
            raise UsageError(
                "max_entries and max_bytes of a journal must be at least 1 "
                f"(got {max_entries} and {max_bytes})."
            )
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
        """Whether all entries since the first are still here."""
        return self._complete

    @property
    def last(self) -> int:
        """The number of the last appended entry; 0 before the first."""
        return self._last

    @property
    def bytes(self) -> int:
        """The total weight of the entries, in bytes."""
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
        """Record an exchange and call the subscribers, which must not raise. Return its entry."""
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
        """Drop the oldest entries until both limits are kept."""
        while len(self._entries) > self._max_entries or self._bytes > self._max_bytes:
            # By number: finding the first key of a dict visits all keys deleted before it.
            del self._entries[self._first]
            self._bytes -= self._weights.popleft()
            self._first += 1
            self._complete = False

    def note_delivery(self, number: int, delivered: Delivered) -> None:
        """Record how much of an entry's answer was sent, unless the entry has been dropped."""
        entry = self._entries.get(number)
        if entry is not None:
            self._entries[number] = msgspec.structs.replace(entry, delivered=delivered)

    def select(self, operation: str = "*", since: int = 0, limit: int | None = None) -> list[Entry]:
        """The entries after number `since` whose operation matches a pattern with * and ?, oldest
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
        """The entries after a number, without visiting earlier ones. Other threads may append."""
        for number in range(max(since + 1, self._first), self._last + 1):
            entry = self._entries.get(number)
            if entry is not None:
                yield entry

    def clear(self) -> None:
        """Drop all entries. The next entry gets the next number."""
        if self._entries:
            self._complete = False
        self._entries = {}
        self._weights.clear()
        self._first = self._last + 1
        self._bytes = 0

    def subscribe(self, callback: Subscriber) -> Callable[[], None]:
        """Call `callback` with each appended entry. Return a function that ends this."""
        # A new object, so that each unsubscribe ends only its own subscription.
        box = partial(callback)
        self._subscribers = (*self._subscribers, box)

        def unsubscribe() -> None:
            self._subscribers = tuple(kept for kept in self._subscribers if kept is not box)

        return unsubscribe
