"""The dialects that the reference exporter speaks, as a table."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from conformance.exporters.kit.face import Face, Message


@dataclass(frozen=True, slots=True)
class ExporterDialect:
    """One dialect: its name and features in the adapter protocol, and what opens a case in it.

    `open` takes the `configure` message. It imports the dialect only then: the adapter is started
    again for every case that kills it, and a case speaks one dialect.
    """

    name: str
    features: tuple[str, ...]
    open: Callable[[Message], Face]


def _wiseflow(message: Message) -> Face:
    from conformance.exporters.wiseflow.face import WiseflowFace

    return WiseflowFace(message)


def _schoology(message: Message) -> Face:
    from conformance.exporters.schoology.face import SchoologyFace

    return SchoologyFace(message)


def _skyward(message: Message) -> Face:
    from conformance.exporters.skyward.face import SkywardFace

    return SkywardFace(message)


_SHARED = (
    "retry",
    "work.inspect",
    "clock.virtual",
    "state.durable",
    "export.concurrent",
    "timeout.configurable",
)

DIALECTS = (
    ExporterDialect(
        "wiseflow",
        (
            *_SHARED,
            "sync",
            "period",
            "co_assessment",
            "unlock",
            "alternative_grades",
            "instant_export",
            "participant.messages",
            "mapping",
            "status",
            "late_joiners",
            "auth.basic",
            "auth.bearer",
            "auth.api_key",
            "auth.oauth2",
            "method.patch",
        ),
        _wiseflow,
    ),
    ExporterDialect(
        "schoology",
        (
            *_SHARED,
            "auth.oauth1",
            "pull",
            "format.xml",
            "letters",
            "exceptions",
            "comments",
            "final_comments",
            "row.messages",
        ),
        _schoology,
    ),
    ExporterDialect(
        "skyward",
        (
            *_SHARED,
            "auth.bearer",
            "auth.oauth2",
            "row.messages",
            "categories",
            "transfer.sections",
        ),
        _skyward,
    ),
)

ORDER = (
    "sync",
    "pull",
    "period",
    "retry",
    "work.inspect",
    "clock.virtual",
    "state.durable",
    "export.concurrent",
    "timeout.configurable",
    "auth.basic",
    "auth.bearer",
    "auth.api_key",
    "auth.oauth1",
    "auth.oauth2",
    "method.patch",
    "format.xml",
    "row.messages",
)
"""The features that dialects share, in the order of the protocol. `hello` lists them first."""


def features_of(dialects: Iterable[ExporterDialect]) -> list[str]:
    """The features of these dialects together; those not in ORDER come last, as they are found."""
    found = dict.fromkeys(name for each in dialects for name in each.features)
    return [*(name for name in ORDER if name in found), *(n for n in found if n not in ORDER)]
