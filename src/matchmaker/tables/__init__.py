"""Spreadsheets in and out: files as people have them, read exactly and refused clearly."""

from matchmaker.tables.files import read_sheets
from matchmaker.tables.people import read_people
from matchmaker.tables.sheet import (
    CodedColumn,
    Sheet,
    explain_number,
    find_column,
    parse_number,
    parse_whole,
)

__all__ = [
    "CodedColumn",
    "Sheet",
    "explain_number",
    "find_column",
    "parse_number",
    "parse_whole",
    "read_people",
    "read_sheets",
]
