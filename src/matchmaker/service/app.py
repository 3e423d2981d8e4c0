"""The service as an ASGI application."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from typing import Any

import msgspec
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

from matchmaker.service.children import prepare
from matchmaker.service.core import Service, open_service
from matchmaker.service.helpers import Refused
from matchmaker.service.middleware import Frame
from matchmaker.service.openapi import describe
from matchmaker.service.problems import MEDIA_TYPE, Problem, describe_problem
from matchmaker.service.routes import ROUTERS
from matchmaker.service.settings import Settings


def make_app(settings: Settings) -> FastAPI:
    """Return the service as an application that any ASGI server can run, in one process.

    Parameters
    ----------
    settings : Settings

    Raises
    ------
    MatchmakerError
        If another service works in its folder.
    """
    service = open_service(settings)

    @contextlib.asynccontextmanager
    async def live(_: FastAPI) -> AsyncIterator[None]:
        async with working(service):
            yield

    app = FastAPI(title="matchmaker", lifespan=live, docs_url=None, redoc_url=None, redirect_slashes=False)
    app.state.service = service
    for router in ROUTERS:
        app.include_router(router)
    _handle_problems(app)
    _describe_once(app)
    app.add_middleware(Frame, metrics=service.metrics, most_bytes=settings.body)
    return app


@contextlib.asynccontextmanager
async def working(service: Service) -> AsyncIterator[None]:
    """Run the jobs of a service while it answers."""
    await asyncio.to_thread(prepare)
    await service.supervisor.recover()
    jobs = asyncio.create_task(service.supervisor.run())
    warming = asyncio.create_task(_warm_up(service))
    try:
        yield
    finally:
        await service.supervisor.stop()
        warming.cancel()
        await asyncio.gather(jobs, warming, return_exceptions=True)
        service.close()


async def _warm_up(service: Service) -> None:
    """Start a first child, so that nobody waits for what it loads."""
    from matchmaker.service.children import run_task

    await run_task("warm", service.vault.jobs, {}, memory=service.settings.check_memory, seconds=60)
    service.is_ready = True


def _describe_once(app: FastAPI) -> None:
    """Make the description of the service when it is first asked for."""

    def find_description() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = describe(app)
        return app.openapi_schema

    app.openapi = find_description  # type: ignore[method-assign]


def _answer(document: dict[str, Any], headers: dict[str, str] | None = None) -> Response:
    return Response(msgspec.json.encode(document), document["status"], headers, MEDIA_TYPE)


def _handle_problems(app: FastAPI) -> None:
    """Answer every exception that is meant for the caller with a problem document."""
    handlers: dict[type[Exception], Callable[[Any], Response]] = {
        Problem: lambda error: _answer(error.describe(), error.headers),
        Refused: lambda error: _answer(error.document),
        RequestValidationError: _answer_parameters,
        HTTPException: _answer_http,
    }
    for kind, answer in handlers.items():

        async def handle(_: Request, error: Exception, answer: Callable[[Any], Response] = answer) -> Response:
            return answer(error)

        app.add_exception_handler(kind, handle)


def _answer_parameters(error: RequestValidationError) -> Response:
    """Answer for parameters that cannot be used; an id that cannot be one is nobody's."""
    if any(one["loc"][0] == "path" for one in error.errors()):
        return _answer(describe_problem("not-found", "there is no such matching; an id has 32 hexadecimal digits"))
    told = [f"{one['loc'][0]} '{one['loc'][-1]}': {one['msg']}" for one in error.errors()]
    return _answer(describe_problem("parameter", "; ".join(told)))


def _answer_http(error: HTTPException) -> Response:
    """Answer for addresses and methods that are not there."""
    headers = dict(error.headers or {})
    if error.status_code == 405:
        return _answer(describe_problem("method", "this address knows other methods only: see Allow"), headers)
    if error.status_code == 404:
        return _answer(describe_problem("not-found", "there is no such address"), headers)
    return _answer(describe_problem("body", "the request cannot be read"), headers)
