"""Every route, a file for each thought, in the order in which the description lists them."""

from fastapi import APIRouter

from matchmaker.service.routes import checks, events, matchings, operations, rematch, results

ROUTERS: tuple[APIRouter, ...] = (
    checks.router,
    matchings.router,
    results.router,
    events.router,
    rematch.router,
    operations.router,
)

__all__ = ["ROUTERS"]
