"""The SIS as the exporter sees it: where things are, who we are, and how long we wait."""

from __future__ import annotations

import asyncio
import json
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from urllib.parse import quote, quote_plus, urlencode, urljoin, urlsplit

from conformance.exporters.kit.times import Clock
from conformance.exporters.kit.wire import Answer, Lost, NotSent, Request

MOST_HOPS = 5


@dataclass(frozen=True, slots=True)
class Settings:
    """How one exporter is set up.

    `credentials` are shaped as in schemas/adapter/configure.schema.json; `timeout` is seconds for
    all that one press of a button does; `resume` keeps what `state_dir` holds, else it is cleared.
    """

    sis_url: str
    state_dir: Path
    clock: Clock
    credentials: Mapping[str, Any]
    method: str = "POST"
    timeout: float = 30.0
    resume: bool = True


class Client:
    """Speaks to the SIS. Never repeats a request, and never lets an exception but NotSent and Lost
    escape."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    async def fetch_flow(self, sis_code: str) -> Answer:
        """The flow as the SIS knows it."""
        return await self._converse(Request("GET", self.flow_url(sis_code), self.accepting()))

    async def deliver(self, sis_code: str, body: bytes) -> Answer:
        """The SIS's answer to a bulk export."""
        headers = self.accepting() | {"Content-Type": self.content_type()}
        url = self.flow_url(sis_code) + "/grades"
        return await self._converse(Request(self.method(), url, headers, body))

    def flow_url(self, sis_code: str) -> str:
        return f"{self._settings.sis_url.rstrip('/')}/flows/{quote(sis_code, safe='')}"

    def method(self) -> str:
        return self._settings.method

    def content_type(self) -> str:
        return "application/json"

    def accepting(self) -> dict[str, str]:
        return {"Accept": "application/json", "User-Agent": "reference-exporter"}

    def deadline(self) -> float | None:
        """Seconds for a conversation, the fetching of a token included."""
        return self._settings.timeout

    def may_follow(self, request: Request, target: str) -> bool:
        """Grades are never sent on, and credentials never leave the host they were meant for."""
        return request.method == "GET" and _origin(request.url) == _origin(target)

    async def _converse(self, request: Request) -> Answer:
        asked = False
        try:
            async with asyncio.timeout(self.deadline()):
                credentials = await self.credentials()
                asked = True
                headers = {**request.headers, **credentials}
                return await self._followed(replace(request, headers=headers))
        except TimeoutError as error:
            late = f"the SIS did not answer within {self.deadline():g} seconds"
            raise (Lost(late) if asked else NotSent(late)) from error

    async def _followed(self, request: Request) -> Answer:
        answer = await self.exchange(request)
        for _ in range(MOST_HOPS):
            target = _target(request, answer)
            if not target or not self.may_follow(request, target):
                break
            request = replace(request, url=target)
            answer = await self.exchange(request)
        return answer

    async def exchange(self, request: Request) -> Answer:
        """One request and its answer. Raises NotSent or Lost."""
        # aiohttp takes most of a second start-up's time, and an exporter that is restarted after a
        # crash has nothing to send: it must not pay for what it does not use.
        from conformance.exporters.kit.transport import exchange

        return await exchange(request)

    async def credentials(self) -> dict[str, str]:
        """The headers that say who we are. Raises NotSent where the SIS gives no token."""
        given = self._settings.credentials
        match given["type"]:
            case "basic":
                return {"Authorization": _basic(given["username"], given["password"])}
            case "bearer":
                return {"Authorization": f"Bearer {given['token']}"}
            case "api_key":
                return {given["header"]: given["key"]}
            case "oauth2":
                return {"Authorization": f"Bearer {await self.token()}"}
            case _:
                return {}

    async def token(self) -> str:
        """A new token for each conversation (RFC 6749, section 4.4): none is kept, so none can have
        expired. Raises NotSent."""
        try:
            answer = await self.exchange(self.token_request())
        except (Lost, NotSent) as error:
            raise NotSent(f"the SIS gave no token ({error})") from error
        token = _token_of(answer)
        if not token:
            raise NotSent(f"the SIS gave no token (HTTP {answer.status})")
        return token

    def token_request(self) -> Request:
        given = self._settings.credentials
        form = {"grant_type": "client_credentials"}
        if given.get("scope"):
            form["scope"] = given["scope"]
        # RFC 6749, section 2.3.1: both halves are form-encoded before they are joined.
        known = _basic(quote_plus(given["client_id"]), quote_plus(given["client_secret"]))
        headers = self.accepting() | {
            "Authorization": known,
            "Content-Type": "application/x-www-form-urlencoded",
        }
        return Request("POST", given["token_url"], headers, urlencode(form).encode())


def _token_of(answer: Answer) -> str:
    try:
        data = json.loads(answer.body.decode()) if answer.status == 200 else None
    except (ValueError, RecursionError):
        return ""
    token = data.get("access_token") if isinstance(data, dict) else None
    return token if isinstance(token, str) else ""


def _basic(username: str, password: str) -> str:
    return "Basic " + b64encode(f"{username}:{password}".encode()).decode()


def _target(request: Request, answer: Answer) -> str:
    """The URL a redirect points at; "" where the answer is none, or points at no URL."""
    if not 300 <= answer.status < 400 or not answer.location:
        return ""
    try:
        target = urljoin(request.url, answer.location)
        _origin(target)
    except ValueError:
        return ""
    return target


def _origin(url: str) -> tuple[str, str | None, int | None]:
    """Scheme, host and port. Raises ValueError where the URL is not one."""
    parts = urlsplit(url)
    return parts.scheme, parts.hostname, parts.port or {"http": 80, "https": 443}.get(parts.scheme)
