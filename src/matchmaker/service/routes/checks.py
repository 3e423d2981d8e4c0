"""``/v1/check``: all faults at once, before anything is matched."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from matchmaker.service.access import Core, Sender
from matchmaker.service.bodies import take_body
from matchmaker.service.openapi import BODY, CHECKED, tell
from matchmaker.service.routes.common import answer_json, coming_in, refuse_when_stopping

router = APIRouter(tags=["matchings"])


@router.post("/v1/check", summary="Check a roster and a program", openapi_extra=BODY, responses=tell({200: CHECKED}))
async def check(request: Request, service: Core, caller: Sender) -> Response:
    """Look at everything that a matching would be refused for, all faults at once; nothing is kept."""
    refuse_when_stopping(service)
    async with coming_in(service) as (_, folder):
        await take_body(request, folder / "payload", service)
        return answer_json(await service.helpers.run("check", folder, {}))
