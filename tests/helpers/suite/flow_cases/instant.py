"""Instant export."""

from __future__ import annotations

from collections.abc import Mapping

from conformance.wiseflow.subject import Flow
from helpers.suite.flow_cases.common import (
    BOTH,
    CO,
    INSTANT,
    OK,
    ONE,
    UNAVAILABLE,
    began,
    person,
)
from helpers.suite.made_flow import Case, Sent

LOST_THEN_FAILED = (
    began()
    .act("change_setup", change="assessors")
    .submit(1001, "A")
    .ended()
    .export(Sent({1001: "A"}, UNAVAILABLE, stored=False), by="administrator")
)

INSTANTLY: Mapping[str, tuple[Case, set[str]]] = {
    "at once": (began().submit(1001, "A", ONE), set()),
    "not at all": (began().submit(1001, "A"), {"WF-INSTANT"}),
    "not when refused": (
        began().act("submit_assessment", done=False, participant=1001, assessor="a1", grade="A"),
        set(),
    ),
    "not without the setting": (
        Case(Flow((person(1001),))).load().sync().submit(1001, "A"),
        set(),
    ),
    "without the setting": (
        Case(Flow((person(1001),))).load().sync().submit(1001, "A", ONE),
        {"WF-ASKED"},
    ),
    "with somebody else": (
        began().submit(1001, "A", ONE).submit(1002, "B", Sent(BOTH, OK)),
        {"WF-INSTANT"},
    ),
    "the one added by hand": (
        began().submit(1003, "A", Sent({1003: "A"})),
        {"WF-SIS-ONLY"},
    ),
    "never synchronised": (Case(INSTANT).load().submit(1001, "A", ONE), {"WF-INSTANT-SYNC"}),
    "one of two assessors": (
        began(Flow((person(1001),), CO, instant_export=True)).submit(1001, "A", ONE),
        {"WF-INSTANT"},
    ),
    "submitted again after it was turned on": (
        Case(Flow((person(1001),)))
        .load()
        .sync()
        .submit(1001, "A")
        .act("enable_instant_export")
        .submit(1001, "A", ONE),
        set(),
    ),
    "disagreeing": (
        began(Flow((person(1001),), CO, instant_export=True))
        .submit(1001, "A")
        .submit(1001, "B", Sent({1001: "B"}), assessor="a2"),
        {"WF-INSTANT-AGREED"},
    ),
    "with one who is perhaps final": (
        began(Flow((person(1001, "B", "D"), person(1002)), CO, instant_export=True))
        .submit(1001, "D")
        .submit(1002, "A", assessor="a2")
        .submit(1002, "A", Sent({1001: "D", 1002: "A"}, OK)),
        {"WF-INSTANT"},
    ),
    "agreeing": (
        began(Flow((person(1001),), CO, instant_export=True))
        .submit(1001, "A")
        .submit(1001, "A", ONE, assessor="a2"),
        set(),
    ),
    "an alternative": (
        began().act("set_alternative_grade", Sent({1001: ("", "B")}), participant=1001, grade="B"),
        {"WF-INSTANT-NO-ALT"},
    ),
    "a mark with an alternative": (
        began()
        .act("set_alternative_grade", participant=1001, grade="B")
        .submit(1001, "A", Sent({1001: ("A", "B")})),
        {"WF-INSTANT-NO-ALT"},
    ),
    "an invented alternative": (
        began().submit(1001, "A", Sent({1001: ("A", "A")})),
        {"WF-INSTANT-NO-ALT"},
    ),
    "enabled late": (
        Case(Flow((person(1001, "A"), person(1002))))
        .load()
        .sync()
        .act("enable_instant_export", ONE),
        {"WF-INSTANT-LATE"},
    ),
    "enabled late, then taken along": (
        Case(Flow((person(1001, "A"), person(1002))))
        .load()
        .sync()
        .act("enable_instant_export")
        .submit(1002, "B", Sent(BOTH, OK)),
        {"WF-INSTANT-LATE"},
    ),
    "enabled late, by hand": (
        Case(Flow((person(1001, "A"), person(1002))))
        .load()
        .sync()
        .act("enable_instant_export")
        .submit(1002, "B", Sent({1002: "B"}))
        .ended()
        .export(ONE),
        set(),
    ),
    "enabled late, not by hand": (
        Case(Flow((person(1001, "A"), person(1002))))
        .load()
        .sync()
        .act("enable_instant_export")
        .ended()
        .export(),
        {"WF-INSTANT-BY-HAND"},
    ),
    "the setup changed": (
        began().act("change_setup", change="assessors").submit(1001, "A", ONE),
        {"WF-INSTANT-OFF"},
    ),
    "the setup changed, then a manager": (
        began().act("change_setup", change="assessors").submit(1001, "A").ended().export(ONE),
        {"WF-INSTANT-ADMIN"},
    ),
    "the setup changed, then an administrator": (
        began()
        .act("change_setup", change="assessors")
        .submit(1001, "A")
        .ended()
        .export(ONE, by="administrator"),
        set(),
    ),
    "the setup changed, failed, retried by a manager": (LOST_THEN_FAILED.retry(ONE), set()),
    "the setup changed, failed, not retried by a manager": (LOST_THEN_FAILED.retry(), set()),
    "the setup changed, failed, retried by an administrator": (
        LOST_THEN_FAILED.retry(ONE, by="administrator"),
        set(),
    ),
    "the setup changed, failed, not retried by an administrator": (
        LOST_THEN_FAILED.retry(by="administrator"),
        {"WF-RETRY"},
    ),
    "the setup changed, failed, refused to an administrator": (
        LOST_THEN_FAILED.retry(by="administrator", accepted=False),
        {"WF-FAILED-STATE"},
    ),
    "the setup changed, failed, not retried in version 1": (
        LOST_THEN_FAILED.retry(by="administrator", message={"id": 9, "op": "retry"}),
        set(),
    ),
    "the setup changed, enabled again": (
        began()
        .act("change_setup", change="assessors")
        .act("enable_instant_export")
        .submit(1001, "A", ONE),
        {"WF-INSTANT-OFF"},
    ),
    "the setup changed, still shown as on": (
        began()
        .submit(1001, "A", ONE)
        .act("change_setup", change="assessors")
        .state("exported", instant=True, p1001="exported"),
        {"WF-INSTANT-OFF"},
    ),
    "failed, with the next one": (
        began()
        .submit(1001, "A", Sent({1001: "A"}, UNAVAILABLE, stored=False))
        .submit(1002, "B", Sent(BOTH, OK)),
        {"WF-INSTANT-NORETRY"},
    ),
    "failed, submitted again": (
        began()
        .submit(1001, "A", Sent({1001: "A"}, UNAVAILABLE, stored=False))
        .act("unlock", participant=1001)
        .submit(1001, "A", ONE),
        set(),
    ),
    "failed, submitted again, waits": (
        began()
        .submit(1001, "A", Sent({1001: "A"}, UNAVAILABLE, stored=False))
        .act("unlock", participant=1001)
        .submit(1001, "A"),
        set(),
    ),
    "failed, retried in the period": (
        began().submit(1001, "A", Sent({1001: "A"}, UNAVAILABLE, stored=False)).retry(ONE),
        set(),
    ),
    "failed, not retried in the period": (
        began().submit(1001, "A", Sent({1001: "A"}, UNAVAILABLE, stored=False)).retry(),
        set(),
    ),
    "failed, not retried after the period": (
        began().submit(1001, "A", Sent({1001: "A"}, UNAVAILABLE, stored=False)).ended().retry(),
        {"WF-RETRY"},
    ),
    "sent, submitted again": (
        began()
        .submit(1001, "A", ONE)
        .act("unlock", participant=1001)
        .submit(1001, "B", Sent({1001: "B"})),
        {"WF-ONCE"},
    ),
}
