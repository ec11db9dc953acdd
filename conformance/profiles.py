"""The profiles: what the suite has to know of a dialect in order to play its scenarios."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Profile:
    """One dialect.

    `name` is what `hello` and `configure` call it, and `policies` what the seed document does. The
    SIS is served below `base_path` and issues OAuth 2 tokens at `token_path`. `method` is the HTTP
    method that carries grades unless a scenario says otherwise.
    """

    name: str
    base_path: str
    method: str
    policies: str
    token_path: str


WISEFLOW = Profile("wiseflow", "/wiseflow", "POST", "wiseflow", "/wiseflow/oauth/token")
SCHOOLOGY = Profile("schoology", "/v1", "PUT", "schoology", "/v1/oauth/token")
SKYWARD = Profile("skyward", "/ims/oneroster", "PUT", "oneroster", "/oauth/token")

PROFILES = {profile.name: profile for profile in (WISEFLOW, SCHOOLOGY, SKYWARD)}
"""By name, in the order in which they are reported."""
