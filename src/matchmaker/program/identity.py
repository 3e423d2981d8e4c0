"""Which decisions a matching was made under, as a hash."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from matchmaker.program.decisions import Program

SILENT = frozenset({"name", "preset", "columns"})
"""Decisions that change no answer: titles, and how files are read."""


def hash_program(program: Program) -> str:
    """Return the SHA-256 of every decision that can change the answer.

    The title, the preset's name and the column mapping are left out: the first two say nothing, and
    what the mapping reads is in the hash of the roster.
    """
    parts = [
        f"{item.name}={write_plain(getattr(program, item.name))}" for item in fields(program) if item.name not in SILENT
    ]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def write_plain(value: Any) -> str:
    """Return a decision as text that is the same for equal decisions, however they were written."""
    if is_dataclass(value):
        inner = ", ".join(f"{item.name}={write_plain(getattr(value, item.name))}" for item in fields(value))
        return f"{type(value).__name__}({inner})"
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{name!r}: {write_plain(value[name])}" for name in sorted(value)) + "}"
    if isinstance(value, tuple | list):
        return "[" + ", ".join(map(write_plain, value)) + "]"
    if isinstance(value, bool) or value is None or isinstance(value, str | date):
        return repr(value)
    return str(Decimal(str(value)).normalize())
