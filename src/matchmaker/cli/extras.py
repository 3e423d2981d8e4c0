"""Whether what an extra installs is there."""

from __future__ import annotations

import importlib.util
import os

from matchmaker.errors import MatchmakerError

NEEDED = ("fastapi", "uvicorn", "prometheus_client", "python_multipart")


def need_service() -> None:
    """Refuse to go on without what the service needs.

    Raises
    ------
    MatchmakerError
        With how to install it.
    """
    if os.name != "posix":
        raise MatchmakerError("the service runs on Linux and macOS: it starts its processes in a way Windows has not")
    if any(importlib.util.find_spec(name) is None for name in NEEDED):
        raise MatchmakerError('the service is not installed. Install it with: pip install "matchmaker[service]"')
