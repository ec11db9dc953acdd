"""The OAuth 2 scopes of the services. Each set lists alternatives: a token needs one of its scopes.

Source: OneRoster 1.2, security of the operations in the OpenAPI documents of both services. The
other scopes of the roster do not allow reading demographics.
"""

from __future__ import annotations

SCOPE = "https://purl.imsglobal.org/spec/or/v1p2/scope/"
ROSTER = frozenset({f"{SCOPE}roster.readonly"})
ROSTER_CORE = ROSTER | {f"{SCOPE}roster-core.readonly"}
PERSONAL = frozenset({f"{SCOPE}roster-demographics.readonly"})
MARKS = frozenset({f"{SCOPE}gradebook.readonly"})
MARKS_CORE = MARKS | {f"{SCOPE}gradebook-core.readonly"}
PUT = frozenset({f"{SCOPE}gradebook.createput"})
POST = frozenset({f"{SCOPE}gradebook.createpost"})
DELETE = frozenset({f"{SCOPE}gradebook.delete"})
