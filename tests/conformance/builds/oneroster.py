"""What the Skyward exporters of this folder share: requests of a OneRoster client."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote

from .talk import Lost, Message, NotSent, Reply, ask, authorisation

Entry = dict[str, Any]


class Refused(Exception):
    """The SIS refused one request, for the reason given."""


class Over(Exception):
    """The transfer cannot go on; the text says why."""


class Client:
    """Asks the SIS that `configure` names."""

    def __init__(self, sis: Message) -> None:
        self.sis = sis
        self.token: str | None = None

    async def one(self, path: str, kind: str) -> Entry:
        """An object. Raises Refused or Over."""
        reply = await self.call("GET", path)
        if reply.status != 200:
            raise Refused(reason(reply))
        return member(reply, kind)

    async def rows(self, path: str, kind: str) -> list[Entry]:
        """All pages of a list. Raises Refused or Over."""
        found: list[Entry] = []
        while True:
            reply = await self.call("GET", f"{path}?limit=100&offset={len(found)}")
            if reply.status != 200:
                raise Refused(reason(reply))
            page = member(reply, kind)
            found += page
            if not page or len(found) >= int(reply.headers.get("X-Total-Count", "0")):
                return found

    async def call(self, method: str, path: str, body: Entry | None = None) -> Reply:
        """One request, and a second one with a new token if the token has expired. Raises Over if
        nothing more should be asked: the SIS is silent, throttles, or refuses the credentials."""
        try:
            reply = await self.try_once(method, path, body)
            if reply.status == 401 and self.sis["credentials"]["type"] == "oauth2":
                self.token = None
                reply = await self.try_once(method, path, body)
        except NotSent as error:
            raise Over("Skyward cannot be reached.") from error
        except (Lost, ValueError, LookupError) as error:
            raise Over("Skyward did not answer.") from error
        if reply.status in (401, 429):
            raise Over(reason(reply))
        return reply

    async def try_once(self, method: str, path: str, body: Entry | None) -> Reply:
        headers = {"Accept": "application/json", **authorisation(self.sis["credentials"])}
        if self.sis["credentials"]["type"] == "oauth2":
            self.token = self.token or await self.new_token(self.sis["credentials"])
            headers["Authorization"] = f"Bearer {self.token}"
        if body is not None:
            headers["Content-Type"] = "application/json"
        data = None if body is None else json.dumps(body).encode()
        return await ask(method, self.sis["sis_url"] + path, headers, data, self.sis["timeout"])

    async def new_token(self, given: Message) -> str:
        pair = {"username": given["client_id"], "password": given["client_secret"]}
        headers = authorisation({"type": "basic", **pair})
        headers["Content-Type"] = "application/x-www-form-urlencoded"
        form = "grant_type=client_credentials"
        if given.get("scope"):
            form += f"&scope={quote(given['scope'], safe='')}"
        timeout = self.sis["timeout"]
        reply = await ask("POST", given["token_url"], headers, form.encode(), timeout)
        return str(json.loads(reply.body)["access_token"])

    def reference(self, kind: str, path: str, name: str) -> Entry:
        """A reference to an object, by its sourcedId."""
        href = f"{self.sis['sis_url']}{path}/{quoted(name)}"
        return {"href": href, "sourcedId": name, "type": kind}


def member(reply: Reply, kind: str) -> Any:
    """What an answer holds under a name. Raises Over."""
    try:
        return json.loads(reply.body)[kind]
    except (ValueError, LookupError, TypeError) as error:
        raise Over("Skyward gave an answer that cannot be read.") from error


def accepted(reply: Reply) -> bool:
    """Whether the SIS took a write: a success status, and no failure in the body."""
    try:
        body = json.loads(reply.body or b"{}")
        told = {"": body, **body}
        failed = any(
            isinstance(each, dict) and each.get("imsx_codeMajor") == "failure"
            for each in told.values()
        )
    except (ValueError, TypeError):
        failed = False
    return 200 <= reply.status < 300 and not failed


def quoted(name: str) -> str:
    return quote(name, safe="")


def reason(reply: Reply) -> str:
    """Why the SIS refused a request, in its own words if it has some."""
    try:
        body = json.loads(reply.body)
        return str(body.get("imsx_StatusInfo", body)["imsx_description"])
    except (ValueError, LookupError, TypeError, AttributeError):
        return f"Skyward answered with status {reply.status}."
