"""A Schoology exporter that sends one row in each request, as JSON in which every number is text.

A row that was disturbed (no answer, a 5xx, an answer that says nothing about the row) is sent up
to three times, because the same PUT changes nothing. A row that the SIS throttled is put off for
as long as it asks, by the exporter's own clock, and the rows behind it wait too. Each row is sent
whole, with empty members for what the teacher took back.
"""

from __future__ import annotations

import json
import secrets
from collections import deque
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote, urljoin, urlsplit

from .talk import Adapter, Lost, Message, NotSent, Reply, ask, instant, retry_after, written

ATTEMPTS = 3
HOPS = 3
Fields = dict[str, str | None]


@dataclass
class Row:
    """A grade or a final comment. `taken` is what the SIS took last; None if that is uncertain."""

    key: tuple[str, str]
    names: Fields
    wrapper: tuple[str, str]
    values: dict[str, Any]
    shown: dict[str, Any]
    letters: list[str] = field(default_factory=list)
    taken: Fields | None = field(default_factory=dict)
    state: str = "not_exported"
    text: str | None = None


class OneByOne(Adapter):
    name = "one-by-one"
    dialect = "schoology"
    features = (
        "retry",
        "letters",
        "exceptions",
        "comments",
        "final_comments",
        "row.messages",
        "work.inspect",
        "clock.virtual",
        "export.concurrent",
        "timeout.configurable",
        "auth.oauth1",
    )

    def on_configure(self, message: Message) -> None:
        self.sis = message
        self.now = instant(message["clock"]["now"])
        self.waiting: deque[Row] = deque()
        self.not_before: datetime | None = None
        self.running = False

    def on_load(self, message: Message) -> None:
        section = message["section"]
        self.section = section["id"]
        self.letters = {str(e["assignment_id"]): e["letters"] for e in section["assignments"]}
        rows = [self.grade_row(each) for each in section["grades"]]
        rows += [comment_row(each) for each in section["final_comments"]]
        self.rows = {row.key: row for row in rows}

    def grade_row(self, given: Message) -> Row:
        ids = {"assignment_id": given["assignment_id"], "enrollment_id": given["enrollment_id"]}
        names: Fields = {name: str(value) for name, value in ids.items()}
        key = (str(given["assignment_id"]), str(given["enrollment_id"]))
        letters = self.letters.get(key[0], [])
        values = {name: given[name] for name in ("grade", "exception", "comment")}
        values["comment_visible"] = given["comment_visible"]
        return Row(key, names, ("grades", "grade"), values, ids, letters)

    def act_edit_grade(self, message: Message) -> bool:
        key = (str(message["assignment_id"]), str(message["enrollment_id"]))
        if key not in self.rows:
            blank = {"exception": 0, "comment": None, "comment_visible": False}
            self.rows[key] = self.grade_row(blank | message)
        row = self.rows[key]
        names = ("grade", "exception", "comment", "comment_visible")
        row.values |= {name: message[name] for name in names if name in message}
        if row.state != "queued":
            row.state = "exported" if wanted(row) == row.taken else "not_exported"
            row.text = None
        return True

    # Sending

    def on_export(self, message: Message) -> Message:
        accepted = [self.press(("not_exported", "failed")) for _ in range(message["presses"])]
        return {"accepted": any(accepted)}

    def on_retry(self, _: Message) -> Message:
        return {"accepted": self.press(("failed",))}

    def press(self, states: tuple[str, ...]) -> bool:
        due = [row for row in self.rows.values() if row.state in states]
        due = [row for row in due if wanted(row) != row.taken]
        for row in due:
            row.state, row.text = "queued", None
        self.waiting.extend(due)
        self.go_on()
        return bool(due)

    def go_on(self) -> None:
        if self.waiting and not self.running and self.not_before is None:
            self.running = True
            self.start(self.work())

    async def work(self) -> None:
        while self.waiting and self.not_before is None:
            row = self.waiting[0]
            outcome = await self.deliver(row)
            if outcome is not None:
                self.waiting.popleft()
                row.text = outcome
                changed = wanted(row) != row.taken
                row.state = "failed" if outcome else "not_exported" if changed else "exported"
        self.running = False

    async def deliver(self, row: Row) -> str | None:
        """Why the SIS does not have the row, "" if it has it, and None if it wants to be left
        alone for a while."""
        sent = wanted(row)
        if "grade" in sent and not on_scale(row):
            return "This assignment has no such letter."
        part, element = row.wrapper
        body = json.dumps({part: {element: [row.names | members(row)]}}).encode()
        outcome = ""
        for _ in range(ATTEMPTS):
            try:
                reply = await self.put(body)
            except NotSent:
                outcome = "The SIS cannot be reached."
                continue
            except Lost:
                row.taken = None
                outcome = "The SIS did not answer."
                continue
            if reply.status == 429:
                wait = retry_after(reply, self.now)
                self.not_before = self.now + timedelta(seconds=wait)
                return None
            outcome = judged(row, reply)
            if not outcome:
                row.taken = sent
            elif reply.status >= 500 or outcome == UNCLEAR:
                row.taken = None
                continue
            break
        return outcome

    async def put(self, body: bytes) -> Reply:
        """One PUT, signed anew for each address that the same host redirects it to."""
        url = f"{self.sis['sis_url']}/sections/{quote(self.section, safe='')}/grades"
        host = urlsplit(url).netloc
        for _ in range(HOPS):
            headers = {"Content-Type": "application/json", "Accept": "application/json"}
            headers |= self.signature()
            reply = await ask("PUT", url, headers, body, self.sis["timeout"])
            url = urljoin(url, reply.headers.get("Location", ""))
            if reply.status not in (307, 308) or urlsplit(url).netloc != host:
                break
        return reply

    def signature(self) -> dict[str, str]:
        """OAuth 1.0a by PLAINTEXT, with a nonce of its own for each request."""
        if self.sis["credentials"]["type"] != "oauth1":
            return {}
        secret = quote(self.sis["credentials"]["consumer_secret"], safe="")
        members = {
            "oauth_consumer_key": self.sis["credentials"]["consumer_key"],
            "oauth_nonce": secrets.token_hex(16),
            "oauth_timestamp": str(int(self.now.timestamp())),
            "oauth_signature_method": "PLAINTEXT",
            "oauth_version": "1.0",
            "oauth_signature": f"{secret}&",
        }
        pairs = (f'{name}="{quote(value, safe="")}"' for name, value in members.items())
        return {"Authorization": "OAuth " + ", ".join(pairs)}

    # Time, and what is shown

    async def on_settle(self, message: Message) -> Message:
        await super().on_settle(message)
        if self.not_before is None:
            return {"pending": []}
        return {"pending": [f"{len(self.waiting)} rows from {written(self.not_before)} on"]}

    def on_advance(self, message: Message) -> Message:
        answer = super().on_advance(message)
        if self.not_before is not None and self.now >= self.not_before:
            self.not_before = None
            self.go_on()
        return answer

    def on_state(self, _: Message) -> Message:
        shown: dict[str, list[Message]] = {"grades": [], "final_comments": []}
        for row in self.rows.values():
            about = row.shown | {"state": row.state, "message": row.text}
            shown[row.wrapper[0]].append(about)
        return {"rows": shown["grades"], "final_comments": shown["final_comments"]}


def comment_row(given: Message) -> Row:
    names: Fields = {"enrollment_id": str(given["enrollment_id"]), "period_id": given["period"]}
    shown = {"enrollment_id": given["enrollment_id"], "period": given["period"]}
    values = {"comment": given["comment"], "comment_visible": given["comment_visible"]}
    wrapper = ("final_comments", "final_comment")
    return Row((str(given["enrollment_id"]), given["period"]), names, wrapper, values, shown)


def wanted(row: Row) -> Fields:
    """What the SIS should have of a row; members that are empty are left out."""
    found: Fields = {}
    if row.values.get("exception"):
        found["exception"] = str(row.values["exception"])
    elif row.values.get("grade") is not None:
        found["grade"] = str(row.values["grade"])
    if row.values["comment"]:
        found["comment"] = row.values["comment"]
        found["comment_status"] = "1" if row.values["comment_visible"] else "0"
    return found


def members(row: Row) -> Fields:
    """What is sent of a row: all that it has, and an empty member for all that the SIS may have
    and should not."""
    empty: Fields = {"comment": "", "comment_status": "0"}
    if row.wrapper[0] == "grades":
        empty |= (
            {"exception": "0"} if row.values["exception"] else {"exception": "0", "grade": None}
        )
    stale = empty if row.taken is None else {n: empty[n] for n in row.taken if n in empty}
    return stale | wanted(row)


def on_scale(row: Row) -> bool:
    grade = row.values["grade"]
    return not isinstance(grade, str) or grade in row.letters


UNCLEAR = "The SIS did not say whether it took the row."


def judged(row: Row, reply: Reply) -> str:
    """What an answer says about the one row that was sent: "" if it was taken."""
    if reply.status == 204:
        return ""
    if reply.status not in (200, 207):
        return f"The SIS answered with status {reply.status}."
    part, element = row.wrapper
    try:
        (found,) = json.loads(reply.body)[part][element]
        same = all(
            str(found[name]).removeprefix("p") == str(value).removeprefix("p")
            for name, value in row.names.items()
        )
        code = found["response_code"]
    except (ValueError, LookupError, TypeError):
        return UNCLEAR
    if not same or not isinstance(code, int) or code >= 500:
        return UNCLEAR
    return "" if code == 200 else str(found.get("message") or f"The SIS refused it ({code}).")
