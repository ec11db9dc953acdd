"""The Schoology rule about signatures, on evidence made to keep and to break it."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from conformance.model.rule import NotTestable
from conformance.schoology.scenarios import failing
from helpers.suite.judged import broken, told_of
from helpers.suite.made_section import (
    case,
    get,
    signed,
)
from mock_sis.exchange import Hangup


@pytest.mark.parametrize(
    ("requests", "words"),
    [
        ([get(headers=signed("a")), get(headers=signed("b"))], ""),
        ([get(headers=signed("a")), get(headers=signed("a", 2))], ""),
        ([get(headers=signed("a")), get(headers=signed("a"))], "nonce 'a' (#2), first used in #1"),
        ([get(headers=signed("a%2F")), get(headers=signed("a/"))], "the nonce 'a/' (#2)"),
        ([get(headers=signed("a")), get("?start=0")], "without a signature (#2)"),
        ([get(), *[get(headers=signed("a"))] * 2], "the nonce 'a' (#3), first used in #2"),
        ([get("?oauth_consumer_key=k&oauth_nonce=a"), get("?oauth_consumer_key=k")], ""),
        ([get("?oauth_consumer_key=k")] * 2, ""),
        ([get("?oauth_consumer_key=k&oauth_nonce=a")] * 2, "the nonce 'a' (#2), first used in #1"),
    ],
)
def test_every_request_has_a_signature_of_its_own(requests: Any, words: str) -> None:
    found = case(failing.SIGNED, requests)
    assert told_of(words, broken("SC-NONCE", found))


def test_what_follows_a_redirect_is_known_only_after_one() -> None:
    one, two = get(headers=signed("a")), get(headers=signed("b"))
    with pytest.raises(NotTestable, match="never redirected"):
        broken("SC-NONCE", case(failing.SIGNED_REDIRECTED, [one, two]))
    lost = msgspec.structs.replace(one, outcome=Hangup("reset"))
    for status in (300, 303, 399):
        there = get(headers=signed("c"), status=status)
        assert broken("SC-NONCE", case(failing.SIGNED_REDIRECTED, [lost, there, two])) == ""
    for status in (299, 400):
        there = get(headers=signed("c"), status=status)
        with pytest.raises(NotTestable, match="never redirected"):
            broken("SC-NONCE", case(failing.SIGNED_REDIRECTED, [lost, there, two]))
