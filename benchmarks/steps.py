"""How many instructions work takes: a child process is stepped through them one by one, on Linux."""

from __future__ import annotations

import ctypes
import os
import signal
import sys
from collections.abc import Callable

TRACE_ME, SINGLE_STEP = 0, 9
"""Requests of ``ptrace``, as in ``sys/ptrace.h``."""


def can_count() -> bool:
    """Return whether this system lets a process step through its child."""
    return sys.platform == "linux" and hasattr(os, "fork") and count_instructions(lambda: None) > 0


def count_instructions(work: Callable[[], object]) -> int:
    """Return how many instructions some work takes; 0 if it cannot be told.

    Some 50,000 are stepped through in a second. The work runs in a copy of this process: nothing it does is kept.
    """
    call = ctypes.CDLL(None, use_errno=True).ptrace
    call.argtypes, call.restype = [ctypes.c_long, ctypes.c_long, ctypes.c_void_p, ctypes.c_void_p], ctypes.c_long
    child = os.fork()
    if child == 0:  # pragma: no cover - another process
        if call(TRACE_ME, 0, None, None) != 0:
            os._exit(1)
        os.kill(os.getpid(), signal.SIGSTOP)
        work()
        os.kill(os.getpid(), signal.SIGSTOP)
        os._exit(0)
    steps = 0
    _, status = os.waitpid(child, 0)
    while os.WIFSTOPPED(status) and call(SINGLE_STEP, child, None, None) == 0:
        _, status = os.waitpid(child, 0)
        if os.WIFSTOPPED(status) and os.WSTOPSIG(status) != signal.SIGTRAP:
            break
        steps += 1
    if os.WIFSTOPPED(status):
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
    return steps
