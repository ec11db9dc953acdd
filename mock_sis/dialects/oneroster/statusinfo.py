"""Error bodies: an imsx_StatusInfo object with a code minor.

Source: the OneRoster 1.2 bindings, status information, which lists the code minors. For statuses
that it does not name (405, 413, 415, …) the nearest one is our choice.
"""

from __future__ import annotations

from typing import Any

from mock_sis.errors import Refused
from mock_sis.exchange import Reply
from mock_sis.formats.json_text import encode_json
from mock_sis.formats.negotiation import JSON_TYPE

MINORS = {
    401: "unauthorisedrequest",
    403: "forbidden",
    404: "unknownobject",
    405: "forbidden",
    429: "server_busy",
    500: "internal_server_error",
    503: "server_busy",
}


class CodedRefusal(Refused):
    """A refusal whose code minor does not follow from its status."""

    def __init__(self, status: int, minor: str, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.minor = minor


class RuleBroken(CodedRefusal):
    """A write that a rule of the SIS forbids. The text starts with the name of the rule."""

    def __init__(self, rule: str, message: str, status: int = 422) -> None:
        minor = "forbidden" if status == 403 else "invaliddata"
        super().__init__(status, minor, f"{rule}: {message}")
        self.rule = rule


def status_info(minor: str, description: str) -> dict[str, Any]:
    """The body of an error."""
    return {
        "imsx_codeMajor": "failure",
        "imsx_severity": "error",
        "imsx_description": description,
        "imsx_CodeMinor": {
            "imsx_codeMinorField": [
                {
                    "imsx_codeMinorFieldName": "TargetEndSystem",
                    "imsx_codeMinorFieldValue": minor,
                }
            ]
        },
    }


def refuse(refused: Refused) -> Reply:
    """Answer a refusal in this interface's form; the description lists schema problems."""
    minor = getattr(refused, "minor", None) or MINORS.get(refused.status, "invaliddata")
    places = "; ".join(f"{each.pointer or '/'}: {each.message}" for each in refused.problems)
    description = f"{refused} {places}".strip()
    headers = (("Content-Type", JSON_TYPE), *refused.headers)
    return Reply(refused.status, headers, encode_json(status_info(minor, description)))
