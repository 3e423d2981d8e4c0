"""The program in JSON: the keys of the program file, one to one; a date is a text such as "2027-01-11"."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from matchmaker.program import Program, read_program_table
from matchmaker.program.keys import KEYS
from matchmaker.program.writing import list_values

DATES = tuple(key.path for key in KEYS if key.shape == "date")
"""Keys that hold a date."""


def parse_program_table(table: Mapping[str, Any], file: str = "program") -> Program:
    """Return the program of a table that was read from JSON.

    Parameters
    ----------
    table : mapping of str to object
        None stands for a key that is not there.
    file : str
        What faults call it.

    Raises
    ------
    ProgramError
        With every fault.
    """
    return read_program_table({name: _read_date(name, item) for name, item in _settle(table).items()}, file)


def list_program_table(program: Program) -> dict[str, Any]:
    """Return the table of a program, ready for JSON."""
    return {name: _write_plain(value) for name, value in list_values(program).items()}


def _write_plain(value: Any) -> Any:
    """Return a value as JSON has it; no number of a program has more decimal places than a float keeps."""
    if isinstance(value, Mapping):
        return {name: _write_plain(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [_write_plain(item) for item in value]
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    return value.isoformat() if isinstance(value, date) else value


def _read_date(name: str, value: Any) -> Any:
    """Return the date that a text says, or whatever else stands there for the program to refuse."""
    if name not in DATES or not isinstance(value, str):
        return value
    try:
        return date.fromisoformat(value)
    except ValueError:
        return value


def _settle(value: Any) -> Any:
    """Return a value as TOML would have it: nothing instead of null, numbers with a fraction as written."""
    if isinstance(value, Mapping):
        return {name: _settle(item) for name, item in value.items() if item is not None}
    if isinstance(value, list):
        return [_settle(item) for item in value]
    return Decimal(str(value)) if isinstance(value, float) else value
