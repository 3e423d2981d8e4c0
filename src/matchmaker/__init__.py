"""Match mentors and mentees: the best pairing for everyone, under hard rules, with a proof.

The public names are listed in `__all__`; each is loaded from its own module when first used, so that
importing the package costs next to nothing.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from matchmaker.version import __version__

if TYPE_CHECKING:
    from matchmaker.assignment import Assignment, assign
    from matchmaker.engine import match
    from matchmaker.errors import (
        Fault,
        Infeasible,
        InputError,
        MatchmakerError,
        Notice,
        PointsError,
        ProgramError,
        Report,
        RosterError,
        Stopped,
    )
    from matchmaker.matching import Certificate, Leftover, Matching, Pair
    from matchmaker.people import Former, Goal, Mentee, Mentor
    from matchmaker.program import Program, read_program
    from matchmaker.roster import Roster
    from matchmaker.verify import verify_matching

_HOMES = {
    "Assignment": "assignment",
    "Certificate": "matching",
    "Fault": "errors",
    "Former": "people",
    "Goal": "people",
    "Infeasible": "errors",
    "InputError": "errors",
    "Leftover": "matching",
    "MatchmakerError": "errors",
    "Matching": "matching",
    "Mentee": "people",
    "Mentor": "people",
    "Notice": "errors",
    "Pair": "matching",
    "PointsError": "errors",
    "Program": "program",
    "ProgramError": "errors",
    "Report": "errors",
    "Roster": "roster",
    "RosterError": "errors",
    "Stopped": "errors",
    "assign": "assignment",
    "match": "engine",
    "read_program": "program",
    "verify_matching": "verify",
}

__all__ = [
    "Assignment",
    "Certificate",
    "Fault",
    "Former",
    "Goal",
    "Infeasible",
    "InputError",
    "Leftover",
    "Matching",
    "MatchmakerError",
    "Mentee",
    "Mentor",
    "Notice",
    "Pair",
    "PointsError",
    "Program",
    "ProgramError",
    "Report",
    "Roster",
    "RosterError",
    "Stopped",
    "__version__",
    "assign",
    "match",
    "read_program",
    "verify_matching",
]


def __getattr__(name: str) -> Any:
    """Load a public name from the module that it lives in."""
    if name not in _HOMES:
        raise AttributeError(f"module 'matchmaker' has no attribute '{name}'")
    return getattr(importlib.import_module(f"matchmaker.{_HOMES[name]}"), name)


def __dir__() -> list[str]:
    """List the public names."""
    return __all__
