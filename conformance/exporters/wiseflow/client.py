"""The SIS as the exporter of a flow sees it: its URLs, the credentials, and how long to wait."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from urllib.parse import quote

from conformance.exporters.kit.client import SisClient
from conformance.exporters.kit.oauth2 import fetch_token
from conformance.exporters.kit.wire import Answer, Lost, NotSent, Request, basic

MEDIA_TYPES = {
    "json": "application/json",
    "xml": "application/xml",
    "form": "application/x-www-form-urlencoded",
}


class Client(SisClient):
    """Has one deadline for all that one press of a button does: token, request and redirects."""

    async def fetch_flow(self, sis_code: str) -> Answer:
        """The flow as the SIS knows it."""
        return await self._converse(Request("GET", self.flow_url(sis_code), self.accepting()))

    async def deliver(self, sis_code: str, body: bytes) -> Answer:
        """The SIS's answer to a bulk export."""
        types = {"Accept": self.report_type(), "Content-Type": self.content_type()}
        headers = self.accepting() | types
        url = self.flow_url(sis_code) + "/grades"
        return await self._converse(Request(self.method(), url, headers, body))

    def content_type(self) -> str:
        return MEDIA_TYPES[self._settings.mapping.get("format", "json")]

    def report_type(self) -> str:
        """The media type of the answer to an export."""
        return MEDIA_TYPES["xml" if self._settings.answer.get("format") == "xml" else "json"]

    def flow_url(self, sis_code: str) -> str:
        return f"{self.base()}/flows/{quote(sis_code, safe='')}"

    def method(self) -> str:
        return self._settings.method

    async def _converse(self, request: Request) -> Answer:
        asked = False
        try:
            async with asyncio.timeout(self.deadline()):
                credentials = await self.credentials()
                asked = True
                headers = {**request.headers, **credentials}
                return await self.followed(replace(request, headers=headers))
        except TimeoutError as error:
            raise (Lost if asked else NotSent)(self.late()) from error

    async def exchange(self, request: Request) -> Answer:
        """One request and its answer. The deadline covers the conversation, not each exchange."""
        return await self.transmit(request)

    async def credentials(self) -> dict[str, str]:
        """The headers that identify the exporter. Raises NotSent if the SIS gives no token."""
        given = self._settings.credentials
        match given["type"]:
            case "basic":
                return {"Authorization": basic(given["username"], given["password"])}
            case "bearer":
                return {"Authorization": f"Bearer {given['token']}"}
            case "api_key":
                return {given["header"]: given["key"]}
            case "oauth2":
                return {"Authorization": f"Bearer {await self.token()}"}
            case _:
                return {}

    async def token(self) -> str:
        """A new token for each conversation: none is kept, so none can have expired."""
        return await fetch_token(self.exchange, self._settings.credentials, self.accepting())
