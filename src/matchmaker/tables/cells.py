"""The cells of one sheet of a workbook, streamed from its XML as rows of text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from string import ascii_uppercase

from matchmaker.errors import InputError
from matchmaker.tables.coding import MOST_COLUMNS, Chunk, Source
from matchmaker.tables.errorcells import NO_VALUE, mark_error
from matchmaker.tables.formats import write_iso, write_moment, write_number, write_padded
from matchmaker.tables.headings import name_column
from matchmaker.tables.refusal import refuse_file
from matchmaker.tables.safety import Depth, Handlers, Package

MAIN = (
    "http://schemas.openxmlformats.org/spreadsheetml/2006/main",
    "http://purl.oclc.org/ooxml/spreadsheetml/main",
)
"""The namespaces of sheets, transitional and strict (ECMA-376)."""

KINDS = {f"{space} {name}": name for space in MAIN for name in ("row", "c", "v", "t", "f", "rPh")}
"""The elements that matter."""

MOST_ROWS = 1_048_576
MOST_TEXT = 1_000_000
"""Characters of the longest cell."""

CELLS_AT_ONCE = 250_000

DIGITS = "0123456789"


@dataclass(frozen=True)
class Meanings:
    """What the cells of a workbook refer to.

    Parameters
    ----------
    texts : list of str
        Shared texts.
    styles : list of str
        For each cell style "date", "elapsed", zeros or "": see `matchmaker.tables.formats.classify_format`.
    from_1904 : bool
        Whether dates count from 1904.
    """

    texts: list[str]
    styles: list[str]
    from_1904: bool


class _Letters(dict[str, int]):
    """Column letters -> position from 0; -1 for what names no column."""

    def __missing__(self, letters: str) -> int:
        number = 0
        for letter in letters[:4]:
            number = 26 * number + ascii_uppercase.find(letter) + 1
        position = number - 1
        self[letters] = position if number and name_column(position) == letters else -1
        return self[letters]


class CellReader:
    """Reads one sheet.

    Parameters
    ----------
    package : Package
    meanings : Meanings
    source : Source
        Where the sheet stands.
    """

    def __init__(self, package: Package, meanings: Meanings, source: Source) -> None:
        self._package = package
        self._meanings = meanings
        self._source = source
        self._depth = Depth(package)
        self._letters = _Letters()
        self._numbers: list[int] = []
        self._rows: list[Sequence[str]] = []
        self._num_cells = 0
        self._number = 0
        self._row: list[str] = []
        self._position = -1
        self._type = "n"
        self._style = ""
        self._text = ""
        self._is_text = False
        self._is_formula = False
        self._is_pronunciation = False

    def read_chunks(self, part: str) -> Iterator[Chunk]:
        """Yield the filled rows of a sheet's part.

        Raises
        ------
        InputError
            If the part is damaged or goes beyond the bounds.
        """
        for _ in self._package.parse(part, Handlers(self._start, self._add, self._end)):
            if self._num_cells >= CELLS_AT_ONCE:
                yield self._take_chunk()
        if self._rows:
            yield self._take_chunk()

    def _take_chunk(self) -> Chunk:
        """Return the rows read so far, and forget them."""
        chunk = Chunk(self._numbers, self._rows)
        self._numbers, self._rows, self._num_cells = [], [], 0
        return chunk

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        """Note that an element begins."""
        kind = KINDS.get(name)
        if kind == "c":
            self._begin_cell(attributes)
            return
        if kind == "row":
            self._begin_row(attributes)
            return
        self._depth.enter()
        if kind == "v":
            self._is_text = True
        elif kind == "t":
            self._is_text = not self._is_pronunciation
        elif kind == "f":
            self._is_formula = True
        elif kind == "rPh":
            self._is_pronunciation = True

    def _add(self, text: str) -> None:
        """Keep a piece of a cell's text."""
        if self._is_text:
            self._text += text
            if len(self._text) > MOST_TEXT:
                problem = f"a cell has more than {MOST_TEXT:,} characters"
                place = self._source.locate(self._number)
                raise refuse_file("cell-too-long", place, problem, "Shorten the text")

    def _end(self, name: str) -> None:
        """Note that an element ends."""
        kind = KINDS.get(name)
        if kind == "c":
            self._end_cell()
            return
        if kind == "row":
            self._end_row()
            return
        self._depth.leave()
        self._is_text = False
        if kind == "rPh":
            self._is_pronunciation = False

    def _begin_row(self, attributes: dict[str, str]) -> None:
        """Begin a row; its number must be above that of the row before."""
        stated = attributes.get("r", "")
        number = int(stated) if stated.isdecimal() and len(stated) < 9 else self._number + 1
        if not self._number < number <= MOST_ROWS:
            raise self._package.refuse(f"row {number} of sheet '{self._source.sheet}' is out of order")
        self._number, self._row, self._position = number, [], -1

    def _end_row(self) -> None:
        """Keep the row if anything is in it."""
        if self._row:
            self._numbers.append(self._number)
            self._rows.append(self._row)
            self._num_cells += len(self._row)
            self._row = []

    def _begin_cell(self, attributes: dict[str, str]) -> None:
        """Begin a cell; its column must be to the right of the cell before."""
        stated = attributes.get("r")
        position = self._position + 1 if stated is None else self._letters[stated.rstrip(DIGITS)]
        if not self._position < position < MOST_COLUMNS:
            raise self._refuse_cell("is out of order")
        self._position = position
        self._type = attributes.get("t", "n")
        self._style = attributes.get("s", "")
        self._text = ""
        self._is_formula = False

    def _end_cell(self) -> None:
        """Put the cell's text in its place."""
        text = self._read_value() if self._text else self._read_blank()
        if text:
            self._row.extend([""] * (self._position - len(self._row)))
            self._row.append(text)

    def _read_blank(self) -> str:
        """Return what a cell without text means: nothing, unless a formula was never computed."""
        return NO_VALUE if self._is_formula and self._type != "str" else ""

    def _read_value(self) -> str:
        """Return the cell's text as a person would write it."""
        text = self._text
        if self._type == "s":
            return self._find_text(text)
        if self._type == "n":
            return self._write_number(text, self._find_style())
        if self._type == "b":
            return "TRUE" if text.strip() in {"1", "true"} else "FALSE"
        if self._type == "e":
            return mark_error(text)
        return write_iso(text) if self._type == "d" else text

    def _write_number(self, text: str, kind: str) -> str:
        """Return a number as its format shows it, as far as that matters."""
        if not kind:
            return write_number(text)
        if kind.startswith("0"):
            return write_padded(text, kind)
        return write_moment(text, kind, from_1904=self._meanings.from_1904)

    def _find_text(self, text: str) -> str:
        """Return a shared text."""
        texts = self._meanings.texts
        if text.isdecimal() and len(text) < 10 and int(text) < len(texts):
            return texts[int(text)]
        raise self._refuse_cell("refers to a text that is not there")

    def _find_style(self) -> str:
        """Return the kind of the cell's number format."""
        styles = self._meanings.styles
        style = int(self._style) if self._style.isdecimal() and len(self._style) < 9 else 0
        return styles[style] if style < len(styles) else ""

    def _refuse_cell(self, problem: str) -> InputError:
        """Return the exception for a cell that means nothing, to be raised."""
        column = name_column(max(0, self._position))
        where = f"in row {self._number} of sheet '{self._source.sheet}', a cell at column {column}"
        return self._package.refuse(f"{where} {problem}")
