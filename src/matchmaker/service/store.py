"""The store: jobs, what happened to them, and keys, in one SQLite file.

Every change is one transaction, on the disk before it counts. A change of a running job names the attempt
that makes it, so that whoever lost a job can no longer change it. The statements are plain SQL,
which PostgreSQL understands, too.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msgspec

from matchmaker.errors import MatchmakerError
from matchmaker.service.jobs import CANCELLED, ENDED, QUEUED, RUNNING, Best, Event, Job, Step, describe_job

SCHEMA = """
CREATE TABLE IF NOT EXISTS jobs (
    id TEXT PRIMARY KEY, owner TEXT NOT NULL, state TEXT NOT NULL,
    attempt INTEGER NOT NULL, crashes INTEGER NOT NULL, revision INTEGER NOT NULL,
    created REAL NOT NULL, started REAL, ended REAL, runner TEXT NOT NULL, lease REAL,
    key TEXT, fingerprint TEXT NOT NULL, parent TEXT,
    step TEXT NOT NULL, best TEXT, problem TEXT, is_cancelled INTEGER NOT NULL,
    UNIQUE (owner, key));
CREATE INDEX IF NOT EXISTS jobs_by_state ON jobs (state, id);
CREATE INDEX IF NOT EXISTS jobs_by_owner ON jobs (owner, id);
CREATE TABLE IF NOT EXISTS events (
    job TEXT NOT NULL REFERENCES jobs (id) ON DELETE CASCADE, number INTEGER NOT NULL, kind TEXT NOT NULL,
    data TEXT NOT NULL, time REAL NOT NULL, PRIMARY KEY (job, number));
CREATE TABLE IF NOT EXISTS keys (
    id TEXT PRIMARY KEY, name TEXT NOT NULL, salt TEXT NOT NULL, hash TEXT NOT NULL, scopes TEXT NOT NULL,
    created REAL NOT NULL, revoked REAL);
"""

VERSION = 1
"""Of the schema; a file of another version is refused."""

MOST_EVENTS = 500
"""Events that are read at a time."""

PACKED: dict[str, Any] = {"step": Step, "best": Best | None, "problem": dict[str, Any] | None}
"""Columns that hold JSON."""

COLUMNS = Job.__struct_fields__


class QueueFull(Exception):
    """There is no room for another waiting job."""


class TooManyJobs(Exception):
    """A key has as many unfinished jobs as it may have."""


class Key(msgspec.Struct, frozen=True):
    """An API key, as far as it is kept: nobody can tell the secret from it.

    Attributes
    ----------
    id, name : str
    salt, hash : str
        Hexadecimal.
    scopes : str
        Parted by blanks.
    created, revoked : float or None
    """

    id: str
    name: str
    salt: str
    hash: str
    scopes: str
    created: float
    revoked: float | None = None


class Store:
    """Jobs, events and keys. One thread at a time may use it.

    Parameters
    ----------
    path : Path
        The file; made if it is not there.
    """

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=30)
        self.connection.row_factory = sqlite3.Row
        try:
            for pragma in ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON", "secure_delete = ON"):
                self.connection.execute(f"PRAGMA {pragma}")
            self._settle_schema(path)
        except sqlite3.DatabaseError as error:
            self.connection.close()
            raise MatchmakerError(
                f"{path}: the store cannot be used: {error}. Restore it from a copy, or name another folder with --data"
            ) from None

    def _settle_schema(self, path: Path) -> None:
        found = self.connection.execute("PRAGMA user_version").fetchone()[0]
        if found not in (0, VERSION):
            raise MatchmakerError(
                f"{path}: the store is of version {found}; this matchmaker reads {VERSION}. "
                "Use the version that wrote it, or another folder"
            )
        self.connection.executescript(SCHEMA)
        self.connection.execute(f"PRAGMA user_version = {VERSION}")

    def close(self) -> None:
        """Let go of the file."""
        self.connection.close()

    @contextmanager
    def change(self) -> Iterator[None]:
        """Make everything inside one transaction."""
        self.connection.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            if self.connection.in_transaction:
                self.connection.execute("ROLLBACK")
            raise
        self.connection.execute("COMMIT")

    def add(self, job: Job, *, most_waiting: int, most_of_owner: int) -> tuple[Job, bool]:
        """Add a job, unless one of the same owner has its key already.

        Parameters
        ----------
        job : Job
        most_waiting : int
            Jobs that may wait, all together.
        most_of_owner : int
            Unfinished jobs that its owner may have.

        Returns
        -------
        job : Job
            The one that is there now.
        is_new : bool

        Raises
        ------
        QueueFull, TooManyJobs
        """
        with self.change():
            known = None if job.key is None else self.find_key(job.owner, job.key)
            if known is not None:
                return known, False
            if self.count((QUEUED,)) >= most_waiting:
                raise QueueFull
            if self.count((QUEUED, RUNNING), job.owner) >= most_of_owner:
                raise TooManyJobs
            values = [_pack(name, getattr(job, name)) for name in COLUMNS]
            marks = ", ".join("?" * len(COLUMNS))
            self.connection.execute(f"INSERT INTO jobs ({', '.join(COLUMNS)}) VALUES ({marks})", values)
            self._tell(job, "state")
        return job, True

    def get(self, identity: str) -> Job | None:
        """Return a job, None if there is none of that id."""
        return self._find("id = ?", (identity,))

    def find_key(self, owner: str, key: str) -> Job | None:
        """Return the job that an owner has sent with an Idempotency-Key."""
        return self._find("owner = ? AND key = ?", (owner, key))

    def list_jobs(
        self, owner: str | None = None, state: str | None = None, before: str | None = None, most: int = 50
    ) -> list[Job]:
        """Return jobs, the latest first.

        Parameters
        ----------
        owner : str or None
            None for everybody's.
        state : str or None
        before : str or None
            Only jobs older than the one with this id.
        most : int
        """
        parts = {"owner = ?": owner, "state = ?": state, "id < ?": before}
        given = {part: value for part, value in parts.items() if value is not None}
        where = " AND ".join(given) or "1 = 1"
        return self._select(f"{where} ORDER BY id DESC LIMIT ?", (*given.values(), most))

    def count(self, states: Sequence[str], owner: str | None = None) -> int:
        """Return how many jobs are in one of some states."""
        marks = ", ".join("?" * len(states))
        where, values = f"state IN ({marks})", list(states)
        if owner is not None:
            where, values = f"{where} AND owner = ?", [*values, owner]
        return int(self.connection.execute(f"SELECT COUNT(*) FROM jobs WHERE {where}", values).fetchone()[0])

    def claim(self, runner: str, lease: float) -> Job | None:
        """Begin the oldest job that waits; return it, None if none does.

        Parameters
        ----------
        runner : str
        lease : float
            Seconds for which the runner vouches.
        """
        now = time.time()
        with self.change():
            job = self._find("state = ? ORDER BY id LIMIT 1", (QUEUED,))
            if job is None:
                return None
            begun = {"state": RUNNING, "attempt": job.attempt + 1, "started": now, "step": Step("starting")}
            return self._update(job, "state", **begun, runner=runner, lease=now + lease, best=None)

    def renew(self, runner: str, lease: float, identities: Sequence[str]) -> None:
        """Vouch for the jobs that a runner still runs; what it has lost counts as abandoned in time."""
        with self.change():
            values = [(time.time() + lease, runner, RUNNING, identity) for identity in identities]
            self.connection.executemany("UPDATE jobs SET lease = ? WHERE runner = ? AND state = ? AND id = ?", values)

    def note(self, identity: str, attempt: int, step: Step, best: Best | None) -> Job | None:
        """Note how far an attempt has come; None if it is no longer the one that counts."""
        with self.change():
            job = self._find_attempt(identity, attempt)
            return None if job is None else self._update(job, "progress", step=step, best=best or job.best)

    def end(
        self, identity: str, attempt: int, state: str, *, best: Best | None = None, problem: Any = None
    ) -> Job | None:
        """End a job; None if this attempt is no longer the one that counts.

        Parameters
        ----------
        identity : str
        attempt : int
        state : str
            One of `ENDED`.
        best : Best or None
            None keeps what is known.
        problem : dict or None
        """
        with self.change():
            job = self._find_attempt(identity, attempt)
            if job is None:
                return None
            changes = {"state": state, "ended": time.time(), "lease": None, "problem": problem}
            return self._update(job, "state", **changes, best=best or job.best, step=Step("ended"))

    def requeue(self, identity: str, attempt: int, *, has_crashed: bool = False) -> Job | None:
        """Let a job wait again, to be begun anew; one that was to be cancelled is."""
        with self.change():
            job = self._find_attempt(identity, attempt)
            if job is None:
                return None
            if job.is_cancelled:
                return self._update(job, "state", state=CANCELLED, ended=time.time(), lease=None, step=Step("ended"))
            return self._update(
                job,
                "state",
                state=QUEUED,
                lease=None,
                runner="",
                step=Step(),
                best=None,
                crashes=job.crashes + has_crashed,
            )

    def cancel(self, identity: str) -> Job | None:
        """Note that a job is to end; one that waits ends at once. None if there is none."""
        with self.change():
            job = self.get(identity)
            if job is None or job.has_ended or job.is_cancelled:
                return job
            if job.state == QUEUED:
                return self._update(
                    job, "state", state=CANCELLED, ended=time.time(), is_cancelled=True, step=Step("ended")
                )
            return self._update(job, "progress", is_cancelled=True)

    def list_running(self, runner: str | None = None) -> list[Job]:
        """Return the jobs that a runner runs, or that anybody does."""
        if runner is None:
            return self._select("state = ?", (RUNNING,))
        return self._select("state = ? AND runner = ?", (RUNNING, runner))

    def list_abandoned(self, now: float) -> list[Job]:
        """Return the running jobs that nobody vouches for any more."""
        return self._select("state = ? AND lease < ?", (RUNNING, now))

    def list_ended(self, before: float, most: int) -> list[Job]:
        """Return some of the jobs that ended before a time."""
        marks = ", ".join("?" * len(ENDED))
        return self._select(f"state IN ({marks}) AND ended < ? ORDER BY ended LIMIT ?", (*ENDED, before, most))

    def remove(self, identity: str) -> None:
        """Forget a job and everything that happened to it."""
        with self.change():
            self.connection.execute("DELETE FROM jobs WHERE id = ?", (identity,))

    def list_events(self, identity: str, after: int = 0, most: int = MOST_EVENTS) -> list[Event]:
        """Return what happened to a job after the event of a number, the first of it."""
        rows = self.connection.execute(
            "SELECT number, kind, data, time FROM events WHERE job = ? AND number > ? ORDER BY number LIMIT ?",
            (identity, after, most),
        )
        return [Event(row["number"], row["kind"], msgspec.json.decode(row["data"]), row["time"]) for row in rows]

    def add_key(self, key: Key) -> None:
        """Keep a key."""
        with self.change():
            names = Key.__struct_fields__
            marks = ", ".join("?" * len(names))
            values = [getattr(key, name) for name in names]
            self.connection.execute(f"INSERT INTO keys ({', '.join(names)}) VALUES ({marks})", values)

    def get_key(self, identity: str) -> Key | None:
        """Return a key, revoked or not, None if there is none of that id."""
        row = self.connection.execute("SELECT * FROM keys WHERE id = ?", (identity,)).fetchone()
        return None if row is None else Key(**dict(row))

    def has_keys(self) -> bool:
        """Return whether there was ever a key."""
        return self.connection.execute("SELECT 1 FROM keys LIMIT 1").fetchone() is not None

    def list_keys(self) -> Sequence[Key]:
        """Return every key, the oldest first."""
        return [Key(**dict(row)) for row in self.connection.execute("SELECT * FROM keys ORDER BY created, id")]

    def revoke_key(self, identity: str) -> bool:
        """Let a key open nothing any more; return whether there was one."""
        with self.change():
            found = self.connection.execute(
                "UPDATE keys SET revoked = ? WHERE id = ? AND revoked IS NULL", (time.time(), identity)
            )
            return found.rowcount > 0

    def _find_attempt(self, identity: str, attempt: int) -> Job | None:
        return self._find("id = ? AND state = ? AND attempt = ?", (identity, RUNNING, attempt))

    def _find(self, where: str, values: Sequence[Any]) -> Job | None:
        found = self._select(where, values)
        return found[0] if found else None

    def _select(self, where: str, values: Sequence[Any]) -> list[Job]:
        rows = self.connection.execute(f"SELECT * FROM jobs WHERE {where}", values)
        return [Job(**{name: _unpack(name, row[name]) for name in COLUMNS}) for row in rows]

    def _update(self, job: Job, kind: str, **changes: Any) -> Job:
        """Change a job and tell it, inside a transaction."""
        changes["revision"] = job.revision + 1
        given = ", ".join(f"{name} = ?" for name in changes)
        values = [_pack(name, value) for name, value in changes.items()]
        self.connection.execute(f"UPDATE jobs SET {given} WHERE id = ?", (*values, job.id))
        changed = msgspec.structs.replace(job, **changes)
        self._tell(changed, kind)
        return changed

    def _tell(self, job: Job, kind: str) -> None:
        self.connection.execute(
            "INSERT INTO events (job, number, kind, data, time) VALUES (?, ?, ?, ?, ?)",
            (job.id, job.revision, kind, msgspec.json.encode(describe_job(job)).decode(), time.time()),
        )


def _pack(name: str, value: Any) -> Any:
    """Return a value as its column holds it."""
    if name in PACKED:
        return None if value is None else msgspec.json.encode(value).decode()
    return int(value) if name == "is_cancelled" else value


def _unpack(name: str, value: Any) -> Any:
    """Return a value as a job holds it."""
    if name in PACKED:
        return None if value is None else msgspec.json.decode(value, type=PACKED[name])
    return bool(value) if name == "is_cancelled" else value
