"""The flow, its participants, its runs, and the notices to assessors."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec.structs import replace

from conformance.exporters.kit.outcome import NotAllowed
from conformance.exporters.kit.register import SubjectRegister
from conformance.exporters.wiseflow.model import Flow, Notice, Participant, Run, UserId, key_of


class Register(SubjectRegister[Flow, Participant | Notice, Run]):
    """What the exporter of a flow remembers. Notices are on disk only."""

    subject_type = Flow
    member_types = (Participant,)
    run_type = Run

    @property
    def flow(self) -> Flow:
        """Raises NotAllowed until one is loaded."""
        return self.subject

    @property
    def people(self) -> tuple[Participant, ...]:
        """The participants in the order in which they were added."""
        return self.members(Participant)

    @property
    def notices(self) -> tuple[Notice, ...]:
        """The notices to assessors, oldest first."""
        return self._store.documents(Notice)

    def find(self, user_id: UserId) -> Participant:
        """Raises NotAllowed if the flow has no such participant."""
        found = self.member(Participant, key_of(user_id))
        if found is None:
            raise NotAllowed(f"{user_id} is not in this flow.")
        return found

    def record(self, people: Iterable[Participant], message: str) -> None:
        """Commit what became of these participants, and the text to show the manager."""
        self.keep(replace(self.flow, message=message), *people)
