"""What is too large for the store: what was sent, and what it came to, as files in a folder for each job."""

from __future__ import annotations

import contextlib
import errno
import fcntl
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from matchmaker.errors import MatchmakerError
from matchmaker.service.jobs import Job, is_id

PARTS = ("mentors", "mentees", "people", "history", "program")
"""Files that a form may hold; no other name ever becomes part of a path."""

REQUEST = "request.json"
OPTIONS = "options.json"
MATCHING = "matching.json"
BEST = "best.json"
MEMORY = "memory.npz"
INTERIM = "interim.npz"


class Vault:
    """The files of all jobs.

    Parameters
    ----------
    folder : Path
        Made if it is not there, for nobody else to read.
    """

    def __init__(self, folder: Path) -> None:
        self.jobs, self.coming = folder / "jobs", folder / "coming"
        for path in (self.jobs, self.coming):
            path.mkdir(parents=True, exist_ok=True, mode=0o700)

    def find(self, identity: str) -> Path:
        """Return the folder of a job."""
        if not is_id(identity):
            raise ValueError(identity)
        return self.jobs / identity

    def find_payload(self, identity: str) -> Path:
        """Return the folder with what was sent for a job."""
        return self.find(identity) / "payload"

    def find_start(self, identity: str) -> Path:
        """Return the folder with the earlier answer that a job begins with."""
        return self.find(identity) / "start"

    def find_answer(self, job: Job) -> Path:
        """Return the folder of what the last attempt of a job came to."""
        return self.find(job.id) / f"answer-{job.attempt}"

    def open(self, identity: str) -> Path:
        """Make a folder for what comes in, apart from the jobs until all of it is there."""
        folder = self.coming / identity
        (folder / "payload").mkdir(parents=True, mode=0o700)
        return folder

    def keep(self, identity: str) -> None:
        """Make what has come in the folder of a job, on the disk before this returns."""
        source = self.coming / identity
        for path in source.rglob("*"):
            _sync(path)
        _sync(source)
        source.rename(self.find(identity))
        _sync(self.jobs)

    def drop(self, identity: str) -> None:
        """Forget everything of a job; its folder moves first, so that whoever writes into it leaves nothing behind."""
        with contextlib.suppress(OSError):
            self.find(identity).rename(self.coming / identity)
        self.drop_coming(identity)
        shutil.rmtree(self.find(identity), ignore_errors=True)

    def drop_coming(self, identity: str) -> None:
        """Forget what has come in and was not kept."""
        shutil.rmtree(self.coming / identity, ignore_errors=True)

    def inherit(self, parent: Job, folder: Path) -> None:
        """Link what an earlier job was sent and came to into a folder of what comes in."""
        for path in self.find_payload(parent.id).iterdir():
            share_file(path, folder / "payload" / path.name)
        start = folder / "start"
        start.mkdir(mode=0o700)
        for name in (MATCHING, MEMORY):
            path = self.find_answer(parent) / name
            if path.exists():
                share_file(path, start / name)

    def list_ids(self) -> Iterator[str]:
        """Yield the id of every folder of a job."""
        return (path.name for path in self.jobs.iterdir() if is_id(path.name))

    def clear_coming(self) -> None:
        """Forget what never came in whole."""
        for path in self.coming.iterdir():
            shutil.rmtree(path, ignore_errors=True)


NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EIO})


def lacks_room(error: OSError) -> bool:
    """Return whether the disk is full or cannot be written, which is no fault of ours."""
    return error.errno in NO_ROOM


def share_file(path: Path, other: Path) -> None:
    """Let a file have another name, too; where the disk knows no such thing, copy it."""
    try:
        os.link(path, other)
    except FileNotFoundError:
        raise
    except OSError:
        shutil.copyfile(path, other)


def make_folder(path: Path) -> None:
    """Make a folder, and wait until its name is on the disk."""
    path.mkdir(exist_ok=True, mode=0o700)
    _sync(path.parent)


def write_file(path: Path, content: bytes) -> None:
    """Write a file aside and give it its name once it is on the disk."""
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    part.write_bytes(content)
    _sync(part)
    part.replace(path)
    _sync(path.parent)


def _sync(path: Path) -> None:
    """Wait until a file or a folder is on the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def lock_folder(folder: Path) -> int:
    """Keep a folder for this process alone, as long as it lives.

    Raises
    ------
    MatchmakerError
        If another process has it.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    handle = os.open(folder / "lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(handle)
        raise MatchmakerError(
            f"{folder}: another service works in this folder. Stop it, or name another folder with --data"
        ) from None
    return handle
