"""Bodies as they come in: written into a folder of their own, within limits, then opened as documents."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Protocol, TypeVar

import msgspec
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.formparsers import MultiPartException
from starlette.requests import Request

from matchmaker.documents.request import RunOptions, open_request, read_program_part
from matchmaker.errors import MatchmakerError
from matchmaker.service.core import Service
from matchmaker.service.helpers import Refused
from matchmaker.service.problems import Problem, describe_error
from matchmaker.service.vault import OPTIONS, PARTS, REQUEST

JSON = "application/json"
FORM = "multipart/form-data"


class Counted(Protocol):
    """A document that knows of how many people it speaks."""

    @property
    def num_people(self) -> int:
        """How many people."""


Document = TypeVar("Document", bound=Counted)


def read_media_type(request: Request) -> str:
    """Return the media type of a body, without its parameters."""
    return request.headers.get("content-type", "").split(";")[0].strip().lower()


async def take_body(request: Request, folder: Path, service: Service) -> str:
    """Write what a matching is asked for with into a folder, and return its SHA-256.

    Parameters
    ----------
    request : Request
    folder : Path
    service : Service

    Raises
    ------
    Problem, Refused
        If the body is none that can be used; people are looked at later.
    """
    media_type = read_media_type(request)
    if media_type == JSON:
        fingerprint = await spool(request, folder / REQUEST)
        document = await open_document(folder / REQUEST, open_request, service)
        refuse_faulty(read_program_part, document.program)
        check_options(document.options)
        return fingerprint
    if media_type == FORM:
        return await _take_form(request, folder, service)
    raise Problem("media-type", f"'{media_type}' is not read here", {"Accept-Post": f"{JSON}, {FORM}"})


async def spool(request: Request, path: Path) -> str:
    """Write a body to a file, and return its SHA-256."""
    digest = hashlib.sha256()
    with path.open("wb") as file:
        async for chunk in request.stream():
            digest.update(chunk)
            file.write(chunk)
    return digest.hexdigest()


async def open_document(path: Path, read: Callable[[bytes], Document], service: Service) -> Document:
    """Return a document that has come in, its people unread; only few are held in memory at the same time."""
    async with service.opening:
        data = await asyncio.to_thread(path.read_bytes)
        document = await asyncio.to_thread(refuse_faulty, read, data)
    most = service.settings.people
    if document.num_people > most:
        told = f"the document speaks of {document.num_people:,} people; at most {most:,} are matched here"
        raise Problem("too-many-people", told)
    return document


Given = TypeVar("Given")
Result = TypeVar("Result")


def refuse_faulty(read: Callable[[Given], Result], given: Given) -> Result:
    """Return what is read, or refuse it as a problem."""
    try:
        return read(given)
    except MatchmakerError as error:
        raise Refused(describe_error(error)) from None


def check_options(options: RunOptions) -> None:
    """Refuse options that mean nothing."""
    if options.gap < 0:
        raise Problem("parameter", "'gap' is a whole number of points, 0 or more")
    if options.time_limit is not None and not options.time_limit > 0:
        raise Problem("parameter", "'time_limit' is a number of seconds above 0")


async def _take_form(request: Request, folder: Path, service: Service) -> str:
    """Write the files of a form under the names of their parts, whatever else they are called."""
    digest = hashlib.sha256()
    try:
        async with request.form(max_files=len(PARTS), max_fields=8) as form:
            options = read_form_options(form.multi_items())
            seen = set[str]()
            for name, value in form.multi_items():
                if name in PARTS:
                    async with service.opening:
                        content = await _read_part(name, value, seen)
                        digest.update(f"{name}:{len(content)}:".encode())
                        await asyncio.to_thread(digest.update, content)
                        await asyncio.to_thread((folder / name).write_bytes, content)
    except (MultiPartException, HTTPException) as error:
        raise Problem("body", f"the form cannot be read: {getattr(error, 'message', error)}") from None
    if {"mentors", "mentees", "people"} & seen not in ({"mentors", "mentees"}, {"people"}):
        raise Problem("parameter", "a form needs the files 'mentors' and 'mentees', or 'people' for both")
    packed = msgspec.json.encode(options)
    (folder / OPTIONS).write_bytes(packed)
    digest.update(packed)
    return digest.hexdigest()


async def _read_part(name: str, value: Any, seen: set[str]) -> bytes:
    """Return the content of a file of a form."""
    if name in seen:
        raise Problem("parameter", f"the part '{name}' is there twice")
    seen.add(name)
    return await value.read() if isinstance(value, UploadFile) else str(value).encode()


def read_form_options(items: Sequence[tuple[str, Any]]) -> RunOptions:
    """Return the options that stand in a form beside its files; any other part is refused."""
    known = RunOptions.__struct_fields__
    given: dict[str, Any] = {}
    for name, value in items:
        if name in PARTS:
            continue
        if name not in known or not isinstance(value, str):
            raise Problem("parameter", f"a form has no part '{name}'. There are: {', '.join((*PARTS, *known))}")
        given[name] = value
    try:
        options = msgspec.convert(given, RunOptions, strict=False)
    except msgspec.ValidationError as error:
        raise Problem("parameter", f"the options of the form cannot be read: {error}") from None
    check_options(options)
    return options
