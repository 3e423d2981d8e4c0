"""Which column of a sheet means what: by ``[columns]``, by documented names, never by guessing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from matchmaker.errors import Fault, Notice, Place, Report
from matchmaker.program import AllOf, AnyOf, Column, Condition, Program, Relation
from matchmaker.tables.fields import FIELDS, Meaning, list_field_names, read_meaning, recognise
from matchmaker.tables.parsing import Style
from matchmaker.tables.sheet import CodedColumn, Sheet, find_column
from matchmaker.text import ask, normalise, quote_list


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
    mapped: dict[int, tuple[Meaning, Column]] = {}
    for heading, column in columns.items():
        place = find_column(sheet, heading)
        meaning = read_meaning(column.meaning)
        if place is None:
            _refuse(
                report,
                sheet,
                heading,
                f"[columns.{side}] speaks of a heading that is not there",
                ask(heading, sheet.headings),
            )
        if meaning is None:
            _refuse(
                report,
                sheet,
                heading,
                f"[columns.{side}] gives it a field that there is not: '{column.meaning}'",
                ask(column.meaning, list_field_names()),
            )
        if place is not None and meaning is not None:
            mapped[place] = (meaning, column)
    named = _list_named(program)
    unread = []
    for place, heading in enumerate(sheet.headings):
        if place in mapped:
            continue
        meaning = recognise(heading) or named.get(normalise(heading))
        if meaning is None:
            unread.append(heading)
        else:
            mapped[place] = (meaning, Column(heading))
    if unread:
        told = f"columns that are read as nothing: {quote_list(unread, 12)}"
        remedy = f'Map them in [columns.{side}], or set them to "ignore"'
        report.add_notice(Notice("column-unread", told, remedy, Place(sheet.file, sheet.sheet, sheet.heading_row)))
    known = [
        Mapped(sheet.headings[place], meaning, make_style(column, program), sheet.columns[place])
        for place, (meaning, column) in sorted(mapped.items())
        if meaning.kind != "ignore" and _fits(meaning, side)
    ]
    _refuse_twice(known, sheet, report)
    return known


def _fits(meaning: Meaning, side: str) -> bool:
    """Return whether a side has a field; what only the other side has is not read."""
    if side == "people":
        return True
    kind = "goal N subject" if meaning.kind == "goal part" else meaning.kind
    sides = {field.side for field in FIELDS if field.name.split(" ")[0] == kind.split(" ")[0]}
    return bool(sides & {"both", side[:-1]})


def _refuse(report: Report, sheet: Sheet, heading: str, problem: str, remedy: str) -> None:
    place = Place(sheet.file, sheet.sheet, sheet.heading_row, heading)
    report.add_fault(Fault("column", problem, remedy, place))


def _refuse_twice(known: list[Mapped], sheet: Sheet, report: Report) -> None:
    """Refuse two columns with one meaning, since one would silently win."""
    first: dict[Meaning, str] = {}
    for one in known:
        other = first.setdefault(one.meaning, one.heading)
        if other != one.heading:
            problem = f"'{other}' and this column both mean '{one.meaning.kind} {one.meaning.word}'".replace(
                " '", "'", 0
            )
            _refuse(report, sheet, one.heading, problem, 'Set one of them to "ignore" in [columns]')


def make_style(column: Column, program: Program) -> Style:
    """Return how the cells of a column are written."""
    words = {normalise(word): number for word, number in column.words.items()}
    return Style(column.separator, words, column.level, column.options, program.columns.decimal_comma)


def _list_named(program: Program) -> dict[str, Meaning]:
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
