"""Whom to export, when, and in which bytes: one method for each decision, and no effects."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any

from conformance.exporters.kit.outcome import ExportState
from conformance.exporters.wiseflow import marking
from conformance.exporters.wiseflow.model import Change, Flow, MarkingStatus, Participant, SentRow

ONLY_ADMINISTRATORS = (
    "A change of the set-up turned instant export off; only an administrator can export this flow."
)


class Decisions:
    """The decisions of an export as pure functions. Stateless; a flaw is a subclass."""

    # Who

    def final_grade(self, flow: Flow, participant: Participant) -> str:
        """The markers' grade once only an unlocking can change it; "" before."""
        if marking.status(flow, participant) is not MarkingStatus.SUBMITTED:
            return ""
        return marking.agreed_grade(flow, participant)

    def alternative_grade(self, participant: Participant) -> str:
        """The grade that overrides the markers', or ""."""
        return participant.alternative_grade

    def overall_grade(self, flow: Flow, participant: Participant) -> str:
        """The grade that counts: the alternative grade if set, else the final one."""
        return self.alternative_grade(participant) or self.final_grade(flow, participant)

    def is_from_sis(self, participant: Participant) -> bool:
        return participant.source == "sis"

    def is_graded(self, flow: Flow, participant: Participant) -> bool:
        """A grade of "0" is a grade."""
        return self.overall_grade(flow, participant) != ""

    def is_eligible(self, flow: Flow, participant: Participant) -> bool:
        """Whether the participant may be sent at all."""
        return self.is_from_sis(participant) and self.is_graded(flow, participant)

    def is_untried(self, participant: Participant) -> bool:
        """Whether no export has claimed this participant. A claim makes this false at once, so that
        two presses are one export."""
        return participant.state is ExportState.NOT_EXPORTED

    def is_retriable(self, participant: Participant) -> bool:
        return participant.state is ExportState.FAILED

    def to_export(self, flow: Flow, people: Iterable[Participant]) -> list[Participant]:
        """Whom the export button sends."""
        return [each for each in people if self.is_untried(each) and self.is_eligible(flow, each)]

    def to_retry(self, flow: Flow, people: Iterable[Participant]) -> list[Participant]:
        """Whom the retry button sends."""
        return [each for each in people if self.is_retriable(each) and self.is_eligible(flow, each)]

    # When

    def is_synchronised(self, flow: Flow) -> bool:
        return flow.synchronised

    def has_source(self, flow: Flow) -> bool:
        return bool(flow.sis_sources)

    def period_has_ended(self, flow: Flow, now: float) -> bool:
        return now >= flow.marking_end

    def may_press(self, flow: Flow, by: str) -> bool:
        """Once instant export has turned itself off, only administrators export."""
        return not flow.instant_lost or by == "administrator"

    def obstacle(self, flow: Flow) -> str:
        """Why nothing can be sent; "" if there is no reason."""
        if not self.has_source(flow):
            return "The flow has no SIS source to export to."
        if not self.is_synchronised(flow):
            return "The flow has not been synchronised with the SIS; synchronise it first."
        return ""

    def refusal(self, flow: Flow, by: str, now: float) -> str:
        """Why this person cannot export now; "" if they can."""
        if obstacle := self.obstacle(flow):
            return obstacle
        if not self.period_has_ended(flow, now):
            return "The assessment period has not ended; export when it has."
        return "" if self.may_press(flow, by) else ONLY_ADMINISTRATORS

    def retry_refusal(self, flow: Flow, by: str) -> str:
        """Why this person can retry nothing now; "" if they can. The period does not matter: it
        allowed the first attempt, which an instant export makes even before its end."""
        return self.obstacle(flow) or ("" if self.may_press(flow, by) else ONLY_ADMINISTRATORS)

    # Instant export

    def goes_instantly(self, flow: Flow, before: Participant, after: Participant) -> bool:
        """Whether this change of a participant starts an instant export."""
        became_final = not self.final_grade(flow, before) and self.final_grade(flow, after) != ""
        return (
            flow.instant_export
            and became_final
            and not self.obstacle(flow)
            and self.is_instantly_eligible(flow, after)
        )

    def is_instantly_eligible(self, flow: Flow, participant: Participant) -> bool:
        """Neither an alternative grade nor the grade that it overrides is exported instantly."""
        return (
            self.is_untried(participant)
            and self.is_eligible(flow, participant)
            and not self.alternative_grade(participant)
        )

    def sent_on_enabling(self, flow: Flow, people: Iterable[Participant]) -> list[Participant]:  # noqa: ARG002
        """Whom turning on instant export sends. It is not retroactive, so the list is empty."""
        return []

    def turns_instant_off(self, flow: Flow, change: Change, now: float) -> bool:  # noqa: ARG002
        """Whether this change ends instant export: any change does once marking has started."""
        return flow.instant_export and now >= flow.marking_start

    # Alternative grades

    def alternative_is_frozen(self, participant: Participant) -> bool:
        """Whether the SIS has the alternative grade, or it is being sent."""
        if participant.state is ExportState.QUEUED:
            return self.alternative_grade(participant) != ""
        return participant.sent is not None and participant.sent.admin_grade != ""

    # What is sent

    def row(self, flow: Flow, participant: Participant) -> SentRow:
        return SentRow(
            participant.user_id,
            mark=self.final_grade(flow, participant),
            admin_grade=self.alternative_grade(participant),
        )

    def batches(self, rows: Sequence[SentRow]) -> list[Sequence[SentRow]]:
        """The calls of an export: one, with all participants."""
        return [rows]

    def entry(self, row: SentRow) -> dict[str, Any]:
        """One participant as sent: three fields, and no other personal data."""
        return {"userId": row.user_id, "mark": row.mark, "adminGrade": row.admin_grade}

    def body(self, rows: Sequence[SentRow]) -> bytes:
        """UTF-8 JSON. Raises UnicodeEncodeError for text that is not Unicode."""
        document = {"participants": [self.entry(row) for row in rows]}
        return json.dumps(document, ensure_ascii=False).encode()

    # What is shown

    def flow_state(self, flow: Flow, people: Iterable[Participant]) -> str:
        """The state of the whole flow on the dashboard: `queued` while a run is under way."""
        people = tuple(people)
        states = {each.state for each in people}
        if ExportState.QUEUED in states:
            return "queued"
        if ExportState.EXPORTED not in states:
            return "failed" if ExportState.FAILED in states else "not_exported"
        rest = ExportState.FAILED in states or self.to_export(flow, people)
        return "partly_exported" if rest else "exported"

    def shown_to_participant(self, flow: Flow, participant: Participant) -> str:
        """The grade that the participant sees; "" while grades are hidden."""
        return self.overall_grade(flow, participant) if flow.grades_shown else ""
