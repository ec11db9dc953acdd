"""The SIS as the exporter sees it: where things are, who we are, and how long we wait."""

from __future__ import annotations

import asyncio
import json
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from urllib.parse import quote, quote_plus, urlencode

from conformance.exporters.kit.strict import decode
from conformance.exporters.kit.times import Clock
from conformance.exporters.kit.wire import Answer, Lost, NotSent, Request

PAGE = 100
MOST_PAGES = 10_000
UNREADABLE = "the SIS's answer cannot be read"
GRADEBOOK, ROSTERING = "/gradebook/v1p2", "/rostering/v1p2"


class Refused(Exception):
    """The SIS answered, and said no; the text is what it said."""


@dataclass(frozen=True, slots=True)
class Settings:
    """How one exporter is set up.

    `sis_url` ends in "/ims/oneroster"; `credentials` are shaped as in
    schemas/adapter/configure.schema.json; `timeout` is seconds for one request; `resume` keeps what
    `state_dir` holds, else it is cleared.
    """

    sis_url: str
    state_dir: Path
    clock: Clock
    credentials: Mapping[str, Any]
    timeout: float = 30.0
    resume: bool = True


class Client:
    """Speaks to the SIS. Repeats a request only where it was not let in, with a new token; raises
    NotSent, Lost and Refused, and nothing else."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._token = ""

    async def put(self, collection: str, name: str, kind: str, fields: Mapping[str, Any]) -> None:
        """Makes or changes an object of the gradebook under a name of ours."""
        body = json.dumps({kind: fields}).encode()
        headers = self.accepting() | {"Content-Type": "application/json"}
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
        """All objects of a list, page by page."""
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

    def base(self) -> str:
        return self._settings.sis_url.rstrip("/")

    def accepting(self) -> dict[str, str]:
        return {"Accept": "application/json", "User-Agent": "reference-exporter"}

    async def converse(self, request: Request) -> Answer:
        """The answer. A 401 did nothing, so that with a new token the request may be made again,
        once."""
        answer = await self.exchange(await self.authorized(request))
        if answer.status != 401 or not self.may_renew():
            return answer
        self._token = ""
        return await self.exchange(await self.authorized(request))

    def may_renew(self) -> bool:
        return str(self._settings.credentials["type"]) == "oauth2"

    async def exchange(self, request: Request) -> Answer:
        """One request and its answer. Raises NotSent or Lost."""
        # aiohttp takes most of a second start-up's time, and an exporter that is restarted after a
        # crash may have nothing to send: it must not pay for what it does not use.
        from conformance.exporters.kit.transport import exchange

        try:
            async with asyncio.timeout(self._settings.timeout):
                return await exchange(request)
        except TimeoutError as error:
            late = f"the SIS did not answer within {self._settings.timeout:g} seconds"
            raise Lost(late) from error

    async def authorized(self, request: Request) -> Request:
        """The request with what says who we are. Raises NotSent where the SIS gives no token."""
        given = self._settings.credentials
        match given["type"]:
            case "bearer":
                told = f"Bearer {given['token']}"
            case "oauth2":
                self._token = self._token or await self.new_token()
                told = f"Bearer {self._token}"
            case _:
                return request
        return replace(request, headers={**request.headers, "Authorization": told})

    async def new_token(self) -> str:
        """A token (RFC 6749, section 4.4). Raises NotSent."""
        given = self._settings.credentials
        form = {"grant_type": "client_credentials"}
        if given.get("scope"):
            form["scope"] = given["scope"]
        # RFC 6749, section 2.3.1: both halves are form-encoded before they are joined.
        known = f"{quote_plus(given['client_id'])}:{quote_plus(given['client_secret'])}"
        headers = self.accepting() | {
            "Authorization": f"Basic {b64encode(known.encode()).decode()}",
            "Content-Type": "application/x-www-form-urlencoded",
        }
        asking = Request("POST", given["token_url"], headers, urlencode(form).encode())
        try:
            answer = await self.exchange(asking)
            token = decode(answer.body)["access_token"] if answer.status == 200 else ""
        except (Lost, NotSent, ValueError, KeyError, TypeError) as error:
            raise NotSent(f"the SIS gave no token ({error})") from error
        if not isinstance(token, str) or not token:
            raise NotSent(f"the SIS gave no token (HTTP {answer.status})")
        return token


def judged(answer: Answer) -> Answer:
    """The answer where it is a success, by its status and by what it says: some providers tell of a
    failure in a 200. Raises Refused, or Lost where the SIS broke and nobody knows how far it
    got."""
    if answer.status >= 500:
        raise Lost(f"the SIS answered {answer.status}")
    info = status_info(answer)
    if 200 <= answer.status < 300 and info.get("imsx_codeMajor") != "failure":
        return answer
    raise Refused(str(info.get("imsx_description") or f"the SIS answered {answer.status}"))


def status_info(answer: Answer) -> Mapping[str, Any]:
    """The imsx_StatusInfo of an answer, wrapped or not; empty where there is none."""
    try:
        data = decode(answer.body)
    except ValueError:
        return {}
    data = data.get("imsx_StatusInfo", data) if isinstance(data, dict) else {}
    return data if isinstance(data, dict) else {}


def is_last(answer: Answer, rows_here: int, rows_so_far: int) -> bool:
    """Whether a page is the last one: by the count that the SIS gives, since its pages may be
    shorter than we ask for; where it gives none, by a page that is not full."""
    total = answer.headers.get("x-total-count", "")
    if total.isascii() and total.isdigit():
        return not rows_here or rows_so_far >= int(total)
    return rows_here < PAGE


def rows(answer: Answer, kind: str) -> list[Mapping[str, Any]]:
    """The objects of a list's envelope. Raises Lost where it cannot be read."""
    data = opened(answer, kind)
    if not isinstance(data, list) or not all(isinstance(each, dict) for each in data):
        raise Lost(UNREADABLE)
    return data


def opened(answer: Answer, kind: str) -> Any:
    """What is in an envelope. Raises Lost where it cannot be read."""
    try:
        return decode(answer.body)[kind]
    except (ValueError, KeyError, TypeError) as error:
        raise Lost(UNREADABLE) from error


def said(row: Mapping[str, Any], name: str) -> str:
    """A text that every object of its kind has. Raises Lost where it has not."""
    found = row.get(name)
    if not isinstance(found, str):
        raise Lost(UNREADABLE)
    return found
