"""The stage of one case: a fresh simulator on a free port, and the exporter in front of it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import Path
from secrets import token_urlsafe
from tempfile import TemporaryDirectory
from typing import Any

from conformance.drivers.protocol import Answer
from conformance.model.evidence import Held, Identity
from conformance.model.rule import Scenario
from conformance.model.steps import DAY, HOUR
from conformance.model.subject import Period
from conformance.runner.session import Session
from mock_sis.clock import from_iso, iso
from mock_sis.exchange import Call, Reply
from mock_sis.formats.json_text import encode_json
from mock_sis.journal.entry import Entry
from mock_sis.server.port import Port, listening
from mock_sis.simulator import Simulator

BEGIN = from_iso("2026-06-15T09:00:00Z")
"""When a case with a virtual clock begins."""

QUIET_INSPECTED = 1.0
QUIET_BLIND = 5.0
"""Real seconds of a quiet window; the longer one if the suite cannot see the exporter's clock and
work. Below these the proof would not hold, so no option lowers them."""

AFTER = HOUR
"""EndPeriod moves the clock to so many seconds after the end of the period."""

UNCHANGING = ("GET", "HEAD", "OPTIONS")
"""Methods that change nothing in a SIS."""

SimulatorFactory = Callable[[str], Simulator]
"""Makes an empty simulator, with a control token."""


def bare_simulator(control_token: str) -> Simulator:
    """A simulator with every dialect of mock_sis."""
    return Simulator(control_token=control_token)


@dataclass
class Stage:
    """What the steps of one case act on.

    `armed` maps the ids of armed faults to whether they must fire. `background` is an export whose
    answer has not been awaited. `noted` pairs the number of each journal entry with its real time.
    `configured` is the first `configure` message; `held` is what each exchange changed in the SIS,
    and what the SIS held at first as changed by exchange 0.
    """

    scenario: Scenario
    identity: Identity
    session: Session
    simulator: Simulator
    port: Port
    state_dir: Path
    period: Period
    armed: dict[str, bool] = field(default_factory=dict)
    background: asyncio.Task[Answer] | None = None
    quiet_seconds: float = 0.0
    heard: asyncio.Event = field(default_factory=asyncio.Event)
    noted: list[tuple[int, float]] = field(default_factory=list)
    configured: dict[str, Any] = field(default_factory=dict)
    held: list[Held] = field(default_factory=list)
    _holding: Mapping[str, str] = field(default_factory=dict)

    @property
    def url(self) -> str:
        """Where the exporter finds the SIS."""
        return f"{self.port.url}{self.scenario.profile.base_path}"

    def has(self, feature: str) -> bool:
        """Whether the exporter declares a feature."""
        return feature in self.identity.features

    @property
    def now(self) -> float:
        """Unix seconds by the SIS's clock."""
        return self.simulator.world.clock.now()

    @property
    def theirs(self) -> float:
        """Unix seconds by the exporter's clock."""
        return self.now - self.scenario.skew

    @property
    def load_fields(self) -> dict[str, Any]:
        """The fields of the `load` message."""
        return self.scenario.subject.load_fields(self.period)

    @property
    def last(self) -> int:
        """The number of the newest journal entry."""
        return self.simulator.world.journal.last

    @property
    def requests(self) -> list[Entry]:
        """What the SIS has received from the exporter."""
        return self.requests_since(0)

    def requests_since(self, number: int) -> list[Entry]:
        """What the SIS has received from the exporter after that journal entry."""
        journal = self.simulator.world.journal.select(since=number)
        return [entry for entry in journal if not entry.operation.startswith("control.")]

    @property
    def open(self) -> tuple[int, ...]:
        """The numbers of the exporter's requests whose answer is not delivered yet."""
        return tuple(entry.number for entry in self.requests if entry.delivered is None)

    async def closed(self) -> None:
        """Wait until no request is open. The journal does not announce the end of a delivery, so
        it is polled."""
        while self.open:  # noqa: ASYNC110
            await asyncio.sleep(0.01)

    @property
    def quiet_window(self) -> float:
        """Real seconds of a quiet window for this exporter."""
        seen = self.has("clock.virtual") and self.has("work.inspect")
        return QUIET_INSPECTED if seen else QUIET_BLIND

    def control(self, method: str, path: str, body: dict[str, Any]) -> Any:
        """What the control API answers to the suite. Only the suite has the token, so that an
        exporter cannot change what it is judged by."""
        token = self.simulator.world.settings.control_token
        call = Call(
            method,
            f"/_control{path}",
            (("Content-Type", "application/json"), ("Authorization", f"Bearer {token}")),
            encode_json(body),
            received=self.now,
            peer="suite",
        )
        reply = self.simulator.answer(call)
        if not isinstance(reply, Reply) or reply.status >= 400:
            raise ValueError(f"{self.scenario.name}: {method} {path} {body} was refused: {reply}")
        return reply

    async def configure(self, *, resume: bool) -> None:
        """Send `configure`: where the SIS is, and the state directory."""
        profile = self.scenario.profile
        mode = "virtual" if self.has("clock.virtual") else "real"
        auth = dict(self.scenario.policies.get("auth", {"type": "none"}))
        if auth["type"] == "oauth2":
            base = self.url.removesuffix(profile.base_path)
            auth["token_url"] = f"{base}{profile.token_path}"
        await self.session.ask(
            "configure",
            {
                "dialect": profile.name,
                "sis_url": self.url,
                "credentials": auth,
                "method": self.scenario.method or profile.method,
                "format": self.scenario.format,
                "timeout": self.scenario.timeout,
                "state_dir": str(self.state_dir),
                "clock": {"mode": mode, "now": iso(self.theirs)},
                "resume": resume,
                **profile.configured(self.scenario.policies, self.identity.features),
            },
        )
        self.configured = self.configured or dict(self.session.answered() or {})

    def compare(self, number: int) -> None:
        """Note what this exchange changed in the SIS; number 0 is for what it held at first."""
        before = self._holding
        self._holding = self.scenario.profile.held(self.simulator.world.gradebook.snapshot())
        changed = {
            key: self._holding.get(key)
            for key in {**before, **self._holding}
            if before.get(key) != self._holding.get(key)
        }
        self.held += [Held(number, key, value) for key, value in changed.items()]

    async def join(self) -> None:
        """Wait for the export in the background."""
        task, self.background = self.background, None
        if task is not None:
            await task

    async def drop(self) -> None:
        """Forget the export in the background, because its adapter is being killed."""
        task, self.background = self.background, None
        if task is not None:
            task.cancel()
            await asyncio.wait({task})
            # Retrieved, so that the loop does not report an exception that was never retrieved.
            _ = task.cancelled() or task.exception()

    async def hear(self, done: Callable[[], bool], seconds: float) -> bool:
        """Wait until `done`, which is called after every request to the SIS. False if that takes
        longer than so many real seconds."""
        try:
            async with asyncio.timeout(seconds):
                while not done():
                    self.heard.clear()
                    await self.heard.wait()
        except TimeoutError:
            return False
        return True

    def counted(self, operation: str) -> int:
        """How many exchanges of an operation (shell-style pattern) the journal has."""
        return sum(
            1 for entry in self.simulator.world.journal if fnmatchcase(entry.operation, operation)
        )


@asynccontextmanager
async def staged(
    scenario: Scenario,
    identity: Identity,
    session: Session,
    make_simulator: SimulatorFactory = bare_simulator,
    house: AsyncExitStack | None = None,
) -> AsyncIterator[Stage]:
    """A stage whose SIS is served and seeded, before the first message of the case.

    The SIS and the state directory last as long as `house`, if it is given, or else as the stage.
    """
    async with AsyncExitStack() as own:
        stage = await _opened(scenario, identity, session, make_simulator, house or own)
        try:
            yield stage
        finally:
            await stage.drop()


async def _opened(
    scenario: Scenario,
    identity: Identity,
    session: Session,
    make_simulator: SimulatorFactory,
    house: AsyncExitStack,
) -> Stage:
    virtual = "clock.virtual" in identity.features
    begin = BEGIN if virtual else float(int(time.time()))
    period = _period(begin, identity)
    simulator = make_simulator(token_urlsafe())
    simulator.load(_seed(scenario, period, virtual, begin))
    # A plain class that was "killed" runs on in its thread, and may write while this is removed.
    folder = TemporaryDirectory(prefix="conformance-", ignore_cleanup_errors=True)
    place = Path(house.enter_context(folder))
    port = await house.enter_async_context(listening(simulator))
    stage = Stage(scenario, identity, session, simulator, port, place, period)
    loop = asyncio.get_running_loop()

    stage.compare(0)

    def hear(entry: Entry) -> None:
        stage.noted.append((entry.number, round(loop.time(), 3)))
        if entry.call.method not in UNCHANGING:
            stage.compare(entry.number)
        stage.heard.set()

    house.callback(simulator.world.journal.subscribe(hear))
    return stage


def _seed(scenario: Scenario, period: Period, virtual: bool, begin: float) -> dict[str, Any]:
    """The seed document of a SIS that knows the subject of the scenario."""
    profile = scenario.profile
    return {
        "name": "conformance",
        "clock": {"mode": "virtual" if virtual else "real", "now": iso(begin + scenario.skew)},
        profile.policies: {"base_path": profile.base_path, **scenario.policies},
        **scenario.subject.seed(period),
    }


def _period(begin: float, identity: Identity) -> Period:
    """The period of the scenario's subject. It is over from the beginning for an exporter that has
    neither a virtual clock nor the action `end_period`."""
    movable = {"clock.virtual", "period"} & set(identity.features)
    return Period(begin - 14 * DAY, begin + (DAY if movable else -HOUR))
