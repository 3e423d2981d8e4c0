"""How a job gets in: once, whatever happens on the way."""

from __future__ import annotations

import asyncio
import sqlite3
import time

from matchmaker.service.core import Service
from matchmaker.service.jobs import Job
from matchmaker.service.problems import Problem
from matchmaker.service.store import QueueFull, Store, TooManyJobs

REUSED = "the Idempotency-Key was sent before, with another body"


async def take_job(service: Service, job: Job) -> tuple[Job, bool]:
    """Add a job whose payload has come in.

    The files are on the disk before the job is in the store, so that no job is ever without them. They are dropped only
    if it is certain that the job did not get in: whoever waits here may be broken off while the store still adds it.

    Returns
    -------
    job : Job
        An earlier one, if it was sent before with the same Idempotency-Key.
    is_new : bool

    Raises
    ------
    Problem
        If the key belongs to another body, or there is no room.
    """
    settings = service.settings
    await asyncio.to_thread(service.vault.keep, job.id)
    limits = {"most_waiting": settings.queue, "most_of_owner": settings.jobs_per_key}
    try:
        there, is_new = await service.ledger.call(Store.add, job, **limits)
    except QueueFull:
        await asyncio.to_thread(service.vault.drop, job.id)
        told = f"{settings.queue:,} jobs are waiting already"
        raise Problem("busy", told, {"Retry-After": "10"}) from None
    except TooManyJobs:
        await asyncio.to_thread(service.vault.drop, job.id)
        told = f"the key has {settings.jobs_per_key:,} unfinished jobs already"
        raise Problem("too-many-jobs", told, {"Retry-After": "10"}) from None
    except sqlite3.OperationalError:
        await asyncio.to_thread(service.vault.drop, job.id)
        raise
    if not is_new:
        await asyncio.to_thread(service.vault.drop, job.id)
    if (there.fingerprint, there.parent) != (job.fingerprint, job.parent):
        raise Problem("key-reused", REUSED)
    service.supervisor.call()
    return there, is_new


def make_job(identity: str, owner: str, key: str | None, fingerprint: str, parent: str | None = None) -> Job:
    """Return a new job."""
    return Job(id=identity, owner=owner, key=key, fingerprint=fingerprint, parent=parent, created=time.time())
