"""A WISEflow exporter that can do only what every exporter must: configure, load, export and state.

It has no features: no synchronisation, no assessment period, no retry. A press sends all that are
ready in one request, and is answered when the SIS has answered. A participant is sent in one press
only, however it ended. Beside an alternative grade the mark is empty.
"""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote

from .talk import Adapter, Lost, Message, NotSent, ask

Row = dict[str, Any]


class Bare(Adapter):
    name = "bare"
    dialect = "wiseflow"
    features = ()

    def on_configure(self, message: Message) -> None:
        self.sis = message

    def on_load(self, message: Message) -> None:
        self.flow = message["flow"]
        self.shown = {each["user_id"]: "not_exported" for each in self.flow["participants"]}

    def row(self, person: Row) -> Row | None:
        """What is to be sent of one participant, if anything."""
        if person["source"] != "sis":
            return None
        if person["alternative_grade"]:
            return {
                "userId": person["user_id"],
                "mark": "",
                "adminGrade": person["alternative_grade"],
            }
        roles = {each["role"]: each["id"] for each in self.flow["assessors"]}
        if person["unlocked"] or "reviewer" in roles:
            return None  # there is no way to approve or to submit again
        given = {e["assessor"]: e["grade"] for e in person["assessments"] if e["submitted"]}
        grades = {given.get(each["id"], "") for each in self.flow["assessors"]}
        if len(grades) != 1 or "" in grades:
            return None
        return {"userId": person["user_id"], "mark": grades.pop(), "adminGrade": ""}

    async def on_export(self, _: Message) -> Message:
        unsent = [
            e for e in self.flow["participants"] if self.shown[e["user_id"]] == "not_exported"
        ]
        rows = [row for person in unsent if (row := self.row(person))]
        if not rows or not self.flow["sis_sources"]:
            return {"accepted": False}
        self.shown |= {row["userId"]: "queued" for row in rows}
        self.shown |= await self.send(rows)
        return {"accepted": True}

    async def send(self, rows: list[Row]) -> dict[int | str, str]:
        """The states of the participants after one request: all have failed, unless the SIS says
        with matching counts which of them it took."""
        failed = dict.fromkeys((row["userId"] for row in rows), "failed")
        url = f"{self.sis['sis_url']}/flows/{quote(self.flow['sis_code'], safe='')}/grades"
        body = json.dumps({"participants": rows}, ensure_ascii=False).encode()
        headers = {"Content-Type": "application/json; charset=utf-8"}
        try:
            reply = await ask(self.sis["method"], url, headers, body, self.sis["timeout"])
            report = json.loads(reply.body)
            refused = [each["userId"] for each in report["errors"]]
            counts = (report["numberOfSuccess"], report["numberOfErrors"])
            named = set(refused) <= set(failed) and len(set(refused)) == len(refused)
        except (NotSent, Lost, ValueError, LookupError, TypeError):
            return failed
        if reply.status != 200 or counts != (len(rows) - len(refused), len(refused)) or not named:
            return failed
        return dict.fromkeys(failed, "exported") | dict.fromkeys(refused, "failed")

    def on_state(self, _: Message) -> Message:
        states = set(self.shown.values()) - {"not_exported"}
        whole = "partly_exported" if len(states) > 1 else next(iter(states), "not_exported")
        people = [{"user_id": who, "state": state} for who, state in self.shown.items()]
        return {"flow": whole, "participants": people}
