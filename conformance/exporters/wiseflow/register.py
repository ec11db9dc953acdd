"""What the exporter remembers, and what survives a kill: a store behind frozen values in memory."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from msgspec.structs import replace

from conformance.exporters.kit.store import Documents, Store, written
from conformance.exporters.wiseflow.model import (
    ExportState,
    Flow,
    NotAllowed,
    Notice,
    Participant,
    Row,
    Run,
    RunKind,
    UserId,
    key_of,
)


class Register:
    """The flow, its participants, its runs and what assessors were told.

    Every change is committed to disk before it shows in memory.
    """

    def __init__(self, state_dir: Path, *, resume: bool) -> None:
        self._store = Store(state_dir, resume=resume)
        self._flow = next(iter(self._store.documents(Flow)), None)
        self._people = {each.key: each for each in self._store.documents(Participant)}

    @property
    def flow(self) -> Flow:
        """Raises NotAllowed while there is none."""
        if self._flow is None:
            raise NotAllowed("No flow has been loaded.")
        return self._flow

    @property
    def people(self) -> tuple[Participant, ...]:
        return tuple(self._people.values())

    @property
    def notices(self) -> tuple[Notice, ...]:
        """What assessors were told, oldest first."""
        return self._store.documents(Notice)

    def find(self, user_id: UserId) -> Participant:
        """Raises NotAllowed for somebody who is not in the flow."""
        try:
            return self._people[key_of(user_id)]
        except KeyError:
            raise NotAllowed(f"{user_id} is not in this flow.") from None

    def load(self, flow: Flow, people: Iterable[Participant]) -> None:
        """The flow that is worked on from now on.

        Where it is here already, it stays as it is and only people it does not have are added:
        what was exported is never forgotten. Another flow takes its place.
        """
        people = list(people)
        if self._flow is not None and self._flow.sis_code == flow.sis_code:
            self.keep(people=[each for each in people if each.key not in self._people])
            return
        if self.unfinished():
            raise NotAllowed("An export is under way; load another flow when it has ended.")
        self._store.keep(self._written(flow, people), forgetting=(Participant,))
        self._people = {}
        self._adopt(flow, people)

    def keep(
        self,
        flow: Flow | None = None,
        people: Iterable[Participant] = (),
        notices: Iterable[Notice] = (),
    ) -> None:
        """Commits these new values of what is known, all or none."""
        people = list(people)
        told = ((None, each) for each in notices)
        self._store.keep((*self._written(flow, people), *told))
        self._adopt(flow, people)

    def begin(self, kind: RunKind, rows: Sequence[Row], now: float) -> Run:
        """Claims these participants for a run, before any of them is sent: a kill from here on
        leaves a trace, and a second press finds nobody left to claim."""
        queued = [
            replace(self._people[row.key], state=ExportState.QUEUED, message=None) for row in rows
        ]
        run = Run(0, kind, tuple(rows))
        number = self._store.begin(run, self._written(None, queued), now)
        self._adopt(None, queued)
        return replace(run, number=number)

    def record(self, people: Iterable[Participant], message: str) -> None:
        """Commits what became of these participants."""
        self.keep(replace(self.flow, message=message), people)

    def finish(self, run: Run, now: float) -> None:
        """Commits that the run is over. Whoever it did not record stays queued until a restart."""
        self._store.finish(run.number, now)

    def unfinished(self) -> tuple[Run, ...]:
        """The runs that are under way or, right after a start, that a kill cut short."""
        return tuple(replace(run, number=number) for number, run in self._store.unfinished(Run))

    def close(self) -> None:
        """What is not committed is lost, as in a kill."""
        self._store.close()

    def _written(self, flow: Flow | None, people: Iterable[Participant]) -> Documents:
        """What is kept of these new values."""
        return written(flow, people)

    def _adopt(self, flow: Flow | None, people: Iterable[Participant]) -> None:
        self._flow = flow or self._flow
        self._people.update((each.key, each) for each in people)
