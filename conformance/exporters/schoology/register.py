"""What the exporter remembers, and what survives a kill: a store behind frozen values in memory."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from msgspec.structs import replace

from conformance.exporters.kit.store import Store, written
from conformance.exporters.schoology.model import Held, Item, Row, Run, RunKind, Section
from conformance.exporters.wiseflow.model import ExportState, NotAllowed


class Register:
    """The section, the places of its gradebook, what the SIS was seen to hold, and the runs.

    Every change is committed to disk before it shows in memory.
    """

    def __init__(self, state_dir: Path, *, resume: bool) -> None:
        self._store = Store(state_dir, resume=resume)
        self._section = next(iter(self._store.documents(Section)), None)
        self._items = {each.key: each for each in self._store.documents(Item)}
        self._pulled = {each.key: each for each in self._store.documents(Held)}

    @property
    def section(self) -> Section:
        """Raises NotAllowed while there is none."""
        if self._section is None:
            raise NotAllowed("No section has been loaded.")
        return self._section

    @property
    def items(self) -> tuple[Item, ...]:
        """The places of the gradebook in the order in which they were added."""
        return tuple(self._items.values())

    @property
    def pulled(self) -> tuple[Held, ...]:
        """What the SIS was last seen to hold."""
        return tuple(self._pulled.values())

    def find(self, key: str) -> Item | None:
        return self._items.get(key)

    def load(self, section: Section, items: Iterable[Item]) -> None:
        """The section that is worked on from now on.

        Where it is here already, it stays as it is and only places it does not have are added:
        what was exported is never forgotten. Another section takes its place.
        """
        items = list(items)
        if self._section is not None and self._section.id == section.id:
            self.keep(items=[each for each in items if each.key not in self._items])
            return
        if self.unfinished():
            raise NotAllowed("An export is under way; load another section when it has ended.")
        self._store.keep(written(section, items), forgetting=(Item, Held))
        self._items, self._pulled = {}, {}
        self._adopt(section, items)

    def keep(self, section: Section | None = None, items: Iterable[Item] = ()) -> None:
        """Commits these new values of what is known, all or none."""
        items = list(items)
        self._store.keep(written(section, items))
        self._adopt(section, items)

    def keep_pulled(self, section: Section, held: Iterable[Held]) -> None:
        """Commits what the SIS was seen to hold, and up to when."""
        held = list(held)
        self._store.keep(written(section, held))
        self._section = section
        self._pulled.update((each.key, each) for each in held)

    def begin(self, kind: RunKind, rows: Sequence[Row], now: float) -> Run:
        """Claims these places for a run, before any of them is sent: a kill from here on leaves a
        trace, and a second press finds nothing left to claim."""
        queued = [
            replace(self._items[row.key], state=ExportState.QUEUED, message=None) for row in rows
        ]
        run = Run(0, kind, tuple(rows))
        number = self._store.begin(run, written(None, queued), now)
        self._adopt(None, queued)
        return replace(run, number=number)

    def finish(self, run: Run, now: float) -> None:
        """Commits that the run is over."""
        self._store.finish(run.number, now)

    def unfinished(self) -> tuple[Run, ...]:
        """The runs that are under way or, right after a start, that a kill cut short."""
        return tuple(replace(run, number=number) for number, run in self._store.unfinished(Run))

    def close(self) -> None:
        """What is not committed is lost, as in a kill."""
        self._store.close()

    def _adopt(self, section: Section | None, items: Iterable[Item]) -> None:
        self._section = section or self._section
        self._items.update((each.key, each) for each in items)
