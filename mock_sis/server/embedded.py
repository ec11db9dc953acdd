"""A simulator with its server in a thread of its own, for code that is not asynchronous.

It is steered from the outside like any other: what `seed`, `fault` and `advance` do are calls to
the control interface, and stand in the journal.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from types import TracebackType
from typing import Any, Self, TypeVar

from mock_sis.errors import FaultError, UsageError
from mock_sis.exchange import Call, Reply
from mock_sis.formats.negotiation import JSON_TYPE, decode_json, encode_json
from mock_sis.journal.entry import Entry
from mock_sis.seeds import library
from mock_sis.server import serving
from mock_sis.simulator import Simulator

T = TypeVar("T")
_WHERE_AND_WHEN = frozenset({"operation", "subject", "header", "when"})


class EmbeddedSimulator:
    """A running simulator; `url` is its root, below which the dialects lie.

    `seed` is a built-in seed's name, a file, or a document. `allow_fault_header` lets requests
    bring their own faults, `body_timeout` is the longest silence in a body, in seconds. Close it
    when done, or use it as a context manager.
    """

    def __init__(
        self,
        seed: str | Mapping[str, Any] = "demo",
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        allow_fault_header: bool = False,
        body_timeout: float = 30.0,
    ) -> None:
        self._simulator = Simulator(allow_fault_header=allow_fault_header)
        self._simulator.load(_document(seed))
        started: Future[str] = Future()
        self._thread = threading.Thread(
            target=self._run, args=(started, host, port, body_timeout), name="mock-sis", daemon=True
        )
        self._thread.start()
        self.url = started.result()

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.url}>"

    def _run(self, started: Future[str], host: str, port: int, body_timeout: float) -> None:
        try:
            asyncio.run(self._serve(started, host, port, body_timeout))
        except Exception as error:
            if started.done():
                raise
            started.set_exception(error)

    async def _serve(self, started: Future[str], host: str, port: int, body_timeout: float) -> None:
        self._loop = asyncio.get_running_loop()
        self._stop = asyncio.Event()
        async with serving(self._simulator, host, port, body_timeout=body_timeout) as url:
            started.set_result(url)
            await self._stop.wait()

    def seed(self, seed: str | Mapping[str, Any]) -> None:
        """Start over from a seed: a built-in one's name, a file, or a document. The journal goes
        on. Raises SeedError and changes nothing."""
        document = _document(seed)
        self._in_thread(lambda: self._simulator.load(document))

    def fault(self, fault: str | Mapping[str, Any], **parameters: Any) -> str:
        """Arm a fault and give its id.

        Either a whole fault document, or a kind with its parameters; `operation`, `subject`,
        `header` and `when` among them say where and when, and without them it is the very next
        exchange of any operation. Raises FaultError.
        """
        reply = self._call("POST", "/_control/faults", _fault(fault, parameters))
        told = decode_json(reply.body)
        if reply.status != 201:
            raise FaultError(_said(told))
        return str(told["id"])

    @property
    def faults(self) -> list[dict[str, Any]]:
        """Every armed fault with the number of times it was seen and fired."""
        return list(self.control("GET", "/_control/faults")["faults"])

    @property
    def journal(self) -> list[Entry]:
        """Every exchange so far that is still kept, oldest first; control calls included."""
        return self._in_thread(self._simulator.world.journal.select)

    @property
    def gradebook(self) -> dict[str, Any]:
        """What the SIS knows now, as plain data."""
        return self._in_thread(lambda: self._simulator.world.gradebook.snapshot())

    def advance(self, seconds: float) -> None:
        """Move the simulator's clock forward."""
        self.control("POST", "/_control/clock/advance", {"seconds": seconds})

    def control(self, method: str, path: str, data: Any = None) -> Any:
        """Call the control interface and give its answer as plain data; None where it is empty.

        Raises UsageError where it refuses.
        """
        reply = self._call(method, path, data)
        told = decode_json(reply.body) if reply.body else None
        if reply.status >= 400:
            raise UsageError(_said(told))
        return told

    def close(self) -> None:
        """Stop the server. Exchanges under way are cut; closing twice does no harm."""
        if self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._stop.set)
            self._thread.join()

    def _call(self, method: str, path: str, data: Any) -> Reply:
        body = b"" if data is None else encode_json(data)
        headers = (("Content-Type", JSON_TYPE),)

        def answer() -> Reply:
            now = self._simulator.world.clock.now()
            outcome = self._simulator.answer(Call(method, path, headers, body, now))
            if not isinstance(outcome, Reply):
                raise UsageError(f"{path} is not answered at once; ask for it over HTTP.")
            return outcome

        return self._in_thread(answer)

    def _in_thread(self, do: Callable[[], T]) -> T:
        """Do something where the server runs, between two of its exchanges."""
        if not self._thread.is_alive():
            return do()

        async def done() -> T:
            return do()

        return asyncio.run_coroutine_threadsafe(done(), self._loop).result()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def _document(seed: str | Mapping[str, Any]) -> Mapping[str, Any]:
    return library.find(seed) if isinstance(seed, str) else seed


def _fault(fault: str | Mapping[str, Any], parameters: Mapping[str, Any]) -> Mapping[str, Any]:
    """The fault document that a kind with its parameters amounts to."""
    if not isinstance(fault, str):
        return fault
    around = {name: parameters[name] for name in parameters if name in _WHERE_AND_WHEN}
    what = {name: parameters[name] for name in parameters if name not in _WHERE_AND_WHEN}
    return {**around, "fault": {"kind": fault, **what}}


def _said(problem: Any) -> str:
    """A problem document as a sentence or two; a detail that is the only place's is said once."""
    rows = problem.get("errors", ())
    places = [f"{row['pointer'] or '(root)'}: {row['detail']}" for row in rows]
    said = [] if [row["detail"] for row in rows] == [problem["detail"]] else [problem["detail"]]
    return " ".join([*said, "; ".join(places)]).strip()
