"""A simulator whose server runs in a background thread, for synchronous code such as tests.

`seed`, `fault` and `advance` call the control interface, so the journal records them.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from contextlib import AbstractAsyncContextManager
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeVar

from mock_sis.errors import FaultError, UsageError
from mock_sis.exchange import Call, Reply
from mock_sis.formats.json_text import decode_json, encode_json
from mock_sis.formats.negotiation import JSON_TYPE
from mock_sis.journal.entry import Entry
from mock_sis.seeds import library
from mock_sis.server import serving
from mock_sis.server.tls import https
from mock_sis.simulator import Simulator

T = TypeVar("T")
_Serve = Callable[[], AbstractAsyncContextManager[str]]
_WHERE_AND_WHEN = frozenset({"operation", "subject", "header", "when"})


class EmbeddedSimulator:
    """A running simulator. `url` is its root URL; the dialects are below it.

    `seed` is the name of a built-in seed, a file, or a seed document. `allow_fault_header` lets
    requests inject faults with the header X-Mock-Fault. `body_timeout` is the longest pause within
    a request body, in seconds. With `tls_cert` and `tls_key`, two PEM files, it speaks HTTPS.
    Close it after use, or use it as a context manager.
    """

    def __init__(
        self,
        seed: str | Mapping[str, Any] = "demo",
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        allow_fault_header: bool = False,
        body_timeout: float = 30.0,
        tls_cert: Path | str | None = None,
        tls_key: Path | str | None = None,
    ) -> None:
        self._simulator = Simulator(allow_fault_header=allow_fault_header)
        self._simulator.load(_document(seed))
        files = [None if each is None else Path(each) for each in (tls_cert, tls_key)]
        tls = https(*files)
        started: Future[str] = Future()
        serve = partial(serving, self._simulator, host, port, body_timeout=body_timeout, tls=tls)
        self._thread = threading.Thread(
            target=self._run, args=(started, serve), name="mock-sis", daemon=True
        )
        self._thread.start()
        self.url = started.result()

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.url}>"

    def _run(self, started: Future[str], serve: _Serve) -> None:
        try:
            asyncio.run(self._serve(started, serve))
        except Exception as error:
            if started.done():
                raise
            started.set_exception(error)

    async def _serve(self, started: Future[str], serve: _Serve) -> None:
        self._loop = asyncio.get_running_loop()
        self._stop = asyncio.Event()
        async with serve() as url:
            started.set_result(url)
            await self._stop.wait()

    def seed(self, seed: str | Mapping[str, Any]) -> None:
        """Start over from a seed: the name of a built-in one, a file, or a seed document. The
        journal keeps its entries. Raises SeedError, and then changes nothing."""
        document = _document(seed)
        self._in_thread(lambda: self._simulator.load(document))

    def fault(self, fault: str | Mapping[str, Any], **parameters: Any) -> str:
        """Arm a fault and return its id.

        `fault` is a complete fault document, or a kind of fault whose parameters follow. Of these,
        `operation`, `subject`, `header` and `when` select the requests; without them, the fault
        acts on the next request to any operation of a dialect. Raises FaultError.
        """
        reply = self._call("POST", "/_control/faults", _fault(fault, parameters))
        answer = decode_json(reply.body)
        if reply.status != 201:
            raise FaultError(_problem_text(answer))
        return str(answer["id"])

    @property
    def faults(self) -> list[dict[str, Any]]:
        """Every armed fault; `seen` counts the requests it matched, `fired` those it changed."""
        return list(self.control("GET", "/_control/faults")["faults"])

    @property
    def journal(self) -> list[Entry]:
        """The exchanges that the journal keeps, oldest first, control requests included."""
        return self._in_thread(self._simulator.world.journal.select)

    @property
    def last(self) -> int:
        """The number of the newest exchange, control requests included; 0 before the first."""
        return self._in_thread(lambda: self._simulator.world.journal.last)

    @property
    def gradebook(self) -> dict[str, Any]:
        """The present content of the gradebook, as plain data."""
        return self._in_thread(lambda: self._simulator.world.gradebook.snapshot())

    def advance(self, seconds: float) -> None:
        """Move the simulator's clock forward by seconds."""
        self.control("POST", "/_control/clock/advance", {"seconds": seconds})

    def control(self, method: str, path: str, data: Any = None) -> Any:
        """Call the control interface and return its answer as plain data, or None if it is empty.

        Raises UsageError if the control interface refuses the call.
        """
        reply = self._call(method, path, data)
        answer = decode_json(reply.body) if reply.body else None
        if reply.status >= 400:
            raise UsageError(_problem_text(answer))
        return answer

    def close(self) -> None:
        """Stop the server and cut off current requests. Closing it again does nothing."""
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
                raise UsageError(f"{path} is an endless stream of events; request it over HTTP.")
            return outcome

        return self._in_thread(answer)

    def _in_thread(self, do: Callable[[], T]) -> T:
        """Call a function in the server's thread, between two requests."""
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


def _problem_text(problem: Any) -> str:
    """A problem document as one line. The summary is left out if the only error repeats it."""
    errors = problem.get("errors", ())
    places = [f"{each['pointer'] or '(root)'}: {each['detail']}" for each in errors]
    repeated = [each["detail"] for each in errors] == [problem["detail"]]
    summary = [] if repeated else [problem["detail"]]
    return " ".join([*summary, "; ".join(places)]).strip()
