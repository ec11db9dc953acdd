"""What is kept survives, whole or not at all."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from msgspec import Struct

from conformance.exporters.kit.store import Store


class Sheep(Struct, frozen=True):
    name: str
    legs: int = 4


class Goat(Struct, frozen=True):
    name: str


DOLLY, MOLLY, BILLY = Sheep("Dolly"), Sheep("Molly"), Goat("Billy")


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "deep" / "state", resume=True)


def reopened(store: Store, tmp_path: Path, *, resume: bool = True) -> Store:
    store.close()
    return Store(tmp_path / "deep" / "state", resume=resume)


def test_documents_come_back_by_type_in_the_order_they_were_first_kept(
    store: Store, tmp_path: Path
) -> None:
    store.keep([("b", DOLLY), ("a", MOLLY), ("a", BILLY)])
    store.keep([("b", Sheep("Dolly", 3))])
    again = reopened(store, tmp_path)
    assert again.documents(Sheep) == (Sheep("Dolly", 3), MOLLY)
    assert again.documents(Goat) == (BILLY,)


def test_documents_without_a_key_replace_nothing(store: Store) -> None:
    store.keep([(None, DOLLY), (None, DOLLY)])
    assert store.documents(Sheep) == (DOLLY, DOLLY)


def test_forgetting_takes_the_others_of_these_types_only(store: Store) -> None:
    store.keep([("a", DOLLY), ("a", BILLY)])
    store.keep([("b", MOLLY)], forgetting=(Sheep,))
    assert (store.documents(Sheep), store.documents(Goat)) == ((MOLLY,), (BILLY,))


def test_a_run_is_unfinished_until_it_is_finished(store: Store, tmp_path: Path) -> None:
    first = store.begin(DOLLY, [("a", BILLY)], 1.0)
    second = store.begin(MOLLY, [], 2.0)
    store.finish(first, 3.0)
    again = reopened(store, tmp_path)
    assert again.unfinished(Sheep) == ((second, MOLLY),)
    assert again.documents(Goat) == (BILLY,)


class Unkeepable(Struct, frozen=True):
    thing: object = object()


@pytest.mark.parametrize("begin", [False, True])
def test_what_cannot_be_kept_leaves_everything_as_it_was(store: Store, begin: bool) -> None:
    store.keep([("a", DOLLY)])
    documents = [("a", MOLLY), ("b", Unkeepable())]
    with pytest.raises(TypeError):
        store.begin(BILLY, documents, 1.0) if begin else store.keep(documents, forgetting=(Sheep,))
    assert store.documents(Sheep) == (DOLLY,)
    assert store.unfinished(Goat) == ()


def test_a_fresh_start_forgets_documents_and_runs(store: Store, tmp_path: Path) -> None:
    store.begin(DOLLY, [("a", BILLY)], 1.0)
    again = reopened(store, tmp_path, resume=False)
    assert (again.unfinished(Sheep), again.documents(Goat)) == ((), ())


def test_nobody_else_reads_a_directory_that_is_held(store: Store, tmp_path: Path) -> None:
    store.keep([("a", DOLLY)])
    with pytest.raises(sqlite3.OperationalError, match="locked"):
        sqlite3.connect(tmp_path / "deep" / "state" / "exporter.sqlite", timeout=0).execute(
            "SELECT * FROM run"
        )


def test_a_commit_outlives_a_power_cut(store: Store) -> None:
    asked = store._database.execute
    found = [asked(f"PRAGMA {name}").fetchone()[0] for name in ("synchronous", "journal_mode")]
    assert found == [2, "wal"]
