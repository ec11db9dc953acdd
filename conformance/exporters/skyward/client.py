"""The SIS as the exporter of a course sees it: its URLs, the tokens, and its answers."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import quote, urlencode

from conformance.exporters.kit.client import SisClient
from conformance.exporters.kit.oauth2 import fetch_token
from conformance.exporters.kit.settings import SisSettings
from conformance.exporters.kit.strict import decode
from conformance.exporters.kit.wire import Answer, Lost, Request

PAGE = 100
MOST_PAGES = 10_000
UNREADABLE = "the SIS's answer cannot be read"
GRADEBOOK, ROSTERING = "/gradebook/v1p2", "/rostering/v1p2"


class Refused(Exception):
    """The SIS answered, and refused; the text is what it said."""


class Client(SisClient):
    """Repeats a request only after a 401, with a new token. Raises NotSent, Lost and Refused, and
    nothing else."""

    def __init__(self, settings: SisSettings) -> None:
        super().__init__(settings)
        self._token = ""

    async def put(self, collection: str, name: str, kind: str, fields: Mapping[str, Any]) -> None:
        """Create or change an object of the gradebook under a name of ours."""
        body = json.dumps({kind: fields}).encode()
        headers = self.accepting() | {"Content-Type": self.content_type()}
        url = f"{self.base()}{GRADEBOOK}/{collection}/{quote(name, safe='')}"
        judged(await self.converse(Request("PUT", url, headers, body)))

    async def one(self, path: str, kind: str) -> Mapping[str, Any]:
        """One object."""
        request = Request("GET", f"{self.base()}{path}", self.accepting())
        found = opened(judged(await self.converse(request)), kind)
        if not isinstance(found, dict):
            raise Lost(UNREADABLE)
        return found

    async def listed(self, path: str, kind: str) -> list[Mapping[str, Any]]:
        """All objects of a list, read page by page."""
        found: list[Mapping[str, Any]] = []
        for _ in range(MOST_PAGES):
            query = urlencode({"limit": PAGE, "offset": len(found)})
            request = Request("GET", f"{self.base()}{path}?{query}", self.accepting())
            answer = judged(await self.converse(request))
            page = rows(answer, kind)
            found += page
            if is_last(answer, len(page), len(found)):
                return found
        raise Lost("the SIS's list does not end")

    async def converse(self, request: Request) -> Answer:
        """The answer. A request that got a 401 had no effect, so it is repeated once with a new
        token."""
        answer = await self.exchange(await self.authorized(request))
        if answer.status != 401 or not self.may_renew():
            return answer
        self._token = ""
        return await self.exchange(await self.authorized(request))

    def may_renew(self) -> bool:
        return str(self._settings.credentials["type"]) == "oauth2"

    async def authorized(self, request: Request) -> Request:
        """The request with the credentials. Raises NotSent if the SIS gives no token."""
        given = self._settings.credentials
        match given["type"]:
            case "bearer":
                authorization = f"Bearer {given['token']}"
            case "oauth2":
                self._token = self._token or await self.new_token()
                authorization = f"Bearer {self._token}"
            case _:
                return request
        return replace(request, headers={**request.headers, "Authorization": authorization})

    async def new_token(self) -> str:
        """Raises NotSent if the SIS gives none."""
        return await fetch_token(self.exchange, self._settings.credentials, self.accepting())


def judged(answer: Answer) -> Answer:
    """The answer if it is a success by its status and its body: some providers report a failure in
    a 200. Raises Refused, or Lost after a 5xx, when the outcome is unknown."""
    if answer.status >= 500:
        raise Lost(f"the SIS answered {answer.status}")
    info = status_info(answer)
    if 200 <= answer.status < 300 and info.get("imsx_codeMajor") != "failure":
        return answer
    raise Refused(str(info.get("imsx_description") or f"the SIS answered {answer.status}"))


def status_info(answer: Answer) -> Mapping[str, Any]:
    """The imsx_StatusInfo of an answer, wrapped or not; empty if it has none."""
    try:
        data = decode(answer.body)
    except ValueError:
        return {}
    data = data.get("imsx_StatusInfo", data) if isinstance(data, dict) else {}
    return data if isinstance(data, dict) else {}


def is_last(answer: Answer, rows_here: int, rows_so_far: int) -> bool:
    """Whether a page is the last: by the SIS's count, because its pages may be shorter than asked
    for; without a count, by a page that is not full."""
    total = answer.headers.get("x-total-count", "")
    if total.isascii() and total.isdigit():
        return not rows_here or rows_so_far >= int(total)
    return rows_here < PAGE


def rows(answer: Answer, kind: str) -> list[Mapping[str, Any]]:
    """The objects in the envelope of a list. Raises Lost if it is unreadable."""
    data = opened(answer, kind)
    if not isinstance(data, list) or not all(isinstance(each, dict) for each in data):
        raise Lost(UNREADABLE)
    return data


def opened(answer: Answer, kind: str) -> Any:
    """The content of an envelope. Raises Lost if it is unreadable."""
    try:
        return decode(answer.body)[kind]
    except (ValueError, KeyError, TypeError) as error:
        raise Lost(UNREADABLE) from error


def said(row: Mapping[str, Any], name: str) -> str:
    """A required text of an object. Raises Lost if it is missing."""
    found = row.get(name)
    if not isinstance(found, str):
        raise Lost(UNREADABLE)
    return found
