"""``/v1/matchings/{id}/rematch``: the same people with changes, beginning from the earlier answer."""

from __future__ import annotations

from pathlib import Path

from fastapi import APIRouter, Request, Response

from matchmaker.documents.request import open_changes, read_program_part
from matchmaker.service.access import Core, Sender
from matchmaker.service.bodies import JSON, check_options, open_document, read_media_type, refuse_faulty, spool
from matchmaker.service.core import Service
from matchmaker.service.jobs import Job
from matchmaker.service.openapi import ACCEPTED, CHANGES_BODY, tell
from matchmaker.service.problems import Problem
from matchmaker.service.routes.common import (
    IdempotencyKey,
    Identity,
    answer_accepted,
    coming_in,
    refuse_when_stopping,
)
from matchmaker.service.routes.sending import REUSED, make_job, take_job
from matchmaker.service.store import Store

router = APIRouter(tags=["matchings"])


def inherit(service: Service, parent: Job, folder: Path) -> None:
    """Take over what an earlier job was sent and came to, unless it is forgotten at this very moment."""
    try:
        service.vault.inherit(parent, folder)
    except FileNotFoundError:
        raise Problem("not-found", "the matching was forgotten at this very moment") from None


async def answer_again(request: Request, service: Service, known: Job) -> Response:
    """Answer changes that were sent before with the same Idempotency-Key, also when the earlier job is forgotten."""
    async with coming_in(service) as (_, folder):
        if await spool(request, folder / "payload" / "again.json") != known.fingerprint:
            raise Problem("key-reused", REUSED)
    return answer_accepted(request, known, is_new=False)


@router.post(
    "/v1/matchings/{identity}/rematch",
    status_code=202,
    summary="Match again after changes",
    openapi_extra=CHANGES_BODY,
    responses=tell({202: ACCEPTED}),
)
async def rematch(
    request: Request, service: Core, caller: Sender, identity: Identity, key: IdempotencyKey = None
) -> Response:
    """Take a job for the same people with changes: who joined, left or changed; which pairs to keep or to ban.

    It begins with the earlier answer, which makes large rosters quicker. The total is that of a match from nothing.
    """
    refuse_when_stopping(service)
    if read_media_type(request) != JSON:
        raise Problem("media-type", f"changes are sent as {JSON}", {"Accept-Post": JSON})
    known = None if key is None else await service.ledger.call(Store.find_key, caller.owner, key)
    if known is not None and known.parent == identity:
        return await answer_again(request, service, known)
    parent = await service.get_job(identity, caller)
    await service.settle_answer(parent)
    async with coming_in(service) as (new, folder):
        inherit(service, parent, folder)
        payload = folder / "payload"
        path = payload / f"changes-{len(list(payload.glob('changes-*.json'))) + 1:04d}.json"
        fingerprint = await spool(request, path)
        document = await open_document(path, open_changes, service)
        check_options(document.options)
        if document.has_program:
            refuse_faulty(read_program_part, document.program)
        job, is_new = await take_job(service, make_job(new, caller.owner, key, fingerprint, parent.id))
    return answer_accepted(request, job, is_new=is_new)
