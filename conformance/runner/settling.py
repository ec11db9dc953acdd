"""What an exporter may be doing that does not finish its work: retrying, or waiting for the SIS.

The suite cannot look into the exporter. But it knows the last answer of the SIS, and an exporter
that still works long after a 503 is most likely to try again.
"""

from __future__ import annotations

from collections.abc import Sequence

from conformance.drivers.protocol import AdapterBroken, AdapterLate
from mock_sis.exchange import Reply
from mock_sis.journal.entry import Entry

CURE = (
    "Answer settle once no work is running, and list in pending the work that is due later. Remove"
    " retries that no user asked for."
)


def unsettled(late: AdapterLate, requests: Sequence[Entry]) -> AdapterBroken:
    """A settle that did not come back, explained by what the SIS has received in this case."""
    broken = AdapterBroken(f"{late.cause} {still_working(requests, late.seconds)}", CURE)
    for note in getattr(late, "__notes__", ()):
        broken.add_note(note)
    return broken


def still_working(requests: Sequence[Entry], seconds: float) -> str:
    """What the exporter may be doing after so many seconds, in a sentence."""
    if not requests:
        return "It had sent nothing to the SIS."
    last = requests[-1]
    request = f"{last.call.method} {last.call.target} (#{last.number})"
    if last.delivered is None:
        return (
            f"The SIS had not answered {request} yet, and the exporter was still waiting for it"
            f" after {seconds:g} s; has it no timeout?"
        )
    if isinstance(last.outcome, Reply):
        answer = f"a {last.outcome.status} to {request}"
    else:
        answer = f"{request}, whose connection was {_ended(last.outcome.how)}"
    return (
        f"It was still working {seconds:g} s after {answer}; is something backing off and retrying?"
    )


def _ended(how: str) -> str:
    return "reset" if how == "reset" else "closed without an answer"
