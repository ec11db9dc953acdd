"""Running adapters, each lent to one case at a time, so that few have to be started."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from types import TracebackType

from conformance.dialects import DIALECTS
from conformance.drivers.base import Driver
from conformance.model.dialect import Dialect
from conformance.model.evidence import Identity
from conformance.runner.session import Session


class Pool:
    """At most `size` sessions. Leaving the pool stops every adapter it started."""

    def __init__(
        self,
        driver: Driver,
        size: int,
        timeout: float,
        dialects: tuple[Dialect, ...] = DIALECTS,
    ) -> None:
        self._driver = driver
        self._timeout = timeout
        self._dialects = dialects
        self._room = asyncio.Semaphore(size)
        self._idle: list[Session] = []
        self._lent: set[Session] = set()
        self.remarks: list[str] = []

    async def __aenter__(self) -> Pool:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await asyncio.gather(*(session.kill() for session in self._lent))
        endings = await asyncio.gather(*(session.stop() for session in self._idle))
        self._idle.clear()
        self.remarks += dict.fromkeys(ending for ending in endings if ending)

    async def introduce(self) -> Identity:
        """Start the first adapter and ask for its identity. Raises AdapterBroken."""
        async with self._room:
            session = self._new()
            identity = await self._start(session)
            self._idle.append(session)
            return identity

    @asynccontextmanager
    async def session(self) -> AsyncIterator[Session]:
        """A running adapter for one case. One that broke, or whose case failed, is not used again.
        Raises AdapterBroken if a new one does not start."""
        async with self._room:
            session = self._idle.pop() if self._idle else self._new()
            if session.running:
                session.forget()  # what it wrote in another case is not evidence of this one
            else:
                await self._start(session)
            self._lent.add(session)
            try:
                yield session
            except BaseException:
                await session.kill()
                raise
            finally:
                self._lent.discard(session)
                if session.running:
                    self._idle.append(session)

    def _new(self) -> Session:
        return Session(self._driver, self._timeout, self._dialects)

    async def _start(self, session: Session) -> Identity:
        self._lent.add(session)
        try:
            return await session.start()
        except BaseException:
            await session.kill()
            raise
        finally:
            self._lent.discard(session)
