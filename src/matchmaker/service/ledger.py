"""The store as the server uses it: in a thread of its own, and with word to whoever waits for a change."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from typing import Concatenate, ParamSpec, TypeVar

from matchmaker.service.jobs import Job
from matchmaker.service.store import Store

Given = ParamSpec("Given")
Result = TypeVar("Result")

MOST_WAIT = 1.0
"""Seconds after which somebody who waits looks for themselves: another server may have made the change."""


class Ledger:
    """Asks and changes the store without ever blocking the server.

    Parameters
    ----------
    store : Store
    """

    def __init__(self, store: Store) -> None:
        self.store = store
        self.thread = ThreadPoolExecutor(1, "store")
        self.waiting: dict[str, set[asyncio.Event]] = {}

    async def call(
        self, method: Callable[Concatenate[Store, Given], Result], *given: Given.args, **options: Given.kwargs
    ) -> Result:
        """Call a method of the store in its thread; a job that it returns has changed."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self.thread, lambda: method(self.store, *given, **options))

    async def change(
        self, method: Callable[Concatenate[Store, Given], Job | None], *given: Given.args, **options: Given.kwargs
    ) -> Job | None:
        """Call a method that changes a job, and tell whoever waits for it."""
        job = await self.call(method, *given, **options)
        if job is not None:
            self.tell(job.id)
        return job

    def tell(self, identity: str) -> None:
        """Wake whoever waits for a change of a job."""
        for event in self.waiting.get(identity, ()):
            event.set()

    @asynccontextmanager
    async def watch(self, identity: str) -> AsyncIterator[asyncio.Event]:
        """Give an event that is set with every change of a job."""
        event = asyncio.Event()
        self.waiting.setdefault(identity, set()).add(event)
        try:
            yield event
        finally:
            watchers = self.waiting[identity]
            watchers.discard(event)
            if not watchers:
                del self.waiting[identity]

    async def wait(self, identity: str, is_enough: Callable[[Job], bool], seconds: float) -> Job | None:
        """Return a job once it is as somebody wants it, or as it is when the time is up; None if it is gone."""
        end = asyncio.get_running_loop().time() + seconds
        async with self.watch(identity) as event:
            while True:
                event.clear()
                job = await self.call(Store.get, identity)
                left = end - asyncio.get_running_loop().time()
                if job is None or is_enough(job) or left <= 0:
                    return job
                await wait_for(event, min(left, MOST_WAIT))

    def close(self) -> None:
        """Finish what the store has to do, and let go of it."""
        self.thread.submit(self.store.close)
        self.thread.shutdown(wait=True)


async def wait_for(event: asyncio.Event, seconds: float) -> None:
    """Wait for an event, but no longer than some seconds."""
    try:
        async with asyncio.timeout(seconds):
            await event.wait()
    except TimeoutError:
        return
