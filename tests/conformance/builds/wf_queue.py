"""A WISEflow exporter built on a queue. Each participant is a job, and one worker sends the jobs
one by one, each in a request of its own. The worker reads the grade when it takes the job, so a
grade that was unlocked meanwhile is not sent.

States are numbers. The book, one JSON file, is rewritten at every change. After a kill, jobs that
were waiting or under way count as failed. A failed participant waits for the retry button, however
it failed; the button works from the end of the assessment period on.
"""

from __future__ import annotations

import json
from collections import deque
from pathlib import Path
from typing import Any
from urllib.parse import quote

from .talk import Adapter, Lost, Message, NotSent, ask, authorisation, instant, written

NOT_EXPORTED, QUEUED, EXPORTED, FAILED, PARTLY = range(5)

Person = dict[str, Any]


class QueueWorker(Adapter):
    name = "queue-worker"
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
        "state.durable",
        "export.concurrent",
        "participant.messages",
        "timeout.configurable",
        "auth.basic",
        "auth.bearer",
        "auth.api_key",
        "method.patch",
    )

    def on_configure(self, message: Message) -> None:
        self.sis = message
        self.now = instant(message["clock"]["now"])
        self.jobs: deque[Person] = deque()
        self.working = False
        self.file = Path(message["state_dir"]) / "book.json"
        if message["resume"]:
            self.book = json.loads(self.file.read_text("utf-8"))
            for person in self.people:
                if person["state"] == QUEUED:
                    self.fail(person, "The export was interrupted.")

    def on_load(self, message: Message) -> None:
        flow = message["flow"]
        self.book = {
            "flow": flow,
            "synchronised": False,
            "instant": flow["instant_export"],
            "administrators_only": False,
        }
        for person in self.people:
            person |= {"state": NOT_EXPORTED, "approved": False, "text": None, "at": None}
            person["conflict"] = False
            self.reopen_conflict(person)
        self.save()

    def save(self) -> None:
        draft = self.file.with_suffix(".new")
        draft.write_text(json.dumps(self.book), "utf-8")
        draft.replace(self.file)

    @property
    def people(self) -> list[Person]:
        return self.book["flow"]["participants"]

    def person(self, user_id: int | str) -> Person:
        return next(each for each in self.people if each["user_id"] == user_id)

    # The grade

    def markers(self) -> list[str]:
        return [each["id"] for each in self.book["flow"]["assessors"] if each["role"] != "reviewer"]

    def submitted(self, person: Person) -> dict[str, str]:
        given = (each for each in person["assessments"] if each["submitted"] and each["grade"])
        return {each["assessor"]: each["grade"] for each in given}

    def agreed(self, person: Person) -> str:
        """The grade that all markers have submitted; "" if one is missing or they disagree."""
        given = self.submitted(person)
        grades = {given.get(marker, "") for marker in self.markers()}
        return grades.pop() if len(grades) == 1 else ""

    def mark(self, person: Person) -> str:
        """The grade that counts, alternative grades aside."""
        reviewed = any(each["role"] == "reviewer" for each in self.book["flow"]["assessors"])
        final = not person["unlocked"] and (person["approved"] or not reviewed)
        return self.agreed(person) if final else ""

    def ready(self, person: Person) -> bool:
        return person["source"] == "sis" and bool(person["alternative_grade"] or self.mark(person))

    def status(self, person: Person) -> str:
        if person["conflict"]:
            return "conflict"
        if not self.submitted(person):
            return "none"
        return "submitted" if self.agreed(person) else "partly"

    def reopen_conflict(self, person: Person) -> None:
        given = self.submitted(person)
        if set(self.markers()) <= set(given) and not self.agreed(person):
            person["conflict"] = True
            for each in person["assessments"]:
                each["submitted"] = False

    # What users do

    def act_submit_assessment(self, message: Message) -> bool:
        person = self.person(message["participant"])
        others = [e for e in person["assessments"] if e["assessor"] != message["assessor"]]
        own = {"assessor": message["assessor"], "grade": message["grade"] or ""}
        person["assessments"] = [*others, own | {"submitted": bool(message["grade"])}]
        person |= {"unlocked": False, "approved": False, "conflict": False}
        self.reopen_conflict(person)
        self.finalised(person)
        self.save()
        return True

    def act_approve(self, message: Message) -> bool:
        person = self.person(message["participant"])
        if person["unlocked"] or not self.agreed(person):
            return False
        person["approved"] = True
        self.finalised(person)
        self.save()
        return True

    def act_unlock(self, message: Message) -> bool:
        person = self.person(message["participant"])
        person |= {"unlocked": True, "approved": False}
        self.save()
        return True

    def act_set_alternative_grade(self, message: Message) -> bool:
        person = self.person(message["participant"])
        if person["state"] in (QUEUED, EXPORTED):
            return False
        person["alternative_grade"] = message["grade"]
        self.save()
        return True

    def act_change_setup(self, _: Message) -> bool:
        if self.book["instant"] and self.now >= instant(self.book["flow"]["marking"]["start"]):
            self.book |= {"instant": False, "administrators_only": True}
            self.save()
        return True

    def act_enable_instant_export(self, _: Message) -> bool:
        if self.book["administrators_only"]:
            return False
        self.book["instant"] = True
        self.save()
        return True

    def finalised(self, person: Person) -> None:
        """Instant export: queue a participant whose grade has just become final."""
        connected = self.book["synchronised"] and self.book["flow"]["sis_sources"]
        if (
            self.book["instant"]
            and connected
            and person["state"] == NOT_EXPORTED
            and not person["alternative_grade"]
            and self.ready(person)
        ):
            self.enqueue([person])

    # The export

    async def on_sync(self, _: Message) -> Message:
        url = f"{self.sis['sis_url']}/flows/{self.code()}"
        headers = {"Accept": "application/json", **authorisation(self.sis["credentials"])}
        try:
            reply = await ask("GET", url, headers, None, self.sis["timeout"])
            found = reply.status == 200 and "participants" in json.loads(reply.body)
        except (NotSent, Lost, ValueError, TypeError):
            found = False
        self.book["synchronised"] = found
        self.save()
        return {"synchronised": found}

    def code(self) -> str:
        return quote(self.book["flow"]["sis_code"], safe="")

    def on_export(self, message: Message) -> Message:
        presses = [self.press(NOT_EXPORTED, message["by"]) for _ in range(message["presses"])]
        return {"accepted": "" in presses, "message": presses[0]}

    def on_retry(self, _: Message) -> Message:
        refusal = self.press(FAILED, "administrator")
        return {"accepted": not refusal, "message": refusal}

    def press(self, state: int, by: str) -> str:
        """Queue those in this state; why not, if the product refuses."""
        if not self.book["flow"]["sis_sources"]:
            return "The flow has no SIS source."
        if not self.book["synchronised"]:
            return "Synchronise the flow first."
        if self.now < instant(self.book["flow"]["marking"]["end"]):
            return "The assessment period is running."
        if self.book["administrators_only"] and by != "administrator":
            return "Only administrators can export this flow."
        chosen = [each for each in self.people if each["state"] == state and self.ready(each)]
        self.enqueue(chosen)
        return "" if chosen else "There is nothing to export."

    def enqueue(self, chosen: list[Person]) -> None:
        for person in chosen:
            person |= {"before": person["state"], "state": QUEUED}
        self.jobs.extend(chosen)
        self.save()
        if self.jobs and not self.working:
            self.working = True
            self.start(self.work())

    async def work(self) -> None:
        while self.jobs:
            person = self.jobs.popleft()
            if self.ready(person):
                await self.send(person)
            else:
                person["state"] = person["before"]
            self.save()
        self.working = False

    async def send(self, person: Person) -> None:
        row = {"userId": person["user_id"], "mark": self.mark(person), "adminGrade": ""}
        row["adminGrade"] = person["alternative_grade"] or ""
        headers = {"Content-Type": "application/json", **authorisation(self.sis["credentials"])}
        url = f"{self.sis['sis_url']}/flows/{self.code()}/grades"
        body = json.dumps({"participants": [row]}).encode()
        try:
            reply = await ask(self.sis["method"], url, headers, body, self.sis["timeout"])
        except NotSent:
            return self.fail(person, "The SIS cannot be reached.")
        except Lost:
            return self.fail(person, "The SIS did not answer.")
        if reply.status != 200:
            return self.fail(person, f"The SIS answered with status {reply.status}.")
        return self.settle(person, reply.body)

    def settle(self, person: Person, body: bytes) -> None:
        """Believe only an answer that is about this participant and adds up."""
        try:
            report = json.loads(body)
            counts = (report["numberOfSuccess"], report["numberOfErrors"])
            errors = [(str(each["userId"]), str(each["errorInfo"])) for each in report["errors"]]
        except (ValueError, LookupError, TypeError):
            counts, errors = (0, 0), []
        match counts, errors:
            case (1, 0), []:
                person |= {"state": EXPORTED, "text": None, "at": written(self.now)}
            case (0, 1), [(who, text)] if who == str(person["user_id"]):
                self.fail(person, text)
            case _:
                self.fail(person, "The SIS gave an answer that cannot be right.")

    def fail(self, person: Person, text: str) -> None:
        person |= {"state": FAILED, "text": text}

    def on_state(self, _: Message) -> Message:
        states = {each["state"] for each in self.people} - {NOT_EXPORTED}
        whole = PARTLY if states == {EXPORTED, FAILED} else min(states, default=NOT_EXPORTED)
        return {
            "flow": whole,
            "synchronised": self.book["synchronised"],
            "instant_export": self.book["instant"],
            "participants": [
                {
                    "user_id": each["user_id"],
                    "state": each["state"],
                    "status": self.status(each),
                    "exported_at": each["at"],
                    "message": each["text"],
                }
                for each in self.people
            ],
        }
