"""Which column of a sheet means what: by ``[columns]``, by documented names, never by guessing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from matchmaker.errors import Fault, Notice, Place, Report
from matchmaker.program import AllOf, AnyOf, Column, Condition, Program, Relation
from matchmaker.tables.fields import Meaning, are_times, list_field_names, read_meaning, recognise
from matchmaker.tables.parsing import Style
from matchmaker.tables.sheet import CodedColumn, Sheet, find_column
from matchmaker.text import ask, normalise, quote_list

SUBJECT_KINDS = frozenset(("skills", "knowledge", "goals"))
"""Fields whose cells hold subjects."""


@dataclass(frozen=True)
class Mapped:
    """One column that is read.

    Parameters
    ----------
    heading : str
    meaning : Meaning
    style : Style
    column : CodedColumn
    """

    heading: str
    meaning: Meaning
    style: Style
    column: CodedColumn


class _Choice(NamedTuple):
    """What a column means, and what the program says about its cells."""

    meaning: Meaning
    column: Column


@dataclass(frozen=True)
class _Mapping:
    """One sheet whose headings are being understood."""

    sheet: Sheet
    program: Program
    side: str
    report: Report

    def refuse(self, heading: str, problem: str, remedy: str) -> None:
        """Note a fault of one heading."""
        place = Place(self.sheet.file, self.sheet.sheet, self.sheet.heading_row, heading)
        self.report.add_fault(Fault("column", problem, remedy, place))

    def read_program(self, columns: Mapping[str, Column]) -> dict[int, _Choice]:
        """Return what ``[columns]`` says, by the column's position."""
        chosen: dict[int, _Choice] = {}
        for heading, column in columns.items():
            place = find_column(self.sheet, heading)
            meaning = self.check_meaning(heading, column.meaning)
            if place is None and column.meaning != "ignore":
                told = f"[columns.{self.side}] speaks of a heading that is not there"
                self.refuse(heading, told, ask(heading, self.sheet.headings))
            if place is not None and place in chosen:
                self.refuse(heading, f"[columns.{self.side}] speaks of this column twice", "Take one line out")
            elif place is not None and meaning is not None:
                chosen[place] = _Choice(meaning, column)
        return chosen

    def check_meaning(self, heading: str, text: str) -> Meaning | None:
        """Return a field of ``[columns]``, or None with a fault if it can mean nothing here."""
        meaning = read_meaning(text)
        if meaning is None:
            told = f"[columns.{self.side}] gives it a field that there is not: '{text}'"
            self.refuse(heading, told, ask(text, list_field_names()))
        elif not fits(meaning, self.side):
            told = f"[columns.{self.side}] gives it the field '{text}', which {self.side} do not have"
            self.refuse(heading, told, 'Take the line out, or set it to "ignore"')
        elif meaning.kind == "slot" and not are_times(meaning.word):
            told = f"[columns.{self.side}] gives it free times that cannot be read: '{meaning.word}'"
            self.refuse(heading, told, "Write times such as 'slot Mon 18:00-20:00', or days")
        else:
            return meaning
        return None

    def recognise_rest(self, chosen: dict[int, _Choice]) -> None:
        """Add the columns that documented names, or the program's own, speak for; tell of the others."""
        named = list_named(self.program)
        taken = {choice.meaning for choice in chosen.values() if not choice.meaning.field.can_repeat}
        unread = []
        for place, heading in enumerate(self.sheet.headings):
            if place in chosen:
                continue
            known = (recognise(heading, self.side), named.get(normalise(heading)))
            found = next((one for one in known if one and fits(one, self.side) and one not in taken), None)
            if found is None:
                unread.append(heading)
            else:
                chosen[place] = _Choice(found, Column(heading))
        if unread:
            told = f"columns that are read as nothing: {quote_list(unread, 12)}"
            remedy = f'Map them in [columns.{self.side}], or set them to "ignore"'
            place_of = Place(self.sheet.file, self.sheet.sheet, self.sheet.heading_row)
            self.report.add_notice(Notice("column-unread", told, remedy, place_of))

    def check_together(self, chosen: list[tuple[str, Meaning]]) -> None:
        """Refuse two columns with one meaning, since one would silently win, and goals without a subject."""
        first: dict[tuple[str, str, int], str] = {}
        for heading, meaning in chosen:
            key = meaning.kind, normalise(meaning.word), meaning.number
            other = first.setdefault(key, heading)
            if other != heading and not meaning.field.can_repeat:
                told = f"'{other}' and this column both mean '{meaning}'"
                self.refuse(heading, told, 'Set one of them to "ignore" in [columns]')
        numbers = {meaning.number for _, meaning in chosen if meaning.word == "subject"}
        for heading, meaning in chosen:
            if meaning.kind == "goal part" and meaning.number not in numbers:
                told = f"no column says what goal {meaning.number} is about"
                self.refuse(heading, told, f'Map one to "goal {meaning.number} subject", or set this one to "ignore"')


def map_columns(
    sheet: Sheet, columns: Mapping[str, Column], program: Program, side: str, report: Report
) -> list[Mapped]:
    """Return what every column of a sheet means.

    Parameters
    ----------
    sheet : Sheet
    columns : mapping of str to Column
        ``[columns.mentors]``, ``[columns.mentees]`` or ``[columns.people]``.
    program : Program
        Attributes and traits that it names are taken from columns of the same heading.
    side : {"mentors", "mentees", "people"}
    report : Report
        Takes faults (a mapped heading that is not there, a field that there is not) and a notice of the
        columns that are read as nothing.
    """
    mapping = _Mapping(sheet, program, side, report)
    chosen = mapping.read_program(columns)
    mapping.recognise_rest(chosen)
    read = {place: choice for place, choice in sorted(chosen.items()) if choice.meaning.kind != "ignore"}
    mapping.check_together([(sheet.headings[place], choice.meaning) for place, choice in read.items()])
    subjects = [choice.meaning.word for choice in read.values() if "skill" in choice.meaning.kind]
    return [
        Mapped(sheet.headings[place], meaning, make_style(meaning, column, program, subjects), sheet.columns[place])
        for place, (meaning, column) in read.items()
    ]


def fits(meaning: Meaning, side: str) -> bool:
    """Return whether a side has a field; one file for both has every field."""
    return side == "people" or meaning.field.side in ("both", side[:-1])


def make_style(meaning: Meaning, column: Column, program: Program, subjects: Iterable[str] = ()) -> Style:
    """Return how the cells of a column are written.

    Parameters
    ----------
    meaning : Meaning
    column : Column
    program : Program
    subjects : iterable of str
        Subjects that other headings of the sheet name.
    """
    words = {normalise(word): number for word, number in column.words.items()}
    options = [*column.options, *list_options(meaning, program)]
    if meaning.kind in SUBJECT_KINDS:
        options += subjects
    several = {normalise(name) for name in program.several}
    return Style(
        column.separator,
        words,
        column.level,
        frozenset(filter(None, map(normalise, options))),
        program.columns.decimal_comma,
        bool(column.separator or column.options) or normalise(meaning.word) in several,
    )


def list_options(meaning: Meaning, program: Program) -> Iterator[str]:
    """Yield the values of a column that the program names, wherever it does so."""
    if meaning.kind in SUBJECT_KINDS:
        for name, others in program.synonyms.items():
            yield name
            yield from others
    if meaning.kind == "attribute":
        for name, values in program.orders.items():
            if normalise(name) == normalise(meaning.word):
                yield from values


def list_named(program: Program) -> dict[str, Meaning]:
    """Return the attributes and traits that the program names, by normalised heading."""
    names: list[str] = [*program.orders, *program.several]
    for condition in (*(rule.condition for rule in program.rules), *(one.condition for one in program.preferences)):
        names += _list_attributes(condition)
    names += [one.wish for one in program.preferences if one.wish]
    found = {normalise(name): Meaning("attribute", name) for name in names}
    return found | {normalise(name): Meaning("trait", name) for name in program.traits}


def _list_attributes(condition: Condition) -> list[str]:
    if isinstance(condition, Relation):
        return [condition.mentee, condition.mentor]
    assert isinstance(condition, AllOf | AnyOf)
    return [name for part in condition.conditions for name in _list_attributes(part)]
