"""The WISEflow-style dialect as one value."""

from __future__ import annotations

from conformance.model.dialect import Dialect
from conformance.wiseflow.profile import PROFILE
from conformance.wiseflow.rules import RULES
from conformance.wiseflow.tour import TOUR
from conformance.wiseflow.vocabulary import VOCABULARY
from mock_sis.contracts.contract import document

WISEFLOW = Dialect(
    PROFILE, RULES, TOUR, document("adapter/wiseflow.schema.json"), vocabulary=VOCABULARY
)
