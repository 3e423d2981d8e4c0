"""Ctrl-C: the first asks for the best answer so far, the second ends at once."""

from __future__ import annotations

import contextlib
import os
import signal
import threading
from types import TracebackType
from typing import Any

from matchmaker.errors import Stopped

STOPPING = b"\nStopping at the next possible moment, with the best answer so far. Press Ctrl-C again to end at once.\n"

STDERR = 2

AT_ONCE: Any = signal.SIG_DFL if os.name == "posix" else signal.default_int_handler
"""What a second Ctrl-C does in a search: the system ends the process, even in the middle of a flow."""


class Interrupts:
    """Listens for Ctrl-C inside its context; whoever searches asks whether there was one.

    A search that was stopped before it had an answer becomes a KeyboardInterrupt.
    """

    def __init__(self) -> None:
        self.was_asked = False
        self.next: Any = AT_ONCE
        self.before: Any = None

    def __enter__(self) -> Interrupts:
        is_ours = threading.current_thread() is threading.main_thread()
        if is_ours and signal.getsignal(signal.SIGINT) not in (signal.SIG_IGN, None):
            self.before = signal.signal(signal.SIGINT, self._ask)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.before is not None:
            signal.signal(signal.SIGINT, self.before)
        if self.was_asked and isinstance(error, Stopped):
            raise KeyboardInterrupt from None

    def _ask(self, *_: Any) -> None:
        """Note the first Ctrl-C. Written past Python's buffers, which may be in use at this very moment."""
        self.was_asked = True
        signal.signal(signal.SIGINT, self.next)
        with contextlib.suppress(OSError):
            os.write(STDERR, STOPPING)

    def should_stop(self) -> bool:
        """Return whether there was a Ctrl-C."""
        return self.was_asked

    def keep_answer(self) -> None:
        """From now on there is an answer, which a first Ctrl-C leaves to be written; a second one tidies up."""
        self.next = signal.default_int_handler
        if self.was_asked and self.before is not None:
            signal.signal(signal.SIGINT, self.next)
