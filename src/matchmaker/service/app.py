"""The service as an ASGI application."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import sqlite3
from collections.abc import AsyncIterator, Callable
from typing import Any

import msgspec
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.routing import Match

from matchmaker.service.children import prepare
from matchmaker.service.core import Service, open_service
from matchmaker.service.helpers import Refused
from matchmaker.service.middleware import Frame
from matchmaker.service.openapi import describe
from matchmaker.service.problems import MEDIA_TYPE, Problem, describe_problem
from matchmaker.service.routes import ROUTERS
from matchmaker.service.settings import Settings
from matchmaker.service.vault import lacks_room

logger = logging.getLogger(__name__)


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
    _add_routes(app)
    _handle_problems(app)
    _describe_once(app)
    app.add_middleware(Frame, metrics=service.metrics, most_bytes=settings.body, silence=settings.silence)
    return app


def describe_service() -> dict[str, Any]:
    """Return the description of the service (OpenAPI 3.1). No store is opened and nothing is started."""
    app = FastAPI(title="matchmaker")
    _add_routes(app)
    return describe(app)


def _add_routes(app: FastAPI) -> None:
    for router in ROUTERS:
        app.include_router(router)


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
        sqlite3.Error: _answer_storage,
        OSError: _answer_disk,
    }
    for kind, answer in handlers.items():

        async def handle(_: Request, error: Exception, answer: Callable[[Any], Response] = answer) -> Response:
            return answer(error)

        app.add_exception_handler(kind, handle)

    async def handle_http(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        return _answer_http(request, error)

    app.add_exception_handler(HTTPException, handle_http)


def _answer_parameters(error: RequestValidationError) -> Response:
    """Answer for parameters that cannot be used; an id that cannot be one is nobody's."""
    if any(one["loc"][0] == "path" for one in error.errors()):
        return _answer(describe_problem("not-found", "there is no such matching; an id has 32 hexadecimal digits"))
    told = [f"{one['loc'][0]} '{one['loc'][-1]}': {one['msg']}" for one in error.errors()]
    return _answer(describe_problem("parameter", "; ".join(told)))


def _answer_storage(error: Exception, told: str = "the store cannot be used") -> Response:
    """Answer while the disk is full, or another process holds the store."""
    logger.error(told, extra={"fault": type(error).__name__})
    return _answer(describe_problem("storage", "nothing was changed; try again"), {"Retry-After": "5"})


def _answer_disk(error: OSError) -> Response:
    """Answer while the disk is full; anything else that the system refuses is a fault of ours."""
    if not lacks_room(error):
        raise error
    return _answer_storage(error, "the disk cannot be used")


def _list_methods(request: Request) -> str:
    """Return the methods that an address knows."""
    routes = (*request.app.routes, *(route for router in ROUTERS for route in router.routes))
    fits = [route for route in routes if route.matches(request.scope)[0] != Match.NONE]
    return ", ".join(sorted({method for route in fits for method in getattr(route, "methods", None) or ()}))


def _answer_http(request: Request, error: HTTPException) -> Response:
    """Answer for addresses and methods that are not there."""
    headers = {name.lower(): value for name, value in (error.headers or {}).items()}
    if error.status_code == 405:
        methods = _list_methods(request)
        return _answer(describe_problem("method", f"this address knows {methods}"), {**headers, "allow": methods})
    if error.status_code == 404:
        return _answer(describe_problem("not-found", "there is no such address"), headers)
    return _answer(describe_problem("body", "the request cannot be read"), headers)
