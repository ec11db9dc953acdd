"""How often: once, not again by itself, and on a manager's retry."""

from __future__ import annotations

from collections.abc import Mapping

from conformance.model import steps
from helpers.suite.flow_cases.common import (
    BOTH,
    CUT_OFF,
    EXPORTED,
    FAILED,
    GARBLED,
    LOST,
    OK,
    ONE,
    REFUSED,
    RETRY_FAILED,
    STALLED,
    TWICE,
    TWO,
    UNAVAILABLE,
    UNREACHABLE,
    answered,
)
from helpers.suite.made_flow import Case, Sent
from mock_sis.exchange import Reply

ONCE: Mapping[str, tuple[Case, set[str]]] = {
    "once": (EXPORTED, set()),
    "again by export": (EXPORTED.export(TWICE), {"WF-ONCE"}),
    "again by export, refused": (EXPORTED.export(accepted=False), set()),
    "again the next day": (EXPORTED.later(TWICE), {"WF-ONCE"}),
    "again by retry": (EXPORTED.retry(TWICE), {"WF-RETRY-ONLY-FAILED"}),
    "again after a restart": (EXPORTED.killed(TWICE), {"WF-ONCE-RESTART"}),
    "again after a restart and a press": (EXPORTED.killed().export(ONE), {"WF-ONCE-RESTART"}),
    "two presses, two exports": (
        Case(TWO).ready().export(Sent(BOTH, OK), TWICE, presses=2),
        {"WF-ONCE-CONCURRENT"},
    ),
    "two presses, one export": (Case(TWO).ready().export(Sent(BOTH, OK), presses=2), set()),
    "in two requests": (
        Case(TWO).ready().export(Sent({1001: "A"}), Sent({1002: "B"})),
        set(),
    ),
    "twice in one press": (Case(TWO).ready().export(Sent(BOTH, OK), ONE), {"WF-ONCE"}),
    "lost, then export": (LOST.export(TWICE), {"WF-ONCE-AMBIGUOUS"}),
    "lost, then by itself": (LOST.later(TWICE), {"WF-ONCE-AMBIGUOUS"}),
    "lost, then retry": (LOST.retry(TWICE), set()),
    "killed in flight": (
        Case(TWO).ready().export(Sent(BOTH, OK, how=None, open=True)).killed().export(TWICE),
        {"WF-ONCE-RESTART"},
    ),
    "not readable after a success": (EXPORTED.later(Sent(b"?", OK)), {"WF-ONCE"}),
    "not readable, then nothing": (
        Case(TWO).ready().export(Sent(b"?", UNAVAILABLE, stored=False)).export(accepted=False),
        set(),
    ),
    "twice in one body": (
        Case(TWO)
        .ready()
        .export(
            Sent(
                b'{"participants": [{"userId": 1001, "mark": "A"}, {"userId": "1001", "mark": "A"},'
                b' {"userId": 1002, "mark": "B"}]}',
                OK,
            )
        ),
        {"WF-NO-DUPLICATES"},
    ),
}

NO_RETRY: Mapping[str, tuple[Case, set[str]]] = {
    "failed, left alone": (FAILED.later(), set()),
    "failed, then export": (FAILED.export(TWICE), set()),
    "failed, then export sends nothing": (FAILED.export(), set()),
    "failed, by itself": (FAILED.later(TWICE), {"WF-NORETRY-STATUS"}),
    "failed, by the client": (
        Case(TWO).ready().export(Sent(BOTH, UNAVAILABLE, stored=False), TWICE),
        {"WF-NORETRY-STATUS"},
    ),
    "failed, after a restart": (FAILED.killed(TWICE), {"WF-NORETRY-STATUS"}),
    "refused, by itself": (REFUSED.later(Sent({1002: "B"})), {"WF-NORETRY-REFUSED"}),
    "refused, then export": (REFUSED.export(Sent({1002: "B"})), set()),
    "refused, export sends all": (REFUSED.export(TWICE), {"WF-ONCE"}),
    "cut off, by itself": (CUT_OFF.later(TWICE), {"WF-NORETRY-RESET"}),
    "stalled, by itself": (STALLED.later(TWICE), {"WF-NORETRY-TIMEOUT"}),
    "garbled, by itself": (GARBLED.later(TWICE), {"WF-NORETRY-BODY"}),
    "401, by itself": (answered(401).later(TWICE), {"WF-NORETRY-AUTH"}),
    "403, by itself": (answered(403).later(TWICE), {"WF-NORETRY-AUTH"}),
    "429, by itself": (answered(429).later(TWICE), {"WF-NORETRY-THROTTLED"}),
    "409, by itself": (answered(409).later(TWICE), {"WF-NORETRY-STATUS"}),
    "204, by itself": (answered(204).later(TWICE), {"WF-NORETRY-BODY"}),
    "unreachable, left alone": (UNREACHABLE.later(), set()),
    "unreachable, by itself": (UNREACHABLE.later(TWICE), {"WF-NORETRY-RESET"}),
    "unreachable, then export": (UNREACHABLE.export(TWICE), set()),
    "unreachable, then retry": (UNREACHABLE.retry(TWICE), set()),
    "unreachable, not retried": (UNREACHABLE.retry(), set()),
    "unreachable, shown as failed, not retried": (
        UNREACHABLE.state("failed", p1001="failed", p1002="failed").retry(),
        {"WF-RETRY"},
    ),
    "the rest of a failed press, by itself": (
        Case(TWO)
        .ready()
        .export(Sent({1001: "A"}, UNAVAILABLE, stored=False))
        .later(Sent({1002: "B"})),
        {"WF-NORETRY-STATUS"},
    ),
    "cut short by a kill, by itself": (
        Case(TWO).ready().step(steps.Export(), answer={"accepted": True}).killed(Sent({1002: "B"})),
        {"WF-ASKED"},
    ),
    "a redirect, followed": (
        Case(TWO).ready().export(Sent(BOTH, Reply(307, (), b""), stored=False), TWICE),
        {"WF-REDIRECT"},
    ),
    "the retry failed, by itself": (RETRY_FAILED.later(TWICE), {"WF-NORETRY-RETRY"}),
    "the retry failed, then retry": (RETRY_FAILED.retry(TWICE), set()),
    "work is planned": (FAILED.settle(pending=("retry in 180 s",)), {"WF-NORETRY-PENDING"}),
    "work is planned without a failure": (EXPORTED.settle(pending=("clean up",)), set()),
    "an unreadable body, by itself": (FAILED.later(Sent(b"?", OK)), {"WF-NORETRY-STATUS"}),
}

RETRY: Mapping[str, tuple[Case, set[str]]] = {
    "all": (FAILED.retry(TWICE), set()),
    "some": (FAILED.retry(ONE), {"WF-RETRY"}),
    "nobody": (FAILED.retry(), {"WF-RETRY"}),
    "refused to the manager": (FAILED.retry(accepted=False), {"WF-FAILED-STATE"}),
    "the refused": (REFUSED.retry(Sent({1002: "B"})), set()),
    "everybody": (REFUSED.retry(TWICE), {"WF-RETRY-ONLY-FAILED"}),
    "not the unknown": (LOST.retry(), set()),
    "nothing left": (FAILED.retry(TWICE).retry(accepted=False), set()),
    "changed": (
        FAILED.act("unlock", participant=1002)
        .submit(1002, "D")
        .retry(Sent({1001: "A", 1002: "D"}, OK)),
        set(),
    ),
    "as it failed": (
        FAILED.act("unlock", participant=1002).submit(1002, "D").retry(TWICE),
        {"WF-RETRY-CURRENT"},
    ),
    "changed to something else": (
        FAILED.act("unlock", participant=1002)
        .submit(1002, "D")
        .retry(Sent({1001: "A", 1002: "E"}, OK)),
        {"WF-VALUE"},
    ),
    "while unlocked": (
        FAILED.act("unlock", participant=1002).retry(TWICE),
        {"WF-UNLOCKED"},
    ),
    "not while unlocked": (FAILED.act("unlock", participant=1002).retry(ONE), set()),
    "not unlocked after all": (
        FAILED.act("unlock", participant=1002, done=False).retry(TWICE),
        set(),
    ),
}
