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
    "hash_program",
]
