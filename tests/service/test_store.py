"""The store: nothing is lost, nothing is doubled, and only the attempt that counts can change a job."""

from __future__ import annotations

import random
import sqlite3
import time
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from matchmaker.errors import MatchmakerError
from matchmaker.service.jobs import CANCELLED, ENDED, FAILED, QUEUED, RUNNING, SUCCEEDED, Best, Job, Step, make_id
from matchmaker.service.keys import make_key
from matchmaker.service.store import QueueFull, Store, TooManyJobs

ROOM = {"most_waiting": 1000, "most_of_owner": 1000}


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """An empty store."""
    made = Store(tmp_path / "jobs.db")
    yield made
    made.close()


def make(owner: str = "", key: str | None = None) -> Job:
    """Return a new job."""
    return Job(id=make_id(), owner=owner, key=key, created=time.time(), fingerprint="f")


def test_a_job_lives_once(store: Store) -> None:
    """A job goes from waiting over running to its end; each change is an event, numbered without gaps."""
    job, is_new = store.add(make(), **ROOM)
    assert is_new
    claimed = store.claim("here", 30)
    assert claimed is not None
    assert (claimed.id, claimed.state, claimed.attempt) == (job.id, RUNNING, 1)
    assert store.claim("here", 30) is None
    store.note(job.id, 1, Step("flow", round=2), Best(3, 4))
    ended = store.end(job.id, 1, SUCCEEDED, best=Best(5, 6, 6, 0, "optimal"))
    assert ended == store.get(job.id)
    assert ended is not None
    assert ended.best == Best(5, 6, 6, 0, "optimal")
    events = store.list_events(job.id)
    assert [event.number for event in events] == [1, 2, 3, 4]
    assert [event.data["state"] for event in events] == [QUEUED, RUNNING, RUNNING, SUCCEEDED]
    assert [event.number for event in store.list_events(job.id, 2)] == [3, 4]


def test_the_oldest_is_begun_first(store: Store) -> None:
    """Jobs are begun in the order in which they came."""
    ids = [store.add(msgspec.structs.replace(make(), id=f"{k:032x}"), **ROOM)[0].id for k in range(5)]
    found = [job.id for _ in range(5) if (job := store.claim("x", 1)) is not None]
    assert found == ids


def test_a_lost_attempt_changes_nothing(store: Store) -> None:
    """Once a job was begun anew, whoever began it before can neither note nor end anything."""
    job, _ = store.add(make(), **ROOM)
    store.claim("dead", 0)
    assert store.requeue(job.id, 1, has_crashed=True) is not None
    assert store.note(job.id, 1, Step("late"), None) is None
    store.claim("alive", 30)
    assert store.end(job.id, 1, SUCCEEDED) is None
    assert store.requeue(job.id, 1) is None
    ended = store.end(job.id, 2, FAILED, problem={"status": 422})
    assert ended is not None
    assert (ended.crashes, ended.problem) == (1, {"status": 422})


def test_the_same_key_is_the_same_job(store: Store) -> None:
    """An Idempotency-Key of one owner stands for one job, also when it has ended; another owner's is another."""
    first, _ = store.add(make("ann", "k"), **ROOM)
    again, is_new = store.add(make("ann", "k"), **ROOM)
    assert (again.id, is_new) == (first.id, False)
    assert store.add(make("bo", "k"), **ROOM)[1]
    assert store.find_key("ann", "k") == first


def test_room_is_kept(store: Store) -> None:
    """Too many waiting jobs, and too many of one owner, are refused; neither is added."""
    store.add(make("ann"), most_waiting=2, most_of_owner=1)
    with pytest.raises(TooManyJobs):
        store.add(make("ann"), most_waiting=2, most_of_owner=1)
    store.add(make("bo"), most_waiting=2, most_of_owner=1)
    with pytest.raises(QueueFull):
        store.add(make("cy"), most_waiting=2, most_of_owner=1)
    assert store.count((QUEUED,)) == 2


def test_cancelling(store: Store) -> None:
    """A waiting job ends at once, a running one is marked, one that has ended stays as it is."""
    first, _ = store.add(make(), **ROOM)
    cancelled = store.cancel(first.id)
    assert cancelled is not None
    assert cancelled.state == CANCELLED
    second, _ = store.add(make(), **ROOM)
    store.claim("x", 30)
    marked = store.cancel(second.id)
    assert marked is not None
    assert (marked.state, marked.is_cancelled) == (RUNNING, True)
    assert store.cancel(second.id) == marked
    requeued = store.requeue(second.id, 1)
    assert requeued is not None
    assert requeued.state == CANCELLED
    assert store.cancel(make_id()) is None


def test_leases(store: Store) -> None:
    """A job whose lease has run out counts as abandoned until its runner vouches for it, and not only for others."""
    store.add(make(), **ROOM)
    job = store.claim("x", -1)
    assert job is not None
    assert [one.id for one in store.list_abandoned(time.time())] == [job.id]
    store.renew("x", 30, [make_id()])
    assert [one.id for one in store.list_abandoned(time.time())] == [job.id]
    store.renew("y", 30, [job.id])
    assert [one.id for one in store.list_abandoned(time.time())] == [job.id]
    store.renew("x", 30, [job.id])
    assert store.list_abandoned(time.time()) == []
    assert [one.id for one in store.list_running("x")] == [job.id]
    assert store.list_running("y") == []


def test_listing_in_pages(store: Store) -> None:
    """Jobs are listed the latest first; a page goes on before the last id of the one before."""
    ids = sorted((store.add(make("ann" if k % 2 else "bo"), **ROOM)[0].id for k in range(6)), reverse=True)
    assert [job.id for job in store.list_jobs(most=4)] == ids[:4]
    assert [job.id for job in store.list_jobs(before=ids[3])] == ids[4:]
    assert {job.owner for job in store.list_jobs("ann")} == {"ann"}
    assert store.list_jobs(state=RUNNING) == []


def test_what_is_removed_is_gone(store: Store, tmp_path: Path) -> None:
    """Nothing of a job that was removed stays in the file, not even in free pages."""
    job = msgspec.structs.replace(make("ann"), fingerprint="VERYSPECIAL")
    store.add(job, **ROOM)
    store.remove(job.id)
    assert store.get(job.id) is None
    assert store.list_events(job.id) == []
    store.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    assert b"VERYSPECIAL" not in (tmp_path / "jobs.db").read_bytes()


def test_keys_are_kept(store: Store) -> None:
    """A key is listed until for ever, and revoked once."""
    key, shown = make_key("HR", ("read",))
    store.add_key(key)
    assert store.list_keys() == [key]
    assert shown.split("_", 2)[2] not in repr(key)
    assert store.revoke_key(key.id)
    assert not store.revoke_key(key.id)
    found = store.get_key(key.id)
    assert found is not None
    assert found.revoked is not None
    assert store.get_key("none") is None


def test_another_version_is_refused(tmp_path: Path) -> None:
    """A store of another version is left alone."""
    path = tmp_path / "jobs.db"
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA user_version = 99")
    connection.close()
    with pytest.raises(MatchmakerError, match="the store is of version 99; this matchmaker reads 1"):
        Store(path)


def test_what_is_no_store_is_refused(tmp_path: Path) -> None:
    """A file that is no database says so, and what to do."""
    path = tmp_path / "jobs.db"
    path.write_bytes(b"something else entirely" * 1_000)
    with pytest.raises(MatchmakerError, match="the store cannot be used: file is not a database"):
        Store(path)


class Life(RuleBasedStateMachine):
    """Any order of what can happen to a few jobs."""

    def __init__(self) -> None:
        super().__init__()
        self.store = Store(Path(":memory:"))
        self.random = random.Random(0)
        self.ends: dict[str, int] = {}

    def pick(self) -> Job | None:
        """Return some job."""
        jobs = self.store.list_jobs(most=100)
        return self.random.choice(jobs) if jobs else None

    @rule()
    def send(self) -> None:
        """Somebody sends a job."""
        self.store.add(make(), **ROOM)

    @rule()
    def claim(self) -> None:
        """Somebody begins a job."""
        self.store.claim("x", 30)

    @rule(stale=st.integers(0, 2), state=st.sampled_from(ENDED))
    def end(self, stale: int, state: str) -> None:
        """Somebody ends a job, perhaps one that is no longer theirs."""
        job = self.pick()
        if job is not None and self.store.end(job.id, job.attempt - stale, state) is not None:
            self.ends[job.id] = self.ends.get(job.id, 0) + 1

    @rule()
    def requeue(self) -> None:
        """Somebody lost a job."""
        job = self.pick()
        if job is not None:
            self.store.requeue(job.id, job.attempt)

    @rule()
    def cancel(self) -> None:
        """Somebody cancels a job."""
        job = self.pick()
        if job is not None:
            self.store.cancel(job.id)

    @invariant()
    def holds(self) -> None:
        """No job ends twice; whatever has ended has a time; events have no gaps."""
        assert all(count == 1 for count in self.ends.values())
        for job in self.store.list_jobs(most=100):
            assert job.has_ended == (job.ended is not None)
            assert (job.lease is not None) == (job.state == RUNNING)
            numbers = [event.number for event in self.store.list_events(job.id)]
            assert numbers == list(range(1, job.revision + 1))

    def teardown(self) -> None:
        """Let go of the store."""
        self.store.close()


TestLife = Life.TestCase
TestLife.settings = settings(max_examples=30, stateful_step_count=30, deadline=None)
