"""What mutants that leak have in common: they add to the texts that are shown."""

from __future__ import annotations

from collections.abc import Callable

from conformance.exporters.kit.face import Fields


def retold(rows: list[Fields], tell: Callable[[int, Fields], str]) -> list[Fields]:
    """The rows, with something added to each message; `tell` gets a row and its place."""
    return [
        {**row, "message": f"{row['message']} {tell(place, row)}"} if row["message"] else row
        for place, row in enumerate(rows)
    ]


def credentials_of(message: Fields) -> str:
    """The credentials of a configure message as a careless text shows them."""
    return f"(signed in with {dict(message['credentials'])})"
