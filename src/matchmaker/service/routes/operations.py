"""What those ask who run the service: is it alive, is it ready, what has it done, what may one ask of it."""

from __future__ import annotations

from fastapi import APIRouter, Response

from matchmaker.documents import list_versions
from matchmaker.documents.request import CHANGES, REQUEST, VERSION
from matchmaker.scoring import SCORING_VERSION
from matchmaker.service.access import Core, Reader
from matchmaker.service.jobs import STATES
from matchmaker.service.metrics import MEDIA_TYPE
from matchmaker.service.openapi import CAPABILITIES, METRICS, WORD, tell
from matchmaker.service.problems import Problem
from matchmaker.service.routes.common import answer_json
from matchmaker.service.store import Store

router = APIRouter(tags=["operations"])

LIMITS = (
    "body",
    "people",
    "memory",
    "seconds",
    "check_memory",
    "check_seconds",
    "queue",
    "jobs",
    "jobs_per_key",
    "wait",
    "retention",
)
"""The settings that somebody who sends jobs should know."""


@router.get("/livez", summary="Is it alive?", responses=tell({200: WORD}))
async def live() -> Response:
    """Say that the server answers. Nothing else is looked at."""
    return answer_json({"status": "ok"})


@router.get("/readyz", summary="Is it ready for work?", responses=tell({200: WORD}))
async def ready(service: Core) -> Response:
    """Say whether jobs are taken: the store answers, processes can be started, and the service is not stopping."""
    if service.is_stopping:
        raise Problem("stopping", "the service is about to stop")
    if not service.is_ready:
        raise Problem("busy", "the service is starting", {"Retry-After": "1"})
    if not service.supervisor.is_well:
        raise Problem("storage", "the store could not be used a moment ago", {"Retry-After": "5"})
    await service.ledger.call(Store.count, STATES)
    return answer_json({"status": "ok"})


@router.get("/metrics", summary="Counts for Prometheus", responses=tell({200: METRICS}))
async def show_metrics(service: Core, caller: Reader) -> Response:
    """Give the counts of this server, and the jobs in the store by their state."""
    counts = {state: await service.ledger.call(Store.count, (state,)) for state in STATES}
    return Response(service.metrics.render(counts), media_type=MEDIA_TYPE)


@router.get("/v1/capabilities", summary="Limits and versions", responses=tell({200: CAPABILITIES}))
async def show_capabilities(service: Core, caller: Reader) -> Response:
    """Say what may be asked of this service, and which versions answer."""
    return answer_json(
        {
            "limits": {name: getattr(service.settings, name) for name in LIMITS},
            "documents": {REQUEST: [VERSION], CHANGES: [VERSION]},
            "scoring_version": SCORING_VERSION,
            "versions": list_versions(),
            "results": ["application/json", "text/csv", "xlsx"],
        }
    )
