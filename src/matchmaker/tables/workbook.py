"""Excel workbooks (.xlsx, .xlsm): which sheets there are, and where their parts lie."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass

from matchmaker.errors import Notice, Place, Report
from matchmaker.tables.cells import CellReader, Meanings
from matchmaker.tables.coding import Source, code_sheet
from matchmaker.tables.formats import classify_styles
from matchmaker.tables.headings import refuse_empty
from matchmaker.tables.refusal import refuse_file
from matchmaker.tables.safety import Depth, Handlers, Package, read_elements
from matchmaker.tables.sheet import Sheet
from matchmaker.text import ask, normalise, quote_list

MOST_STRINGS = 20_000_000
ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")

OTHER_ARCHIVES = (
    ("xl/workbook.bin", "a binary workbook (.xlsb)"),
    ("content.xml", "an OpenDocument file (such as .ods)"),
    ("word/document.xml", "a Word document"),
    ("ppt/presentation.xml", "a presentation"),
    ("index/document.iwa", "a Numbers or Pages document"),
)
"""Parts by which other archives are known."""

Relations = dict[str, tuple[str, str]]
"""Id -> (last word of the type, name of the part)."""


@dataclass(frozen=True)
class Entry:
    """A sheet as the workbook lists it: its name, whether it is hidden, and its part."""

    name: str
    is_hidden: bool
    part: str


def read_workbook(
    data: bytes, file: str, report: Report, *, sheet: str | None = None, heading_row: int | None = None
) -> list[Sheet]:
    """Return the sheets of a workbook, blank ones left out.

    Parameters
    ----------
    data : bytes
        The whole file.
    file : str
        As the user named it.
    report : Report
        Takes notices.
    sheet : str or None, default None
        The one sheet to read; None reads all that are visible.
    heading_row : int or None, default None

    Returns
    -------
    list of Sheet

    Raises
    ------
    InputError
        If it is no workbook, a damaged or protected one, too large, blank, or lacks the sheet.
    """
    package = Package(data, Place(file))
    main = _find_main(package)
    relations = _read_relations(package, main)
    entries, from_1904 = _read_entries(package, main, relations)
    chosen = _choose_entries(entries, sheet, package.place, report)
    meanings = _read_meanings(package, relations, from_1904=from_1904)
    sheets = []
    for entry in chosen:
        source = Source(file, entry.name, heading_row, is_grid=True)
        chunks = CellReader(package, meanings, source).read_chunks(entry.part)
        sheets.append(code_sheet(chunks, source, report))
    filled = [found for found in sheets if found is not None]
    if not filled:
        raise refuse_empty(Place(file, sheet))
    return filled


def _find_main(package: Package) -> str:
    """Return the name of the part that lists the sheets."""
    if "_rels/.rels" in package:
        for kind, part in _read_relations(package, "").values():
            if kind == "officeDocument" and part.endswith(".xml") and part.startswith("xl/"):
                return part
    for mark, name in OTHER_ARCHIVES:
        if mark in package:
            remedy = "Open it in its own program and save it as .xlsx or 'CSV UTF-8'"
            raise refuse_file("foreign-file", package.place, f"this is {name}, which is not read", remedy)
    if "xl/workbook.xml" in package:
        return "xl/workbook.xml"
    remedy = "Unpack it, and give a CSV file or an .xlsx workbook"
    raise refuse_file("foreign-file", package.place, "this is a zip archive, not a workbook", remedy)


def _read_relations(package: Package, part: str) -> Relations:
    """Return to what a part refers."""
    folder, name = posixpath.split(part)
    relations: Relations = {}
    for element, attributes in read_elements(package, posixpath.join(folder, "_rels", f"{name}.rels")):
        if element == "Relationship" and attributes.get("TargetMode") != "External":
            target = posixpath.normpath(posixpath.join("/", folder, attributes.get("Target", "")))
            kind = attributes.get("Type", "").rpartition("/")[2]
            relations[attributes.get("Id", "")] = (kind, target.lstrip("/"))
    return relations


def _read_entries(package: Package, main: str, relations: Relations) -> tuple[list[Entry], bool]:
    """Return the sheets that hold cells, and whether dates count from 1904."""
    entries: list[Entry] = []
    from_1904 = False
    for element, attributes in read_elements(package, main):
        if element == "workbookPr":
            from_1904 = attributes.get("date1904", "0") in {"1", "true", "on"}
        elif element == "sheet":
            kind, part = relations.get(attributes.get("id", ""), ("", ""))
            is_hidden = attributes.get("state", "visible") != "visible"
            if kind == "worksheet":
                entries.append(Entry(attributes.get("name", ""), is_hidden, part))
    if not entries:
        raise package.refuse("the workbook lists no sheets")
    return entries, from_1904


def _choose_entries(entries: list[Entry], name: str | None, place: Place, report: Report) -> list[Entry]:
    """Return the sheets to read: the named one, or all that are visible."""
    if name is not None:
        named = [entry for entry in entries if entry.name == name]
        named = named or [entry for entry in entries if normalise(entry.name) == normalise(name)]
        if named:
            return named[:1]
        remedy = ask(name, [entry.name for entry in entries])
        raise refuse_file("sheet", place, "the workbook has no such sheet", remedy, name)
    hidden = [entry.name for entry in entries if entry.is_hidden]
    if hidden and len(hidden) < len(entries):
        problem = f"hidden sheets are left out: {quote_list(hidden)}"
        remedy = "To read one, show it in the spreadsheet program"
        report.add_notice(Notice("sheet-hidden", problem, remedy, place))
        return [entry for entry in entries if not entry.is_hidden]
    return entries


def _read_meanings(package: Package, relations: Relations, *, from_1904: bool) -> Meanings:
    """Return what cells refer to: shared texts and formats."""
    parts = dict(relations.values())
    texts = list(_read_texts(package, parts["sharedStrings"])) if "sharedStrings" in parts else []
    styles = classify_styles(read_elements(package, parts["styles"])) if "styles" in parts else []
    return Meanings(texts, styles, from_1904)


def _read_texts(package: Package, part: str) -> Iterator[str]:
    """Yield the shared texts in order, without what tells how they are pronounced."""
    reader = _TextReader(package)
    count = 0
    for _ in package.parse(part, Handlers(reader.start, reader.add, reader.end)):
        count += len(reader.texts)
        if count > MOST_STRINGS:
            raise package.refuse("the workbook has too many texts")
        yield from reader.texts
        reader.texts.clear()


class _TextReader:
    """Gathers shared texts while their part is read."""

    def __init__(self, package: Package) -> None:
        self.texts: list[str] = []
        self._pieces: list[str] = []
        self._depth = Depth(package)
        self._is_text = False
        self._is_pronunciation = False

    def start(self, name: str, _: dict[str, str]) -> None:
        """Note that an element begins."""
        self._depth.enter()
        local = name.rpartition(" ")[2]
        self._is_pronunciation |= local == "rPh"
        self._is_text = local == "t" and not self._is_pronunciation

    def add(self, text: str) -> None:
        """Keep a piece of text."""
        if self._is_text:
            self._pieces.append(text)

    def end(self, name: str) -> None:
        """Note that an element ends."""
        self._depth.leave()
        local = name.rpartition(" ")[2]
        self._is_text = False
        if local == "rPh":
            self._is_pronunciation = False
        elif local == "si":
            self.texts.append(unescape_text("".join(self._pieces)))
            self._pieces.clear()


def unescape_text(text: str) -> str:
    r"""Return a text with signs such as ``_x000D_`` written out; NUL and half signs stay as they are."""
    return ESCAPED.sub(_write_sign, text) if "_x" in text else text


def _write_sign(match: re.Match[str]) -> str:
    """Return the sign that an escape stands for."""
    code = int(match[1], 16)
    return match[0] if code == 0 or 0xD800 <= code < 0xE000 else chr(code)
