"""Short tasks in children: checks, explanations, conversions; only so many at a time."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from matchmaker.service.children import run_task
from matchmaker.service.metrics import Metrics
from matchmaker.service.problems import Problem
from matchmaker.service.settings import Settings

MOST_WAITING = 8
"""Tasks that may wait, for each that may run."""

RETRY = {"Retry-After": "2"}


class Refused(Exception):
    """What a child says is wrong, as a problem document."""

    def __init__(self, document: dict[str, Any]) -> None:
        super().__init__()
        self.document = document


class Helpers:
    """Runs short tasks.

    Parameters
    ----------
    settings : Settings
    metrics : Metrics
    """

    def __init__(self, settings: Settings, metrics: Metrics) -> None:
        self.settings, self.metrics = settings, metrics
        self.room = asyncio.Semaphore(settings.checks)
        self.num_waiting = 0

    async def run(self, task: str, folder: Path, arguments: Mapping[str, Any]) -> Any:
        """Run a task and return what it results in.

        Raises
        ------
        Refused
            With the problem that the task found.
        Problem
            If there is no room, or it takes too long.
        """
        given = {"people": self.settings.people, **arguments}
        async with self._enter():
            memory, seconds = self.settings.check_memory, self.settings.check_seconds
            last = await run_task(task, folder, given, memory=memory, seconds=seconds)
        if last["kind"] == "done":
            return last["result"]
        if last["kind"] == "failed":
            raise Refused(last["problem"])
        if last["kind"] == "slow":
            told = f"it takes longer than the {self.settings.check_seconds:,.0f} seconds that it may take"
            raise Problem("too-slow", told, RETRY)
        raise Problem("out-of-memory", "its process ended without a word; it may have needed too much memory")

    @asynccontextmanager
    async def _enter(self) -> AsyncIterator[None]:
        """Wait for room, if not too many do."""
        if self.num_waiting >= MOST_WAITING * self.settings.checks:
            raise Problem("busy", "too many checks and conversions are waiting", RETRY)
        self.num_waiting += 1
        try:
            async with asyncio.timeout(self.settings.check_seconds):
                await self.room.acquire()
        except TimeoutError:
            raise Problem("busy", "there was no room for it in time", RETRY) from None
        finally:
            self.num_waiting -= 1
        self.metrics.children.inc()
        try:
            yield
        finally:
            self.metrics.children.dec()
            self.room.release()
