"""The way between a child and its parent: the parent says "stop", the child sends messages in JSON."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Mapping
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import msgspec

STOP = b"stop"


class Line:
    """The way to the parent.

    Parameters
    ----------
    connection : Connection
    """

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.was_asked = False
        self.lock = threading.Lock()

    def listen(self) -> None:
        """Wait for the parent's word; end at once when the parent is gone."""
        try:
            while True:
                if self.connection.recv_bytes() == STOP:
                    self.was_asked = True
        except (EOFError, OSError):
            os._exit(1)

    def should_stop(self) -> bool:
        """Return whether the parent has asked to stop."""
        return self.was_asked

    def send(self, kind: str, **content: Any) -> None:
        """Send a message."""
        with self.lock:
            self.connection.send_bytes(msgspec.json.encode({"kind": kind, **content}))


Task = Callable[[Path, Mapping[str, Any], Line], Any]
