"""Measure XML decoding and encoding, as ratios to lxml, for a body of 10,000 grades.

Run `python benchmarks/xml_bodies.py`. Decoding is compared with `lxml.etree.fromstring`, which
builds no plain data; encoding with `lxml.etree.tostring` of an existing tree. The body is measured
in two forms: indented as in the interface's documentation, and without white space between tags.
"""

from __future__ import annotations

import gc
import re
from collections.abc import Callable
from time import perf_counter

from lxml import etree

from mock_sis.formats.xml_text import decode_xml, encode_xml

GRADES = 10_000
ROUNDS = 21


def indented() -> bytes:
    """The body of a PUT of grades, indented as by clients."""
    rows = "".join(
        "    <grade>\n      <type>assignment</type>\n"
        "      <assignment_id>5007606</assignment_id>\n"
        f"      <enrollment_id>{44_000_000 + number}</enrollment_id>\n"
        f"      <grade>{number % 101}</grade>\n"
        f"      <comment>row {number}, marked &amp; checked</comment>\n    </grade>\n"
        for number in range(GRADES)
    )
    head = '<?xml version="1.0" encoding="utf-8" ?>\n'
    return f"{head}<body>\n  <grades>\n{rows}  </grades>\n</body>\n".encode()


def fastest(*works: Callable[[], object]) -> list[float]:
    """The shortest time of each function in seconds, measured in turns so that load affects all."""
    least = [float("inf")] * len(works)
    for _ in range(ROUNDS):
        for number, work in enumerate(works):
            start = perf_counter()
            work()
            least[number] = min(least[number], perf_counter() - start)
    return least


def ratios(body: bytes) -> tuple[float, float]:
    """decode_xml / fromstring, and encode_xml / tostring of the same tree."""
    data = decode_xml(body)
    tree = etree.fromstring(encode_xml(data))
    gc.collect()
    gc.freeze()  # a server would not hold these objects
    parse, decode = fastest(lambda: etree.fromstring(body), lambda: decode_xml(body))
    write, encode = fastest(lambda: etree.tostring(tree), lambda: encode_xml(data))
    return decode / parse, encode / write


def main() -> None:
    body = indented()
    for form, sent in (("indented", body), ("compact", re.sub(rb">\s+<", b"><", body))):
        decode, encode = ratios(sent)
        print(f"{form}: decode_xml {decode:.1f}x fromstring, encode_xml {encode:.1f}x tostring")


if __name__ == "__main__":
    main()
