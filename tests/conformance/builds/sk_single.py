"""A Skyward exporter that sends one score at a time, and has a second button for what failed.

Line items are posted to the class under a sourcedId of the exporter's. Transfer is grey while a
ticked item lacks a category, and is answered when all has been sent. Before that, one reading of
the class's line items and results tells what arrived earlier and what was changed in the SIS. An
item that the SIS has accepted and does not show, because it is late or because a teacher removed
it, is left alone, with its scores. Nothing is kept over a restart.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from .oneroster import Client, Entry, Over, Refused, accepted, quoted, reason
from .talk import Adapter, Message, instant, written

KINDS = frozenset({"assignment", "test", "task"})


@dataclass
class Column:
    """An item in one section, as a column of its gradebook."""

    item: Entry
    section: str
    name: str
    category: str | None = None
    tried: bool = False
    accepted: bool = False
    state: str = "not_exported"
    message: str | None = None


@dataclass
class Cell:
    """A student's score on an item. `sent` are the scores that were tried, `taken` the last one
    that was accepted; `theirs` says that a teacher changed it in the SIS."""

    item: int | str
    student: int | str
    score: float | None
    sent: list[float] = field(default_factory=list)
    taken: float | None = None
    theirs: bool = False
    state: str = "not_exported"
    message: str | None = None

    @property
    def due(self) -> bool:
        return self.score is not None and not self.theirs and self.score != self.taken


@dataclass
class Gradebook:
    """What the SIS shows of a class: line items, and results by line item and student."""

    items: frozenset[str]
    results: dict[tuple[str, str], float | None]


class Single(Adapter):
    name = "single"
    dialect = "skyward"
    features = (
        "categories",
        "transfer.sections",
        "retry",
        "work.inspect",
        "clock.virtual",
        "timeout.configurable",
        "row.messages",
        "auth.basic",
        "auth.bearer",
        "auth.oauth2",
    )

    def on_configure(self, message: Message) -> None:
        self.client = Client(message)
        self.now = instant(message["clock"]["now"])

    def on_load(self, message: Message) -> None:
        course = message["course"]
        self.open = course["integration"] and course["pass_back"]
        self.section_of = {each["user_id"]: each["section"] for each in course["students"]}
        self.columns = [
            Column(item, section, f"{item['id']}/{section}")
            for item in course["items"]
            for section in item["sections"]
        ]
        self.cells = [Cell(e["item"], e["student"], e["score"]) for e in course["scores"]]

    async def act_choose_category(self, message: Message) -> bool:
        path = f"/gradebook/v1p2/classes/{quoted(message['section'])}/categories"
        try:
            listed = await self.client.rows(path, "categories")
        except (Refused, Over):
            return False
        ids = [each["sourcedId"] for each in listed if each["title"] == message["category"]]
        for column in self.columns:
            here = (column.item["id"], column.section) == (message["item"], message["section"])
            if here and ids and not column.tried:
                column.category = ids[0]
                return True
        return False

    def act_edit_score(self, message: Message) -> bool:
        for cell in self.cells:
            if (cell.item, cell.student) == (message["item"], message["student"]):
                cell.score, cell.message = message["score"], None
                same = cell.score is not None and cell.score == cell.taken
                cell.state = "exported" if same else "not_exported"
                return True
        return False

    # The two buttons

    async def on_export(self, message: Message) -> Message:
        ticked = [
            column
            for column in self.columns
            if column.item["id"] in message.get("items", [column.item["id"]])
            and column.section in message.get("sections", [column.section])
            and column.item["kind"] in KINDS
            and column.item["scale"] == "score"
            and column.item["term"] is not None
        ]
        missing = [column for column in ticked if column.category is None]
        for column in missing:
            column.message = "Choose a category first."
        if not self.open or missing or not ticked:
            return {"accepted": False, "message": "This cannot be transferred to Skyward."}
        await self.transfer(ticked, ("not_exported", "failed"))
        return {"accepted": True}

    async def on_retry(self, _: Message) -> Message:
        failed = {cell.item for cell in self.cells if cell.state == "failed"}
        chosen = [
            column
            for column in self.columns
            if column.state == "failed" or (column.accepted and column.item["id"] in failed)
        ]
        await self.transfer(chosen, ("failed",))
        return {"accepted": bool(chosen)}

    async def transfer(self, columns: list[Column], states: tuple[str, ...]) -> None:
        books: dict[str, Gradebook] = {}
        why = ""
        for column in columns:
            cells = [e for e in self.cells_of(column) if e.state in states and e.due]
            try:
                if why:
                    raise Over(why)
                if column.section not in books:
                    books[column.section] = await self.look(column.section)
                await self.send(column, cells, books[column.section], states)
            except (Refused, Over) as error:
                why = why or (str(error) if isinstance(error, Over) else "")
                for each in (column, *cells):
                    if each.state != "exported":
                        each.state, each.message = "failed", str(error)

    def cells_of(self, column: Column) -> list[Cell]:
        return [
            cell
            for cell in self.cells
            if cell.item == column.item["id"]
            and self.section_of.get(cell.student) == column.section
        ]

    async def look(self, section: str) -> Gradebook:
        base = f"/gradebook/v1p2/classes/{quoted(section)}"
        items = await self.client.rows(f"{base}/lineItems", "lineItems")
        results = await self.client.rows(f"{base}/results", "results")
        return Gradebook(
            frozenset(each["sourcedId"] for each in items),
            {
                (each["lineItem"]["sourcedId"], each["student"]["sourcedId"]): each.get("score")
                for each in results
            },
        )

    async def send(
        self, column: Column, cells: list[Cell], book: Gradebook, states: tuple[str, ...]
    ) -> None:
        for cell in self.cells_of(column):
            key = (column.name, str(cell.student))
            if key in book.results:
                compare(cell, book.results[key])
        if column.name in book.items:
            column.accepted = True
        elif column.accepted:
            return
        if not column.accepted:
            await self.create(column)
        column.state, column.message = "exported", None
        for cell in cells:
            if cell.due and cell.state in states:
                await self.put(column, cell)

    async def create(self, column: Column) -> None:
        item = column.item
        path = f"/rostering/v1p2/gradingPeriods/{quoted(item['term'])}"
        period = await self.client.one(path, "academicSession")
        about = await self.client.one(f"/rostering/v1p2/classes/{quoted(column.section)}", "class")
        fields = {
            "sourcedId": column.name,
            "status": "active",
            "dateLastModified": written(self.now),
            "title": item["title"],
            "assignDate": written(self.now),
            "dueDate": f"{item['due'] or period['endDate']}T00:00:00Z",
            "class": self.refer("class", "/rostering/v1p2/classes", column.section),
            "school": about["school"],
            "category": self.refer("category", "/gradebook/v1p2/categories", column.category),
            "gradingPeriod": self.refer(
                "academicSession", "/rostering/v1p2/academicSessions", item["term"]
            ),
            "resultValueMax": item["max_points"],
        }
        column.tried = True
        path = f"/gradebook/v1p2/classes/{quoted(column.section)}/lineItems"
        reply = await self.client.call("POST", path, {"lineItems": [fields]})
        if not accepted(reply):
            column.tried = not 400 <= reply.status < 500
            raise Refused(reason(reply))
        column.accepted = True

    def refer(self, kind: str, path: str, name: Any) -> Entry:
        return self.client.reference(kind, path, name)

    async def put(self, column: Column, cell: Cell) -> None:
        name = f"{column.name}/{cell.student}"
        fields = {
            "sourcedId": name,
            "status": "active",
            "dateLastModified": written(self.now),
            "lineItem": self.refer("lineItem", "/gradebook/v1p2/lineItems", column.name),
            "student": self.refer("user", "/rostering/v1p2/users", str(cell.student)),
            "scoreStatus": "fully graded",
            "score": cell.score,
            "scoreDate": written(self.now)[:10],
        }
        assert cell.score is not None
        cell.sent.append(cell.score)
        path = f"/gradebook/v1p2/results/{quoted(name)}"
        reply = await self.client.call("PUT", path, {"result": fields})
        if accepted(reply):
            cell.taken, cell.state, cell.message = cell.score, "exported", None
        else:
            cell.state, cell.message = "failed", reason(reply)

    def on_state(self, _: Message) -> Message:
        return {
            "items": [
                {
                    "item": each.item["id"],
                    "section": each.section,
                    "state": each.state,
                    "message": each.message,
                }
                for each in self.columns
            ],
            "scores": [
                {
                    "item": each.item,
                    "student": each.student,
                    "state": each.state,
                    "message": each.message,
                }
                for each in self.cells
            ],
        }


def compare(cell: Cell, shown: float | None) -> None:
    """Leave alone from now on what a teacher changed, and see what arrived of what was sent."""
    if shown not in cell.sent:
        cell.theirs = True
        cell.state = "exported" if cell.taken == cell.score else "not_exported"
        cell.message = "The score was changed in Skyward."
    elif shown == cell.score:
        cell.taken, cell.state, cell.message = cell.score, "exported", None
