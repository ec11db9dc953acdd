"""A Skyward exporter that names its line items itself and sends the scores of an item together.

The sourcedId of a line item is made of course, item and section, and that of a result of line item
and student, so that a second attempt finds what the first one made. The scores of an item go in one
POST. As the SIS takes all of them or none, a refused POST is split in halves until the score that
is refused stands alone. Who is no longer in the class by the SIS's roster is not sent at all.

What was sent and what was taken is in a file. After a lost answer or a kill, the next transfer
looks in the SIS first.
"""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path
from typing import Any

from .oneroster import Client, Entry, Over, Refused, accepted, member, quoted, reason
from .talk import Adapter, Message, instant, written

KEPT = "The score was changed in Skyward, which is the gradebook of record."


class Bulk(Adapter):
    name = "bulk"
    dialect = "skyward"
    features = (
        "categories",
        "transfer.sections",
        "work.inspect",
        "clock.virtual",
        "state.durable",
        "export.concurrent",
        "timeout.configurable",
        "row.messages",
        "auth.basic",
        "auth.oauth2",
        "auth.refresh",
    )

    def on_configure(self, message: Message) -> None:
        self.client = Client(message)
        self.now = instant(message["clock"]["now"])
        self.transferring = False
        self.file = Path(message["state_dir"]) / "course.json"
        if message["resume"]:
            self.book = json.loads(self.file.read_text("utf-8"))
            for entry in (*self.book["places"], *self.book["scores"]):
                if entry["state"] == "queued":
                    entry |= {"state": "failed", "message": "The transfer was interrupted."}

    def on_load(self, message: Message) -> None:
        course = message["course"]
        blank = {"state": "not_exported", "message": None}
        places = [
            {"item": item["id"], "section": section, "category": None, "made": "no", **blank}
            for item in course["items"]
            for section in item["sections"]
        ]
        scores = [
            {**each, "sent": [], "taken": None, "kept": False, **blank} for each in course["scores"]
        ]
        self.book = {"course": course, "places": places, "scores": scores}
        self.save()

    def save(self) -> None:
        draft = self.file.with_suffix(".new")
        draft.write_text(json.dumps(self.book), "utf-8")
        draft.replace(self.file)

    def item(self, item_id: int | str) -> Entry:
        return next(each for each in self.book["course"]["items"] if each["id"] == item_id)

    def name_of(self, place: Entry) -> str:
        return f"{self.book['course']['id']}.{place['item']}.{place['section']}"

    # What a teacher does

    async def act_choose_category(self, message: Message) -> bool:
        (place,) = (
            each
            for each in self.book["places"]
            if (each["item"], each["section"]) == (message["item"], message["section"])
        )
        if place["made"] != "no":
            return False
        try:
            path = f"/gradebook/v1p2/classes/{quoted(place['section'])}/categories"
            listed = {
                e["title"]: e["sourcedId"] for e in await self.client.rows(path, "categories")
            }
        except (Refused, Over):
            return False
        if message["category"] not in listed:
            return False
        place["category"] = listed[message["category"]]
        self.save()
        return True

    def act_edit_score(self, message: Message) -> bool:
        for score in self.book["scores"]:
            if (score["item"], score["student"]) == (message["item"], message["student"]):
                score |= {"score": message["score"], "message": None}
                if score["state"] != "queued":
                    taken = score["taken"] is not None and score["taken"] == score["score"]
                    score["state"] = "exported" if taken else "not_exported"
                self.save()
                return True
        return False

    # The transfer

    def on_export(self, message: Message) -> Message:
        accepted = [self.transfer(message) for _ in range(message["presses"])]
        return {"accepted": any(accepted)}

    def transfer(self, message: Message) -> bool:
        course = self.book["course"]
        if self.transferring or not (course["integration"] and course["pass_back"]):
            return False
        chosen = []
        for place in self.book["places"]:
            item = self.item(place["item"])
            fit = item["kind"] in ("assignment", "test", "task") and item["scale"] == "score"
            ticked = place["item"] in message.get("items", [place["item"]])
            ticked &= place["section"] in message.get("sections", [place["section"]])
            if not fit or item["term"] is None or not ticked:
                continue
            if place["category"] is None:
                place["message"] = "Choose a category first."
            else:
                chosen.append(place)
        for place in chosen:
            place |= {"state": "queued", "message": None}
            for score in self.changed(place):
                score |= {"state": "queued", "message": None}
        self.save()
        self.transferring = bool(chosen)
        if chosen:
            self.start(self.carry_out(chosen))
        return bool(chosen)

    def scores_of(self, place: Entry) -> list[Entry]:
        students = self.book["course"]["students"]
        here = {e["user_id"] for e in students if e["section"] == place["section"]}
        scores = self.book["scores"]
        return [e for e in scores if e["item"] == place["item"] and e["student"] in here]

    def changed(self, place: Entry) -> list[Entry]:
        found = [each for each in self.scores_of(place) if not each["kept"]]
        return [e for e in found if e["score"] is not None and e["score"] != e["taken"]]

    async def carry_out(self, chosen: list[Entry]) -> None:
        why = ""
        for place in chosen:
            try:
                if not why:
                    await self.send_item(place)
                    await self.send_scores(place)
            except Refused as error:
                self.give_up(place, str(error))
            except Over as error:
                why = str(error)
            if why:
                self.give_up(place, why)
            self.save()
        self.transferring = False

    def give_up(self, place: Entry, why: str) -> None:
        for entry in (place, *self.scores_of(place)):
            if entry["state"] == "queued":
                entry |= {"state": "failed", "message": why}

    async def send_item(self, place: Entry) -> None:
        name = self.name_of(place)
        path = f"/gradebook/v1p2/lineItems/{quoted(name)}"
        if place["made"] == "perhaps":
            reply = await self.client.call("GET", path)
            if reply.status == 200 and member(reply, "lineItem")["sourcedId"] == name:
                place["made"] = "yes"
        if place["made"] != "yes":
            fields = await self.line_item(place, name)
            place["made"] = "perhaps"
            self.save()
            reply = await self.client.call("PUT", path, {"lineItem": fields})
            if not accepted(reply):
                place["made"] = "no" if 400 <= reply.status < 500 else "perhaps"
                raise Refused(reason(reply))
            place["made"] = "yes"
        place |= {"state": "exported", "message": None}

    async def line_item(self, place: Entry, name: str) -> Entry:
        item = self.item(place["item"])
        section = await self.client.one(
            f"/rostering/v1p2/classes/{quoted(place['section'])}", "class"
        )
        path = f"/rostering/v1p2/gradingPeriods/{quoted(item['term'])}"
        last_day = (await self.client.one(path, "academicSession"))["endDate"]
        return {
            "sourcedId": name,
            "status": "active",
            "dateLastModified": written(self.now),
            "title": item["title"],
            "assignDate": written(self.now),
            "dueDate": f"{item['due'] or last_day}T00:00:00.000Z",
            "class": self.client.reference("class", "/rostering/v1p2/classes", place["section"]),
            "school": section["school"],
            "category": self.client.reference(
                "category", "/gradebook/v1p2/categories", place["category"]
            ),
            "gradingPeriod": self.client.reference(
                "academicSession", "/rostering/v1p2/academicSessions", item["term"]
            ),
            "resultValueMin": 0,
            "resultValueMax": item["max_points"],
        }

    def reference(self, kind: str, path: str, name: str) -> Entry:
        href = f"{self.sis['sis_url']}{path}/{quoted(name)}"
        return {"href": href, "sourcedId": name, "type": kind}

    async def send_scores(self, place: Entry) -> None:
        section = quoted(place["section"])
        roster = await self.client.rows(f"/rostering/v1p2/classes/{section}/students", "users")
        enrolled = {each["sourcedId"] for each in roster}
        path = f"/gradebook/v1p2/classes/{section}/lineItems/{quoted(self.name_of(place))}/results"
        there = {}
        with suppress(Refused):  # accepted and not yet shown, or removed in the SIS
            for each in await self.client.rows(path, "results"):
                there[each["student"]["sourcedId"]] = each.get("score")
        for score in self.scores_of(place):
            compare(score, there)
        due = self.changed(place)
        for score in due:
            if str(score["student"]) not in enrolled:
                gone = "The student is no longer in the class."
                score |= {"state": "failed", "message": gone}
        due = [each for each in due if each["state"] == "queued"]
        if due:
            await self.post(place, due)

    async def post(self, place: Entry, due: list[Entry]) -> None:
        """Send these in one request; if it is refused, each half by itself."""
        name = self.name_of(place)
        for score in due:
            score["sent"].append(score["score"])
        self.save()
        values = [score["score"] for score in due]
        rows = [self.result(name, score) for score in due]
        path = f"/gradebook/v1p2/lineItems/{quoted(name)}/results"
        reply = await self.client.call("POST", path, {"results": rows})
        if accepted(reply):
            if len(member(reply, "sourcedIdPairs")) != len(due):
                raise Over("Skyward gave an answer that cannot be right.")
            for score, value in zip(due, values, strict=True):
                done = score["score"] == value
                score |= {"taken": value, "state": "exported" if done else "not_exported"}
        elif reply.status in (403, 422) and len(due) > 1:
            half = len(due) // 2
            await self.post(place, due[:half])
            await self.post(place, due[half:])
        else:
            for score in due:
                score |= {"state": "failed", "message": reason(reply)}

    def result(self, name: str, score: Entry) -> Entry:
        student = str(score["student"])
        return {
            "sourcedId": f"{name}.{student}",
            "status": "active",
            "dateLastModified": written(self.now),
            "lineItem": self.client.reference("lineItem", "/gradebook/v1p2/lineItems", name),
            "student": self.client.reference("user", "/rostering/v1p2/users", student),
            "scoreStatus": "fully graded",
            "score": score["score"],
            "scoreDate": written(self.now)[:10],
        }

    def on_state(self, _: Message) -> Message:
        items, scores = ("item", "section"), ("item", "student")
        shown = ("state", "message")
        return {
            "items": [{n: e[n] for n in (*items, *shown)} for e in self.book["places"]],
            "scores": [{n: e[n] for n in (*scores, *shown)} for e in self.book["scores"]],
        }


def compare(score: Entry, there: dict[str, Any]) -> None:
    """Keep what was changed in the SIS, and see what has arrived of what was sent before."""
    student = str(score["student"])
    if student not in there:
        return
    if there[student] not in score["sent"]:
        score["kept"] = True
        same = there[student] == score["score"]
        score |= {"state": "exported" if same else "not_exported", "message": KEPT}
    elif there[student] == score["score"]:
        score |= {"taken": score["score"], "state": "exported", "message": None}
