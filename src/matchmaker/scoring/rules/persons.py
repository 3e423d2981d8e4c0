"""Rules about single pairs of people: oneself, bans, refusals, former pairs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from matchmaker.scoring.encoded import Ints
from matchmaker.scoring.refusals import ByList
from matchmaker.scoring.sparse import pack_pairs

if TYPE_CHECKING:
    from matchmaker.roster.roster import Links
    from matchmaker.scoring.draft import Draft

ONESELF = "not oneself"
BANNED = "banned by the organiser"
REFUSED_BY_MENTEE = "refused by the mentee"
REFUSED_BY_MENTOR = "refused by the mentor"
FORMER = "paired before"


def add_pairs(draft: Draft, name: str, pairs: Ints, *, is_firm: bool = True) -> None:
    """Add a rule that refuses a sparse list of pairs (mentee, mentor)."""
    if not len(pairs):
        return
    packed = pack_pairs(pairs, len(draft.roster.mentees), len(draft.roster.mentors))
    draft.add_rule(name, ByList(packed), is_firm=is_firm)


def add_oneself(draft: Draft) -> None:
    """Nobody is paired with themself: the same id, or the same e-mail, is the same human."""
    same = draft.roster.same_human
    mentees = np.flatnonzero(same >= 0)
    add_pairs(draft, ONESELF, np.column_stack([mentees, same[mentees]]))


def add_banned(draft: Draft) -> None:
    """The organiser's banned pairs; those of people who were set aside cannot be made anyhow."""
    roster = draft.roster
    pairs = [
        (roster.mentee_row(one.mentee), roster.mentor_row(one.mentor))
        for one in draft.program.banned
        if not (roster.is_aside("mentee", one.mentee) or roster.is_aside("mentor", one.mentor))
    ]
    add_pairs(draft, BANNED, np.array(pairs, np.int64).reshape(-1, 2))


def add_refused(draft: Draft) -> None:
    """A refusal by either side is a rule, not a low score."""
    by_mentee, by_mentor = draft.roster.refused_mentors, draft.roster.refused_mentees
    add_pairs(draft, REFUSED_BY_MENTEE, np.column_stack([_list_owners(by_mentee), by_mentee.rows]))
    add_pairs(draft, REFUSED_BY_MENTOR, np.column_stack([by_mentor.rows, _list_owners(by_mentor)]))


def _list_owners(links: Links) -> Ints:
    sizes = np.diff(links.offsets)
    return np.repeat(np.arange(len(sizes)), sizes)


def add_former(draft: Draft) -> None:
    """Former pairs do not repeat, unless the program allows it, for all or for some outcomes."""
    allowed = draft.program.repeat_former
    if allowed is True:
        return
    outcomes = draft.roster.former_outcomes
    refused = [k for k, outcome in enumerate(outcomes) if allowed is False or outcome not in allowed]
    add_pairs(draft, FORMER, draft.roster.former[refused].astype(np.int64), is_firm=False)
