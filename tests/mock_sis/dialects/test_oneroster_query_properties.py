"""What holds for any filter, any query and any row of a OneRoster list."""

from __future__ import annotations

import re
from contextlib import suppress
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from helpers.simulator.oneroster_rows import ITEMS, LINE_ITEM, URL, ask, pages
from mock_sis.clock import moment
from mock_sis.dialects.oneroster.fields import BadQuery, selected
from mock_sis.dialects.oneroster.filters import Clause, Filter, parse_filter
from mock_sis.dialects.oneroster.query import read, select
from mock_sis.exchange import Call

FIELDS = st.sampled_from(
    ["title", "class.sourcedId", "resultValueMax", "dueDate", "metadata.a", "metadata.a.b"]
)
TIMES = st.datetimes(timezones=st.timezones() | st.none()).map(lambda each: each.isoformat())
TEXTS = st.text(max_size=8) | st.sampled_from(["9", "9.5", "'", "''", "true", " AND ", "x='y'"])
SCALARS = TEXTS | TIMES | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.none()
OPERATORS = st.sampled_from(["=", "!=", ">", "<", ">=", "<=", "~"])


@st.composite
def clauses(draw: st.DrawFn) -> Clause:
    field, compare = draw(FIELDS), draw(OPERATORS)
    is_date_time = field == "dueDate"
    value = draw(TIMES if is_date_time and compare != "~" else TEXTS)
    return Clause(field, compare, value, is_date_time)


FILTER = st.builds(
    Filter, clauses().map(lambda one: (one,)) | st.tuples(clauses(), clauses())
) | st.builds(Filter, st.tuples(clauses(), clauses()), st.just("OR"))
ROWS = st.fixed_dictionaries(
    {"sourcedId": st.text(min_size=1, max_size=4)},
    optional={
        "title": TEXTS,
        "class": st.fixed_dictionaries({"sourcedId": TEXTS}),
        "resultValueMax": st.integers(-20, 20) | st.floats(-20, 20) | st.none(),
        "dueDate": TIMES,
        "metadata": st.fixed_dictionaries(
            {},
            optional={
                "a": SCALARS | st.lists(SCALARS, max_size=3) | st.fixed_dictionaries({"b": SCALARS})
            },
        ),
    },
)


@given(FILTER)
def test_a_filter_printed_and_parsed_is_the_same(kept: Filter) -> None:
    assert parse_filter(str(kept), LINE_ITEM) == kept


@given(FILTER, ROWS)
def test_rows_match_as_a_slow_reader_would_say(kept: Filter, row: dict[str, Any]) -> None:
    verdicts = [holds(clause, row) for clause in kept.clauses]
    assert kept.matches(row) == (all(verdicts) if kept.joiner == "AND" else any(verdicts))


def holds(clause: Clause, row: dict[str, Any]) -> bool:
    """One clause, read as the module's docstring says, in another way than the module does."""
    nodes: list[Any] = [row]
    for name in clause.field.split("."):
        flat = [each for node in nodes for each in (node if isinstance(node, list) else [node])]
        nodes = [node[name] for node in flat if isinstance(node, dict) and name in node]
    flat = [each for node in nodes for each in (node if isinstance(node, list) else [node])]
    there = [each for each in flat if each is not None and not isinstance(each, dict)]
    if clause.operator == "!=":
        return not any(verdict(each, Clause(clause.field, "=", clause.value)) for each in there)
    return any(verdict(each, clause) for each in there)


def verdict(value: Any, clause: Clause) -> bool:
    shown = {True: "true", False: "false"}[value] if isinstance(value, bool) else str(value)
    if clause.operator == "~":
        return clause.value.casefold() in shown.casefold()
    mine: Any = shown
    asked: Any = clause.value
    if type(value) in (int, float):
        if not re.fullmatch(r"[+-]?\d+(\.\d+)?", clause.value, re.ASCII):
            return False
        mine, asked = value, float(clause.value)
    elif clause.field == "dueDate":
        mine, asked = moment(shown), moment(clause.value)
    sign = (mine > asked) - (mine < asked)
    return sign in {"=": [0], ">": [1], "<": [-1], ">=": [0, 1], "<=": [-1, 0]}[clause.operator]


@given(FILTER, ROWS)
def test_an_index_loses_no_row(kept: Filter, row: dict[str, Any]) -> None:
    value = kept.equal("class.sourcedId")
    if value is not None and kept.matches(row):
        assert row["class"]["sourcedId"] == value


ALPHABET = st.sampled_from([*"title=><!~' ANDORmetadata.-0123;&%+é\x00\ud800", "' AND ", "title='"])
NOISE = st.text(max_size=40) | st.lists(ALPHABET, max_size=20).map("".join)


@given(NOISE)
def test_any_text_is_a_filter_or_refused(text: str) -> None:
    with suppress(BadQuery):
        kept = parse_filter(text, LINE_ITEM)
        assert parse_filter(str(kept), LINE_ITEM) == kept
        for each in ITEMS:
            kept.matches(each)


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["limit", "offset", "sort", "orderBy", "filter", "fields", "x"]), NOISE
        ),
        max_size=4,
    )
)
def test_any_query_is_followed_or_refused(pairs: list[tuple[str, str]]) -> None:
    call = Call("GET", "/lineItems?" + "&".join(f"{name}={text}" for name, text in pairs))
    with suppress(BadQuery):
        query = read(call, LINE_ITEM)
        rows, total = select(query, ITEMS)
        assert len(rows) <= total <= len(ITEMS)
        assert dict(query.headers(URL, total))["Link"].isascii()


@given(st.lists(ROWS, max_size=8), FIELDS, st.sampled_from(["asc", "desc"]), st.randoms())
def test_the_order_does_not_depend_on_where_rows_come_from(
    rows: list[dict[str, Any]], field: str, order: str, random: Any
) -> None:
    rows = list({each["sourcedId"]: each for each in rows}.values())
    query = ask(sort=field, orderBy=order)
    once = query.ordered(rows)
    random.shuffle(rows)
    assert query.ordered(rows) == once


@given(st.lists(ROWS, max_size=12), st.integers(1, 5))
def test_pages_put_together_are_the_whole(rows: list[dict[str, Any]], limit: int) -> None:
    rows = list({each["sourcedId"]: each for each in rows}.values())
    whole: list[Any] = []
    offset: int | None = 0
    while offset is not None:
        query = ask(limit=str(limit), offset=str(offset), sort="title")
        page, total = select(query, rows)
        whole += page
        offset = pages(query, total).get("next")
    assert whole == ask(sort="title").ordered(rows)


@given(ROWS)
def test_all_fields_are_the_whole_object(row: dict[str, Any]) -> None:
    tops = {name for name in LINE_ITEM.parts if "." not in name}
    assert selected(row, LINE_ITEM.selection(tops)) == row
