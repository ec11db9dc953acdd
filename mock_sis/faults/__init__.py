"""Faults: frozen values that say where, when and how the simulator misbehaves, and the plan that
holds the armed ones. what.py explains how they work.
"""

from mock_sis.faults.catalogue import FAULTS, Kind
from mock_sis.faults.effects import NO_EFFECTS, Effects
from mock_sis.faults.plan import INLINE, Armed, Plan
from mock_sis.faults.spec import Fault, HeaderMatch, Where, fault_from, inline, what_from
from mock_sis.faults.what import Phase, What
from mock_sis.faults.when import Always, Between, Next, Nth, Probability, When

__all__ = [
    "FAULTS",
    "INLINE",
    "NO_EFFECTS",
    "Always",
    "Armed",
    "Between",
    "Effects",
    "Fault",
    "HeaderMatch",
    "Kind",
    "Next",
    "Nth",
    "Phase",
    "Plan",
    "Probability",
    "What",
    "When",
    "Where",
    "fault_from",
    "inline",
    "what_from",
]
