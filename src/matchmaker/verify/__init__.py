"""Re-check a matching from the roster and the program themselves, without any solver.

Every demand is looked at again by code that never met the search: ids, rules, points, limits, hours,
meeting times, required pairs, totals and the bound. If all of that holds, everything else that the
answer says (prices, reasons, loads, notices) follows from its pairs, and is told anew and compared.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from matchmaker.errors import MatchmakerError
from matchmaker.matching import Matching
from matchmaker.program import Program
from matchmaker.roster import Roster
from matchmaker.scoring import Component
from matchmaker.verify.answered import ANSWER_CHECKS, SOURCE_CHECKS
from matchmaker.verify.case import Case, Check, Checks, Verification
from matchmaker.verify.told import LARGE_NAMES, TOLD_CHECKS

__all__ = ["ANSWER_CHECKS", "SOURCE_CHECKS", "TOLD_CHECKS", "Check", "Checks", "Verification", "verify_matching"]


def verify_matching(
    matching: Matching,
    roster: Roster,
    program: Program | None = None,
    *,
    components: Sequence[Component] = (),
) -> Verification:
    """Re-check a matching from the roster and the program.

    Parameters
    ----------
    matching : Matching
    roster : Roster
    program : Program or None
        None takes every default.
    components : sequence of Component
        The embedder's own components that were used, if any.

    Returns
    -------
    Verification
        What holds and what does not. If the roster or the program is another, only that is said; what follows
        from the pairs is looked at where these hold.
    """
    case = Case(matching, roster, program or Program(), components)
    checks: list[Check] = []
    for group in (SOURCE_CHECKS, ANSWER_CHECKS, TOLD_CHECKS):
        checks += [Check(_name(name, check, case), tuple(_look(check, case))) for name, check in group]
        if not all(check.holds for check in checks):
            break
    return Verification(tuple(checks))


def _name(name: str, check: Callable[[Case], Iterator[str]], case: Case) -> str:
    """Return what a check promises: less, where the pairs are too many to be held at once."""
    return LARGE_NAMES[check] if check in LARGE_NAMES and case.is_large else name


def _look(check: Callable[[Case], Iterator[str]], case: Case) -> Iterator[str]:
    """Yield what a check finds; what it cannot even read is a finding too."""
    try:
        yield from check(case)
    except (MatchmakerError, LookupError, ValueError, ArithmeticError) as error:
        yield f"cannot be re-checked: {error}"
