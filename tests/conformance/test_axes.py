"""The covering arrays: what is pinned covers all pairs, and an update keeps what it can."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from conformance.model.axes import Axes, Constraint, pin
from conformance.schoology.scenarios import pairs as sections
from conformance.skyward.scenarios import pairs as courses
from conformance.wiseflow.scenarios import pairs as flows

ALL = {"wiseflow": flows.AXES, "schoology": sections.AXES, "skyward": courses.AXES}
SMALL = {"colour": ("red", "green"), "size": ("s", "m", "l"), "cut": ("slim", "wide")}
NOT_RED_AND_LARGE = Constraint(
    ("colour", "size"), lambda row: (row["colour"], row["size"]) != ("red", "l")
)


@pytest.mark.parametrize("axes", ALL.values(), ids=ALL.keys())
def test_the_pinned_rows_fit_and_cover_every_pair(axes: Axes) -> None:
    rows = axes.pinned()
    assert [row for row in rows if not axes.fits(row)] == []
    assert axes.missing(rows) == set()
    assert len({tuple(row.values()) for row in rows}) == len(rows)


def test_an_update_covers_all_pairs_that_may_occur(tmp_path: Path) -> None:
    axes = Axes(SMALL, (NOT_RED_AND_LARGE,), tmp_path / "rows.json")
    pin(axes)
    assert axes.missing(axes.pinned()) == set()
    assert all(axes.fits(row) for row in axes.pinned())
    assert len(axes.pinned()) < 10


def test_an_update_keeps_the_rows_that_still_fit(tmp_path: Path) -> None:
    axes = Axes(SMALL, (NOT_RED_AND_LARGE,), tmp_path / "rows.json")
    pin(axes)
    before = axes.pinned()
    wider = replace(axes, values={**SMALL, "cut": ("slim", "wide", "loose")})
    pin(wider)
    assert wider.pinned()[: len(before)] == before
    assert wider.missing(wider.pinned()) == set()


def test_an_update_drops_a_row_that_does_not_fit_any_more(tmp_path: Path) -> None:
    axes = Axes(SMALL, (), tmp_path / "rows.json")
    unfit = {"colour": "red", "size": "l", "cut": "slim"}
    axes.file.write_text(json.dumps([unfit]))
    pin(axes)
    assert unfit in axes.pinned()
    strict = replace(axes, constraints=(NOT_RED_AND_LARGE,))
    pin(strict)
    assert unfit not in strict.pinned()
    assert strict.missing(strict.pinned()) == set()


def test_rows_are_played_while_they_fit(tmp_path: Path) -> None:
    axes = Axes(SMALL, (), tmp_path / "rows.json")
    assert axes.playable() == []
    fit, unfit = ({"colour": each, "size": "l", "cut": "slim"} for each in ("green", "red"))
    axes.file.write_text(json.dumps([unfit, fit]))
    assert replace(axes, constraints=(NOT_RED_AND_LARGE,)).playable() == [fit]
    assert replace(axes, values={**SMALL, "colour": ("red",)}).playable() == [unfit]


def test_a_pair_that_is_left_out_is_named(tmp_path: Path) -> None:
    axes = Axes(SMALL, (NOT_RED_AND_LARGE,), tmp_path / "rows.json")
    pin(axes)
    rows = [row for row in axes.pinned() if (row["size"], row["cut"]) != ("m", "wide")]
    assert (("size", "m"), ("cut", "wide")) in axes.missing(rows)
