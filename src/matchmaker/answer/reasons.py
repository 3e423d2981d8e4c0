"""Why somebody is left over, in sentences that are true of each case."""

from __future__ import annotations

from matchmaker.answer.obstacles import Obstacles
from matchmaker.text import join_words, say_count

BUSY = "others at every time that they share with this mentee"


def tell_obstacles(obstacles: Obstacles, *, is_further: bool) -> str:
    """Return what keeps a mentee from the eligible mentors that they do not have.

    Parameters
    ----------
    obstacles : Obstacles
    is_further : bool
        Whether the mentee has a mentor already.
    """
    total, other = obstacles.total, "other " if is_further else ""
    if not total:
        return f"no {other}mentor is eligible"
    told = [
        (obstacles.full, "is full", "are full"),
        (obstacles.short, "has too few hours left", "have too few hours left"),
        (obstacles.busy, f"meets {BUSY}", f"meet {BUSY}"),
        (obstacles.within_reach, *("could still take this mentee",) * 2),
    ]
    cases = [(count, one if count == 1 else many) for count, one, many in told if count]
    if len(cases) == 1:
        who = f"the only {other}eligible mentor" if total == 1 else f"all {total:,} {other}eligible mentors"
        return f"{who} {cases[0][1]}"
    return f"of the {total:,} {other}eligible mentors, {join_words([f'{count:,} {told}' for count, told in cases])}"


def tell_open(obstacles: Obstacles, *, is_stopped: bool, is_points: bool) -> str:
    """Return what is to be added where nobody can say by how much a mentee fell short.

    Parameters
    ----------
    obstacles : Obstacles
    is_stopped : bool
        Whether the search ended before its proof.
    is_points : bool
        Whether points alone count.
    """
    if is_stopped and obstacles.total:
        return "; no place was found before the search was stopped"
    return "; such a pair would add no points" if is_points and obstacles.within_reach else ""


def tell_all_taken(count: int, *, is_further: bool, is_stopped: bool) -> str:
    """Return that none of the eligible mentors whom a mentee does not have can be given, without saying why each."""
    other = "other " if is_further else ""
    if not count:
        return f"no {other}mentor is eligible"
    who = f"none of the {count:,} {other}eligible mentors" if count > 1 else f"the only {other}eligible mentor"
    if is_stopped:
        return f"no place with {who.replace('none of', 'any of')} was found before the search was stopped"
    return f"{who} {'has' if count > 1 else 'has not'} a place and a time for this mentee that others do not need more"


def tell_idle(count: int, *, is_stopped: bool) -> str:
    """Return why nobody was given to a mentor whom a number of mentees could have had."""
    who = f"any of the {count:,} mentees" if count > 1 else "the only mentee"
    if is_stopped:
        return f"no pair with {who} who could have this mentor was found before the search was stopped"
    return f"a pair with {who} who could have this mentor would make nothing better for everybody together"


def tell_priority(*, is_further: bool, has_required: bool) -> str:
    """Return why no number of points would help a mentee: those who come first would lose."""
    loser = "somebody without a first mentor" if is_further else "somebody of higher priority without a mentor"
    return f"a place for this mentee would leave {loser}{' or undo a required pair' if has_required else ''}"


def tell_shortfall(nearest: str, points: int) -> str:
    """Return by how many points the nearest mentor was missed."""
    if not points:
        return f"with the nearest, {nearest}, everything together would be just as good"
    return f"the nearest, {nearest}, was missed by {say_count(points, 'point')}"


def tell_refusals(partner: str, num_partners: int, refused: dict[str, int]) -> str:
    """Return how many partners each rule removed, as a sentence; one may be removed by several."""
    counts = ", ".join(
        f"'{rule}' refuses {count:,}" for rule, count in sorted(refused.items(), key=lambda item: -item[1])
    )
    overlap = " (some are refused by several rules)" if sum(refused.values()) > num_partners else ""
    return f"no {partner} of {num_partners:,} is eligible: {counts}{overlap}"


def tell_not_needed(placed: int, unserved: int, short: int, wanting_none: int, *, is_stopped: bool = False) -> str:
    """Return why nobody was given to a mentor who could have had somebody.

    Parameters
    ----------
    placed : int
        Eligible mentees who have other mentors.
    unserved, short : int
        Eligible mentees who have none and want one; `short` need more hours than the mentor has.
    wanting_none : int
        Eligible mentees who want none.
    is_stopped : bool
        Whether the search ended before its proof, so that nothing can be said of what would be better.
    """
    better = "" if is_stopped else ", which is at least as good for everybody together"
    nothing = "" if is_stopped else ", since such a pair would add no points"
    told = [
        (placed, f"has another{better}", f"have others{better}"),
        (unserved, f"is left over too{nothing}", f"are left over too{nothing}"),
        (short, "needs more hours than this mentor has", "need more hours than this mentor has"),
        (wanting_none, "wants none", "want none"),
    ]
    cases = [(count, one if count == 1 else many) for count, one, many in told if count]
    total = placed + unserved + short + wanting_none
    end = "; no pair with this mentor was found before the search was stopped" if is_stopped else ""
    if len(cases) == 1:
        who = "the only mentee" if total == 1 else f"all {total:,} mentees"
        return f"{who} who could have this mentor {cases[0][1]}{end}"
    parts = join_words([f"{count:,} {told}" for count, told in cases])
    return f"of the {total:,} mentees who could have this mentor, {parts}{end}"
