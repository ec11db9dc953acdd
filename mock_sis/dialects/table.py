"""The table of dialects. A new dialect is one more row; CONTRIBUTING.md lists the other steps."""

from __future__ import annotations

from mock_sis.dialects.oneroster.dialect import ONEROSTER
from mock_sis.dialects.schoology.dialect import SCHOOLOGY
from mock_sis.dialects.wiseflow.dialect import WISEFLOW
from mock_sis.settings import Dialect

DIALECTS: tuple[Dialect, ...] = (WISEFLOW, SCHOOLOGY, ONEROSTER)
