"""The Skyward-style dialect as one value."""

from __future__ import annotations

from conformance.model.dialect import Dialect
from conformance.skyward.profile import PROFILE
from conformance.skyward.rules import RULES
from conformance.skyward.tour import TOUR
from conformance.skyward.vocabulary import VOCABULARY
from mock_sis.contracts.contract import document

SKYWARD = Dialect(
    PROFILE, RULES, TOUR, document("adapter/skyward.schema.json"), vocabulary=VOCABULARY
)
