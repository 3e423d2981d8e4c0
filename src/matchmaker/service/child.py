"""What runs in a process of its own: a match, a check, an explanation, a conversion.

The parent says "stop"; the child sends messages in JSON: "step", "interim", and one last word, "done" or "failed".
A child ends with its parent, whatever it is doing.
"""

from __future__ import annotations

import ctypes
import logging
import os
import signal
import sys
import threading
import traceback
from collections.abc import Mapping
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from matchmaker.errors import MatchmakerError
from matchmaker.service.line import Line
from matchmaker.service.logs import set_up_logs
from matchmaker.service.problems import describe_error, describe_problem
from matchmaker.service.reading import Unreadable
from matchmaker.service.vault import lacks_room

logger = logging.getLogger(__name__)

SHORT = 32 * 2**20
"""Bytes that are left when memory counts as used up: a thread alone needs eight million."""

NICENESS = 10
"""How far a child steps back, so that the server answers while it works."""

PARENT_DEATH = 1
"""Linux: which signal a process gets when its parent ends (prctl's PR_SET_PDEATHSIG)."""


def run_child(task: str, folder: str, arguments: Mapping[str, Any], memory: int, connection: Connection) -> None:
    """Run a task and send its last word.

    Parameters
    ----------
    task : str
        One of `matchmaker.service.tasks.TASKS`.
    folder : str
        Of the job.
    arguments : mapping
    memory : int
        Bytes that the process may hold, beside what is loaded already.
    connection : Connection
    """
    from matchmaker.service.tasks import TASKS

    line = Line(connection)
    threading.Thread(target=line.listen, daemon=True).start()
    _settle_in(memory)
    set_up_logs("WARNING")
    try:
        result = TASKS[task](Path(folder), arguments, line)
    except BaseException as error:  # noqa: BLE001
        line.send("failed", problem=_describe(error))
    else:
        line.send("done", result=result)


def _settle_in(memory: int) -> None:
    """Step back, stay within the memory, end with the parent, and leave Ctrl-C to it."""
    import resource

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.nice(NICENESS)
    most = memory + measure_data()
    resource.setrlimit(resource.RLIMIT_DATA, (most, most))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PARENT_DEATH, signal.SIGKILL)


def is_memory_short() -> bool:
    """Return whether so little memory is left that whatever went wrong did so for want of it: a thread, a library."""
    import resource

    most = resource.getrlimit(resource.RLIMIT_DATA)[0]
    return most != resource.RLIM_INFINITY and most - measure_data() < SHORT


def measure_data() -> int:
    """Return how many bytes of memory of its own this process holds; 0 where nobody says."""
    try:
        status = Path("/proc/self/status").read_text(encoding="ascii")
    except OSError:
        return 0
    kibibytes = [line.split()[1] for line in status.splitlines() if line.startswith("VmData:")]
    return 1024 * int(kibibytes[0]) if kibibytes else 0


def _describe(error: BaseException) -> dict[str, Any]:
    """Return the problem that an exception is; of a fault of ours, only where it happened is logged."""
    if isinstance(error, Unreadable):
        return describe_error(error.error, error.places)
    if isinstance(error, MatchmakerError):
        return describe_error(error)
    if isinstance(error, MemoryError) or is_memory_short():
        return describe_problem("out-of-memory", "it needs more memory than a job may have here")
    if isinstance(error, OSError) and lacks_room(error):
        return describe_problem("storage", "the disk is full or cannot be written; send it again")
    where = "".join(traceback.format_tb(error.__traceback__))
    logger.error("fault", extra={"fault": type(error).__name__, "where": where})
    return describe_problem("internal", "a fault of the service itself; the log says where")
