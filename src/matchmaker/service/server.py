"""The service on its own: listening, logging, and stopping without losing anything."""

from __future__ import annotations

import asyncio
import ipaddress
import logging
import signal
import socket
import tempfile
from types import FrameType
from typing import Any

import uvicorn
from fastapi import FastAPI

from matchmaker.errors import MatchmakerError
from matchmaker.service.app import make_app
from matchmaker.service.core import DATABASE, Service
from matchmaker.service.logs import set_up_logs
from matchmaker.service.settings import Settings
from matchmaker.service.store import Store

logger = logging.getLogger(__name__)

LAST_ANSWERS = 5
"""Seconds that answers which are being given have once the jobs have stopped."""


def serve(settings: Settings) -> None:
    """Serve until the process is told to stop.

    Parameters
    ----------
    settings : Settings

    Raises
    ------
    MatchmakerError
        If it must not or cannot listen where it should, or its folder is not free.
    """
    check_address(settings)
    listening = listen(settings)
    set_up_logs(settings.log_level)
    app = make_app(settings)
    if settings.telemetry:
        instrument(app)
    host, port = listening.getsockname()[:2]
    logger.info("listening", extra={"host": host, "port": port})
    config = uvicorn.Config(
        app,
        log_config=None,
        access_log=False,
        root_path=settings.root_path,
        timeout_graceful_shutdown=LAST_ANSWERS,
        timeout_keep_alive=15,
        server_header=False,
    )
    Server(config, app.state.service).run([listening])


class Server(uvicorn.Server):
    """Stops in two steps: first the jobs, while it still answers; then itself.

    Parameters
    ----------
    config : uvicorn.Config
    service : Service
    """

    def __init__(self, config: uvicorn.Config, service: Service) -> None:
        super().__init__(config)
        self.service = service
        self.draining: asyncio.Future[Any] | None = None

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to answer. What is too large for memory is kept beside the store from here on, where it belongs."""
        await super().startup(sockets)
        tempfile.tempdir = str(self.service.vault.coming)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Begin to stop; told twice, wait for no job."""
        if self.draining is not None or not self.started:
            self.service.supervisor.let_go()
            super().handle_exit(sig, frame)
            return
        logger.info("stopping", extra={"signal": signal.Signals(sig).name})
        loop = asyncio.get_running_loop()
        self.draining = asyncio.ensure_future(self._drain(), loop=loop)

    async def _drain(self) -> None:
        await self.service.supervisor.stop()
        self.should_exit = True


def check_address(settings: Settings) -> None:
    """Refuse to listen for others without keys.

    Raises
    ------
    MatchmakerError
    """
    if is_loopback(settings.host):
        return
    store = Store(settings.folder / DATABASE)
    has_keys = any(key.revoked is None for key in store.list_keys())
    store.close()
    if not has_keys:
        raise MatchmakerError(
            f"{settings.host} can be reached by others, and the service has no keys. "
            "Make one with 'matchmaker keys add NAME', or listen on 127.0.0.1"
        )


def is_loopback(host: str) -> bool:
    """Return whether only this machine reaches an address."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def listen(settings: Settings) -> socket.socket:
    """Return a socket that listens.

    Raises
    ------
    MatchmakerError
        If the address cannot be had.
    """
    try:
        family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
        listening = socket.create_server((settings.host, settings.port), family=family, backlog=512)
    except OSError as error:
        raise MatchmakerError(
            f"cannot listen on {settings.host}, port {settings.port}: {error.strerror or error}. "
            "Another service may listen there: name another --port"
        ) from None
    # Whoever is accepted inherits this; without it, each answer waits 40 ms for the caller's acknowledgement.
    listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listening


def instrument(app: FastAPI) -> None:
    """Let OpenTelemetry trace the requests.

    Raises
    ------
    MatchmakerError
        If it is not installed.
    """
    try:
        from opentelemetry.instrumentation.fastapi import FastAPIInstrumentor
    except ImportError:
        raise MatchmakerError(
            "telemetry needs the package opentelemetry-instrumentation-fastapi. Install it, or set telemetry = false"
        ) from None
    if not getattr(app, "_is_instrumented_by_opentelemetry", False):
        FastAPIInstrumentor.instrument_app(app)
