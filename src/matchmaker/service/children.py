"""Processes for tasks, started from a server that has the solver loaded, and killed when they must end."""

from __future__ import annotations

import asyncio
import contextlib
import importlib.util
import multiprocessing
import threading
from collections.abc import AsyncIterator, Mapping
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import msgspec

from matchmaker.service.child import run_child
from matchmaker.service.line import STOP

PRELOADED = (
    "matchmaker.service.tasks",
    "matchmaker.engine",
    "matchmaker.solve.flow",
    "matchmaker.explain",
    "matchmaker.tables.output",
    "matchmaker.tables.delimited",
)
"""What is loaded once, before any child is started."""

COMPILED = ("matchmaker.scoring.kernel", "matchmaker.solve.repair")
"""The same, where Numba is installed."""

CONTEXT = multiprocessing.get_context("forkserver")


def prepare() -> None:
    """Say what the server that starts children has loaded, and start it."""
    from multiprocessing import forkserver

    has_numba = importlib.util.find_spec("numba") is not None
    CONTEXT.set_forkserver_preload([*PRELOADED, *(COMPILED if has_numba else ())])
    forkserver.ensure_running()


class Child:
    """One process with one task.

    Parameters
    ----------
    task : str
        One of `matchmaker.service.tasks.TASKS`.
    folder : Path
        Of the job.
    arguments : mapping
    memory : int
        Bytes.
    """

    def __init__(self, task: str, folder: Path, arguments: Mapping[str, Any], memory: int) -> None:
        self.ours, theirs = CONTEXT.Pipe()
        given = (task, str(folder.absolute()), dict(arguments), memory, theirs)
        self.process = CONTEXT.Process(target=run_child, args=given, daemon=True)
        self.theirs: Connection | None = theirs
        self.is_killed = False
        self.messages: asyncio.Queue[dict[str, Any] | None] = asyncio.Queue()

    async def start(self) -> None:
        """Start the process, and listen to it."""
        loop = asyncio.get_running_loop()
        await loop.run_in_executor(None, self._start)
        threading.Thread(target=self._listen, args=(loop,), daemon=True).start()

    def _start(self) -> None:
        assert self.theirs is not None
        self.process.start()
        self.theirs.close()
        self.theirs = None
        if self.is_killed:
            self.kill()

    def _listen(self, loop: asyncio.AbstractEventLoop) -> None:
        """Hand on every message, and None once the process has ended."""
        with contextlib.suppress(EOFError, OSError):
            while True:
                message = msgspec.json.decode(self.ours.recv_bytes())
                loop.call_soon_threadsafe(self.messages.put_nowait, message)
        self.process.join()
        with contextlib.suppress(RuntimeError):
            loop.call_soon_threadsafe(self.messages.put_nowait, None)

    async def follow(self) -> AsyncIterator[dict[str, Any]]:
        """Yield the messages until the process has ended."""
        while (message := await self.messages.get()) is not None:
            yield message
        self.ours.close()
        self.process.close()

    def measure_work(self) -> int | None:
        """Return the processor time that the process has taken so far, None where nobody says."""
        try:
            pid = self.process.pid
        except ValueError:
            return None
        return None if pid is None else measure_work(pid)

    def ask_to_stop(self) -> None:
        """Ask for the best answer so far."""
        with contextlib.suppress(OSError):
            self.ours.send_bytes(STOP)

    def kill(self) -> None:
        """End the process, whatever it is doing; one that has not begun ends once it has."""
        self.is_killed = True
        with contextlib.suppress(ValueError, AttributeError):
            self.process.kill()


def measure_work(pid: int) -> int | None:
    """Return how much processor time a process has taken so far, in ticks; None where nobody says."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace").rsplit(")", 1)[1].split()
    except OSError:
        return None
    return int(fields[11]) + int(fields[12])


async def run_task(
    task: str, folder: Path, arguments: Mapping[str, Any], *, memory: int, seconds: float
) -> dict[str, Any]:
    """Run a task to its last word.

    Returns
    -------
    dict
        The message "done" or "failed"; of kind "silent" if the process ended without a word, "slow" if it
        took too long and was killed.
    """
    child = Child(task, folder, arguments, memory)
    await child.start()
    last: dict[str, Any] = {"kind": "silent"}
    try:
        async with asyncio.timeout(seconds):
            async for message in child.follow():
                last = message
    except TimeoutError:
        return {"kind": "slow"}
    finally:
        child.kill()
    return last
