"""Forms become plain data and plain data forms, in both notations; what is ambiguous is refused."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mock_sis.errors import Malformed
from mock_sis.formats.form_text import MOST_FIELDS, Notation, decode_form, encode_form

READ: dict[str, tuple[Notation, bytes, Any]] = {
    "nothing": ("brackets", b"", {}),
    "a flat form": ("dots", b"a=1&b=", {"a": "1", "b": ""}),
    "a name without a value": ("dots", b"a", {"a": ""}),
    "rows": ("brackets", b"p[0][id]=1&p[1][id]=2", {"p": [{"id": "1"}, {"id": "2"}]}),
    "rows in any order": ("brackets", b"p[1][id]=2&p[0][id]=1", {"p": [{"id": "1"}, {"id": "2"}]}),
    "rows by dots": ("dots", b"p.0.user.id=1", {"p": [{"user": {"id": "1"}}]}),
    "rows at the root": ("dots", b"0.id=1&1.id=2", [{"id": "1"}, {"id": "2"}]),
    "rows at the root in brackets": ("brackets", b"0[id]=1", [{"id": "1"}]),
    "a dot among brackets": ("brackets", b"a.b[0]=1", {"a.b": ["1"]}),
    "escapes": ("brackets", b"p%5B0%5D=%C3%A9+%26%3D%2B", {"p": ["é &=+"]}),
    "unescaped UTF-8": ("brackets", "p[0]=é".encode(), {"p": ["é"]}),
}


@pytest.mark.parametrize(("notation", "body", "data"), READ.values(), ids=READ)
def test_a_form_is_read(notation: Notation, body: bytes, data: Any) -> None:
    assert decode_form(body, notation) == data


REFUSED: dict[str, tuple[Notation, bytes, str]] = {
    "a name twice": ("dots", b"a=1&a=1", "twice"),
    "a name twice, escaped": ("dots", b"a=1&%61=1", "twice"),
    "a value, then parts": ("dots", b"a=1&a.b=1", "beside"),
    "parts, then a value": ("dots", b"a.b=1&a=1", "twice"),
    "no first row": ("brackets", b"p[1][id]=1", "no index 0"),
    "a gap": ("brackets", b"p[0]=1&p[2]=1", "no index 1"),
    "an index far away": ("brackets", b"p[99999999999999999999]=1", "no index 0"),
    "an index with a zero before it": ("brackets", b"p[00]=1", "no index 0"),
    "an empty index": ("brackets", b"p[]=1", "a\\[0\\]\\[b\\]"),
    "a bracket that is open": ("brackets", b"p[0=1", "write names"),
    "text behind a bracket": ("brackets", b"p[0]x=1", "write names"),
    "no name": ("brackets", b"=1", "write names"),
    "an empty part": ("dots", b"a..b=1", "write names"),
    "Latin-1": ("dots", b"a=\xe9", "UTF-8"),
    "Latin-1, escaped": ("dots", b"a=%E9", "UTF-8"),
    "too many parts": ("dots", b".".join([b"a"] * 65) + b"=1", "64 parts"),
    "too many brackets": ("brackets", b"a" + b"[a]" * 65 + b"=1", "64 parts"),
    "too many fields": ("dots", b"&" * MOST_FIELDS, "fields"),
}


@pytest.mark.parametrize(("notation", "body", "reason"), REFUSED.values(), ids=REFUSED)
def test_a_form_that_could_be_read_in_two_ways_is_refused(
    notation: Notation, body: bytes, reason: str
) -> None:
    with pytest.raises(Malformed, match=reason):
        decode_form(body, notation)


NAMES = st.text(st.characters(exclude_characters="[].", categories=["L", "P", "S"]), min_size=1)
DATA = st.dictionaries(
    NAMES,
    st.recursive(
        st.text(st.characters(exclude_categories=["Cs"])),
        lambda inner: (
            st.lists(inner, min_size=1, max_size=3)
            | st.dictionaries(NAMES, inner, min_size=1, max_size=3)
        ),
        max_leaves=6,
    ),
    max_size=3,
)


@given(DATA, st.sampled_from(["brackets", "dots"]))
def test_what_is_written_is_read(data: Any, notation: Notation) -> None:
    assert decode_form(encode_form(data, notation), notation) == data
