"""The program: what the organiser decides, and the TOML file it is kept in."""

from matchmaker.program.decisions import (
    AllOf,
    AnyOf,
    BannedPair,
    Column,
    Columns,
    Condition,
    Levels,
    Preference,
    Program,
    Relation,
    RequiredPair,
    Rule,
    Screening,
)
from matchmaker.program.identity import hash_program
from matchmaker.program.reading import check_program, parse_program, read_program, read_program_table
from matchmaker.program.writing import write_program

__all__ = [
    "AllOf",
    "AnyOf",
    "BannedPair",
    "Column",
    "Columns",
    "Condition",
    "Levels",
    "Preference",
    "Program",
    "Relation",
    "RequiredPair",
    "Rule",
    "Screening",
    "check_program",
    "hash_program",
    "parse_program",
    "read_program",
    "read_program_table",
    "write_program",
]
