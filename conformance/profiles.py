"""The profiles: what the suite has to know of a dialect in order to play its scenarios."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Profile:
    """One dialect.

    `name` is what `hello` and `configure` call it, and the seed document its policies. The SIS is
    served below `base_path`. `method` is the HTTP method that carries grades unless a scenario says
    otherwise.
    """

    name: str
    base_path: str
    method: str


WISEFLOW = Profile("wiseflow", "/wiseflow", "POST")
SCHOOLOGY = Profile("schoology", "/v1", "PUT")

PROFILES = {profile.name: profile for profile in (WISEFLOW, SCHOOLOGY)}
"""By name, in the order in which they are reported."""
