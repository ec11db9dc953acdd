"""What an exporter remembers, and what survives a kill: a store behind frozen values in memory.

A register holds one *subject* (a flow, a section, a course), its *members* by type and key (the
participants of a flow, say), and the *runs* that export them. A dialect names their types and adds
the questions it asks.

Every change is committed to disk before it shows in memory. A run begins with a claim: its members
are committed as Queued before the first is sent. A kill from then on leaves a trace, and a second
press of a button finds nothing left to claim.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any, Generic, TypeVar

from msgspec import Struct
from msgspec.structs import replace

from conformance.exporters.kit.outcome import ExportState, NotAllowed
from conformance.exporters.kit.store import Documents, Store


class Document(Struct, frozen=True):
    """A value that is kept."""

    @property
    def key(self) -> str | None:
        """Replaces the document of the same type and key. A document without one is added."""
        return None


class Run(Struct, frozen=True):
    """One export, under way or finished. The store gives the number; before it, that is 0."""

    number: int

    @property
    def keys(self) -> tuple[str, ...]:
        """The keys of the members that it exports."""
        raise NotImplementedError


Subject = TypeVar("Subject", bound=Document)
Member = TypeVar("Member", bound=Document)
OneKind = TypeVar("OneKind", bound=Document)
ARun = TypeVar("ARun", bound=Run)


class SubjectRegister(Generic[Subject, Member, ARun]):
    """One subject, its members and its runs."""

    subject_type: type[Subject]
    member_types: tuple[type[Member], ...]
    """The first is the type that runs claim."""
    run_type: type[ARun]

    def __init__(self, state_dir: Path, *, resume: bool) -> None:
        self._store = Store(state_dir, resume=resume)
        self._subject = next(iter(self._store.documents(self.subject_type)), None)
        self._members: dict[type, dict[str | None, Any]] = {
            kind: {each.key: each for each in self._store.documents(kind)}
            for kind in self.member_types
        }

    @property
    def subject(self) -> Subject:
        """Raises NotAllowed until one is loaded."""
        if self._subject is None:
            raise NotAllowed(f"No {self._called} has been loaded.")
        return self._subject

    def members(self, kind: type[OneKind]) -> tuple[OneKind, ...]:
        """All members of a type, in the order in which they were added."""
        return tuple(self._members[kind].values())

    def member(self, kind: type[OneKind], key: str) -> OneKind | None:
        """The member with a key, or None."""
        found: OneKind | None = self._members[kind].get(key)
        return found

    def load(self, subject: Subject, members: Iterable[Member]) -> None:
        """Export this subject from now on.

        If it is here already, only members that are new are added: what was exported is never
        forgotten. Another subject replaces the one before. Raises NotAllowed during a run.
        """
        members = list(members)
        if self._subject is not None and self._subject.key == subject.key:
            new = (each for each in members if each.key not in self._members[type(each)])
            self.keep(self.reloaded(subject), *new)
            return
        if self.unfinished():
            called = self._called
            raise NotAllowed(f"An export is under way; load another {called} when it has ended.")
        documents: list[Subject | Member] = [subject, *members]
        forgotten = (self.subject_type, *self.member_types)
        self._store.keep(self._written(documents), forgetting=forgotten)
        for known in self._members.values():
            known.clear()
        self._adopt(documents)

    def reloaded(self, subject: Subject) -> Subject:  # noqa: ARG002
        """The subject to keep when the one that is here is loaded again."""
        return self.subject

    def keep(self, *documents: Subject | Member) -> None:
        """Commit new values, all or none."""
        self._store.keep(self._written(documents))
        self._adopt(documents)

    def begin(self, run: ARun, now: float) -> ARun:
        """Claim the members of a run, before any is sent; the run with its number."""
        claimed = self._members[self.member_types[0]]
        queued = [replace(claimed[key], state=ExportState.QUEUED, message=None) for key in run.keys]
        number = self._store.begin(run, self._written(queued), now)
        self._adopt(queued)
        return replace(run, number=number)

    def finish(self, run: ARun, now: float) -> None:
        """Commit that a run is over. Members that it did not settle stay Queued until a start."""
        self._store.finish(run.number, now)

    def unfinished(self) -> tuple[ARun, ...]:
        """The runs that are under way or, right after a start, that a kill cut short."""
        found = self._store.unfinished(self.run_type)
        return tuple(replace(run, number=number) for number, run in found)

    def close(self) -> None:
        """Stop at once; what is not committed is lost, as in a kill."""
        self._store.close()

    def _written(self, documents: Iterable[Subject | Member]) -> Documents:
        """The form in which documents are stored."""
        return ((each.key, each) for each in documents)

    def _adopt(self, documents: Iterable[Subject | Member]) -> None:
        """Show documents in memory."""
        for each in documents:
            if isinstance(each, self.subject_type):
                self._subject = each
            elif type(each) in self._members:
                self._members[type(each)][each.key] = each

    @property
    def _called(self) -> str:
        return self.subject_type.__name__.lower()
