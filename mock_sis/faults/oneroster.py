"""Faults of a OneRoster provider: how it reports a write, and what the SIS does meanwhile."""

from dataclasses import replace
from typing import Annotated, ClassVar, Literal

import orjson
from msgspec import Meta

from mock_sis.exchange import Reply
from mock_sis.faults.parameters import Text
from mock_sis.faults.what import OwnAnswer, Phase, What

WRITES = "oneroster.gradebook.*.[pd]*"
"""PUT, POST and DELETE; the reading operations end in list and get."""
LATE_WRITES = "oneroster.gradebook.*[mt]s.[pd]*"
"""The writes of line items and results; those of categories and score scales show at once."""
JSON = (("Content-Type", "application/json"),)


class SwappedStatus(What, frozen=True, tag="oneroster_swapped_status"):
    """A successful write is answered with another success status: `status`, or by default 200 in
    place of 201, and 201 in place of others. The body is the true one."""

    phases: ClassVar[tuple[Phase, ...]] = ("after",)
    reach: ClassVar[str] = WRITES

    status: Annotated[
        Literal[200, 201, 202] | None,
        Meta(
            description="The status of the answer; by default 200 in place of 201, and 201 in "
            "place of others."
        ),
    ] = None

    def after(self, reply: Reply) -> Reply:
        if not 200 <= reply.status < 300:
            return reply
        usual = 200 if reply.status == 201 else 201
        return replace(reply, status=usual if self.status is None else self.status)


class StatusInfoInSuccess(OwnAnswer, frozen=True, tag="oneroster_status_info_in_200"):
    """A 200 with the status information of a failure, bare or, as some providers send it,
    `wrapped`."""

    reach: ClassVar[str] = "oneroster.[rg]*"

    minor: Annotated[str, Meta(min_length=1, max_length=100, description="The code minor.")] = (
        "invaliddata"
    )
    text: Annotated[Text, Meta(description="The description.")] = "The object could not be saved"
    wrapped: Annotated[
        bool, Meta(description="Whether the status information is wrapped in `imsx_StatusInfo`.")
    ] = False

    def answer(self) -> Reply:
        field = {
            "imsx_codeMinorFieldName": "TargetEndSystem",
            "imsx_codeMinorFieldValue": self.minor,
        }
        info = {
            "imsx_codeMajor": "failure",
            "imsx_severity": "error",
            "imsx_description": self.text,
            "imsx_CodeMinor": {"imsx_codeMinorField": [field]},
        }
        return Reply(200, JSON, orjson.dumps({"imsx_StatusInfo": info} if self.wrapped else info))


class CategoryRenamed(What, frozen=True, tag="oneroster_category_renamed"):
    """The category that a line item names has another `title` by the time the line item is written:
    a teacher renamed it in the SIS after the client had read it."""

    phases: ClassVar[tuple[Phase, ...]] = ("sis",)
    reach: ClassVar[str] = "oneroster.gradebook.*lineItems.p*"

    title: Annotated[
        str,
        Meta(min_length=1, max_length=2000, description="The title of the category from then on."),
    ] = "Renamed in the SIS"

    def category(self, title: str) -> str:  # noqa: ARG002  a hook's signature
        return self.title


class PostingLag(What, frozen=True, tag="oneroster_posting_lag"):
    """A write shows only `seconds` after it was accepted."""

    phases: ClassVar[tuple[Phase, ...]] = ("sis",)
    reach: ClassVar[str] = LATE_WRITES
    lasting: ClassVar[bool] = True

    seconds: Annotated[
        float,
        Meta(
            gt=0,
            le=10**6,
            description="Seconds until a write shows, by the simulator's clock.",
        ),
    ]

    def posting(self, usual: float) -> float:  # noqa: ARG002  a hook's signature
        return self.seconds
