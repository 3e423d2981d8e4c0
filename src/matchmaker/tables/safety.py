"""A workbook's zip archive and its XML, read within bounds whatever the bytes are.

A few kilobytes can claim gigabytes: sizes are looked at first, everything is streamed, a document
type (and with it every entity) is refused, and depth and length of the XML are limited.
"""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from xml.parsers import expat

from matchmaker.errors import InputError, Place
from matchmaker.tables.refusal import refuse_file

MOST_PARTS = 10_000
MOST_PART_BYTES = 1 << 30
"""Bytes of the largest part, unpacked."""

FREE_BYTES = 1 << 24
"""Bytes up to which a part may be packed as tightly as it likes."""

MOST_RATIO = 250
"""Beyond that, how many times larger than packed a part may be; real sheets are below 50."""

MOST_DEPTH = 200
MOST_TOKEN = 1 << 20
"""Bytes of the longest single tag."""

STEP = 1 << 14

METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)

BROKEN_ZIP = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    OSError,
    ValueError,
    OverflowError,
    RuntimeError,
)
"""What the zip module raises for archives that are damaged, encrypted or unusual."""

Attributes = dict[str, str]


@dataclass(frozen=True)
class Handlers:
    """What is called while XML is read; names come as "namespace name".

    Parameters
    ----------
    start : callable
        With name and attributes of an element that begins.
    text : callable or None
        With a piece of text.
    end : callable or None
        With the name of an element that ends.
    """

    start: Callable[[str, Attributes], None]
    text: Callable[[str], None] | None = None
    end: Callable[[str], None] | None = None


class Package:
    """The parts of a workbook's archive.

    Parameters
    ----------
    data : bytes
        The whole file.
    place : Place

    Raises
    ------
    InputError
        If it is no archive, a damaged one, or one that unpacks to too much.
    """

    def __init__(self, data: bytes, place: Place) -> None:
        self.place = place
        try:
            self._archive = zipfile.ZipFile(io.BytesIO(data))
        except BROKEN_ZIP:
            raise self.refuse("the file is damaged or was cut off") from None
        parts = self._archive.infolist()
        if len(parts) > MOST_PARTS:
            raise self._refuse_size()
        self._parts = {part.filename.replace("\\", "/").lower(): part for part in parts}

    def refuse(self, problem: str) -> InputError:
        """Return the exception for a workbook that cannot be read, to be raised."""
        remedy = "Open it in a spreadsheet program and save it again as .xlsx, or as 'CSV UTF-8'"
        return refuse_file("workbook", self.place, problem, remedy)

    def _refuse_size(self) -> InputError:
        """Return the exception for a workbook that unpacks to too much, to be raised."""
        problem = "the workbook unpacks to more than can be read"
        return refuse_file("too-large", self.place, problem, "Delete what is not needed, or save it as CSV")

    def __contains__(self, name: str) -> bool:
        return name.lower() in self._parts

    def read_blocks(self, name: str) -> Iterator[bytes]:
        """Yield a part's bytes, unpacked, block by block."""
        part = self._parts.get(name.lower())
        if part is None:
            raise self.refuse(f"the workbook lacks its part {name}")
        if part.compress_type not in METHODS or part.flag_bits & 1:
            raise self.refuse(f"the workbook's part {name} is encrypted or packed in an unusual way")
        free = part.file_size <= FREE_BYTES or part.file_size <= MOST_RATIO * part.compress_size
        if part.file_size > MOST_PART_BYTES or not free:
            raise self._refuse_size()
        try:
            with self._archive.open(part) as stream:
                while block := stream.read(STEP):
                    yield block
        except BROKEN_ZIP:
            raise self.refuse(f"the workbook's part {name} is damaged") from None

    def parse(self, name: str, handlers: Handlers) -> Iterator[None]:
        """Read a part as XML, calling the handlers; pause after every block.

        Raises
        ------
        InputError
            If it is no well-formed XML, or goes beyond the bounds.
        """
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.buffer_text = True
        parser.StartDoctypeDeclHandler = self._refuse_doctype
        parser.StartElementHandler = handlers.start
        parser.EndElementHandler = handlers.end
        parser.CharacterDataHandler = handlers.text
        num_fed = 0
        for block in self.read_blocks(name):
            self._feed(parser, name, block, final=False)
            num_fed += len(block)
            if num_fed - parser.CurrentByteIndex > MOST_TOKEN:
                raise self._refuse_size()
            yield
        self._feed(parser, name, b"", final=True)
        yield

    def _feed(self, parser: expat.XMLParserType, name: str, block: bytes, *, final: bool) -> None:
        """Hand the next block to the XML parser."""
        try:
            parser.Parse(block, final)
        except (expat.ExpatError, LookupError, ValueError):
            raise self.refuse(f"the workbook's part {name} is damaged") from None

    def _refuse_doctype(self, *_: object) -> None:
        """Refuse a document type: no spreadsheet program writes one, and entities hide in it."""
        raise self.refuse("the workbook has a document type, as no spreadsheet program writes it")


class Depth:
    """How deep the XML is nested; elements that are counted otherwise need not be counted here."""

    def __init__(self, package: Package) -> None:
        self._package = package
        self.now = 0

    def enter(self) -> None:
        """Count an element that begins."""
        self.now += 1
        if self.now > MOST_DEPTH:
            raise self._package.refuse("the workbook's XML is nested too deeply")

    def leave(self) -> None:
        """Count an element that ends."""
        self.now -= 1


def read_elements(package: Package, name: str) -> Iterator[tuple[str, Attributes]]:
    """Yield local name and attributes of every element of a part, in order.

    Names of attributes lose their namespace too.
    """
    met: list[tuple[str, Attributes]] = []
    depth = Depth(package)

    def start(element: str, attributes: Attributes) -> None:
        depth.enter()
        local = {key.rpartition(" ")[2]: value for key, value in attributes.items()}
        met.append((element.rpartition(" ")[2], local))

    for _ in package.parse(name, Handlers(start, end=lambda _: depth.leave())):
        yield from met
        met.clear()
