"""What several routes say."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Annotated, Any

import msgspec
from fastapi import Header, Request, Response
from fastapi import Path as InPath

from matchmaker.service.core import Service
from matchmaker.service.jobs import Job, describe_job, make_id
from matchmaker.service.problems import Problem

Identity = Annotated[str, InPath(description="Id of a matching.", pattern="^[0-9a-f]{32}$")]

IdempotencyKey = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        min_length=1,
        max_length=200,
        pattern=r"^[\x21-\x7e]+$",
        description="Any text of your own: the same key with the same body is the same job, however often it is sent.",
    ),
]

RETRY = {"Retry-After": "1"}


def answer_json(content: Any, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    """Return a response in JSON."""
    return Response(msgspec.json.encode(content), status, headers, "application/json")


def show_job(request: Request, job: Job) -> dict[str, Any]:
    """Return a job with the addresses that belong to it."""
    here = f"{request.scope.get('root_path', '')}/v1/matchings/{job.id}"
    names = ("result", "verification", "explain", "events", "rematch")
    return {**describe_job(job), "links": {"self": here, **{name: f"{here}/{name}" for name in names}}}


def show_shortly(request: Request, job: Job) -> dict[str, Any]:
    """Return a job as it stands in a list: without the single faults."""
    shown = show_job(request, job)
    if shown["problem"] is not None:
        shown["problem"] = {name: value for name, value in shown["problem"].items() if name != "errors"}
    return shown


def tag(job: Job) -> str:
    """Return the ETag of a job as it is."""
    return f'"{job.revision}"'


def is_known(known: str, etag: str) -> bool:
    """Return whether one of the tags of If-None-Match is the one of now (RFC 9110, weak comparison)."""
    tags = [one.strip().removeprefix("W/") for one in known.split(",")]
    return etag in tags or "*" in tags


def answer_job(request: Request, job: Job, status: int = 200) -> Response:
    """Return the response that shows a job."""
    headers = {"ETag": tag(job), "Cache-Control": "no-cache", **({} if job.has_ended else RETRY)}
    return answer_json(show_job(request, job), status, headers)


def answer_accepted(request: Request, job: Job, *, is_new: bool) -> Response:
    """Return the response to a job that was sent."""
    response = answer_job(request, job, 202)
    response.headers["Location"] = show_job(request, job)["links"]["self"]
    if not is_new:
        response.headers["Idempotent-Replayed"] = "true"
    return response


def refuse_when_stopping(service: Service) -> None:
    """Refuse new work while the service is about to stop."""
    if service.is_stopping:
        raise Problem("stopping", "the service is about to stop", {"Retry-After": "5"})


@asynccontextmanager
async def coming_in(service: Service) -> AsyncIterator[tuple[str, Path]]:
    """Give an id and a folder for what comes in; whatever is not kept by the end is forgotten."""
    identity = make_id()
    folder = service.vault.open(identity)
    try:
        yield identity, folder
    finally:
        service.vault.drop_coming(identity)
