"""Any file -> its sheets: by content, not by name."""

from __future__ import annotations

import os
from pathlib import Path

from matchmaker.errors import InputError, Place, Report
from matchmaker.tables.coding import Source
from matchmaker.tables.delimited import read_delimited
from matchmaker.tables.headings import refuse_empty
from matchmaker.tables.refusal import refuse_file
from matchmaker.tables.sheet import Sheet

MOST_BYTES = 1 << 30
"""Bytes of the largest file that is read."""

ZIP_MARKS = (b"PK\x03\x04", b"PK\x05\x06")

SAVE_AS = "Open it in its own program and save it as .xlsx or 'CSV UTF-8'"

FOREIGN = (
    (b"%PDF", "a PDF document"),
    (b"{\\rtf", "a text document (RTF)"),
    (b"\x1f\x8b", "a compressed file (gzip)"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"PAR1", "a Parquet file"),
)
"""How files begin that are no tables, and what they are."""

OLE_MARK = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ENCRYPTED = "EncryptedPackage".encode("utf-16-le")

PAGE_TAGS = (b"<html", b"<!doctype html", b"<table")


def read_sheets(
    path: str | os.PathLike[str],
    *,
    sheet: str | None = None,
    heading_row: int | None = None,
    separator: str | None = None,
    encoding: str | None = None,
) -> tuple[list[Sheet], Report]:
    """Return the tables of a CSV file or an Excel workbook (.xlsx, .xlsm), told apart by content.

    Parameters
    ----------
    path : path
    sheet : str or None, default None
        The one sheet of a workbook to read; None reads all that are visible.
    heading_row : int or None, default None
        The spreadsheet's row number of the headings, from 1; None looks for them.
    separator : str or None, default None
        The sign between the cells of a text file; None looks for it.
    encoding : str or None, default None
        The encoding of a text file; None takes what is certain, then UTF-8, then cp1252.

    Returns
    -------
    sheets : list of Sheet
        At least one. Blank sheets are left out.
    report : Report
        Notices. What is wrong with single rows and cells stands in `Sheet.flaws`.

    Raises
    ------
    InputError
        If the file cannot be read at all.
    """
    place = Place(os.fspath(path))
    data = _read_bytes(Path(path), place)
    report = Report()
    if data.startswith(ZIP_MARKS):
        from matchmaker.tables.workbook import read_workbook

        return read_workbook(data, os.fspath(path), report, sheet=sheet, heading_row=heading_row), report
    _refuse_foreign(data, place)
    if sheet is not None:
        problem = "a text file has no sheets"
        raise refuse_file("sheet", place, problem, "Name a sheet only for a workbook", sheet)
    if not data:
        raise refuse_empty(place)
    source = Source(os.fspath(path), heading_row=heading_row)
    return [read_delimited(data, source, report, separator=separator, encoding=encoding)], report


def _read_bytes(path: Path, place: Place) -> bytes:
    """Return the file's bytes, within bounds."""
    try:
        with path.open("rb") as file:
            data = file.read(MOST_BYTES + 1)
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        remedy = "Check the name, and that you may read it"
        raise refuse_file("file", place, f"the file cannot be read: {reason}", remedy) from None
    if len(data) > MOST_BYTES:
        problem = f"the file has more than {MOST_BYTES:,} bytes, too many to read"
        raise refuse_file("too-large", place, problem, "Delete what is not needed, or split the file")
    return data


def _refuse_foreign(data: bytes, place: Place) -> None:
    """Refuse what is certainly another kind of file."""
    if data.startswith(OLE_MARK):
        raise _refuse_old_office(data, place)
    head = data[:1_000].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if head.startswith(PAGE_TAGS):
        raise refuse_file("foreign-file", place, "this is a web page, not a table", SAVE_AS)
    for mark, name in FOREIGN:
        if data.startswith(mark):
            raise refuse_file("foreign-file", place, f"this is {name}, not a table", SAVE_AS)


def _refuse_old_office(data: bytes, place: Place) -> InputError:
    """Return the exception for the old container of Office files, to be raised."""
    if ENCRYPTED in data:
        problem = "the workbook is protected by a password"
        return refuse_file("encrypted", place, problem, "Open it and save it without a password")
    problem = "this is an old Office file (such as .xls), which is not read"
    return refuse_file("foreign-file", place, problem, SAVE_AS)
