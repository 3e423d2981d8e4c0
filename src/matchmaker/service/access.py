"""Who calls, and whether they may: what every route under /v1 asks first."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Annotated, Any
from urllib.parse import urlsplit

from fastapi import Depends, Request

from matchmaker.service.core import Service
from matchmaker.service.keys import ANYBODY, Caller, open_key, split_token
from matchmaker.service.problems import Problem
from matchmaker.service.store import Key, Store

CHALLENGE = {"WWW-Authenticate": 'Bearer realm="matchmaker"'}

LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
"""Names by which a service without keys may be called, so that no web page reaches it under another."""


def get_service(request: Request) -> Service:
    """Return the service that answers."""
    service: Service = request.app.state.service
    return service


Core = Annotated[Service, Depends(get_service)]


async def find_caller(request: Request, service: Core) -> Caller:
    """Return who calls.

    Raises
    ------
    Problem
        If a key is needed and none that is valid was sent.
    """
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    found = split_token(token.strip()) if scheme.lower() == "bearer" else None
    has_keys, key = await service.ledger.call(look_up, None if found is None else found[0])
    if not has_keys:
        refuse_foreign_page(request)
        return ANYBODY
    caller = open_key(key, "" if found is None else found[1])
    if caller is None:
        raise Problem("unauthenticated", "send 'Authorization: Bearer KEY' with a key that is valid here", CHALLENGE)
    request.state.caller = caller.owner
    return caller


def look_up(store: Store, identity: str | None) -> tuple[bool, Key | None]:
    """Return whether there are keys at all, and the one with an id."""
    return store.has_keys(), None if identity is None else store.get_key(identity)


def refuse_foreign_page(request: Request) -> None:
    """Refuse what a page of another site makes a browser send to a service without keys."""
    origin = request.headers.get("origin")
    is_ours = find_host(f"//{request.headers.get('host', '')}") in LOOPBACK
    if not is_ours or (origin is not None and find_host(origin) not in LOOPBACK):
        raise Problem("forbidden", "a service without keys answers only to loopback, and to no page of another site")


def find_host(address: str) -> str | None:
    """Return the host that an address names, None if it names none or is no address."""
    try:
        return urlsplit(address).hostname
    except ValueError:
        return None


def require(scope: str) -> Callable[..., Coroutine[Any, Any, Caller]]:
    """Return what lets only those in who have a scope."""

    async def check(caller: Annotated[Caller, Depends(find_caller)]) -> Caller:
        if not caller.may(scope):
            raise Problem("forbidden", f"the key lacks the scope '{scope}'")
        return caller

    return check


Reader = Annotated[Caller, Depends(require("read"))]
Sender = Annotated[Caller, Depends(require("match"))]
