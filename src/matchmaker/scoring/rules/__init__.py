"""The hard rules, in one ordered list: never traded against points."""

from __future__ import annotations

from collections.abc import Callable

from matchmaker.scoring.draft import Draft
from matchmaker.scoring.rules.declared import add_declared
from matchmaker.scoring.rules.help import add_helps
from matchmaker.scoring.rules.persons import add_banned, add_former, add_oneself, add_refused
from matchmaker.scoring.rules.screening import add_screening
from matchmaker.scoring.rules.timetable import add_timetable

RULES: tuple[Callable[[Draft], None], ...] = (
    add_oneself,
    add_screening,
    add_banned,
    add_refused,
    add_former,
    add_declared,
    add_helps,
    add_timetable,
)
"""Every kind of rule, in the order in which reasons name them."""

__all__ = ["RULES"]
