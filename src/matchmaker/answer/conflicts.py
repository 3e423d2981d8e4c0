"""A conflict with the names of the people in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matchmaker.errors import Infeasible
from matchmaker.text import quote_list, say_count

if TYPE_CHECKING:
    from matchmaker.certificate import Conflict
    from matchmaker.roster import Roster

MOST_NAMED = 20


def name_conflict(error: Infeasible, roster: Roster) -> Infeasible:
    """Return the same refusal with ids instead of row numbers, the numbers, and a way out."""
    conflict: Conflict = error.conflict
    mentors = quote_list([roster.mentors.ids[row] for row in conflict.mentors], MOST_NAMED)
    pairs = [f"{roster.mentors.ids[b]} with {roster.mentees.ids[a]}" for a, b in conflict.required]
    demands = []
    if mentors:
        demands.append(
            f"the minimum of mentor {mentors}" if len(conflict.mentors) == 1 else f"the minimums of {mentors}"
        )
    if pairs:
        demands.append(f"the required pair{'s' * (len(pairs) > 1)} {quote_list(pairs, MOST_NAMED)}")
    text = f"Proven impossible: {' and '.join(demands)} {_tell_numbers(conflict)}"
    return Infeasible(text, conflict)


def _tell_numbers(conflict: Conflict) -> str:
    short, asked = conflict.demanded - conflict.possible, say_count(conflict.demanded, "mentee")
    ask = "asks" if len(conflict.mentors) + len(conflict.required) == 1 else "ask"
    if conflict.kind == "hours":
        return (
            f"{ask} for {conflict.demanded:,} minutes of mentors' time, and {conflict.possible:,} can be given. "
            "Raise the hours available, lower the minimums, or take a required pair out"
        )
    if conflict.kind == "time":
        return "cannot meet: the two share no weekly start. Give more free times, or take the requirement out"
    if conflict.kind == "places":
        return (
            f"asks for {asked}, and capacity and hours leave places for {conflict.possible:,}. "
            f"Lower the minimum by {short:,}, or raise the capacity or the hours"
        )
    if conflict.kind == "wanted":
        wanted = say_count(conflict.possible, "mentor")
        return f"are more than the {wanted} that the mentee wants. Raise that, or take one out"
    return (
        f"{ask} for {asked} together, and the eligible ones with their times and wishes allow at most "
        f"{conflict.possible:,}. Lower these demands by {short:,}, or make {say_count(short, 'more mentee')} eligible "
        "there"
    )
