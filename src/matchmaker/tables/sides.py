"""One side of a sheet -> its columns: distinct cells are read once and scattered over the rows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matchmaker.errors import Fault, Notice, Place, Report
from matchmaker.program import Program
from matchmaker.roster.columns import UNKNOWN, Goals, Lists, MenteeColumns, MentorColumns, Source, SubjectLevels
from matchmaker.roster.order import list_entries
from matchmaker.tables.mapping import Mapped
from matchmaker.tables.parsing import (
    GoalText,
    Refusal,
    Style,
    list_ids,
    read_goal,
    read_id,
    read_kind,
    read_minutes,
    read_subject,
    read_thousandths,
    read_ticked_level,
    read_whole,
    read_yes,
    split_cell,
)
from matchmaker.tables.sheet import Sheet
from matchmaker.text import normalise
from matchmaker.times import NUM_WORDS, Unreadable, parse_slots

Ints = NDArray[np.int64]


@dataclass
class _Words:
    """Numbers words in order of first appearance."""

    codes: dict[str, int]

    def code(self, word: str) -> int:
        return self.codes.setdefault(word, len(self.codes))


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

    def find(self, kind: str) -> Mapped | None:
        """Return the column of a kind, if there is one."""
        return next((one for one in self.mapped if one.meaning.kind == kind), None)

    def list_all(self, kind: str) -> list[Mapped]:
        """Return every column of a kind."""
        return [one for one in self.mapped if one.meaning.kind == kind]

    def code(self, one: Mapped) -> tuple[list[str], NDArray[np.int32]]:
        """Return the distinct texts that these rows use, and each row's place among them."""
        used, places = np.unique(one.column.codes[self.rows], return_inverse=True)
        return [one.column.values[code] for code in used.tolist()], places.reshape(-1).astype(np.int32)

    def read(self, one: Mapped, parse: Callable[[str, Style], Any], empty: Any) -> tuple[list[Any], NDArray[np.int32]]:
        """Return the distinct values of a column and each row's place; faulty cells are noted."""
        texts, places = self.code(one)
        values = []
        for code, text in enumerate(texts):
            try:
                values.append(parse(text, one.style))
            except Refusal as error:
                self.refuse(one, np.flatnonzero(places == code), text, error.kind, error.problem, error.remedy)
                values.append(empty)
            except Unreadable as error:
                self.refuse(one, np.flatnonzero(places == code), text, "slots", error.problem, error.remedy)
                values.append(empty)
        return values, places

    def refuse(self, one: Mapped, rows: Ints, text: str, kind: str, problem: str, remedy: str) -> None:
        """Note a fault for each of some rows."""
        for row in rows.tolist():
            place = Place(self.sheet.file, self.sheet.sheet, int(self.sheet.rows[self.rows[row]]), one.heading)
            self.report.add_fault(Fault(kind, problem, remedy, place, text, (self.role, row)))

    def read_texts(self, kind: str) -> list[str]:
        """Return a text of every row."""
        one = self.find(kind)
        if one is None:
            return [""] * len(self.rows)
        texts, places = self.code(one)
        return [texts[place] for place in places.tolist()]

    def read_numbers(self, kind: str, parse: Callable[[str, Style], int], default: int = UNKNOWN) -> Ints:
        """Return a whole number of every row; a missing column gives the default."""
        one = self.find(kind)
        if one is None:
            return np.full(len(self.rows), default, np.int64)
        values, places = self.read(one, parse, UNKNOWN)
        return np.array(values, np.int64)[places]

    def read_lists(self, one: Mapped | None, parse: Callable[[str, Style], Sequence[str]]) -> Lists:
        """Return lists of words of every row."""
        if one is None:
            return Lists(np.zeros(len(self.rows) + 1, np.int64), np.empty(0, np.int32), [])
        values, places = self.read(one, parse, [])
        words = _Words({})
        flat = [words.code(word) for value in values for word in value]
        offsets = np.concatenate([[0], np.cumsum([len(value) for value in values])]).astype(np.int64)
        entries, new = list_entries(offsets, places.astype(np.int64))
        return Lists(new, np.array(flat, np.int32)[entries], list(words.codes))

    def read_common(self) -> dict[str, Any]:
        """Return the columns that both sides have."""
        slots, known = self.read_slots()
        attributes = {
            one.meaning.word: self.read_lists(one, self._split_attribute(one)) for one in self.list_all("attribute")
        }
        manager = self.find("manager")
        if manager is not None:
            attributes["manager"] = self.read_lists(manager, _read_one)
        return {
            "ids": [read_id(text) for text in self.read_texts("id")],
            "names": self._read_names(),
            "emails": self.read_texts("email"),
            "zones": self.read_lists(self.find("zone"), _read_one),
            "slots": slots,
            "slots_known": known,
            "languages": self.read_lists(self.find("languages"), lambda text, style: split_cell(text, style, ";,")),
            "traits": {one.meaning.word: self._read_rating(one) for one in self.list_all("trait")},
            "attributes": attributes,
            "preferred": self.read_lists(self.find("preferred"), list_ids),
            "refused": self.read_lists(self.find("refused"), list_ids),
            "hours": self.read_numbers("hours", read_minutes),
            "source": Source(self.sheet.file, self.sheet.sheet, self.sheet.rows[self.rows], self._list_headings()),
        }

    def _list_headings(self) -> dict[str, str]:
        """Return the heading of each field, for faults that are found later."""
        names = {"goal part": "goals", "goal skill": "goals", "goal knowledge": "goals"}
        found: dict[str, str] = {}
        for one in self.mapped:
            word = one.meaning.word if one.meaning.kind != "attribute" else ""
            key = one.meaning.word if one.meaning.kind == "attribute" else one.meaning.kind
            key = f"{key} {word}" if one.meaning.kind in ("trait", "skill", "knowledge") and word else key
            found.setdefault(names.get(key, key), one.heading)
        return found

    def _read_names(self) -> list[str]:
        whole, first, last = (self.read_texts(kind) for kind in ("name", "first_name", "last_name"))
        return [name or f"{a} {b}".strip() for name, a, b in zip(whole, first, last, strict=True)]

    def _read_rating(self, one: Mapped) -> Ints:
        values, places = self.read(one, lambda text, style: read_whole(text, style, "a rating from 1 to 5"), UNKNOWN)
        return np.array(values, np.int64)[places]

    def _split_attribute(self, one: Mapped) -> Callable[[str, Style], Sequence[str]]:
        """Return how an attribute's cells are split: only where the program says it holds several."""
        several = {normalise(name) for name in self.program.several}
        if one.style.separator or one.style.options or normalise(one.meaning.word) in several:
            return split_cell
        return _read_one

    def read_slots(self) -> tuple[NDArray[np.uint64], NDArray[np.bool_]]:
        """Return everybody's free half hours, from one column or from a column per time."""
        bits = np.zeros((len(self.rows), NUM_WORDS), np.uint64)
        known = np.zeros(len(self.rows), bool)
        one = self.find("slots")
        if one is not None:
            values, places = self.read(one, _read_free_times, None)
            table = np.array([np.zeros(NUM_WORDS, np.uint64) if value is None else value for value in values])
            bits |= table.reshape(-1, NUM_WORDS)[places]
            known |= np.array([value is not None for value in values], bool)[places]
            self._tell_rounding(one)
        for grid in self.list_all("slot"):
            ticks = self._read_ticks(grid)
            bits[ticks == 1] |= parse_slots(grid.meaning.word).bits
            known |= ticks != UNKNOWN
        if self.list_all("slot"):
            known |= bits.any(axis=1)
        return bits, known

    def _read_ticks(self, one: Mapped) -> Ints:
        values, places = self.read(one, lambda text, _: read_yes(text), UNKNOWN)
        return np.array(values, np.int64)[places]

    def _tell_rounding(self, one: Mapped) -> None:
        """Tell of free times that were read with a remark, such as being rounded to half hours."""
        texts, _ = self.code(one)
        for text in texts[:1000]:
            try:
                notices = parse_slots(text).notices
            except Unreadable:
                continue
            for told in notices:
                place = Place(self.sheet.file, self.sheet.sheet, None, one.heading)
                self.report.add_notice(Notice("slots-read", told, "", place, text))


def _read_free_times(text: str, _: Style) -> NDArray[np.uint64] | None:
    """Return the free times of a cell; a blank one is unknown, "none" is no time at all."""
    return parse_slots(text).bits if text else None


def _read_one(text: str, _: Style) -> Sequence[str]:
    return [text] if text else []


def read_mentor_side(sheet: Sheet, mapped: list[Mapped], rows: Ints, program: Program, report: Report) -> MentorColumns:
    """Return the mentors in some rows of a sheet."""
    side = Side("mentor", sheet, mapped, rows, program, report)
    return MentorColumns(
        **side.read_common(),
        capacity=side.read_numbers("capacity", read_whole),
        minimum=side.read_numbers("minimum", read_whole),
        willing=side.read_numbers("willing", lambda text, _: read_yes(text), 1),
        subjects=_read_subjects(side),
    )


def _read_subjects(side: Side) -> SubjectLevels:
    """Return what every mentor knows: from cells with several subjects, and from a column per subject."""
    words = _Words({})
    parts: list[tuple[Ints, ...]] = []
    for kind, is_knowledge in (("skills", 0), ("knowledge", 1)):
        cells = [one for one in side.list_all(kind) if not one.meaning.word]
        parts += [_read_subject_cells(side, one, is_knowledge, words) for one in cells]
    for kind, is_knowledge in (("skill", 0), ("knowledge", 1)):
        grid = [one for one in side.list_all(kind) if one.meaning.word]
        parts += [_read_subject_grid(side, one, is_knowledge, words) for one in grid]
    owners, subjects, knowledge, levels = _stack(parts, 4)
    order = np.argsort(owners, kind="stable")
    return SubjectLevels(
        _count(owners, len(side.rows)),
        subjects[order].astype(np.int32),
        knowledge[order].astype(bool),
        levels[order],
        list(words.codes),
    )


def _read_subject_grid(side: Side, one: Mapped, is_knowledge: int, words: _Words) -> tuple[Ints, ...]:
    stated = side.program.levels.stated
    values, places = side.read(one, lambda text, style: read_ticked_level(text, style, stated), None)
    mine = np.flatnonzero(np.array([value is not None for value in values], bool)[places])
    levels = np.array([UNKNOWN if value is None else value for value in values], np.int64)[places][mine]
    return mine, np.full(len(mine), words.code(one.meaning.word)), np.full(len(mine), is_knowledge), levels


def _stack(parts: list[tuple[Ints, ...]], width: int) -> list[Ints]:
    """Return parts laid end to end, column by column."""
    return [
        np.concatenate([np.empty(0, np.int64), *(part[k] for part in parts)]).astype(np.int64) for k in range(width)
    ]


def _count(owners: Ints, size: int) -> Ints:
    return np.concatenate([[0], np.cumsum(np.bincount(owners, minlength=size))]).astype(np.int64)


def _read_subject_cells(side: Side, one: Mapped, is_knowledge: int, words: _Words) -> tuple[Ints, ...]:
    values, places = side.read(one, _list_subjects, [])
    offsets = np.concatenate([[0], np.cumsum([len(value) for value in values])]).astype(np.int64)
    subjects = np.array([words.code(word) for value in values for word, _ in value], np.int64)
    levels = np.array([level for value in values for _, level in value], np.int64)
    entries, new = list_entries(offsets, places.astype(np.int64))
    owners = np.repeat(np.arange(len(places)), np.diff(new))
    return owners, subjects[entries], np.full(len(entries), is_knowledge), levels[entries]


def _list_subjects(text: str, style: Style) -> list[tuple[str, int]]:
    return [read_subject(part, style) for part in split_cell(text, style)]


def read_mentee_side(sheet: Sheet, mapped: list[Mapped], rows: Ints, program: Program, report: Report) -> MenteeColumns:
    """Return the mentees in some rows of a sheet."""
    side = Side("mentee", sheet, mapped, rows, program, report)
    return MenteeColumns(
        **side.read_common(),
        wanted=side.read_numbers("wanted", read_whole),
        priority=side.read_numbers("priority", read_whole),
        focus=side.read_lists(side.find("focus"), _read_one),
        goals=_read_goals(side),
    )


@dataclass
class _GoalWords:
    subjects: _Words
    themes: _Words

    def list_row(self, goal: GoalText) -> tuple[int, int, int, int, int, int]:
        """Return a goal as numbers."""
        theme = self.themes.code(goal.theme) if goal.theme else UNKNOWN
        subject = self.subjects.code(goal.subject)
        return subject, int(goal.knowledge), goal.current, goal.target, goal.importance, theme


def _read_goals(side: Side) -> Goals:
    """Return what every mentee wants: from cells with several goals, numbered columns, and grids."""
    words = _GoalWords(_Words({}), _Words({}))
    parts = [_read_goal_cells(side, one, words) for one in side.list_all("goals")]
    numbers = sorted({one.meaning.number for one in side.list_all("goal part")})
    parts += [_read_numbered(side, number, words) for number in numbers]
    parts += [
        _read_goal_grid(side, one, words) for kind in ("goal skill", "goal knowledge") for one in side.list_all(kind)
    ]
    owners, subjects, knowledge, current, target, importance, themes = _stack(parts, 7)
    order = np.argsort(owners, kind="stable")
    return Goals(
        _count(owners, len(side.rows)),
        subjects[order].astype(np.int32),
        knowledge[order].astype(bool),
        current[order],
        target[order],
        importance[order],
        themes[order].astype(np.int32),
        list(words.subjects.codes),
        list(words.themes.codes),
    )


def _read_goal_cells(side: Side, one: Mapped, words: _GoalWords) -> tuple[Ints, ...]:
    seen: dict[str, tuple[int, ...]] = {}

    def parse(text: str, style: Style) -> list[tuple[int, ...]]:
        rows = []
        for part in split_cell(text, style):
            row = seen.get(part)
            if row is None:
                row = seen[part] = words.list_row(read_goal(part, style))
            rows.append(row)
        return rows

    values, places = side.read(one, parse, [])
    offsets = np.concatenate([[0], np.cumsum([len(value) for value in values])]).astype(np.int64)
    table = np.array([row for value in values for row in value], np.int64).reshape(-1, 6)
    entries, new = list_entries(offsets, places.astype(np.int64))
    return np.repeat(np.arange(len(places)), np.diff(new)), *table[entries].T


def _read_numbered(side: Side, number: int, words: _GoalWords) -> tuple[Ints, ...]:
    """Return the N-th goal of everybody who has one."""
    parts = {one.meaning.word: one for one in side.list_all("goal part") if one.meaning.number == number}
    size = len(side.rows)
    subject = parts.get("subject")
    texts, places = side.code(subject) if subject else ([""], np.zeros(size, np.int32))
    codes = np.array([words.subjects.code(text) if text else UNKNOWN for text in texts], np.int64)[places]
    mine = np.flatnonzero(codes != UNKNOWN)

    def read(word: str, parse: Callable[[str, Style], int], default: int = UNKNOWN) -> Ints:
        one = parts.get(word)
        if one is None:
            return np.full(len(mine), default, np.int64)
        values, rows = side.read(one, parse, UNKNOWN)
        return np.array(values, np.int64)[rows][mine]

    return (
        mine,
        codes[mine],
        read("kind", lambda text, _: read_kind(text), 0),
        read("current", lambda text, style: read_whole(text, style, "a level from 0 to 5")),
        read("target", lambda text, style: read_whole(text, style, "a level from 0 to 5")),
        read("importance", read_thousandths),
        read("theme", lambda text, _: words.themes.code(text) if text else UNKNOWN),
    )


def _read_goal_grid(side: Side, one: Mapped, words: _GoalWords) -> tuple[Ints, ...]:
    target = side.program.levels.target
    values, places = side.read(one, lambda text, style: read_ticked_level(text, style, target), None)
    mine = np.flatnonzero(np.array([value is not None and value > 0 for value in values], bool)[places])
    targets = np.array([UNKNOWN if value is None else value for value in values], np.int64)[places][mine]
    subject, kind = words.subjects.code(one.meaning.word), int(one.meaning.kind == "goal knowledge")
    unsaid = np.full(len(mine), UNKNOWN)
    return mine, np.full(len(mine), subject), np.full(len(mine), kind), unsaid, targets, unsaid, unsaid
