"""Jobs, one process each: begun when there is room, watched, cancelled, ended or begun anew."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import sqlite3
import time
import traceback
from typing import Any
from uuid import uuid4

import msgspec

from matchmaker.service.children import Child
from matchmaker.service.jobs import CANCELLED, FAILED, SUCCEEDED, Best, Job, Step
from matchmaker.service.ledger import Ledger, wait_for
from matchmaker.service.metrics import Metrics
from matchmaker.service.problems import Document, describe_problem
from matchmaker.service.settings import Settings
from matchmaker.service.store import Store
from matchmaker.service.vault import BEST, MATCHING, Vault

logger = logging.getLogger(__name__)

TICK = 0.5
"""Seconds after which the supervisor looks around, if nothing calls it before."""

PURGE_EVERY, PURGED = 60.0, 10
"""Seconds between two purges, and jobs that are purged before jobs that wait have their turn again."""

MANNERS = 0.15
"""Seconds that a job gets to end by itself when it is cancelled; then it is killed."""

PATIENCE = 30.0
"""Seconds beyond its time that a job gets for writing; then it is killed."""


class Run:
    """One attempt of a job that is running here.

    Parameters
    ----------
    job : Job
    child : Child
    """

    def __init__(self, job: Job, child: Child) -> None:
        self.job, self.child = job, child
        self.last: dict[str, Any] | None = None
        self.step = Step("starting")
        self.best: Best | None = None
        self.is_late = False
        self.work: int | None = None
        self.worked = time.monotonic()
        self.has_ended = asyncio.Event()


class Supervisor:
    """Runs jobs.

    Parameters
    ----------
    settings : Settings
    ledger : Ledger
    vault : Vault
    metrics : Metrics
    """

    def __init__(self, settings: Settings, ledger: Ledger, vault: Vault, metrics: Metrics) -> None:
        self.settings, self.ledger, self.vault, self.metrics = settings, ledger, vault, metrics
        self.name = uuid4().hex
        self.runs: dict[str, Run] = {}
        self.tasks: set[asyncio.Task[None]] = set()
        self.is_called = asyncio.Event()
        self.is_stopping, self.is_well = False, True
        self.renewed = self.purged = 0.0
        self.num_running = 0

    async def recover(self) -> None:
        """Take over what an earlier server left behind: answers that were written count, the rest waits again."""
        for job in await self.ledger.call(Store.list_running):
            await self._recover_one(job)
        self.vault.clear_coming()
        for identity in list(self.vault.list_ids()):
            if await self.ledger.call(Store.get, identity) is None:
                self.vault.drop(identity)

    async def _recover_one(self, job: Job) -> None:
        best = self._read_best(job)
        if best is not None:
            state = CANCELLED if job.is_cancelled else SUCCEEDED
            await self.ledger.change(Store.end, job.id, job.attempt, state, best=best)
        else:
            await self.ledger.change(Store.requeue, job.id, job.attempt)

    def _read_best(self, job: Job) -> Best | None:
        """Return how good the answer of an attempt is, None if there is none or it is damaged."""
        answer = self.vault.find_answer(job)
        if not (answer / MATCHING).exists():
            return None
        try:
            return msgspec.json.decode((answer / BEST).read_bytes(), type=Best)
        except (OSError, msgspec.DecodeError):
            logger.error("an answer is damaged", extra={"job": job.id})
            return None

    async def run(self) -> None:
        """Begin jobs, vouch for those that run, and purge those that are over, until the service stops."""
        while not self.is_stopping:
            try:
                await self._look_around()
                self.is_well = True
            except Exception as error:  # noqa: BLE001
                self.is_well = False
                told = "the store cannot be used" if isinstance(error, OSError | sqlite3.Error) else "fault"
                where = "".join(traceback.format_tb(error.__traceback__))
                logger.error(told, extra={"fault": type(error).__name__, "where": where})
            await wait_for(self.is_called, TICK)
            self.is_called.clear()

    async def _look_around(self) -> None:
        """Do whatever is due."""
        now = time.monotonic()
        if now >= self.renewed + self.settings.lease / 3:
            await self.ledger.call(Store.renew, self.name, self.settings.lease, list(self.runs))
            self.renewed = now
            self._end_still(now)
            for job in await self.ledger.call(Store.list_abandoned, time.time()):
                await self._recover_one(job)
        if now >= self.purged + PURGE_EVERY and await self.purge():
            self.purged = now
        await self._fill()

    def _end_still(self, now: float) -> None:
        """Kill jobs whose process has done nothing at all for a long time."""
        for run in self.runs.values():
            work = run.child.measure_work()
            if work is None or work != run.work:
                run.work, run.worked = work, now
            elif now > run.worked + self.settings.stillness:
                logger.error("a job stands still", extra={"job": run.job.id})
                run.child.kill()

    def call(self) -> None:
        """Say that there may be something to do."""
        self.is_called.set()

    async def _fill(self) -> None:
        """Begin jobs while there is room and any wait."""
        while self.num_running < self.settings.jobs and not self.is_stopping:
            job = await self.ledger.change(Store.claim, self.name, self.settings.lease)
            if job is None:
                return
            self.num_running += 1
            # At once, so that whoever cancels the job from here on finds it.
            run = self.runs[job.id] = Run(job, self._make_child(job))
            task = asyncio.create_task(self._run_one(run))
            self.tasks.add(task)
            task.add_done_callback(self.tasks.discard)

    def _make_child(self, job: Job) -> Child:
        """Return the process of an attempt, not started yet."""
        arguments = {
            "answer": str(self.vault.find_answer(job).absolute()),
            "people": self.settings.people,
            "seconds": self.settings.seconds,
        }
        return Child("match", self.vault.find(job.id), arguments, self.settings.memory)

    async def _run_one(self, run: Run) -> None:
        """Run one attempt of a job from its process to its end in the store."""
        job, child = run.job, run.child
        try:
            await child.start()
            async with self._limit(run):
                async for message in child.follow():
                    await self._hear(run, message)
            await self._end(run)
        except Exception as error:  # noqa: BLE001
            where = "".join(traceback.format_tb(error.__traceback__))
            logger.error("fault", extra={"job": job.id, "fault": type(error).__name__, "where": where})
            child.kill()
            if not isinstance(error, OSError | sqlite3.Error):
                await self._begin_anew(run)
            # Otherwise the disk is full or the like: the job is begun anew when its lease has run out, not at once.
        finally:
            self.num_running -= 1
            del self.runs[job.id]
            run.has_ended.set()
            self.call()

    @contextlib.asynccontextmanager
    async def _limit(self, run: Run) -> Any:
        """Kill a job that works on long after its time is up."""

        def end() -> None:
            run.is_late = True
            run.child.kill()

        timer = asyncio.get_running_loop().call_later(self.settings.seconds + PATIENCE, end)
        try:
            yield
        finally:
            timer.cancel()

    async def _hear(self, run: Run, message: dict[str, Any]) -> None:
        """Note what a job says."""
        if message["kind"] in ("done", "failed"):
            run.last = message
            return
        if message["kind"] == "interim":
            run.best = msgspec.convert(message["best"], Best)
        else:
            run.step = msgspec.convert(message["step"], Step)
        await self.ledger.change(Store.note, run.job.id, run.job.attempt, run.step, run.best)

    async def _end(self, run: Run) -> None:
        """Note what a job came to, once its process has ended."""
        job = await self.ledger.call(Store.get, run.job.id)
        if job is None or job.attempt != run.job.attempt:
            return
        if run.last is not None and run.last["kind"] == "done":
            best = msgspec.convert(run.last["result"]["best"], Best)
            await self._settle(run, CANCELLED if job.is_cancelled else SUCCEEDED, best)
        elif job.is_cancelled:
            await self._settle(run, CANCELLED, run.best)
        elif run.is_late:
            state = FAILED if run.best is None else SUCCEEDED
            await self._settle(run, state, run.best, None if run.best else self._tell_late())
        elif run.last is not None:
            await self._settle(run, FAILED, None, run.last["problem"])
        else:
            await self._begin_anew(run)

    async def _begin_anew(self, run: Run) -> None:
        """Let a job wait again whose process ended without a word, unless that has happened too often."""
        job = run.job
        if self.is_stopping or job.crashes + 1 < self.settings.crashes:
            await self.ledger.change(Store.requeue, job.id, job.attempt, has_crashed=not self.is_stopping)
        else:
            told = f"its process ended {self.settings.crashes} times without a word; it may have needed too much memory"
            await self._settle(run, FAILED, None, describe_problem("crashed", told))

    def _tell_late(self) -> Document:
        told = f"it took longer than {self.settings.seconds:,.0f} seconds and had no answer yet"
        return describe_problem("too-slow", told)

    async def _settle(self, run: Run, state: str, best: Best | None, problem: Document | None = None) -> None:
        job = run.job
        ended = await self.ledger.change(Store.end, job.id, job.attempt, state, best=best, problem=problem)
        if ended is not None:
            self.metrics.ended.labels(state).inc()
            logger.info("job ended", extra={"job": ended.id, "state": ended.state})

    async def cancel(self, identity: str) -> Job | None:
        """End a job with the best answer so far; return it as it is then, None if there is none."""
        job = await self.ledger.change(Store.cancel, identity)
        run = self.runs.get(identity)
        if job is None or run is None:
            return job
        run.child.ask_to_stop()
        await wait_for(run.has_ended, MANNERS)
        if not run.has_ended.is_set():
            run.child.kill()
            await wait_for(run.has_ended, 10)
        return await self.ledger.call(Store.get, identity)

    async def forget(self, identity: str) -> None:
        """End a job and forget everything about it."""
        await self.cancel(identity)
        await self.ledger.call(Store.remove, identity)
        self.ledger.tell(identity)
        await asyncio.to_thread(self.vault.drop, identity)

    async def purge(self) -> bool:
        """Forget some of the jobs that ended long ago; return whether these were all."""
        jobs = await self.ledger.call(Store.list_ended, time.time() - self.settings.retention, PURGED)
        for job in jobs:
            await self.forget(job.id)
        return len(jobs) < PURGED

    async def stop(self) -> None:
        """Take up nothing more, let short jobs finish, and let the rest wait for the next server."""
        self.is_stopping = True
        self.call()
        if self.tasks:
            await asyncio.wait(self.tasks, timeout=self.settings.grace)
        self.let_go()
        if self.tasks:
            await asyncio.wait(self.tasks, timeout=10)

    def let_go(self) -> None:
        """Kill what runs; while the service stops, the next server begins it anew."""
        for run in list(self.runs.values()):
            run.child.kill()
