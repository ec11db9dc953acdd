"""A register keeps a subject, its members and its runs, whichever dialect they belong to."""

from __future__ import annotations

from pathlib import Path

import pytest

from conformance.exporters.kit.outcome import ExportState, NotAllowed
from conformance.exporters.kit.register import Document, Run, SubjectRegister


class Shelf(Document, frozen=True):
    name: str
    room: str = "hall"

    @property
    def key(self) -> str:
        return self.name


class Book(Document, frozen=True):
    title: str
    pages: int = 1
    state: ExportState = ExportState.NOT_EXPORTED
    message: str | None = None

    @property
    def key(self) -> str:
        return self.title


class Note(Document, frozen=True):
    text: str


class Loan(Run, frozen=True):
    titles: tuple[str, ...]

    @property
    def keys(self) -> tuple[str, ...]:
        return self.titles


class Library(SubjectRegister[Shelf, Book | Note, Loan]):
    subject_type = Shelf
    member_types = (Book,)
    run_type = Loan


EMMA, ULYSSES = Book("Emma"), Book("Ulysses")


@pytest.fixture
def library(tmp_path: Path) -> Library:
    kept = Library(tmp_path, resume=False)
    kept.load(Shelf("novels"), [EMMA, ULYSSES])
    return kept


def reopened(library: Library, tmp_path: Path) -> Library:
    library.close()
    return Library(tmp_path, resume=True)


def test_without_a_subject_the_register_says_what_is_missing(tmp_path: Path) -> None:
    with pytest.raises(NotAllowed, match="No shelf has been loaded"):
        _ = Library(tmp_path, resume=False).subject


def test_what_is_kept_is_there_after_a_start(library: Library, tmp_path: Path) -> None:
    library.keep(Shelf("novels", "attic"), Book("Emma", 2), Note("new"))
    for each in (library, reopened(library, tmp_path)):
        assert each.subject == Shelf("novels", "attic")
        assert each.members(Book) == (Book("Emma", 2), ULYSSES)
        assert each.member(Book, "Emma") == Book("Emma", 2)
        assert each.member(Book, "Dracula") is None


def test_the_same_subject_again_only_adds_new_members(library: Library) -> None:
    library.load(Shelf("novels", "attic"), [Book("Emma", 9), Book("Dracula")])
    assert library.subject == Shelf("novels")
    assert library.members(Book) == (EMMA, ULYSSES, Book("Dracula"))


def test_another_subject_replaces_all(library: Library, tmp_path: Path) -> None:
    library.load(Shelf("plays"), [Book("Faust")])
    for each in (library, reopened(library, tmp_path)):
        assert (each.subject, each.members(Book)) == (Shelf("plays"), (Book("Faust"),))


def test_another_subject_waits_for_the_end_of_a_run(library: Library) -> None:
    loan = library.begin(Loan(0, ("Emma",)), 1.0)
    with pytest.raises(NotAllowed, match="load another shelf when it has ended"):
        library.load(Shelf("plays"), [])
    library.finish(loan, 2.0)
    library.load(Shelf("plays"), [])
    assert library.subject == Shelf("plays")


def test_a_run_claims_its_members_until_it_is_finished(library: Library, tmp_path: Path) -> None:
    library.keep(Book("Emma", message="torn"))
    loan = library.begin(Loan(0, ("Emma",)), 1.0)
    assert loan.number > 0
    again = reopened(library, tmp_path)
    assert again.unfinished() == (loan,)
    assert again.members(Book) == (Book("Emma", state=ExportState.QUEUED), ULYSSES)
    again.finish(loan, 2.0)
    assert again.unfinished() == ()
