"""One side of a sheet -> its columns: distinct cells are read once and scattered over the rows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Generic

import numpy as np
from numpy.typing import NDArray

from matchmaker.errors import Fault, Notice, Place, Report
from matchmaker.program import Program
from matchmaker.roster.build import Coder
from matchmaker.roster.columns import UNKNOWN, Lists, Source
from matchmaker.roster.order import list_entries
from matchmaker.tables.freetimes import BLANK, make_answer, parse_times, stack_bits
from matchmaker.tables.mapping import Mapped
from matchmaker.tables.parsing import (
    Parse,
    Refusal,
    Value,
    parse_all,
    read_id,
    read_minutes,
    read_rating,
    read_value,
)
from matchmaker.tables.pieces import Pieces, count_offsets, split_cells
from matchmaker.tables.refusal import shorten
from matchmaker.tables.sheet import Sheet
from matchmaker.text import normalise
from matchmaker.times import NUM_WORDS

Ints = NDArray[np.int64]
Bits = NDArray[np.uint64]


@dataclass(frozen=True)
class Entries(Generic[Value]):
    """Values of the rows, laid end to end: none, one or several for each row.

    Parameters
    ----------
    owners : int64 array of shape (num_entries,)
        The row of each entry, ascending.
    codes : int64 array of shape (num_entries,)
        Position in `values`.
    values : list
        The value of each distinct text.
    """

    owners: Ints
    codes: Ints
    values: list[Value]


@dataclass
class Side:
    """The rows of one role in a sheet.

    Parameters
    ----------
    role : str
    sheet : Sheet
    mapped : list of Mapped
    rows : int64 array
        Rows of the sheet, in order.
    program : Program
    report : Report
    """

    role: str
    sheet: Sheet
    mapped: list[Mapped]
    rows: Ints
    program: Program
    report: Report

    def tell_flaws(self) -> None:
        """Note a fault for each of these rows that has a flaw where it is read."""
        numbers = self.sheet.rows[self.rows]
        for number, fault in self.sheet.list_faults([one.heading for one in self.mapped]):
            row = int(np.searchsorted(numbers, number))
            if row < len(numbers) and numbers[row] == number:
                self.report.add_fault(replace(fault, person=(self.role, row)))

    def find(self, kind: str) -> Mapped | None:
        """Return the first column of a kind, if there is one."""
        return next(iter(self.list_all(kind)), None)

    def list_all(self, kind: str, *, has_word: bool | None = None) -> list[Mapped]:
        """Return every column of a kind, with or without a part of the user's own."""
        fits = [one for one in self.mapped if one.meaning.kind == kind]
        return fits if has_word is None else [one for one in fits if bool(one.meaning.word) == has_word]

    def code(self, one: Mapped) -> tuple[list[str], Ints]:
        """Return the distinct texts that these rows use, and each row's place among them."""
        codes = one.column.codes
        if len(self.rows) == len(codes):
            return one.column.values, codes.astype(np.int64)
        used, places = np.unique(codes[self.rows], return_inverse=True)
        return [one.column.values[code] for code in used.tolist()], places.reshape(-1).astype(np.int64)

    def read(self, one: Mapped, parse: Parse[Value], empty: Value) -> tuple[list[Value], Ints]:
        """Return the distinct values of a column and each row's place; faulty cells are noted."""
        texts, places = self.code(one)
        values, refusals = parse_all(texts, parse, one.style, empty)
        self.refuse_rows(one, np.arange(len(self.rows)), places, texts, refusals)
        return values, places

    def read_several(self, one: Mapped, parse: Parse[Value], empty: Value, default: str = ";\n") -> Entries[Value]:
        """Return the values of cells that may hold several; faulty ones are noted and left out."""
        texts, places = self.code(one)
        pieces = split_cells(texts, one.style, default)
        self._tell_commas(one, pieces, default)
        values, refusals = parse_all(pieces.words, parse, one.style, empty)
        entries, offsets = list_entries(pieces.offsets, places)
        owners, codes = np.repeat(np.arange(len(places)), np.diff(offsets)), pieces.codes[entries]
        self.refuse_rows(one, owners, codes, pieces.words, refusals)
        if refusals:
            fine = ~np.isin(codes, list(refusals))
            owners, codes = owners[fine], codes[fine]
        return Entries(owners, codes, values)

    def refuse_rows(
        self, one: Mapped, owners: Ints, codes: Ints, texts: Sequence[str], refusals: dict[int, Refusal]
    ) -> None:
        """Note a fault for each entry with a text that cannot be read, in the order of the rows."""
        if refusals:
            bad = np.flatnonzero(np.isin(codes, list(refusals)))
            for row, code in zip(owners[bad].tolist(), codes[bad].tolist(), strict=True):
                self.refuse(one, row, texts[code], refusals[code])

    def refuse(self, one: Mapped, row: int, text: str, refusal: Refusal) -> None:
        """Note a fault of one row."""
        place = self.locate(row, one)
        person = (self.role, row)
        self.report.add_fault(Fault(refusal.kind, refusal.problem, refusal.remedy, place, shorten(text), person))

    def locate(self, row: int, one: Mapped) -> Place:
        """Return where a cell stands."""
        return Place(self.sheet.file, self.sheet.sheet, int(self.sheet.rows[self.rows[row]]), one.heading)

    def _tell_commas(self, one: Mapped, pieces: Pieces, default: str) -> None:
        """Tell of a column that was never parted though its cells hold commas."""
        if one.style.separator is not None or "," in default or (np.diff(pieces.offsets) > 1).any():
            return
        texts = [word for word in pieces.words if "," in word and normalise(word) not in one.style.options]
        if texts:
            told = "the cells hold commas, but each is read as one value"
            remedy = 'If the commas part several values, set separator = "," for this column in [columns]'
            place = Place(self.sheet.file, self.sheet.sheet, None, one.heading)
            self.report.add_notice(Notice("comma-kept", told, remedy, place, shorten(texts[0])))

    def read_texts(self, kind: str) -> list[str]:
        """Return a text of every row."""
        one = self.find(kind)
        if one is None:
            return [""] * len(self.rows)
        texts, places = self.code(one)
        return [texts[place] for place in places.tolist()]

    def read_numbers(self, one: Mapped | None, parse: Parse[int], default: int = UNKNOWN) -> Ints:
        """Return a whole number of every row; a missing column gives the default."""
        if one is None:
            return np.full(len(self.rows), default, np.int64)
        values, places = self.read(one, parse, UNKNOWN)
        return np.array(values, np.int64)[places]

    def read_word(self, kind: str) -> Lists:
        """Return at most one word of every row, as it is written."""
        one = self.find(kind)
        return code_words([] if one is None else [self.read_one(one)], len(self.rows))

    def read_one(self, one: Mapped, parse: Parse[str] = lambda text, _: text) -> Entries[str]:
        """Return cells as one value each, none where they are blank."""
        values, places = self.read(one, parse, "")
        filled = np.flatnonzero(np.array([bool(value) for value in values], bool)[places])
        return Entries(filled, places[filled], values)

    def read_words(self, kind: str, default: str = ";\n", parse: Parse[str] = lambda text, _: text) -> Lists:
        """Return several words of every row, from one column or several."""
        parts = [self.read_several(one, parse, "", default) for one in self.list_all(kind)]
        return code_words(parts, len(self.rows))

    def read_common(self) -> dict[str, Any]:
        """Return the columns that both sides have."""
        slots, known = read_free_times(self)
        return {
            "ids": [read_id(text) for text in self.read_texts("id")],
            "names": self._read_names(),
            "emails": self.read_texts("email"),
            "zones": self.read_word("zone"),
            "slots": slots,
            "slots_known": known,
            "languages": self.read_words("languages", ";,\n"),
            "traits": {one.meaning.word: self.read_numbers(one, read_rating) for one in self.list_all("trait")},
            "attributes": dict(self._read_attributes()),
            "preferred": self.read_words("preferred", ";,\n", lambda text, _: read_id(text)),
            "refused": self.read_words("refused", ";,\n", lambda text, _: read_id(text)),
            "hours": self.read_numbers(self.find("hours"), read_minutes),
            "source": Source(self.sheet.file, self.sheet.sheet, self.sheet.rows[self.rows], self._list_headings()),
        }

    def _read_names(self) -> list[str]:
        whole = self.read_texts("name")
        if self.find("first_name") is None and self.find("last_name") is None:
            return whole
        parts = zip(self.read_texts("first_name"), self.read_texts("last_name"), strict=True)
        return [name or f"{first} {last}".strip() for name, (first, last) in zip(whole, parts, strict=True)]

    def _read_attributes(self) -> Iterator[tuple[str, Lists]]:
        for one in self.list_all("attribute"):
            entries = self.read_several(one, read_value, "") if one.style.is_several else self.read_one(one, read_value)
            yield one.meaning.word, code_words([entries], len(self.rows))
        manager = self.find("manager")
        if manager is not None:
            yield "manager", code_words([self.read_one(manager, lambda text, _: read_id(text))], len(self.rows))

    def _list_headings(self) -> dict[str, str]:
        """Return the heading of each field, for faults that are found later."""
        found: dict[str, list[str]] = {}
        for one in self.mapped:
            for name in _list_fields(one):
                found.setdefault(name, []).append(one.heading)
        headings = {name: " … ".join(dict.fromkeys((all_of[0], all_of[-1]))) for name, all_of in found.items()}
        return headings if "id" in headings or "email" not in headings else headings | {"id": headings["email"]}


def _list_fields(one: Mapped) -> tuple[str, ...]:
    """Return the names by which later checks speak of a column."""
    kind, word = one.meaning.kind, one.meaning.word
    if kind.startswith("goal"):
        return ("goals",)
    if kind in ("skill", "skills", "knowledge"):
        return ("skills", f"{kind} {word}") if word else ("skills",)
    if kind == "attribute":
        return (word,)
    return (f"{kind} {word}",) if word else (kind,)


def code_words(parts: Sequence[Entries[str]], size: int) -> Lists:
    """Return the words of several columns as one column of lists; a repeat in a row counts once."""
    coder = Coder()
    tables = [np.array([coder.code(word) if word else -1 for word in part.values], np.int32) for part in parts]
    owners = np.concatenate([np.empty(0, np.int64), *(part.owners for part in parts)])
    codes = np.concatenate(
        [np.empty(0, np.int32), *(table[part.codes] for table, part in zip(tables, parts, strict=True))]
    )
    if len(parts) > 1:
        _, firsts = np.unique(owners * max(1, len(coder.codes)) + codes, return_index=True)
        firsts.sort()
        kept = firsts[np.argsort(owners[firsts], kind="stable")]
        owners, codes = owners[kept], codes[kept]
    return Lists(count_offsets(owners, size), codes, coder.words)


def read_free_times(side: Side) -> tuple[Bits, NDArray[np.bool_]]:
    """Return everybody's free half hours, and whether they said any or none."""
    bits = np.zeros((len(side.rows), NUM_WORDS), np.uint64)
    known = np.zeros(len(side.rows), bool)
    for one in side.list_all("slots"):
        texts, places = side.code(one)
        found = parse_times(texts)
        side.refuse_rows(one, np.arange(len(places)), places, texts, found.refusals)
        _tell_remarks(side, one, places, texts, found.remarks)
        bits |= found.bits[places]
        known |= np.array([bool(text) for text in texts], bool)[places]
    for one in side.list_all("slot"):
        answers, places = side.read(one, make_answer(one.meaning.word), BLANK)
        remarks = [(told, code) for code, answer in enumerate(answers) for told in answer.times.notices]
        _tell_remarks(side, one, places, side.code(one)[0], remarks)
        bits |= stack_bits([answer.times for answer in answers])[places]
        known |= np.array([answer.is_known for answer in answers], bool)[places]
    return bits, known


def _tell_remarks(
    side: Side, one: Mapped, places: Ints, texts: Sequence[str], remarks: Sequence[tuple[str, int]]
) -> None:
    """Tell of free times that were read with a remark, such as being rounded, where it is met first."""
    if remarks:
        firsts = dict(zip(places[::-1].tolist(), range(len(places) - 1, -1, -1), strict=True))
        for told, code in sorted(remarks, key=lambda remark: firsts[remark[1]]):
            value = shorten(texts[code])
            side.report.add_notice(Notice("slots-read", told, "", side.locate(firsts[code], one), value))
