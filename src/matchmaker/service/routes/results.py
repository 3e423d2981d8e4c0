"""``/v1/matchings/{id}/result`` and ``/explain``: the answer in the form that is asked for, and why it is so."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Header, Query, Response
from fastapi.responses import FileResponse

from matchmaker.service.access import Core, Reader
from matchmaker.service.core import Service
from matchmaker.service.jobs import Job
from matchmaker.service.openapi import EXPLANATION, RESULT, VERIFICATION, XLSX, tell
from matchmaker.service.problems import Problem
from matchmaker.service.routes.common import Identity, answer_json, is_known
from matchmaker.service.routes.negotiation import choose_type
from matchmaker.service.vault import MATCHING

router = APIRouter(tags=["results"])

JSON, CSV = "application/json", "text/csv"

Table = Literal["pairs", "leftovers", "mentors", "notices"]


@router.get("/v1/matchings/{identity}/result", summary="Get the answer", responses=tell({200: RESULT, 304: "Known"}))
async def show_result(
    service: Core,
    caller: Reader,
    identity: Identity,
    accept: Annotated[str, Header(description="JSON (the whole answer), CSV (one table) or XLSX.")] = "*/*",
    table: Annotated[Table, Query(description="Which table, as CSV.")] = "pairs",
    known: Annotated[str | None, Header(alias="If-None-Match", description="The ETag that you have.")] = None,
) -> Response:
    """Give the answer of a job that has ended, also of one that was cancelled with an answer."""
    media_type = choose_type(accept, (JSON, CSV, XLSX))
    if media_type is None:
        raise Problem("not-acceptable", f"the answer is to be had as {JSON}, {CSV} or {XLSX}")
    job = await service.get_job(identity, caller)
    await service.settle_answer(job)
    name = {JSON: MATCHING, CSV: f"{table}.csv", XLSX: "matching.xlsx"}[media_type]
    etag = f'"{job.attempt}-{name}"'
    if known is not None and is_known(known, etag):
        return Response(status_code=304, headers={"ETag": etag, "Vary": "Accept"})
    await _render(service, job, name, media_type)
    path = service.vault.find_answer(job) / name
    kind = f"{CSV}; charset=utf-8" if media_type == CSV else media_type
    headers = {"ETag": etag, "Vary": "Accept", "Cache-Control": "private"}
    return FileResponse(path, media_type=kind, filename=None if media_type == JSON else name, headers=headers)


async def _render(service: Service, job: Job, name: str, media_type: str) -> None:
    """Make a form of the answer that nobody has asked for yet."""
    answer = service.vault.find_answer(job)
    if not (answer / name).exists():
        await service.ask("render", job, form="xlsx" if media_type == XLSX else "csv")


@router.get(
    "/v1/matchings/{identity}/verification",
    summary="Re-check the answer",
    responses=tell({200: VERIFICATION}),
)
async def verify(service: Core, caller: Reader, identity: Identity) -> Response:
    """Re-check rules, points, limits and the proof of an answer from what was sent, without any solver."""
    job = await service.get_job(identity, caller)
    await service.settle_answer(job)
    return answer_json(await service.ask("verify", job))


@router.get(
    "/v1/matchings/{identity}/explain",
    summary="Explain a mentee's place in the answer",
    responses=tell({200: EXPLANATION}),
)
async def explain(
    service: Core,
    caller: Reader,
    identity: Identity,
    mentee: Annotated[str, Query(min_length=1, max_length=500, description="Id, e-mail or name.")],
    mentor: Annotated[str | None, Query(min_length=1, max_length=500, description="Somebody to explain too.")] = None,
    most: Annotated[int, Query(ge=0, le=100, description="Other mentors to name.")] = 5,
) -> Response:
    """Say why a mentee has whom they have, and what any other choice would cost everybody together."""
    job = await service.get_job(identity, caller)
    await service.settle_answer(job)
    return answer_json(await service.ask("explain", job, mentee=mentee, mentor=mentor, most=most))
