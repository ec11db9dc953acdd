"""Bodies no client should send: each is refused with a documented status, and changes nothing; and
those that only look odd are taken."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.simulator.schoology_desk import ANN, GRADES, JSON, MATH, PLAIN, XML, Desk
from mock_sis.exchange import Call, Reply

IDS = f"<assignment_id>{PLAIN}</assignment_id><enrollment_id>{ANN}</enrollment_id>"
ROW = f"<grade>{IDS}<grade>7</grade></grade>"
GOOD = f"<body><grades>{ROW}</grades></body>"


def around(content: str) -> bytes:
    return f"<body><grades>{content}</grades></body>".encode()


LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 9))
REFUSED: dict[str, bytes] = {
    "nothing": b"",
    "no element": b"text",
    "only a declaration": b'<?xml version="1.0"?>',
    "cut off": GOOD.encode()[:-5],
    "something behind": GOOD.encode() + b"<more />",
    "tags that do not match": b"<body><grades></body></grades>",
    "a billion laughs": f'<!DOCTYPE b [<!ENTITY l0 "ha">{LAUGHS}]><b>&l8;</b>'.encode(),
    "quadratic growth": b'<!DOCTYPE b [<!ENTITY a "' + b"a" * 10_000 + b'">]><b>' + b"&a;" * 10_000
    + b"</b>",
    "an external entity": b'<!DOCTYPE b [<!ENTITY x SYSTEM "file:///etc/passwd">]><b>&x;</b>',
    "a parameter entity": b'<!DOCTYPE b [<!ENTITY % x SYSTEM "http://127.0.0.1:9/x">%x;]><b />',
    "an external DTD": b'<!DOCTYPE body SYSTEM "http://127.0.0.1:9/x.dtd">' + GOOD.encode(),
    "a DTD alone": b"<!DOCTYPE body>" + GOOD.encode(),
    "a DTD in UTF-16": ("<!DOCTYPE body>" + GOOD).encode("utf-16"),
    "an undefined entity": around(ROW.replace("7", "&seven;")),
    "text beside rows": around(f"stray{ROW}"),
    "text behind a row": around(f"{ROW}stray"),
    "mixed content in a row": around(ROW.replace("</enrollment_id>", "</enrollment_id>stray")),
    "rows at the root": f"<body>{ROW}</body>".encode(),
    "grade at the root": ROW.encode(),
    "other children": b"<body><scores /></body>",
    "rows of another name": f"<body><grades><row>{IDS}</row></grades></body>".encode(),
    "a field twice": around(ROW.replace("<grade>7</grade>", "<grade>7</grade><grade>8</grade>")),
    "a field with children": around(ROW.replace("7", "<points>7</points>")),
    "a row without ids": around("<grade><grade>7</grade></grade>"),
    "an unknown encoding": b'<?xml version="1.0" encoding="klingon"?>' + GOOD.encode(),
    "bytes that do not fit": b'<?xml version="1.0" encoding="utf-8"?>'
    + around(ROW.replace("7", "\xe5")).decode().encode("latin-1"),
    "UTF-16 that says UTF-8": b'<?xml version="1.0" encoding="utf-8"?>' + GOOD.encode("utf-16-le"),
    "a NUL": around(ROW).replace(b"7", b"\0"),
    "a control character": around(ROW.replace("7", "&#1;")),
    "an undeclared prefix": around(ROW.replace("<grade>7</grade>", "<x:y>7</x:y>")),
    "too deep": b"<a>" * 100 + b"</a>" * 100,
    "far too deep": b"<a>" * 100_000 + b"</a>" * 100_000,
    "JSON": b'{"grades": {"grade": []}}',
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED)
def test_xml_that_cannot_be_is_refused_and_changes_nothing(case: str) -> None:
    desk = Desk()
    before = desk.snapshot()
    headers = (("Content-Type", XML),)  # an empty body too says what it is
    reply, text = desk.call("PUT", GRADES, REFUSED[case], XML, headers)
    assert reply.status == 400
    assert text.strip()
    assert "root:" not in text
    assert desk.snapshot() == before


TAKEN: dict[str, bytes] = {
    "as it is": GOOD.encode(),
    "another root": GOOD.replace("body", "anything").encode(),
    "indented": GOOD.replace("><", ">\n\t<").encode(),
    "unknown elements": around(ROW.replace("</assignment_id>", "</assignment_id><x><y /></x>")),
    "attributes": around(ROW.replace("<grade>7", '<grade unit="points">7')),
    "CDATA": around(ROW.replace("7", "<![CDATA[7]]>")),
    "comments": around(f"<!-- a -->{ROW}<!-- b -->"),
    "a comment in a text": around(ROW.replace("7", "<!-- x -->7")),
    "a processing instruction": b"<?go now?>" + GOOD.encode(),
    "a character reference": around(ROW.replace("7", "&#55;")),
    "a namespace": GOOD.replace("<body>", '<body xmlns="urn:x">').encode(),
    "UTF-8": b'<?xml version="1.0" encoding="UTF-8"?>' + GOOD.encode(),
    "UTF-8 with a mark": GOOD.encode("utf-8-sig"),
    "Latin-1": b'<?xml version="1.0" encoding="iso-8859-1"?>' + GOOD.encode("latin-1"),
    "UTF-16": b"" + ('<?xml version="1.0" encoding="utf-16"?>' + GOOD).encode("utf-16"),
    "UTF-16 undeclared": GOOD.encode("utf-16"),
    "ASCII": b'<?xml version="1.0" encoding="us-ascii"?>' + GOOD.encode(),
    "standalone": b'<?xml version="1.0" standalone="yes"?>' + GOOD.encode(),
}


@pytest.mark.parametrize("case", TAKEN)
def test_xml_that_only_looks_odd_is_taken(case: str) -> None:
    desk = Desk()
    reply, report = desk.call("PUT", GRADES, TAKEN[case], XML)
    assert reply.status == 207, reply.body
    assert [row["response_code"] for row in report["grades"]["grade"]] == [200]
    assert desk.stored(PLAIN, ANN) == (7, 0, "", None)


TYPES = {
    "text/xml; charset=utf-16": (GOOD.encode("utf-16-le"), 207),
    "text/xml; charset=klingon": (GOOD.encode(), 415),
    "application/xml; charset=utf-8": (GOOD.encode(), 207),
    "application/json; charset=latin-1": (b'{"grades":null}', 415),
    "text/plain": (GOOD.encode(), 415),
    "application/x-www-form-urlencoded": (b"grades=1", 415),
    "": (GOOD.encode(), 415),
}


@pytest.mark.parametrize("kind", TYPES)
def test_the_content_type_says_how_a_body_is_read(kind: str) -> None:
    body, status = TYPES[kind]
    headers = (("Content-Type", kind),) if kind else ()
    reply = Desk().simulator.answer(Call("PUT", GRADES, headers, body))
    assert isinstance(reply, Reply)
    assert reply.status == status


@settings(max_examples=200)
@given(
    body=st.binary(max_size=60)
    | st.text('<>/&;grades[]{}":,!?- x1', max_size=60).map(str.encode)
    | st.tuples(st.integers(0, len(GOOD)), st.binary(min_size=1, max_size=3)).map(
        lambda cut: GOOD.encode()[: cut[0]] + cut[1] + GOOD.encode()[cut[0] + 1 :]
    ),
    kind=st.sampled_from([JSON, XML, "application/xml"]),
    target=st.sampled_from([("PUT", GRADES), ("POST", f"{MATH}/assignments")]),
)
def test_no_body_is_so_odd_that_the_answer_is_not_documented(
    body: bytes, kind: str, target: tuple[str, str]
) -> None:
    desk = Desk()
    before = desk.snapshot()
    method, path = target
    reply, _ = desk.call(method, path, body, kind, (("Content-Type", kind),))
    assert reply.status in (201, 207, 400)
    if reply.status == 400:
        assert desk.snapshot() == before
