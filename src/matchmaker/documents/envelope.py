"""What every document has around it: the format, its version, and errors that say what to do."""

from __future__ import annotations

from typing import Any, TypeVar

import msgspec

from matchmaker.errors import Fault, InputError, Place

Content = TypeVar("Content")


class Envelope(msgspec.Struct, frozen=True):
    """The part of a document that is read first.

    Attributes
    ----------
    format : str
        Such as "matchmaker.matching".
    version : int
        Counts up whenever a reader of the earlier version would misunderstand the content.
    """

    format: str
    version: int


def refuse_document(file: str | None, problem: str, remedy: str, value: str | None = None) -> InputError:
    """Return the error for a document that cannot be read."""
    return InputError([Fault("document", problem, remedy, Place(file=file), value)])


def pack_document(format_name: str, version: int, content: msgspec.Struct) -> bytes:
    """Return a document as indented JSON in UTF-8, its keys always in the same order.

    Parameters
    ----------
    format_name : str
    version : int
    content : msgspec.Struct
        Its fields stand beside ``format`` and ``version``.
    """
    fields: dict[str, Any] = {"format": format_name, "version": version}
    fields |= {name: getattr(content, name) for name in content.__struct_fields__}
    return msgspec.json.format(msgspec.json.encode(fields), indent=1) + b"\n"


def unpack_document(
    data: bytes,
    format_name: str,
    version: int,
    kind: type[Content],
    file: str | None = None,
    remedy: str | None = None,
) -> Content:
    """Return the content of a document, or say why it is none.

    Parameters
    ----------
    data : bytes
        JSON.
    format_name, version
        What the document must say of itself.
    kind : type
        What to read.
    file : str or None
        Its name, for the message.
    remedy : str or None
        What to do with another document; None says it of what matchmaker itself wrote.

    Raises
    ------
    InputError
        If it is no JSON, another format, another version, or does not hold what it should.
    """
    try:
        data.decode()
        envelope = msgspec.json.decode(data, type=Envelope)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        problem = f"this is not a {format_name} document: {error}"
        raise refuse_document(file, problem, remedy or "Give the file that matchmaker wrote") from None
    if envelope.format != format_name:
        problem = f"this document is not a {format_name}"
        raise refuse_document(file, problem, remedy or "Give the file that matchmaker wrote", envelope.format)
    if envelope.version != version:
        problem = f"version {envelope.version} of {format_name} cannot be read; this matchmaker reads {version}"
        raise refuse_document(
            file, problem, remedy or "Write it again with this version, or use the version that wrote it"
        )
    try:
        return msgspec.json.decode(data, type=kind)
    except (msgspec.DecodeError, RecursionError) as error:
        problem = f"the document does not hold what a {format_name} holds: {error}"
        raise refuse_document(file, problem, remedy or "It was changed after it was written; write it again") from None
