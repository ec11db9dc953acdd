"""The ledger of a section: a fold over the steps and requests of a case in order of time.

Theory of operation. A PUT of the same grade changes nothing, so an exporter may repeat a request
by itself, and the ledger has no rule against it. It asks two things instead:

- Every row of every request carries what is due (sent.py). What is due follows the edits (due.py).
  An edit counts before the requests of its step, because an exporter may send within the act.
  While work of an earlier press goes on, the value of that press may still be sent.
- What a press asks for must arrive. A press of export licenses all rows that differ from what the
  SIS has confirmed, a press of retry those that failed. When the exporter has finished its work,
  each of them must have been sent whole, or the SIS must hold it. If the SIS disturbed an exchange
  since the press or refused connections, or the exporter was killed, a row may also wait for the
  next press.

What the exporter can know of a row is its fate, from the answers that reached it:

    a 2xx, and a code of 200 to 299 for the row    confirmed
    a 2xx, and a code of 400 to 599 for the row    refused: export may send it again, retry must
    429                                            put off
    another status below 500                       failed
    anything else, or nothing                      unknown: the record of the SIS decides

shown.py compares each `state` answer with the fates, and with the record if they do not decide.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from conformance.model.account import Account, Breach, Notes
from conformance.model.evidence import Done, Evidence
from conformance.model.steps import (
    Act,
    Export,
    Kill,
    Load,
    Plug,
    Pull,
    Retry,
    Settle,
    State,
    Unplug,
)
from conformance.schoology.evidence.content import Content, GradeKey, grade_key, key_in_words
from conformance.schoology.evidence.wire import (
    GET,
    PUT,
    GradesRequest,
    SentRow,
    grades_request,
    is_xml,
    xml_problem,
)
from conformance.schoology.ledger.answered import Waits, disturbed, fate_of, unheard
from conformance.schoology.ledger.due import (
    NOTHING,
    Scales,
    edited,
    loaded,
    merged,
    scales_of,
    takes_back,
    unfit,
)
from conformance.schoology.ledger.row import DOUBTS, Fate, Owed, Record, Row, in_words
from conformance.schoology.ledger.sent import Sent, Wrong, wrongs
from conformance.schoology.ledger.shown import Moment, judge_pulled, judge_states
from mock_sis.journal.entry import Entry


def fold(evidence: Evidence) -> Account:
    """The account of one case."""
    return _Fold(evidence).account()


class _Fold:
    """The ledger while it goes through a case.

    `idle` says whether the exporter has finished all work. Since the latest press, whose label is
    `press`, `disturbed` says whether an exchange went wrong, and `sending` counts the grades sent.
    `seen` is the newest request so far, `read` the newest one when the latest successful pull ended
    (0 without one), `listed` is the newest request that listed grades (0 without one). `unplugged`
    says whether the SIS refuses connections, so that what is sent does not reach the journal.
    """

    def __init__(self, evidence: Evidence) -> None:
        self.evidence = evidence
        self.notes = Notes()
        self.record = Record(evidence)
        self.waits = Waits(evidence, self.notes)
        self.rows: dict[GradeKey, Row] = {}
        self.scales: Scales = {}
        self.enrolled: frozenset[str] = frozenset()
        self.idle, self.disturbed, self.sending, self.press = True, False, 0, ""
        self.seen, self.read, self.listed = 0, 0, 0
        self.unplugged = False
        self.unheard = unheard(evidence)
        self.in_xml = evidence.configured.get("format") == "xml"

    def account(self) -> Account:
        """Go through the case: steps, and between them the requests up to their numbers."""
        requests = iter(self.evidence.requests)
        ahead = next(requests, None)
        for until, act, done in self._moments():
            while ahead is not None and ahead.number <= until:
                self._request(ahead)
                ahead = next(requests, None)
            act(done)
        return self.notes.account()

    def _moments(self) -> Iterator[tuple[float, Any, Any]]:
        for done in self.evidence.steps:
            if not done.skipped:
                yield done.first, self._begin, done
                yield done.last, self._end, done
        yield float("inf"), lambda _: None, None

    # Steps

    def _begin(self, done: Done) -> None:
        match done.step:
            case Load() if done.message is not None and not self.rows:
                self._load(done.message["section"])
            case Act(action="edit_grade", fields=fields) if (done.answer or {}).get("done"):
                self._edit(fields)
            case Export() | Retry():
                self._press(done)
            case Pull():
                self.waits.over()
            case Kill():
                self.idle, self.disturbed = False, True
                self.waits.over()
            case Unplug():
                self.unplugged = self.disturbed = True
            case Plug():
                self.unplugged = False
            case _:
                pass

    def _end(self, done: Done) -> None:
        answer = done.answer or {}
        match done.step:
            case Settle() if not done.missed:
                self.idle = not answer.get("pending")
                if self.idle:
                    self._settled()
            case Pull():
                self.read = self.seen if self.listed and answer.get("synchronised") else 0
            case State() if done.answer is not None:
                moment = Moment(
                    done,
                    self.record,
                    self.notes,
                    self.seen,
                    self.idle,
                    self.evidence.exporter,
                    self.listed,
                )
                judge_states(moment, self.rows.values())
                judge_pulled(moment, self.read, put_off=self.waits.ever)
            case _:
                pass

    def _load(self, section: Mapping[str, Any]) -> None:
        self.scales = scales_of(section)
        self.enrolled = frozenset(str(each["enrollment_id"]) for each in section["enrollments"])
        for final, entered in enumerate(loaded(section, self.scales)):
            for key, content in entered.items():
                self._row(key, final=bool(final)).entered = content

    def _edit(self, fields: Mapping[str, Any]) -> None:
        row = self._row(grade_key(fields), final=False)
        row.entered = edited(row.entered, fields, self.scales)
        row.allowed = [*(row.allowed if not self.idle else ()), row.due]
        row.pressed, row.missed, row.since = False, False, 0

    def _row(self, key: GradeKey, *, final: bool) -> Row:
        """The row of that key. A row that was not entered is empty."""
        letters = () if final else self.scales.get(key[0], ())
        return self.rows.setdefault(key, Row(key, NOTHING, letters, final))

    # Presses

    def _press(self, done: Done) -> None:
        self.waits.over()
        for row in self.rows.values():
            row.allowed = [*(row.allowed if not self.idle else ()), row.due]
            row.owed = self._owed(row, done)
            row.reach, row.pressed = None, row.pressed or isinstance(done.step, Export)
            row.withheld = False
            row.rule = row.lost_by
            row.again = row.again or row.doubt is not None
        self.idle, self.disturbed, self.sending = False, self.unplugged, 0
        self.press = done.step.label

    def _owed(self, row: Row, done: Done) -> Owed:
        """Whether a press asks for a row. A press that was not answered, or that the exporter may
        have refused because it worked or because the SIS had asked it to wait, asks for nothing."""
        retry = isinstance(done.step, Retry)
        if row.due == row.model or not row.sendable:
            return ""
        if retry and row.fate not in (Fate.REFUSED, *DOUBTS) and not row.missed:
            return ""
        accepted = (done.answer or {}).get("accepted")
        if accepted is None or (not self.idle and (row.owed or not accepted)):
            return "may"
        if not accepted and self.waits.until > done.at:
            return "may"
        # A retry need not ask for what is in doubt, which may have been found in the SIS, nor for
        # what was edited since it failed. Export need not ask for what waits for retry.
        if retry:
            unsure = row.missed or row.fate is Fate.UNKNOWN
            return "may" if unsure or not row.pressed else "must"
        waits = row.pressed and row.fate in (Fate.REFUSED, Fate.FAILED)
        return "may" if waits else "must"

    def _settled(self) -> None:
        """The exporter has finished: what the press asked for has been sent."""
        owed = [row for row in self.rows.values() if row.owed == "must"]
        lost = [row for row in owed if not row.arrives and not self.record.holds(row, self.seen)]
        if not self.disturbed:
            for row in owed:
                rule = row.rule if self.sending or row.rule != "SC-ZERO" else "SC-COMPLETE"
                self.notes.tried(*{"SC-COMPLETE", rule})
            for row in lost:
                row.withheld = row.reach is None and self.in_xml and unfit(row.due.comment)
                if not row.withheld:
                    self._lost(row)
        for row in self.rows.values():
            row.missed |= bool(row.owed) and row.reach is None and self.disturbed
            row.owed = ""
            if self.sending and not row.sendable and isinstance(row.due.grade, str):
                self.notes.tried("SC-LETTER")
            if self.sending and row.entered == NOTHING and row.model == NOTHING:
                self.notes.tried("SC-ZERO")

    def _lost(self, row: Row) -> None:
        text = f"finished without sending {in_words(row.due)} for {row.name}"
        if row.reach is not None:
            text = f"sent {row.name} without all of {in_words(row.due)}"
        if row.model != NOTHING:
            text += f"; the SIS has {in_words(row.model)}"
        if row.fate in DOUBTS:
            text += f"; {row.fate.value} (#{row.number})"
        entries = (row.number,) if row.number else ()
        steps = (self.press,) if self.press else ()
        fault = f"lost {row.fate.name}"
        self.notes.breach(Breach(self._rule(row), row.name, text, entries, steps, fault))

    def _rule(self, row: Row) -> str:
        """What is broken if a row that was asked for is lost. A zero is lost as a zero only if
        other grades were sent."""
        rule = row.lost_by
        return rule if self.sending or rule != "SC-ZERO" else "SC-COMPLETE"

    # Requests

    def _request(self, entry: Entry) -> None:
        self.waits.request(entry)
        self.seen = entry.number
        self.disturbed = self.disturbed or disturbed(entry)
        if entry.operation == GET:
            self.listed = entry.number
        if entry.operation != PUT:
            return
        sent = grades_request(entry)
        if self.in_xml:
            self.notes.tried("SC-XML")
            problem = xml_problem(entry)
            if problem:
                text = f"sent a body (#{entry.number}) {problem}"
                self.notes.breach(Breach("SC-XML", "", text, (entry.number,)))
        for part, final in ((sent.rows, False), (sent.comments, True)):
            for each in part:
                self._sent(entry, sent, each, final=final)

    def _sent(self, entry: Entry, sent: GradesRequest, each: SentRow, *, final: bool) -> None:
        self.sending += not final
        if self._is_nowhere(each.key, final=final):
            self._stray(entry, each, final=final)
            return
        row = self._row(each.key, final=final)
        self._judge(entry, row, each)
        due = row.due
        row.reach = merged(row.reach or row.model, each.raw, due, row.letters)
        row.number, row.answer = entry.number, sent.answers.get(each.key)
        row.first = row.model == NOTHING
        row.missed = False
        row.since = row.since or entry.number
        row.ours = row.ours or each.content.graded or each.content.comment != ""
        heard = entry.number not in self.unheard
        row.fate = fate_of(entry, sent, each.key) if heard else Fate.UNKNOWN
        if row.fate is Fate.CONFIRMED:
            row.model = merged(row.model, each.raw, due, row.letters)
        if row.fate in DOUBTS:
            row.doubt, row.again = row.fate, False

    def _judge(self, entry: Entry, row: Row, each: SentRow) -> None:
        """Hold a row against what is due."""
        elsewhere = self._elsewhere(row) if row.final else ()
        xml, released = is_xml(entry.call), row.entered.visible
        found = Sent(each.raw, row.model, row.letters, elsewhere, row.final, released, xml)
        self.notes.tried(*_obligations(found, row.due))
        nothing = row.due == row.model == NOTHING and not row.ours
        if nothing and self.record.cleared(row.key, entry.number):
            text = f"cleared the grade that the SIS held for {row.name} (#{entry.number}), which"
            self._breach(entry, "SC-ZERO", row.name, f"{text} is ungraded", "cleared")
        if all(list(wrongs(found, each)) for each in row.allowed):
            for wrong in wrongs(found, row.due):
                self._wrong(entry, row.name, wrong)

    def _elsewhere(self, row: Row) -> list[str]:
        """The final comments on the same student."""
        comments = (each for each in self.rows.values() if each.final)
        return [each.due.comment for each in comments if each.key[0] == row.key[0]]

    def _is_nowhere(self, key: GradeKey, *, final: bool) -> bool:
        """Whether a key means no row of the section."""
        if key in self.rows:
            return False
        return final or key[0] not in self.scales or key[1] not in self.enrolled

    def _stray(self, entry: Entry, each: SentRow, *, final: bool) -> None:
        """A row that means nothing in this section."""
        name = key_in_words(each.key)
        if not final:
            text = f"sent a row for {name} (#{entry.number}), which the section does not have"
            self._breach(entry, "SC-VALUE", name, text, "stray")
            return
        self.notes.tried("SC-FINAL-COMMENT")
        for wrong in wrongs(Sent(each.raw, NOTHING, final=True), NOTHING):
            rule = "SC-FINAL-COMMENT" if wrong.fault == "comment" else wrong.rule
            self._wrong(entry, name, Wrong(rule, wrong.fault, wrong.sent, wrong.due))

    def _wrong(self, entry: Entry, name: str, wrong: Wrong) -> None:
        text = f"sent {wrong.sent} for {name} (#{entry.number}); {wrong.due}"
        self._breach(entry, wrong.rule, name, text, wrong.fault)

    def _breach(self, entry: Entry, rule: str, row: str, text: str, fault: str) -> None:
        self.notes.breach(Breach(rule, row, text, (entry.number,), fault=fault))


def _obligations(sent: Sent, due: Content) -> Iterator[str]:
    """The rules that this row could have broken."""
    yield "SC-VALUE"
    if sent.final:
        yield "SC-FINAL-COMMENT"
    if due.exception or sent.raw.get("exception") not in (None, "", 0, "0"):
        yield "SC-EXCEPTION"
    if isinstance(due.grade, str):
        yield "SC-LETTER"
    if due.grade == 0 or (due == NOTHING and sent.before == NOTHING):
        yield "SC-ZERO"
    if takes_back(due, sent.before):
        yield "SC-TAKEN-BACK"
    if due.comment and not due.visible:
        yield "SC-FINAL-HIDDEN" if sent.final else "SC-COMMENT-HIDDEN"
