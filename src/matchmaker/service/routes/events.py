"""``/v1/matchings/{id}/events``: what happens to a job, as it happens (server-sent events)."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Annotated

import msgspec
from fastapi import APIRouter, Header, Response
from fastapi.responses import StreamingResponse

from matchmaker.service.access import Core, Reader
from matchmaker.service.core import Service
from matchmaker.service.jobs import Event, Job
from matchmaker.service.ledger import MOST_WAIT, wait_for
from matchmaker.service.openapi import EVENTS, tell
from matchmaker.service.routes.common import Identity
from matchmaker.service.store import MOST_EVENTS, Store

router = APIRouter(tags=["matchings"])

QUIET = 15
"""Waits after which something is sent to keep the way open."""


@router.get(
    "/v1/matchings/{identity}/events",
    summary="Follow a matching",
    responses=tell({200: EVENTS, 204: "Nothing more"}),
)
async def follow(
    service: Core,
    caller: Reader,
    identity: Identity,
    last: Annotated[str, Header(alias="Last-Event-ID", description="Goes on after this event.")] = "",
) -> Response:
    """Stream every change of a job, from the first one or after Last-Event-ID, until it has ended."""
    job = await service.get_job(identity, caller)
    after = int(last) if last.isascii() and last.isdigit() and len(last) < 12 else 0
    if job.has_ended and after >= job.revision:
        return Response(status_code=204)
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    return StreamingResponse(_stream(service, job, after), media_type="text/event-stream", headers=headers)


async def _stream(service: Service, job: Job, after: int) -> AsyncIterator[bytes]:
    """Yield the events of a job until it has ended or is gone, or the service stops."""
    quiet = 0
    async with service.ledger.watch(job.id) as changed:
        yield b"retry: 1000\n\n"
        while True:
            changed.clear()
            found = await service.ledger.call(_look, job.id, after)
            if found is None:
                return
            now, events = found
            for event in events:
                yield write_event(event)
                after = event.number
            if len(events) < MOST_EVENTS and (now.has_ended or service.is_stopping):
                return
            if len(events) == MOST_EVENTS:
                continue
            quiet = 0 if events else quiet + 1
            if quiet >= QUIET:
                yield b": still here\n\n"
                quiet = 0
            await wait_for(changed, MOST_WAIT)


def _look(store: Store, identity: str, after: int) -> tuple[Job, list[Event]] | None:
    """Return a job and what happened to it since an event, in one look."""
    job = store.get(identity)
    return None if job is None else (job, store.list_events(identity, after))


def write_event(event: Event) -> bytes:
    """Return an event as it is sent."""
    data = msgspec.json.encode(event.data).decode()
    return f"id: {event.number}\nevent: {event.kind}\ndata: {data}\n\n".encode()
