"""Processes for tasks, started from a server that has the solver loaded, and killed when they must end."""

from __future__ import annotations

import asyncio
import contextlib
import importlib.util
import multiprocessing
import threading
from collections.abc import AsyncIterator, Mapping
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerProcess
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
        self.given = (task, str(folder.absolute()), dict(arguments), memory)
        self.ours: Connection | None = None
        self.process: ForkServerProcess | None = None
        self.was_asked = self.was_killed = False
        self.messages: asyncio.Queue[dict[str, Any] | None] = asyncio.Queue()

    async def start(self) -> None:
        """Start the process, and listen to it. What it was told before holds from its start on."""
        loop = asyncio.get_running_loop()
        self.ours, self.process = await loop.run_in_executor(None, self._start)
        threading.Thread(target=self._listen, args=(loop, self.ours, self.process), daemon=True).start()
        if self.was_killed:
            self.kill()
        elif self.was_asked:
            self.ask_to_stop()

    def _start(self) -> tuple[Connection, ForkServerProcess]:
        ours, theirs = CONTEXT.Pipe()
        try:
            process = CONTEXT.Process(target=run_child, args=(*self.given, theirs), daemon=True)
            process.start()
        except BaseException:
            ours.close()
            raise
        finally:
            theirs.close()
        return ours, process

    def _listen(self, loop: asyncio.AbstractEventLoop, ours: Connection, process: ForkServerProcess) -> None:
        """Hand on every message, and None once the process has ended."""
        with contextlib.suppress(EOFError, OSError):
            while True:
                message = msgspec.json.decode(ours.recv_bytes())
                loop.call_soon_threadsafe(self.messages.put_nowait, message)
        process.join()
        with contextlib.suppress(RuntimeError):
            loop.call_soon_threadsafe(self.messages.put_nowait, None)

    async def follow(self) -> AsyncIterator[dict[str, Any]]:
        """Yield the messages until the process has ended."""
        while (message := await self.messages.get()) is not None:
            yield message
        if self.ours is not None and self.process is not None:
            self.ours.close()
            self.process.close()

    def measure_work(self) -> int | None:
        """Return the processor time that the process has taken so far, None where nobody says."""
        try:
            pid = None if self.process is None else self.process.pid
        except ValueError:
            return None
        return None if pid is None else measure_work(pid)

    def ask_to_stop(self) -> None:
        """Ask for the best answer so far."""
        self.was_asked = True
        if self.ours is not None:
            with contextlib.suppress(OSError):
                self.ours.send_bytes(STOP)

    def kill(self) -> None:
        """End the process, whatever it is doing."""
        self.was_killed = True
        if self.process is not None:
            with contextlib.suppress(ValueError):
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
