"""The table of dialects: where each is served, what it answers, who may call it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from mock_sis.dialects import oneroster, schoology, wiseflow
from mock_sis.dialects.oneroster import statusinfo
from mock_sis.dialects.schoology import answers as schoology_answers
from mock_sis.errors import Refused
from mock_sis.exchange import Headers, Reply, Route
from mock_sis.media import problem_reply
from mock_sis.settings import Settings


@dataclass(frozen=True, slots=True)
class Dialect:
    """One interface: its routes, where its policies put it, the credentials they ask for, and the
    form in which it tells an error, and the headers it sends with every answer."""

    name: str
    routes: tuple[Route, ...]
    base: Callable[[Settings], str]
    auth: Callable[[Settings], Mapping[str, Any]]
    refuse: Callable[[Refused], Reply]
    marks: Headers = ()


DIALECTS: tuple[Dialect, ...] = (
    Dialect(
        "wiseflow",
        wiseflow.ROUTES,
        lambda settings: settings.wiseflow.base_path,
        lambda settings: settings.wiseflow.auth,
        problem_reply,
    ),
    Dialect(
        "schoology",
        schoology.ROUTES,
        lambda settings: settings.schoology.base_path,
        lambda settings: settings.schoology.auth,
        schoology_answers.refuse,
        schoology_answers.MARKS,
    ),
    Dialect(
        "oneroster",
        oneroster.ROUTES,
        lambda settings: settings.oneroster.base_path,
        lambda settings: settings.oneroster.auth,
        statusinfo.refuse,
    ),
    Dialect(
        "oneroster",
        oneroster.TOKEN_ROUTES,
        lambda _settings: "/",
        lambda settings: settings.oneroster.auth,
        statusinfo.refuse,
    ),
)
