"""Text files: separator, rows and cells."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import islice

from matchmaker.errors import InputError, Report
from matchmaker.tables.coding import Chunk, Source, code_sheet
from matchmaker.tables.encodings import find_encoding, refuse_binary
from matchmaker.tables.headings import rank_widths, refuse_empty
from matchmaker.tables.refusal import refuse_file
from matchmaker.tables.sheet import Sheet

SEPARATORS = ("\t", ";", "|", ",")
"""What may stand between cells; of equally good ones the first: a comma is also an ordinary sign."""

ROWS_AT_ONCE = 512
"""Few, since rows are lists of texts and weigh ten times what is kept of them."""

SAMPLED_TEXT = 1 << 18
SAMPLED_ROWS = 100

STATED_SEPARATOR = re.compile(r'"?sep=(.)"?[ ,;\t]*\r?\n?', re.IGNORECASE)
"""The line by which a file tells Excel its separator; it is no row of the table."""


def read_delimited(
    data: bytes, source: Source, report: Report, *, separator: str | None = None, encoding: str | None = None
) -> Sheet:
    """Return the table of a text file.

    Parameters
    ----------
    data : bytes
        The whole file.
    source : Source
    report : Report
        Takes notices.
    separator : str or None, default None
        One sign; None looks for it among comma, semicolon, tab and bar.
    encoding : str or None, default None
        None: see `matchmaker.tables.encodings`.

    Returns
    -------
    Sheet

    Raises
    ------
    InputError
        If it is no table of text.
    """
    _check_separator(separator, source)
    found = find_encoding(data, encoding, source.locate(), report)
    told, start = _read_stated_separator(data, found)
    chosen = separator or told or find_separator(_open(data, found, start).read(SAMPLED_TEXT))
    sheet = code_sheet(_read_chunks(data, found, start, chosen, source), source, report)
    if sheet is None:
        raise refuse_empty(source.locate())
    return sheet


def _check_separator(separator: str | None, source: Source) -> None:
    """Refuse what cannot stand between cells."""
    if separator is not None and (len(separator) != 1 or separator in '"\r\n \0'):
        problem = "this cannot separate cells"
        remedy = "Name one sign, such as ',' or ';'"
        raise refuse_file("separator", source.locate(), problem, remedy, separator)


def _open(data: bytes, encoding: str, start: int) -> io.TextIOWrapper:
    """Return the text from a character on, decoded as it is read, line ends kept."""
    text = io.TextIOWrapper(io.BytesIO(data), encoding=encoding, newline="")
    text.read(start)
    return text


def _read_stated_separator(data: bytes, encoding: str) -> tuple[str | None, int]:
    """Return the separator that the first line states, and how many characters this line has."""
    found = STATED_SEPARATOR.match(_open(data, encoding, 0).read(32))
    if found is None or found[1] in '"\r\n \0':
        return None, 0
    return found[1], found.end()


def find_separator(text: str) -> str:
    """Return the separator by which most rows have the same number of cells.

    Cells in quotation marks count as one, whatever they hold. A text without any separator is a
    table of one column.

    Parameters
    ----------
    text : str
        The beginning of a file.

    Returns
    -------
    str

    Examples
    --------
    >>> find_separator('name;hours\\nAda;1,5\\nBo;2,5\\n')
    ';'
    """
    best, best_rank = ",", (False, 0.0, 1)
    for sign in SEPARATORS:
        sizes, is_clean = _measure_rows(text, sign)
        width = next(iter(rank_widths(sizes)), 0)
        rank = (is_clean, sizes[width] / max(1, sizes.total()), width)
        if width > 1 and rank > best_rank:
            best, best_rank = sign, rank
    return best


def _measure_rows(text: str, separator: str) -> tuple[Counter[int], bool]:
    """Return how many of the first rows have how many cells, and whether their quotes fit."""
    sizes: Counter[int] = Counter()
    reader = _make_reader(io.StringIO(text, newline=""), separator)
    try:
        for row in filter(any, islice(reader, SAMPLED_ROWS)):
            sizes[len(row)] += 1
    except csv.Error as error:
        return sizes, _is_at_end(error)
    return sizes, True


def _is_at_end(error: csv.Error) -> bool:
    """Return whether the text ended inside quotation marks."""
    return "end of data" in str(error)


def _make_reader(lines: io.TextIOBase, separator: str) -> Iterator[list[str]]:
    """Return a reader of rows; blanks after a separator do not keep a quotation mark from opening a cell."""
    return csv.reader(lines, delimiter=separator, strict=True, skipinitialspace=True)


def _read_chunks(data: bytes, encoding: str, start: int, separator: str, source: Source) -> Iterator[Chunk]:
    """Yield all rows; a row that has line ends inside its cells counts as one."""
    has_nul = _holds_nul(data, encoding)
    reader = _make_reader(_open(data, encoding, start), separator)
    first = 1
    while True:
        try:
            rows: list[Sequence[str]] = list(islice(reader, ROWS_AT_ONCE))
        except csv.Error as error:
            count = _count_rows(_make_reader(_open(data, encoding, start), separator))
            raise _refuse_row(error, source, count + 1) from None
        if not rows:
            return
        if has_nul:
            _refuse_nul(rows, first, source)
        yield Chunk(range(first, first + len(rows)), rows)
        first += len(rows)


def _count_rows(reader: Iterator[list[str]]) -> int:
    """Return how many rows can be read before the first one that cannot."""
    count = 0
    try:
        for _ in reader:
            count += 1
    except csv.Error:
        pass
    return count


def _refuse_row(error: csv.Error, source: Source, row: int) -> InputError:
    """Return the exception for a row whose quotation marks do not fit, to be raised."""
    place = source.locate(row)
    if _is_at_end(error):
        problem = "a quotation mark opens a cell and is never closed"
        return refuse_file("quote-open", place, problem, 'Close it, or write "" for a mark inside a cell')
    if "field limit" in str(error):
        problem = f"a cell has more than {csv.field_size_limit():,} characters"
        remedy = "Perhaps a quotation mark before it is never closed; otherwise shorten the text"
        return refuse_file("cell-too-long", place, problem, remedy)
    problem = "a quotation mark closes a cell, but text follows it"
    return refuse_file("quote-inside", place, problem, 'Write "" for a quotation mark inside a quoted cell')


def _holds_nul(data: bytes, encoding: str) -> bool:
    """Return whether the text may hold NUL: in UTF-16 and UTF-32 the bytes do not tell."""
    return 0 in data or "utf" not in encoding


def _refuse_nul(rows: list[Sequence[str]], first: int, source: Source) -> None:
    """Refuse rows that hold a NUL."""
    for number, row in enumerate(rows, first):
        if any("\0" in text for text in row):
            raise refuse_binary(source.locate(number))
