"""The Schoology-style dialect as one value."""

from __future__ import annotations

from conformance.model.dialect import Dialect
from conformance.schoology.profile import PROFILE
from conformance.schoology.rules import RULES
from conformance.schoology.tour import TOUR
from conformance.schoology.vocabulary import VOCABULARY
from mock_sis.contracts.contract import document

SCHOOLOGY = Dialect(
    PROFILE, RULES, TOUR, document("adapter/schoology.schema.json"), vocabulary=VOCABULARY
)
