"""What the Python exporters of this folder share: adapter messages, and one HTTP request."""

from __future__ import annotations

import asyncio
import base64
import inspect
from collections.abc import Coroutine, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any, ClassVar

import aiohttp
from yarl import URL

Message = dict[str, Any]


class NotSent(Exception):
    """No connection to the SIS: it has seen nothing."""


class Lost(Exception):
    """The request may have arrived; its answer did not."""


@dataclass(frozen=True)
class Reply:
    """A complete answer of the SIS."""

    status: int
    headers: Mapping[str, str]
    body: bytes


async def ask(
    method: str, url: str, headers: Mapping[str, str], body: bytes | None, seconds: float
) -> Reply:
    """Send one request over a connection of its own, once; redirects are not followed."""
    limit = aiohttp.ClientTimeout(total=seconds)
    try:
        async with (
            aiohttp.ClientSession(timeout=limit) as session,
            session.request(
                method, URL(url, encoded=True), headers=headers, data=body, allow_redirects=False
            ) as reply,
        ):
            return Reply(reply.status, reply.headers.copy(), await reply.read())
    except aiohttp.ClientConnectorError as error:
        raise NotSent from error
    except (aiohttp.ClientError, OSError, TimeoutError) as error:
        raise Lost from error


def retry_after(reply: Reply, now: datetime) -> float:
    """The seconds that the SIS wants to be left alone for, a minute if it does not say."""
    given = reply.headers.get("Retry-After", "60")
    if given.isdigit():
        return float(given)
    try:
        return max(0.0, (parsedate_to_datetime(given) - now).total_seconds())
    except (ValueError, TypeError):
        return 60.0


def authorisation(credentials: Message) -> dict[str, str]:
    """The header that carries these credentials; for "none", no header."""
    match credentials["type"]:
        case "basic":
            pair = f"{credentials['username']}:{credentials['password']}".encode()
            return {"Authorization": "Basic " + base64.b64encode(pair).decode()}
        case "bearer":
            return {"Authorization": f"Bearer {credentials['token']}"}
        case "api_key":
            return {credentials["header"]: credentials["key"]}
        case _:
            return {}


class Adapter:
    """Calls `on_OP` for each message, and `act_ACTION` for each action."""

    name: ClassVar[str]
    dialect: ClassVar[str]
    features: ClassVar[tuple[str, ...]]

    def __init__(self) -> None:
        self.tasks: set[asyncio.Task[None]] = set()
        self.now = datetime.now(UTC)

    async def handle(self, message: Message) -> Message:
        method = getattr(self, f"on_{message['op']}", None)
        if method is None:
            refusal = {"status": "unsupported", "reason": f"{message['op']} is not supported"}
            return {"id": message["id"], **refusal}
        answer = method(message)
        if inspect.isawaitable(answer):
            answer = await answer
        return {"id": message["id"], "status": "ok", **(answer or {})}

    async def abandon(self) -> None:
        for task in self.tasks:
            task.cancel()
        await asyncio.gather(*self.tasks, return_exceptions=True)

    def start(self, work: Coroutine[Any, Any, None]) -> None:
        """Work in the background, which `settle` waits for."""
        self.tasks.add(asyncio.create_task(work))

    def on_hello(self, _: Message) -> Message:
        exporter = {"name": self.name, "version": "1"}
        return {
            "protocol": 1,
            "exporter": exporter,
            "dialects": [self.dialect],
            "features": list(self.features),
        }

    async def on_act(self, message: Message) -> Message:
        done = getattr(self, f"act_{message['action']}")(message)
        return {"done": await done if inspect.isawaitable(done) else done}

    async def on_settle(self, _: Message) -> Message:
        while self.tasks:
            finished, self.tasks = self.tasks, set()
            await asyncio.gather(*finished)
        return {"pending": []}

    def on_advance(self, message: Message) -> Message:
        self.now += timedelta(seconds=message["seconds"])
        return {"now": written(self.now)}

    def on_bye(self, _: Message) -> None:
        pass


def instant(text: str) -> datetime:
    return datetime.fromisoformat(text)


def written(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
