"""Everything that the routes share: one object for each service."""

from __future__ import annotations

import asyncio
import os
import weakref
from dataclasses import dataclass, field
from typing import Any

from matchmaker.service.helpers import Helpers, Refused
from matchmaker.service.jobs import Job
from matchmaker.service.keys import Caller
from matchmaker.service.ledger import Ledger
from matchmaker.service.metrics import Metrics
from matchmaker.service.problems import Problem
from matchmaker.service.settings import Settings
from matchmaker.service.store import Store
from matchmaker.service.supervisor import Supervisor
from matchmaker.service.vault import INTERIM, MATCHING, Vault, lock_folder

DATABASE = "matchmaker.db"

MOST_OPEN = 2
"""Bodies that are held in memory at the same time."""

FORGOTTEN = "there is no such matching; it may have been purged"


@dataclass
class Service:
    """A service at work.

    Parameters
    ----------
    settings : Settings
    metrics : Metrics
    vault : Vault
    ledger : Ledger
    supervisor : Supervisor
    helpers : Helpers
    lock : int
        What keeps the folder for this process.
    is_ready : bool
    opening : asyncio.Semaphore
        For whoever holds a whole body in memory.
    """

    settings: Settings
    metrics: Metrics
    vault: Vault
    ledger: Ledger
    supervisor: Supervisor
    helpers: Helpers
    lock: int
    is_ready: bool = False
    opening: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(MOST_OPEN))
    settling: weakref.WeakValueDictionary[str, asyncio.Lock] = field(default_factory=weakref.WeakValueDictionary)

    @property
    def is_stopping(self) -> bool:
        """Whether nothing new is taken up."""
        return self.supervisor.is_stopping

    async def get_job(self, identity: str, caller: Caller) -> Job:
        """Return a job that the caller may see.

        Raises
        ------
        Problem
            If there is none, or it is somebody else's.
        """
        return check_job(await self.ledger.call(Store.get, identity), caller)

    async def settle_answer(self, job: Job) -> None:
        """Make sure that the answer of a job lies in its folder.

        Raises
        ------
        Problem
            If there is no answer, yet or at all.
        Refused
        """
        answer = self.vault.find_answer(job)
        if not job.has_ended:
            raise Problem("not-finished", f"the job is {job.state}", {"Retry-After": "1"})
        if (answer / MATCHING).exists():
            return
        if job.best is None or not (answer / INTERIM).exists():
            raise Problem("no-answer", f"the job {job.state} before there was an answer", cause=job.problem)
        lock = self.settling.setdefault(job.id, asyncio.Lock())
        async with lock:
            if not (answer / MATCHING).exists():
                await self.ask("settle", job)

    async def ask(self, task: str, job: Job, **given: Any) -> Any:
        """Return what a short task on the answer of a job results in.

        Raises
        ------
        Refused
        Problem
            If there is no room, or the job was forgotten meanwhile.
        """
        answer = str(self.vault.find_answer(job).absolute())
        try:
            return await self.helpers.run(task, self.vault.find(job.id), {"answer": answer, **given})
        except Refused:
            await self.check_kept(job)
            raise

    async def check_kept(self, job: Job) -> None:
        """Refuse a job that was forgotten meanwhile."""
        if await self.ledger.call(Store.get, job.id) is None:
            raise Problem("not-found", FORGOTTEN) from None

    def close(self) -> None:
        """Let go of the store and the folder."""
        self.ledger.close()
        os.close(self.lock)


def check_job(job: Job | None, caller: Caller) -> Job:
    """Return a job if the caller may see it; whether there is one that is somebody else's is nobody's business."""
    if job is None or not (caller.is_admin or job.owner == caller.owner):
        raise Problem("not-found", FORGOTTEN)
    return job


def open_service(settings: Settings) -> Service:
    """Return a service on the embedded store of a folder.

    Raises
    ------
    MatchmakerError
        If another service works in the folder, or its store is of another version.
    """
    lock = lock_folder(settings.folder)
    try:
        ledger = Ledger(Store(settings.folder / DATABASE))
    except BaseException:
        os.close(lock)
        raise
    metrics, vault = Metrics(), Vault(settings.folder)
    supervisor = Supervisor(settings, ledger, vault, metrics)
    return Service(settings, metrics, vault, ledger, supervisor, Helpers(settings, metrics), lock)
