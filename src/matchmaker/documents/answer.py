"""The matching as a document, ``matching.json``."""

from __future__ import annotations

from matchmaker.documents.envelope import pack_document, unpack_document
from matchmaker.matching import Matching

FORMAT = "matchmaker.matching"
VERSION = 2


def write_matching(matching: Matching) -> bytes:
    """Return the document of a matching: complete, and the same bytes for the same answer."""
    return pack_document(FORMAT, VERSION, matching)


def read_matching(data: bytes, file: str | None = None) -> Matching:
    """Return the matching that a document holds.

    Parameters
    ----------
    data : bytes
        What `write_matching` returned.
    file : str or None
        Its name, for messages.

    Raises
    ------
    InputError
        If the document is no matching, or of a version that this matchmaker does not know.
    """
    return unpack_document(data, FORMAT, VERSION, Matching, file)
