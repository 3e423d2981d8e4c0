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
]
