"""A WISEflow exporter for co-assessment with instant export. An assessor who submits the last
grade, or a reviewer who approves it, waits until the SIS has answered.

An unlock takes back the grades of all co-assessors, who have to submit again. A conflict takes back
none: it ends when one of them submits what the others have. What failed under instant export waits
for the retry button. Unlike export, that button works before the assessment period has ended.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from .talk import Adapter, Lost, Message, NotSent, ask, authorisation, instant, written

REFUSALS = {401: "The SIS refused the credentials.", 429: "The SIS is busy."}


@dataclass
class Candidate:
    """A participant. `registered` are all grades by assessor, `standing` says which of them are
    submitted; `tries` are the rows that were sent."""

    user_id: int | str
    manual: bool
    alternative: str
    registered: dict[str, str]
    standing: set[str]
    approved: bool = False
    state: str = "not_exported"
    message: str | None = None
    at: str | None = None
    tries: list[dict[str, Any]] = field(default_factory=list)


class Instant(Adapter):
    name = "instant"
    dialect = "wiseflow"
    features = (
        "sync",
        "period",
        "retry",
        "co_assessment",
        "unlock",
        "alternative_grades",
        "instant_export",
        "work.inspect",
        "clock.virtual",
        "export.concurrent",
        "participant.messages",
        "timeout.configurable",
        "auth.bearer",
        "method.patch",
    )

    def on_configure(self, message: Message) -> None:
        self.sis = message
        self.now = instant(message["clock"]["now"])
        self.synchronised = False

    def on_load(self, message: Message) -> None:
        flow = message["flow"]
        self.code, self.sources = flow["sis_code"], flow["sis_sources"]
        self.begin, self.end = (instant(flow["marking"][name]) for name in ("start", "end"))
        self.markers = {e["id"] for e in flow["assessors"] if e["role"] != "reviewer"}
        self.reviewed = any(each["role"] == "reviewer" for each in flow["assessors"])
        self.instant, self.locked_out = flow["instant_export"], False
        self.candidates = {e["user_id"]: candidate(e) for e in flow["participants"]}

    # Grades

    def status(self, each: Candidate) -> str:
        standing = each.standing & self.markers
        grades = {each.registered[assessor] for assessor in standing}
        if len(grades) > 1:
            return "conflict"
        return "submitted" if standing == self.markers else "partly" if standing else "none"

    def row(self, each: Candidate) -> dict[str, Any] | None:
        """What is to be sent of a participant now, if anything."""
        final = self.status(each) == "submitted" and (each.approved or not self.reviewed)
        mark = each.registered[min(self.markers)] if final else ""
        if each.manual or not (mark or each.alternative):
            return None
        return {"userId": each.user_id, "mark": mark, "adminGrade": each.alternative}

    async def act_submit_assessment(self, message: Message) -> bool:
        each = self.candidates[message["participant"]]
        if message["grade"]:
            each.registered[message["assessor"]] = message["grade"]
            each.standing.add(message["assessor"])
        else:
            each.standing.discard(message["assessor"])
        each.approved = False
        await self.export_instantly(each)
        return True

    async def act_approve(self, message: Message) -> bool:
        each = self.candidates[message["participant"]]
        if self.status(each) != "submitted":
            return False
        each.approved = True
        await self.export_instantly(each)
        return True

    def act_unlock(self, message: Message) -> bool:
        each = self.candidates[message["participant"]]
        if self.status(each) != "submitted" or each.state == "exported":
            return False
        each.standing, each.approved = set(), False
        return True

    def act_set_alternative_grade(self, message: Message) -> bool:
        each = self.candidates[message["participant"]]
        if each.state == "exported" and each.tries[-1]["adminGrade"]:
            return False
        each.alternative = message["grade"] or ""
        return True

    def act_change_setup(self, _: Message) -> bool:
        if self.instant and self.now >= self.begin:
            self.instant, self.locked_out = False, True
        return True

    def act_enable_instant_export(self, _: Message) -> bool:
        self.instant = not self.locked_out
        return self.instant

    # The export

    async def on_sync(self, _: Message) -> Message:
        headers = authorisation(self.sis["credentials"])
        try:
            reply = await ask("GET", self.address(), headers, None, self.sis["timeout"])
            self.synchronised = reply.status == 200 and "title" in json.loads(reply.body)
        except (NotSent, Lost, ValueError, TypeError):
            self.synchronised = False
        return {"synchronised": self.synchronised}

    def address(self) -> str:
        return f"{self.sis['sis_url']}/flows/{quote(self.code, safe='')}"

    async def export_instantly(self, each: Candidate) -> None:
        wanted = self.instant and not each.alternative and each.state == "not_exported"
        if wanted and self.synchronised and self.sources:
            await self.send(self.taken([each]))

    async def on_export(self, message: Message) -> Message:
        barred = self.locked_out and message["by"] != "administrator"
        if barred or self.now < self.end:
            return {"accepted": False, "message": "You cannot export this flow now."}
        return {"accepted": self.press("not_exported")}

    async def on_retry(self, _: Message) -> Message:
        return {"accepted": self.press("failed")}

    def press(self, state: str) -> bool:
        found = [each for each in self.candidates.values() if each.state == state]
        chosen = self.taken(found) if self.synchronised and self.sources else []
        self.start(self.send(chosen))
        return bool(chosen)

    def taken(self, found: list[Candidate]) -> list[Candidate]:
        """Those who are ready, with the rows that are to be sent of them."""
        ready = [(each, row) for each in found if (row := self.row(each))]
        for each, row in ready:
            each.state = "queued"
            each.tries.append(row)
        return [each for each, _ in ready]

    async def send(self, chosen: list[Candidate]) -> None:
        if not chosen:
            return
        verdicts = await self.deliver({str(each.user_id): each.tries[-1] for each in chosen})
        for each in chosen:
            each.message = verdicts.get(str(each.user_id))
            each.state = "failed" if each.message else "exported"
            each.at = None if each.message else written(self.now)

    async def deliver(self, rows: dict[str, dict[str, Any]]) -> dict[str, str]:
        """Send these rows in one request; why each of those that failed did."""
        headers = {"Content-Type": "application/json", **authorisation(self.sis["credentials"])}
        body = json.dumps({"participants": list(rows.values())}).encode()
        url = f"{self.address()}/grades"
        try:
            reply = await ask(self.sis["method"], url, headers, body, self.sis["timeout"])
        except (NotSent, Lost):
            return dict.fromkeys(rows, "There was no answer from the SIS.")
        if reply.status != 200:
            text = REFUSALS.get(reply.status, "The SIS reported an error.")
            return dict.fromkeys(rows, text)
        try:
            report = json.loads(reply.body)
            errors = [(str(e["userId"]), e["errorInfo"] or "Refused.") for e in report["errors"]]
            total = (report["numberOfSuccess"] + len(errors), report["numberOfErrors"])
            sound = total == (len(rows), len(errors)) == (len(rows), len(dict(errors)))
            if sound and dict(errors).keys() <= rows.keys():
                return dict(errors)
        except (ValueError, LookupError, TypeError):
            pass
        return dict.fromkeys(rows, "The SIS gave a wrong answer.")

    def on_state(self, _: Message) -> Message:
        states = {each.state for each in self.candidates.values()} - {"not_exported"}
        whole = "partly_exported" if len(states) > 1 else "".join(states) or "not_exported"
        return {
            "flow": "queued" if "queued" in states else whole,
            "synchronised": self.synchronised,
            "instant_export": self.instant,
            "participants": [
                {
                    "user_id": each.user_id,
                    "state": each.state,
                    "status": self.status(each),
                    "exported_at": each.at,
                    "message": each.message,
                }
                for each in self.candidates.values()
            ],
        }


def candidate(given: Message) -> Candidate:
    submitted = {e["assessor"] for e in given["assessments"] if e["submitted"] and e["grade"]}
    return Candidate(
        given["user_id"],
        given["source"] == "manual",
        given["alternative_grade"] or "",
        {each["assessor"]: each["grade"] for each in given["assessments"]},
        set() if given["unlocked"] else submitted,
    )
