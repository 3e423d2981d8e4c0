"""One job: what it was asked, how far it has come, what it came to."""

from __future__ import annotations

import re
import secrets
import time
from datetime import UTC, datetime
from typing import Any

import msgspec

QUEUED, RUNNING, SUCCEEDED, FAILED, CANCELLED = "queued", "running", "succeeded", "failed", "cancelled"
STATES = (QUEUED, RUNNING, SUCCEEDED, FAILED, CANCELLED)
ENDED = (SUCCEEDED, FAILED, CANCELLED)
"""States that nothing follows."""

IDENTITY = re.compile(r"[0-9a-f]{32}")

NOBODY = ""
"""Owner of jobs that were sent without a key."""


class Best(msgspec.Struct, frozen=True):
    """The best answer so far, in numbers.

    Attributes
    ----------
    matched : int
        Pairs.
    total, bound, gap : int or None
        Points, what no matching can exceed, and the difference; bound and gap are None while the number of
        mentees matched is not proven.
    status : str
        "optimal" or "feasible".
    """

    matched: int
    total: int
    bound: int | None = None
    gap: int | None = None
    status: str = "feasible"


class Step(msgspec.Struct, frozen=True):
    """How far a job has come: what `matchmaker.solve.progress.Progress` says."""

    phase: str = "waiting"
    round: int | None = None
    matched: int | None = None
    total: int | None = None
    bound: int | None = None
    gap: int | None = None
    candidates: int | None = None
    pairs_per_second: int | None = None


class Job(msgspec.Struct, frozen=True, kw_only=True):
    """One row of the store.

    Attributes
    ----------
    id : str
        32 hexadecimal digits, the time first, so that later jobs sort later.
    owner : str
        Id of the key that sent it.
    state : str
        One of `STATES`.
    attempt : int
        How often it was begun; what an earlier attempt left behind counts for nothing.
    crashes : int
        How often its process ended without a word.
    revision : int
        Counts up with every change that a client can see.
    created, started, ended : float or None
        Seconds since 1970.
    runner : str
        Which server runs it.
    lease : float or None
        Until when that server vouches for it.
    key : str or None
        Its Idempotency-Key.
    fingerprint : str
        SHA-256 of what was sent.
    parent : str or None
        The job that it is a rematch of.
    step : Step
    best : Best or None
        None while there is no answer.
    problem : dict or None
        Why it failed, as a problem document.
    is_cancelled : bool
        Whether somebody has asked to end it.
    """

    id: str
    owner: str = NOBODY
    state: str = QUEUED
    attempt: int = 0
    crashes: int = 0
    revision: int = 1
    created: float = 0.0
    started: float | None = None
    ended: float | None = None
    runner: str = ""
    lease: float | None = None
    key: str | None = None
    fingerprint: str = ""
    parent: str | None = None
    step: Step = Step()
    best: Best | None = None
    problem: dict[str, Any] | None = None
    is_cancelled: bool = False

    @property
    def has_ended(self) -> bool:
        """Whether nothing more will happen."""
        return self.state in ENDED


class Event(msgspec.Struct, frozen=True):
    """Something that happened to a job.

    Attributes
    ----------
    number : int
        From 1, without gaps.
    kind : str
        "state" or "progress".
    data : dict
        The job as a client sees it at that time.
    time : float
    """

    number: int
    kind: str
    data: dict[str, Any]
    time: float


def make_id() -> str:
    """Return a new id that nobody can guess."""
    return f"{time.time_ns() // 1_000_000:012x}{secrets.token_hex(10)}"


def is_id(text: str) -> bool:
    """Return whether a text has the form of an id; no other text becomes part of a path."""
    return IDENTITY.fullmatch(text) is not None


def describe_job(job: Job) -> dict[str, Any]:
    """Return a job as its owner sees it."""
    step = msgspec.to_builtins(job.step)
    described = {
        "id": job.id,
        "state": job.state,
        "created": format_time(job.created),
        "started": format_time(job.started),
        "ended": format_time(job.ended),
        "attempt": job.attempt,
        "parent": job.parent,
        **step,
        "best": msgspec.to_builtins(job.best),
        "problem": job.problem,
    }
    return described | ({"phase": "stopping"} if job.is_cancelled and not job.has_ended else {})


def format_time(seconds: float | None) -> str | None:
    """Return a time as text (RFC 3339), in UTC."""
    if seconds is None:
        return None
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
