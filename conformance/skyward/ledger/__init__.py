"""The ledger of a course: one oracle for every exchange, every state shown, and every transfer.

Theory of operation. `fold` goes through the evidence in order of time. Acts come before the
requests of their step, because an exporter may send before it answers. At each moment it knows

    due         what a row is worth, and whether it may be sent at all             due.Course
    licences    which rows the latest Transfer (or retry) must or may send         licences.Press
    fates       what the exporter can know of each row from the answers it got     fold.Sending
    record      what the SIS holds, and who wrote it                               held.Holding

A row is an item in a section or a student's score on it (due.Row). Line items are recognised by
their titles, and later by the sourcedIds that they were given.

- A Transfer licenses every row that is ticked, until the work has settled. A row is a *must* if
  both views agree that the SIS lacks it: the exporter's, by the answers that reached it, and the
  record. Everything else that is ticked is a *may*: to send again what the SIS has does no harm,
  unless the SIS has accepted it but does not show it yet (SK-LAG). Time, a restart, an edit and an
  answer of the SIS license nothing.
- A retry licenses what was licensed before and was not confirmed.
- After a request without a clear answer, after a failed read and after a kill, the remaining musts
  of the transfer are mays: the exporter may stop there. A refusal by the SIS excuses nothing else.
- A row need not be sent while the SIS would refuse it (closed or ended period, dropped student,
  long title), if a teacher owns it (changed score, removed item), or while the SIS has accepted its
  item and does not show it yet.
- A score may have the value of the press or of the moment, if it was edited in between.
- Breaches of one rule with one fault point to the first request, so that a report joins them.

`shown` compares a state answer with the fates. What was shown as exported must have been
confirmed; a read after a lost answer may confirm it too, if the SIS holds it.
"""

from __future__ import annotations

from conformance.model.account import Carried, Ledger
from conformance.skyward.ledger.fold import fold

LEDGER: Ledger = fold


def carried(rule: str) -> Carried:
    """The check of a rule that the ledger carries, which holds everywhere."""
    return Carried(rule, LEDGER)
