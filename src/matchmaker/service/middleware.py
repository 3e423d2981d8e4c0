"""Around every request: its id, the limit of its body, one line in the log, one count."""

from __future__ import annotations

import asyncio
import logging
import re
import secrets
import time
import traceback
from typing import Any

import msgspec
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from matchmaker.service.metrics import Metrics
from matchmaker.service.problems import MEDIA_TYPE, Problem, describe_problem

logger = logging.getLogger("matchmaker.service.requests")

SANE = re.compile(r"[A-Za-z0-9._-]{1,100}")


class Frame:
    """Gives each request an id, notes how it ended, and answers for faults of ours.

    Parameters
    ----------
    app : ASGI application
    metrics : callable
        Returns the counts of the service.
    most_bytes : int
        Of a body.
    silence : float
        Seconds that a caller may keep silent in the middle of a body.
    """

    def __init__(self, app: ASGIApp, metrics: Metrics, most_bytes: int, silence: float) -> None:
        self.app, self.metrics, self.most_bytes, self.silence = app, metrics, most_bytes, silence

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        answer = Answer(scope, send)
        if scope["method"] == "HEAD":
            scope = {**scope, "method": "GET"}  # The server itself leaves out the body.
        try:
            await self.app(scope, self._limit(scope, receive), answer.send)
        except ClientDisconnect:
            answer.status = GONE
        except Exception as error:  # noqa: BLE001
            where = "".join(traceback.format_tb(error.__traceback__))
            logger.error("fault", extra={"request": answer.identity, "fault": type(error).__name__, "where": where})
            await answer.apologise()
        finally:
            self._note(scope, answer)

    def _limit(self, scope: Scope, receive: Receive) -> Receive:
        """Return what receives a body and refuses one that is too large."""
        headers = dict(scope["headers"])
        told = f"the body has more than {self.most_bytes:,} bytes"
        length = headers.get(b"content-length", b"")
        is_too_large = length.isdigit() and int(length) > self.most_bytes
        seen, has_more = 0, True

        async def limited() -> Message:
            nonlocal seen, has_more
            message = await self._hear(receive) if has_more else await receive()
            has_more = bool(message.get("more_body"))
            seen += len(message.get("body", b""))
            if is_too_large or seen > self.most_bytes:
                await discard(receive, message)
                raise Problem("too-large", told, {"Connection": "close"})
            return message

        return limited

    async def _hear(self, receive: Receive) -> Message:
        """Return the next part of a body, others having their turn before; a caller who falls silent is refused."""
        await asyncio.sleep(0)
        try:
            async with asyncio.timeout(self.silence):
                return await receive()
        except TimeoutError:
            raise Problem("silent", f"nothing more of the body came for {self.silence:.0f} seconds") from None

    def _note(self, scope: Scope, answer: Answer) -> None:
        route = getattr(scope.get("route"), "path", "none")
        seconds = time.perf_counter() - answer.began
        method = scope["method"] if scope["method"] in METHODS else "other"
        self.metrics.note_request(method, route, answer.status, seconds)
        told: dict[str, Any] = {"request": answer.identity, "method": method, "route": route, "status": answer.status}
        caller = scope.get("state", {}).get("caller")
        logger.info("request", extra={**told, "seconds": round(seconds, 4), "key": caller})


GONE = 499
"""What is noted of a request whose caller went away before the answer."""

MOST_DISCARDED = 64 * 2**20
"""Bytes of a body that is refused which are still taken in: many callers read no answer before they have sent all."""


async def discard(receive: Receive, message: Message) -> None:
    """Take in the rest of a body, as far as it is not beyond measure."""
    seen = 0
    while message.get("more_body") and seen < MOST_DISCARDED:
        message = await receive()
        seen += len(message.get("body", b""))


METHODS = ("GET", "POST", "DELETE", "HEAD", "OPTIONS", "PUT", "PATCH")


class Answer:
    """What is being answered to one request.

    Parameters
    ----------
    scope : Scope
    send : Send
    """

    def __init__(self, scope: Scope, send: Send) -> None:
        given = dict(scope["headers"]).get(b"x-request-id", b"").decode("latin-1")
        self.identity = given if SANE.fullmatch(given) else secrets.token_hex(8)
        self.began, self.status, self.has_begun = time.perf_counter(), 500, False
        self.forward = send

    async def send(self, message: Message) -> None:
        """Send a part of the answer; the first one with the id of the request."""
        if message["type"] == "http.response.start":
            self.status, self.has_begun = message["status"], True
            message["headers"] = [*message.get("headers", ()), (b"x-request-id", self.identity.encode())]
        await self.forward(message)

    async def apologise(self) -> None:
        """Answer for a fault of ours, if nothing was answered yet."""
        if self.has_begun:
            return
        told = describe_problem("internal", f"the log has more under the request id {self.identity}")
        headers = [(b"content-type", MEDIA_TYPE.encode())]
        await self.send({"type": "http.response.start", "status": 500, "headers": headers})
        await self.send({"type": "http.response.body", "body": msgspec.json.encode(told)})
