"""What rules say of evidence, and an exporter that gives them none, whichever the dialect."""

from __future__ import annotations

from typing import Any, ClassVar

from conformance.dialects import RULES
from conformance.model.evidence import Evidence

BY_ID = {rule.id: rule for rule in RULES}


def broken(id: str, evidence: Evidence) -> str:
    """What the rule of that id says of the evidence; "" where it is kept."""
    return "; ".join(found.message for found in BY_ID[id].check(evidence))


def told_of(words: str, said: str) -> bool:
    """Whether a verdict has these words; "" stands for a rule that is kept."""
    return bool(said) is bool(words) and words in said


class Silent:
    """Claims everything, says that all went well, and never sends a thing."""

    dialect: ClassVar[str]
    features: ClassVar[tuple[str, ...]]
    state: ClassVar[dict[str, Any]]

    def handle(self, message: dict[str, Any]) -> dict[str, Any]:
        said: dict[str, dict[str, Any]] = {
            "hello": {
                "protocol": 1,
                "exporter": {"name": "Silent", "version": "1"},
                "dialects": [self.dialect],
                "features": list(self.features),
            },
            "sync": {"synchronised": True},
            "act": {"done": True},
            "export": {"accepted": True},
            "settle": {"pending": []},
            "advance": {"now": "2026-06-15T09:00:00Z"},
            "state": self.state,
        }
        return {"id": message["id"], "status": "ok", **said.get(message["op"], {})}
