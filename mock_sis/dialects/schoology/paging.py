"""Pages: `start` and `limit` in, `links` and `total` out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from mock_sis.dialects.schoology.queries import number
from mock_sis.exchange import Call
from mock_sis.world import Context


@dataclass(frozen=True, slots=True)
class Page:
    """A part of a list, and the request it belongs to."""

    url: str
    query: dict[str, str]
    start: int
    limit: int

    def links(self, total: int) -> dict[str, str]:
        """`self`, and `next` unless this is the last page."""
        links = {"self": self._link(self.start)}
        if self.start + self.limit < total:
            links["next"] = self._link(self.start + self.limit)
        return links

    @property
    def undivided(self) -> str:
        """The request's own URL, where a list does not come in pages."""
        return f"{self.url}?{urlencode(self.query)}" if self.query else self.url

    def partial(self, total: int) -> bool:
        """Whether this is not the whole list."""
        return self.start > 0 or self.start + self.limit < total

    def of(self, rows: list[Any]) -> list[Any]:
        """This page of rows."""
        return rows[self.start : self.start + self.limit]

    def _link(self, start: int) -> str:
        query = {**self.query, "start": start, "limit": self.limit}
        return f"{self.url}?{urlencode(query)}"


def page(context: Context, call: Call) -> Page:
    """The page that a request asks for. Raises Malformed."""
    policy = context.policy
    start, limit = number(call, "start") or 0, number(call, "limit", lowest=1)
    path = call.path.removeprefix(policy.base_path)
    rest = {name: text for name, text in call.query.items() if _belongs_to_the_list(name)}
    return Page(
        context.base_url + path, rest, start, min(limit or policy.page_size, policy.page_most)
    )


def _belongs_to_the_list(name: str) -> bool:
    return name not in ("start", "limit") and not name.startswith("oauth_")
