"""Which encoding a text file is written in: what is certain, then strict UTF-8, then cp1252 with a notice."""

from __future__ import annotations

import codecs

from matchmaker.errors import InputError, Notice, Place, Report
from matchmaker.tables.refusal import refuse_file, shorten

MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
"""Byte order marks; the longer ones first, since one begins with another."""

STEP = 1 << 20
"""Bytes that are decoded at once."""

SAVE_AS_UTF8 = "Save it as 'CSV UTF-8'"


def find_encoding(data: bytes, stated: str | None, place: Place, report: Report) -> str:
    """Return the encoding in which all of the data can be read.

    Parameters
    ----------
    data : bytes
    stated : str or None
        The encoding that the user named.
    place : Place
    report : Report
        Gets a notice if the text is taken for cp1252.

    Returns
    -------
    str

    Raises
    ------
    InputError
        If there is no such encoding, or the data is not written in it.
    """
    encoding = stated or _recognise(data)
    if encoding is not None:
        _check_encoding(data, encoding, place)
        return encoding
    broken = find_undecodable(data, "utf-8")
    if broken is None:
        return "utf-8"
    if data.count(0):
        raise refuse_binary(place)
    _check_encoding(data, "cp1252", place)
    problem = "the text is not UTF-8; it is read as cp1252, the encoding of older Windows programs"
    remedy = "If letters with accents look wrong, save the file as 'CSV UTF-8'"
    report.add_notice(Notice("cp1252", problem, remedy, place, _show_text(data, broken)))
    return "cp1252"


def refuse_binary(place: Place) -> InputError:
    """Return the exception for data that is no text, to be raised."""
    problem = "this is no text: it holds NUL bytes"
    return refuse_file("not-text", place, problem, "Give a CSV file, or a workbook saved as .xlsx")


def _recognise(data: bytes) -> str | None:
    """Return the encoding that the bytes themselves leave no doubt about, or None."""
    for mark, encoding in MARKS:
        if data.startswith(mark):
            return encoding
    return _recognise_utf16(data[: 2 * STEP])


def _recognise_utf16(head: bytes) -> str | None:
    """Return which UTF-16 it is without a mark: every second byte is often NUL, the others never."""
    num_even, num_odd = head[::2].count(0), head[1::2].count(0)
    if num_even == 0 and 4 * num_odd > len(head) // 2:
        return "utf-16-le"
    if num_odd == 0 and 4 * num_even > len(head) // 2:
        return "utf-16-be"
    return None


def find_undecodable(data: bytes, encoding: str) -> int | None:
    """Return the first byte that is not written in an encoding (roughly, for odd encodings), or None."""
    decoder = codecs.getincrementaldecoder(encoding)()
    start = 0
    try:
        for start in range(0, len(data), STEP):
            kept = len(decoder.getstate()[0])
            decoder.decode(data[start : start + STEP])
        kept, start = len(decoder.getstate()[0]), len(data)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError as error:
        return start - kept + error.start
    except UnicodeError:
        return start
    return None


def _check_encoding(data: bytes, encoding: str, place: Place) -> None:
    """Refuse an unknown encoding, and data that is not written in it."""
    try:
        "".encode(encoding)
        codecs.getincrementaldecoder(encoding)
    except (LookupError, UnicodeError, ValueError):
        problem = "there is no such text encoding"
        raise refuse_file("encoding", place, problem, "Usual ones are utf-8, utf-16 and cp1252", encoding) from None
    plain = encoding.removesuffix("-sig")
    broken = find_undecodable(data, plain)
    if broken is not None:
        name = plain.upper() if encoding.startswith("utf") else encoding
        line = data.count(b"\n", 0, broken) + 1
        problem = f"the text is not written in {name}: byte {broken + 1:,}, in line {line:,}, means no letter"
        raise refuse_file("encoding", place, problem, SAVE_AS_UTF8)


def _show_text(data: bytes, position: int) -> str:
    """Return some text around a byte, on its line, as cp1252 reads it."""
    before = data[max(0, position - 20) : position].decode("cp1252").splitlines()[-1:]
    after = data[position : position + 20].decode("cp1252").splitlines()[:1]
    return shorten("".join([*before, *after]).strip())
