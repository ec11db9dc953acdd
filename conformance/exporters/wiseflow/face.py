"""The adapter's face for a flow of an exam system."""

from __future__ import annotations

from collections.abc import Awaitable
from functools import partial

from conformance.exporters.kit.face import Actions, ExporterFace, Fields, Message
from conformance.exporters.kit.times import text
from conformance.exporters.wiseflow.exporter import WiseflowExporter
from conformance.exporters.wiseflow.model import LICENCE_ADMINISTRATOR, Participant
from conformance.exporters.wiseflow.parts import STANDARD, Parts

ACTIONS: Actions[WiseflowExporter] = {
    "submit_assessment": lambda exporter, said: exporter.submit_assessment(
        said["participant"], said["assessor"], said["grade"] or ""
    ),
    "approve": lambda exporter, said: exporter.approve(said["participant"]),
    "unlock": lambda exporter, said: exporter.unlock(said["participant"]),
    "set_alternative_grade": lambda exporter, said: exporter.set_alternative_grade(
        said["participant"], said["grade"] or "", said.get("by", LICENCE_ADMINISTRATOR)
    ),
    "change_setup": lambda exporter, said: exporter.change_setup(said["change"]),
    "enable_instant_export": lambda exporter, _: exporter.enable_instant_export(),
    "add_participant": lambda exporter, said: exporter.add_participant(said["new_participant"]),
    "end_period": lambda exporter, _: exporter.end_period(),
}


class WiseflowFace(ExporterFace[WiseflowExporter]):
    """`exporter` is the class that joins the parts."""

    subject = "flow"
    credentials = ("none", "basic", "bearer", "api_key", "oauth2")
    actions = ACTIONS

    def __init__(
        self,
        message: Message,
        parts: Parts = STANDARD,
        exporter: type[WiseflowExporter] = WiseflowExporter,
    ) -> None:
        super().__init__(message, partial(exporter, parts=parts))

    def fetch(self) -> Awaitable[str]:
        return self.exporter.synchronise()

    def press(self, message: Message) -> Awaitable[str]:
        return self.exporter.export(message["by"])

    def press_retry(self, message: Message) -> Awaitable[str]:
        return self.exporter.retry(message.get("by", "manager"))

    async def state(self, _: Message) -> Fields:
        exporter = self.exporter
        return {
            "flow": exporter.flow_state(),
            "synchronised": exporter.flow.synchronised,
            "instant_export": exporter.flow.instant_export,
            "message": exporter.flow.message,
            "notices": [
                {"assessor": each.assessor, "participant": each.participant, "message": each.text}
                for each in exporter.notices
            ],
            "participants": [self._participant(each) for each in exporter.people],
        }

    def _participant(self, participant: Participant) -> Fields:
        exported_at = participant.exported_at
        return {
            "user_id": participant.user_id,
            "state": participant.state.name.lower(),
            "status": self.exporter.status(participant.user_id).value,
            "registered": self.exporter.registered(participant.user_id) or None,
            "reopened": self.exporter.is_reopened(participant.user_id),
            "exported_at": None if exported_at is None else text(exported_at),
            "message": participant.message,
        }
