"""``/v1/matchings``: send a job, look at it, list jobs, end one."""

from __future__ import annotations

from typing import Annotated, Literal
from urllib.parse import urlencode

from fastapi import APIRouter, Header, Query, Request, Response

from matchmaker.service.access import Core, Reader, Sender
from matchmaker.service.bodies import take_body
from matchmaker.service.core import Service, check_job
from matchmaker.service.jobs import Job
from matchmaker.service.openapi import ACCEPTED, BODY, JOB, JOBS, tell
from matchmaker.service.routes.common import (
    IdempotencyKey,
    Identity,
    answer_accepted,
    answer_job,
    answer_json,
    coming_in,
    is_known,
    refuse_when_stopping,
    show_shortly,
    tag,
)
from matchmaker.service.routes.sending import make_job, take_job
from matchmaker.service.store import Store

router = APIRouter(tags=["matchings"])

State = Literal["queued", "running", "succeeded", "failed", "cancelled"]


@router.post(
    "/v1/matchings",
    status_code=202,
    summary="Ask for a matching",
    openapi_extra=BODY,
    responses=tell({202: ACCEPTED}),
)
async def send(request: Request, service: Core, caller: Sender, key: IdempotencyKey = None) -> Response:
    """Take a job: it waits, runs in a process of its own, and ends with an answer or with the reason why not."""
    refuse_when_stopping(service)
    async with coming_in(service) as (identity, folder):
        fingerprint = await take_body(request, folder / "payload", service)
        job, is_new = await take_job(service, make_job(identity, caller.owner, key, fingerprint))
    return answer_accepted(request, job, is_new=is_new)


@router.get("/v1/matchings", summary="List matchings, the latest first", responses=tell({200: JOBS}))
async def show_all(
    request: Request,
    service: Core,
    caller: Reader,
    limit: Annotated[int, Query(ge=1, le=200, description="Most to list.")] = 50,
    before: Annotated[str | None, Query(pattern="^[0-9a-f]{32}$", description="Only those older than this id.")] = None,
    state: Annotated[State | None, Query(description="Only those in this state.")] = None,
) -> Response:
    """List one's own matchings, or everybody's with the scope admin. `next` is where the following ones are."""
    owner = None if caller.is_admin else caller.owner
    jobs = await service.ledger.call(Store.list_jobs, owner, state, before, limit + 1)
    shown, more = jobs[:limit], len(jobs) > limit
    following = None
    if more:
        given = {"limit": limit, "before": shown[-1].id, **({} if state is None else {"state": state})}
        following = f"{request.scope.get('root_path', '')}/v1/matchings?{urlencode(given)}"
    headers = {} if following is None else {"Link": f'<{following}>; rel="next"'}
    return answer_json({"matchings": [show_shortly(request, job) for job in shown], "next": following}, headers=headers)


@router.get("/v1/matchings/{identity}", summary="Look at a matching", responses=tell({200: JOB, 304: "Nothing new"}))
async def show(
    request: Request,
    service: Core,
    caller: Reader,
    identity: Identity,
    wait: Annotated[float, Query(ge=0, le=3600, description="Seconds to wait for news.")] = 0,
    known: Annotated[str | None, Header(alias="If-None-Match", description="The ETag that you have.")] = None,
) -> Response:
    """Show how far a matching has come.

    With `wait`, the answer comes as soon as there is news: with If-None-Match, when anything has changed;
    without, when the job has ended.
    """
    job = await service.get_job(identity, caller)
    if wait > 0:
        seconds = min(wait, service.settings.wait)
        job = check_job(await service.ledger.wait(identity, lambda now: is_news(service, now, known), seconds), caller)
    if known is not None and is_known(known, tag(job)):
        return Response(status_code=304, headers={"ETag": tag(job), "Cache-Control": "no-cache"})
    return answer_job(request, job)


def is_news(service: Service, job: Job, known: str | None) -> bool:
    """Return whether somebody who waits should hear of a job as it is now."""
    return job.has_ended or service.is_stopping or (known is not None and not is_known(known, tag(job)))


@router.delete(
    "/v1/matchings/{identity}",
    summary="End a matching, or forget it",
    responses=tell({200: JOB, 204: "Forgotten"}),
)
async def end(
    request: Request,
    service: Core,
    caller: Sender,
    identity: Identity,
    discard: Annotated[bool, Query(description="Forget everything about it, its people too.")] = False,
) -> Response:
    """End a job with the best answer so far: `best` is null if there is none yet. One that has ended stays as it is."""
    await service.get_job(identity, caller)
    if discard:
        await service.supervisor.forget(identity)
        return Response(status_code=204)
    return answer_job(request, check_job(await service.supervisor.cancel(identity), caller))
