"""What the reference exporter answers to each message of the adapter protocol."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from conformance.exporters.kit.face import Face, Fields, Message, Unsupported
from conformance.exporters.wiseflow import Parts, ReferenceExporter
from conformance.exporters.wiseflow.face import WiseflowFace
from conformance.exporters.wiseflow.parts import STANDARD

if TYPE_CHECKING:
    from conformance.exporters.schoology import Parts as SchoologyParts
    from conformance.exporters.skyward import Parts as WriteBackParts

VERSION = "1"
DIALECTS = ("wiseflow", "schoology", "skyward")
FEATURES = (
    "sync",
    "period",
    "retry",
    "co_assessment",
    "unlock",
    "alternative_grades",
    "instant_export",
    "work.inspect",
    "clock.virtual",
    "state.durable",
    "export.concurrent",
    "participant.messages",
    "timeout.configurable",
    "auth.basic",
    "auth.bearer",
    "auth.api_key",
    "auth.oauth1",
    "auth.oauth2",
    "method.patch",
    "pull",
    "format.xml",
    "letters",
    "exceptions",
    "comments",
    "final_comments",
    "row.messages",
    "categories",
    "transfer.sections",
)
"""Those of all dialects together."""

CASE_OPERATIONS = ("load", "sync", "act", "export", "retry", "settle", "advance", "state")


class ReferenceAdapter:
    """Hands each message to the face that configure chose, and makes an answer of what it gives.

    `parts` and `exporter_class` make the flow's exporter, `gradebook` the section's, and
    `course` the course's.
    """

    def __init__(
        self,
        name: str = "reference",
        parts: Parts = STANDARD,
        exporter_class: type[ReferenceExporter] = ReferenceExporter,
        gradebook: SchoologyParts | None = None,
        course: WriteBackParts | None = None,
    ) -> None:
        self._name = name
        self._parts = parts
        self._exporter_class = exporter_class
        self._gradebook = gradebook
        self._course = course
        self._face: Face | None = None
        self._openers: dict[str, Callable[[Message], Face]] = {
            "wiseflow": lambda message: WiseflowFace(message, self._parts, self._exporter_class),
            "schoology": self._open_schoology,
            "skyward": self._open_skyward,
        }
        self._operations: dict[str, Callable[[Message], Awaitable[Fields]]] = {
            "hello": self._hello,
            "configure": self._configure,
            "bye": self._bye,
        }

    async def handle(self, message: Message) -> Fields:
        """The one answer to a message. Never raises: what breaks is an answer too."""
        number = message.get("id", 0)
        try:
            return {"id": number, "status": "ok", **await self._answer(message)}
        except Unsupported as error:
            return {"id": number, "status": "unsupported", "reason": str(error)}
        except Exception as error:
            return {"id": number, "status": "error", "message": f"{type(error).__name__}: {error}"}

    def abandon(self) -> None:
        """Drops everything as a kill would."""
        if self._face is not None:
            self._face.close()
            self._face = None

    async def _answer(self, message: Message) -> Fields:
        name = message.get("op", "")
        if name in self._operations:
            return await self._operations[name](message)
        if name not in CASE_OPERATIONS:
            raise Unsupported(f"There is no operation {name!r} here.")
        if self._face is None:
            raise RuntimeError("Send configure first.")
        operation: Callable[[Message], Awaitable[Fields]] = getattr(self._face, name)
        return await operation(message)

    async def _hello(self, _: Message) -> Fields:
        return {
            "protocol": 1,
            "exporter": {"name": self._name, "version": VERSION},
            "dialects": list(DIALECTS),
            "features": list(FEATURES),
        }

    async def _configure(self, message: Message) -> Fields:
        opener = self._openers.get(message["dialect"])
        if opener is None:
            raise Unsupported(f"This exporter speaks {', '.join(DIALECTS)} only.")
        self.abandon()
        self._face = opener(message)
        return {}

    async def _bye(self, _: Message) -> Fields:
        self.abandon()
        return {}

    def _open_schoology(self, message: Message) -> Face:
        # A start is paid again for every kill, and a case of a flow needs none of this.
        from conformance.exporters.schoology.face import SchoologyFace
        from conformance.exporters.schoology.parts import STANDARD

        return SchoologyFace(message, self._gradebook or STANDARD)

    def _open_skyward(self, message: Message) -> Face:
        from conformance.exporters.skyward.face import SkywardFace
        from conformance.exporters.skyward.parts import STANDARD

        return SkywardFace(message, self._course or STANDARD)
