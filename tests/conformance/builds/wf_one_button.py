"""A WISEflow exporter with one button for export and retry. A press sends, in one request, those
who were never sent and those who are known to have failed. Who was confirmed is never sent again,
and neither is who may have been: a lost or contradictory answer is cleared up by telephone.

Ids are sent as text, whatever the flow has. An assessor cannot change a submitted grade unless a
manager unlocks it or the co-assessors disagree; after an unlock the co-assessors' grades stand.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from .talk import Adapter, Lost, Message, NotSent, ask, authorisation, instant, written

SHOWN = {
    "new": "not_exported",
    "sending": "queued",
    "confirmed": "exported",
    "failed": "failed",
    "unknown": "failed",
}
UNKNOWN = (
    "It is not known whether the SIS has this grade. Ask its office before you enter it there."
)


@dataclass
class Paper:
    """One participant's paper: who has graded it, and what has become of its grade."""

    user_id: int | str
    from_sis: bool
    alternative: str | None
    unlocked: bool
    submitted: dict[str, str]
    conflict: bool = False
    approved: bool = False
    fate: str = "new"
    text: str | None = None
    exported_at: str | None = None
    kept: dict[str, str] = field(default_factory=dict)


class OneButton(Adapter):
    name = "one-button"
    dialect = "wiseflow"
    features = (
        "sync",
        "period",
        "co_assessment",
        "unlock",
        "alternative_grades",
        "work.inspect",
        "clock.virtual",
        "export.concurrent",
        "participant.messages",
        "timeout.configurable",
        "auth.basic",
    )

    def on_configure(self, message: Message) -> None:
        self.sis = message
        self.now = instant(message["clock"]["now"])
        self.synchronised = False

    def on_load(self, message: Message) -> None:
        flow = message["flow"]
        self.code = flow["sis_code"]
        self.connected = bool(flow["sis_sources"])
        self.end = instant(flow["marking"]["end"])
        self.markers = [e["id"] for e in flow["assessors"] if e["role"] != "reviewer"]
        self.reviewed = len(self.markers) < len(flow["assessors"])
        papers = [
            Paper(
                each["user_id"],
                each["source"] == "sis",
                each["alternative_grade"],
                each["unlocked"],
                {e["assessor"]: e["grade"] for e in each["assessments"] if e["submitted"]},
            )
            for each in flow["participants"]
        ]
        self.papers = {paper.user_id: paper for paper in papers}
        for paper in papers:
            self.compare(paper)

    # Grades

    def compare(self, paper: Paper) -> None:
        """Reopen a paper on which all have submitted and disagree."""
        complete = set(self.markers) <= set(paper.submitted)
        if complete and len({paper.submitted[each] for each in self.markers}) > 1:
            paper.conflict = True
            paper.kept, paper.submitted = paper.submitted, {}

    def mark(self, paper: Paper) -> str:
        grades = {paper.submitted.get(each, "") for each in self.markers}
        final = len(grades) == 1 and not paper.unlocked and (paper.approved or not self.reviewed)
        return grades.pop() if final else ""

    def status(self, paper: Paper) -> str:
        if paper.conflict:
            return "conflict"
        given = [each for each in self.markers if paper.submitted.get(each)]
        return "submitted" if len(given) == len(self.markers) else "partly" if given else "none"

    def act_submit_assessment(self, message: Message) -> bool:
        paper, assessor = self.papers[message["participant"]], message["assessor"]
        if paper.submitted.get(assessor) and not paper.unlocked:
            return False
        paper.submitted[assessor] = message["grade"] or ""
        paper.unlocked = paper.approved = paper.conflict = False
        self.compare(paper)
        return True

    def act_approve(self, message: Message) -> bool:
        paper = self.papers[message["participant"]]
        paper.approved = self.status(paper) == "submitted" and not paper.unlocked
        return paper.approved

    def act_unlock(self, message: Message) -> bool:
        paper = self.papers[message["participant"]]
        if self.status(paper) != "submitted" or paper.fate in ("sending", "confirmed"):
            return False
        paper.unlocked = True
        return True

    def act_set_alternative_grade(self, message: Message) -> bool:
        paper = self.papers[message["participant"]]
        if paper.fate in ("sending", "confirmed", "unknown"):
            return False
        paper.alternative = message["grade"]
        return True

    # The export

    async def on_sync(self, _: Message) -> Message:
        """A flow that was fetched once stays synchronised, even if it cannot be fetched again."""
        address = f"{self.sis['sis_url']}/flows/{quote(self.code, safe='')}"
        headers = authorisation(self.sis["credentials"])
        try:
            reply = await ask("GET", address, headers, None, self.sis["timeout"])
            fetched = reply.status == 200 and isinstance(json.loads(reply.body), dict)
        except (NotSent, Lost, ValueError):
            fetched = False
        self.synchronised = self.synchronised or fetched
        return {"synchronised": fetched}

    def on_export(self, message: Message) -> Message:
        accepted = [self.press() for _ in range(message["presses"])]
        return {"accepted": any(accepted)}

    def press(self) -> bool:
        if not self.connected or not self.synchronised or self.now < self.end:
            return False
        due = [
            paper
            for paper in self.papers.values()
            if paper.from_sis
            and paper.fate in ("new", "failed")
            and (paper.alternative or self.mark(paper))
        ]
        rows = [
            {
                "userId": str(paper.user_id),
                "mark": self.mark(paper),
                "adminGrade": paper.alternative or "",
            }
            for paper in due
        ]
        for paper in due:
            paper.fate = "sending"
        if due:
            self.start(self.send(due, rows))
        return bool(due)

    async def send(self, due: list[Paper], rows: list[dict[str, str]]) -> None:
        address = f"{self.sis['sis_url']}/flows/{quote(self.code, safe='')}/grades"
        headers = {"Content-Type": "application/json", **authorisation(self.sis["credentials"])}
        body = json.dumps({"participants": rows}, ensure_ascii=False).encode()
        try:
            reply = await ask(self.sis["method"], address, headers, body, self.sis["timeout"])
        except NotSent:
            self.decide(due, "failed", "There is no connection to the SIS.")
        except Lost:
            self.decide(due, "unknown", UNKNOWN)
        else:
            if 200 <= reply.status < 300:
                self.read(due, reply.body)
            else:
                self.decide(due, "failed", f"The SIS refused the export ({reply.status}).")

    def read(self, due: list[Paper], body: bytes) -> None:
        try:
            report: Any = json.loads(body)
            refused = {str(each["userId"]): str(each["errorInfo"]) for each in report["errors"]}
            counts = [report["numberOfSuccess"], report["numberOfErrors"], len(report["errors"])]
        except (ValueError, LookupError, TypeError):
            refused, counts = {}, []
        errors = [paper for paper in due if str(paper.user_id) in refused]
        taken = [paper for paper in due if str(paper.user_id) not in refused]
        if counts != [len(taken), len(errors), len(refused)] or len(errors) != len(refused):
            return self.decide(due, "unknown", UNKNOWN)
        for paper in errors:
            self.decide([paper], "failed", refused[str(paper.user_id)])
        self.decide(taken, "confirmed", None)
        for paper in taken:
            paper.exported_at = written(self.now)
        return None

    def decide(self, papers: list[Paper], fate: str, text: str | None) -> None:
        for paper in papers:
            paper.fate, paper.text = fate, text

    def on_state(self, _: Message) -> Message:
        states = {SHOWN[paper.fate] for paper in self.papers.values()} - {"not_exported"}
        whole = "partly_exported" if len(states) > 1 else "".join(states) or "not_exported"
        return {
            "flow": "queued" if "queued" in states else whole,
            "synchronised": self.synchronised,
            "participants": [
                {
                    "user_id": paper.user_id,
                    "state": SHOWN[paper.fate],
                    "status": self.status(paper),
                    "exported_at": paper.exported_at,
                    "message": paper.text,
                }
                for paper in self.papers.values()
            ],
        }
