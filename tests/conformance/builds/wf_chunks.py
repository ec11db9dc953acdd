"""A WISEflow exporter that sends two participants a call, and whose period ends by the real clock.

A press fixes what is to be sent and sends it call by call, until one call is not answered as it
should be: those of that call and of all later ones have failed. The retry button sends all that
have failed, those too whose call may have arrived: the manager has asked the SIS's office. Every
press fetches a token of its own. Beside an alternative grade the mark is empty.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

from .talk import Adapter, Lost, Message, NotSent, Reply, ask, authorisation, instant, written

Row = dict[str, Any]
SIZE = 2


class Broken(Exception):
    """A call went wrong; the text says how."""


class Chunks(Adapter):
    name = "chunks"
    dialect = "wiseflow"
    features = (
        "sync",
        "period",
        "retry",
        "co_assessment",
        "unlock",
        "alternative_grades",
        "work.inspect",
        "participant.messages",
        "timeout.configurable",
        "auth.basic",
        "auth.api_key",
        "auth.oauth2",
        "method.patch",
    )

    def on_configure(self, message: Message) -> None:
        self.sis = message
        self.synchronised = False
        self.ended = False

    def on_load(self, message: Message) -> None:
        self.flow = message["flow"]
        self.people = {each["user_id"]: each for each in self.flow["participants"]}
        self.approved: set[int | str] = set()
        self.states = dict.fromkeys(self.people, "not_exported")
        self.texts: dict[int | str, str] = {}
        self.dates: dict[int | str, str] = {}

    # Grades

    def grades(self, person: Row) -> list[str]:
        """The submitted grades of those who have to mark, "" for one who has not."""
        given = {e["assessor"]: e["grade"] for e in person["assessments"] if e["submitted"]}
        return [given.get(e["id"], "") for e in self.flow["assessors"] if e["role"] != "reviewer"]

    def status(self, person: Row) -> str:
        grades = self.grades(person)
        if not any(grades):
            return "none"
        if not all(grades):
            return "partly"
        return "submitted" if len(set(grades)) == 1 else "conflict"

    def row(self, person: Row) -> Row | None:
        """What is to be sent of a participant now, if anything."""
        if person["source"] != "sis":
            return None
        user_id, alternative = person["user_id"], person["alternative_grade"]
        if alternative:
            return {"userId": user_id, "mark": "", "adminGrade": alternative}
        reviewed = any(each["role"] == "reviewer" for each in self.flow["assessors"])
        final = self.status(person) == "submitted" and not person["unlocked"]
        if not final or (reviewed and user_id not in self.approved):
            return None
        return {"userId": user_id, "mark": self.grades(person)[0]}

    def act_submit_assessment(self, message: Message) -> bool:
        person = self.people[message["participant"]]
        others = [e for e in person["assessments"] if e["assessor"] != message["assessor"]]
        own = {"assessor": message["assessor"], "grade": message["grade"] or "", "submitted": True}
        person["assessments"] = [*others, own]
        person["unlocked"] = False
        self.approved.discard(person["user_id"])
        return True

    def act_approve(self, message: Message) -> bool:
        person = self.people[message["participant"]]
        if self.status(person) != "submitted" or person["unlocked"]:
            return False
        self.approved.add(person["user_id"])
        return True

    def act_unlock(self, message: Message) -> bool:
        person = self.people[message["participant"]]
        if self.status(person) != "submitted":
            return False
        person["unlocked"] = True
        self.approved.discard(person["user_id"])
        return True

    def act_set_alternative_grade(self, message: Message) -> bool:
        person = self.people[message["participant"]]
        exported = self.states[person["user_id"]] in ("queued", "exported")
        if exported and person["alternative_grade"]:
            return False
        person["alternative_grade"] = message["grade"]
        return True

    def act_end_period(self, _: Message) -> bool:
        self.ended = True
        return True

    # The export

    async def on_sync(self, _: Message) -> Message:
        try:
            headers = await self.headers()
            reply = await self.call("GET", "", headers, None)
            self.synchronised = "participants" in json.loads(reply.body)
        except (Broken, ValueError, TypeError):
            self.synchronised = False
        return {"synchronised": self.synchronised}

    def on_export(self, _: Message) -> Message:
        return {"accepted": self.press("not_exported")}

    def on_retry(self, _: Message) -> Message:
        return {"accepted": self.press("failed")}

    def press(self, state: str) -> bool:
        over = self.ended or datetime.now(UTC) >= instant(self.flow["marking"]["end"])
        if not (self.flow["sis_sources"] and self.synchronised and over):
            return False
        found = [self.people[who] for who in self.people if self.states[who] == state]
        rows = [row for person in found if (row := self.row(person))]
        for row in rows:
            self.states[row["userId"]] = "queued"
        if rows:
            self.start(self.send(rows))
        return bool(rows)

    async def send(self, rows: list[Row]) -> None:
        try:
            headers = await self.headers() | {"Content-Type": "application/json"}
            for chunk in chunks(rows):
                body = json.dumps({"participants": chunk}).encode()
                reply = await self.call(self.sis["method"], "/grades", headers, body)
                self.read(chunk, reply)
        except Broken as error:
            for row in rows:
                if self.states[row["userId"]] == "queued":
                    self.fail(row, str(error))

    def read(self, chunk: list[Row], reply: Reply) -> None:
        try:
            report = json.loads(reply.body)
            errors = [(str(each["userId"]), str(each["errorInfo"])) for each in report["errors"]]
            counts = (report["numberOfSuccess"], report["numberOfErrors"])
        except (ValueError, LookupError, TypeError) as error:
            raise Broken("The answer of the SIS cannot be read.") from error
        refused = dict(errors)
        unknown = set(refused) - {str(row["userId"]) for row in chunk}
        if (
            unknown
            or len(refused) != len(errors)
            or counts != (len(chunk) - len(refused), len(refused))
        ):
            raise Broken("The answer of the SIS contradicts itself.")
        for row in chunk:
            if str(row["userId"]) in refused:
                self.fail(row, refused[str(row["userId"])])
            else:
                self.states[row["userId"]] = "exported"
                self.dates[row["userId"]] = written(datetime.now(UTC))
                self.texts.pop(row["userId"], None)

    def fail(self, row: Row, text: str) -> None:
        self.states[row["userId"]] = "failed"
        self.texts[row["userId"]] = text

    # The SIS

    async def headers(self) -> dict[str, str]:
        given = self.sis["credentials"]
        if given["type"] != "oauth2":
            return authorisation(given)
        form = {"Content-Type": "application/x-www-form-urlencoded"}
        pairs = {"grant_type": "client_credentials"}
        pairs |= {name: given[name] for name in ("client_id", "client_secret")}
        body = "&".join(f"{name}={quote(value, safe='')}" for name, value in pairs.items())
        reply = await self.request("POST", given["token_url"], form, body.encode())
        try:
            return {"Authorization": f"Bearer {json.loads(reply.body)['access_token']}"}
        except (ValueError, LookupError, TypeError) as error:
            raise Broken("The SIS gave no token.") from error

    async def call(
        self, method: str, path: str, headers: dict[str, str], body: bytes | None
    ) -> Reply:
        flow = f"{self.sis['sis_url']}/flows/{quote(self.flow['sis_code'], safe='')}"
        return await self.request(method, flow + path, headers, body)

    async def request(
        self, method: str, url: str, headers: dict[str, str], body: bytes | None
    ) -> Reply:
        try:
            reply = await ask(method, url, headers, body, self.sis["timeout"])
        except (NotSent, Lost) as error:
            raise Broken("The SIS did not answer.") from error
        if not 200 <= reply.status < 300:
            raise Broken(f"The SIS answered with status {reply.status}.")
        return reply

    def on_state(self, _: Message) -> Message:
        states = set(self.states.values()) - {"not_exported"}
        whole = "partly_exported" if len(states) > 1 else "".join(states) or "not_exported"
        return {
            "flow": "queued" if "queued" in states else whole,
            "synchronised": self.synchronised,
            "participants": [
                {
                    "user_id": who,
                    "state": self.states[who],
                    "status": self.status(person),
                    "exported_at": self.dates.get(who),
                    "message": self.texts.get(who),
                }
                for who, person in self.people.items()
            ],
        }


def chunks(rows: list[Row]) -> Iterator[list[Row]]:
    for start in range(0, len(rows), SIZE):
        yield rows[start : start + SIZE]
