"""What a run has learned of all pairs, for the next run of nearly the same roster."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from matchmaker.answer.certificates import list_prices, read_known_prices, split_prices
from matchmaker.matching import MentorPrice, TimePrice
from matchmaker.program import hash_program
from matchmaker.roster.marks import Marks, mark_links, mark_people, stir
from matchmaker.scoring import SCORING_VERSION
from matchmaker.solve.outcome import Answer, Learned, Start
from matchmaker.solve.problem import UNSCHEDULED, Prices
from matchmaker.solve.recall import UNPROVEN

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matchmaker.matching import Matching
    from matchmaker.roster import Roster
    from matchmaker.scoring import Encoded

Ints = NDArray[np.int64]


@dataclass(eq=False)
class Memory:
    """The best pairs of everybody, as an earlier run left them; a new one is empty.

    Give the same memory to one `match` after the other: each uses what still holds and fills it anew.
    Without it the answer is just as good, and takes longer.

    Parameters
    ----------
    context : str
        Hash of all that points depend on beside the two people of a pair.
    prices : str
        Hash of the prices at which it was learned.
    mentee_ids, mentor_ids : list of str
    mentee_marks, mentor_marks : uint64 arrays
        A hash of each person.
    learned : Learned or None
        By row in these ids.
    """

    context: str = ""
    prices: str = ""
    mentee_ids: list[str] = field(default_factory=list)
    mentor_ids: list[str] = field(default_factory=list)
    mentee_marks: Marks = field(default_factory=lambda: np.zeros(0, np.uint64))
    mentor_marks: Marks = field(default_factory=lambda: np.zeros(0, np.uint64))
    learned: Learned | None = None

    def fill(self, encoded: Encoded, learned: Learned) -> None:
        """Keep what a run has learned."""
        roster = encoded.roster
        self.context, self.prices = describe_context(encoded), describe_prices(*list_prices(learned.prices, roster))
        self.mentee_ids, self.mentor_ids = list(roster.mentees.ids), list(roster.mentors.ids)
        self.mentee_marks, self.mentor_marks = mark_everybody(roster)
        self.learned = learned


def mark_everybody(roster: Roster) -> tuple[Marks, Marks]:
    """Return the mark of each mentee and of each mentor, with whom of those they prefer the roster has.

    Points depend on that, too: the second name counts as the first where the first is gone.
    """
    ours, theirs = roster.preferred_mentors, roster.preferred_mentees
    mentees = stir(mark_people(roster.mentees)) + mark_links(ours.offsets, ours.rows, roster.mentors.ids)
    mentors = stir(mark_people(roster.mentors)) + mark_links(theirs.offsets, theirs.rows, roster.mentees.ids)
    return mentees, mentors


def describe_context(encoded: Encoded) -> str:
    """Return a hash of all that points and rules depend on beside the two people of a pair."""
    roster = encoded.roster
    former = [f"{roster.mentees.ids[a]}\0{roster.mentors.ids[b]}" for a, b in roster.former.tolist()]
    names = sorted(zip(former, roster.former_outcomes, strict=True))
    lines = any("not_in_line" in repr(rule.condition) for rule in encoded.program.rules)
    lines |= any("not_in_line" in repr(one.condition) for one in encoded.program.preferences)
    everybody = (mark_people(roster.mentees).tobytes(), mark_people(roster.mentors).tobytes()) if lines else ()
    told = repr((SCORING_VERSION, hash_program(encoded.program), encoded.components, names, everybody))
    return hashlib.sha256(told.encode("utf-8", "surrogatepass")).hexdigest()


def describe_prices(places: Sequence[MentorPrice], times: Sequence[TimePrice]) -> str:
    """Return a hash of the prices of an answer."""
    told = hashlib.sha256()
    for names, numbers in (split_prices(places, MentorPrice), split_prices(times, TimePrice)):
        told.update(repr((names, numbers.shape)).encode("utf-8", "surrogatepass"))
        told.update(numbers.astype("<i8").tobytes())
    return told.hexdigest()


def find_start(encoded: Encoded, matching: Matching, memory: Memory | None) -> Start:
    """Return where a search can begin: the prices and pairs of an earlier answer, and what is remembered.

    Parameters
    ----------
    encoded : Encoded
        Of the roster as it is now.
    matching : Matching
        An earlier answer; its people may have left, and others may have joined.
    memory : Memory or None
        Of use only with the answer of the run that filled it, since what it says holds at those prices.
    """
    roster = encoded.roster
    prices = read_known_prices(matching.certificate, roster)
    answer = _read_answer(encoded, matching, prices)
    if memory is None or memory.learned is None or encoded.custom:
        return Start(prices, answer)
    certificate = matching.certificate
    found = describe_context(encoded), describe_prices(certificate.mentor_prices, certificate.time_prices)
    if found != (memory.context, memory.prices):
        return Start(prices, answer)
    marks = mark_everybody(roster)
    mentees = _keep_rows(memory.mentee_marks, roster.locate_mentees(memory.mentee_ids), marks[0])
    mentors = _keep_rows(memory.mentor_marks, roster.locate_mentors(memory.mentor_ids), marks[1])
    return _translate(encoded, answer, memory.learned, mentees, mentors)


def _keep_rows(marks: Marks, rows: Ints, new_marks: Marks) -> Ints:
    """Return the new row of each old person, -1 for those who left or changed."""
    same = (rows >= 0) & (np.append(new_marks, np.uint64(0))[rows] == marks)
    return np.where(same, rows, -1)


def _read_answer(encoded: Encoded, matching: Matching, prices: Prices) -> Answer:
    """Return the pairs of an earlier answer whose people are still there, as keys with their starts."""
    roster, pairs = encoded.roster, matching.pairs
    rows = roster.locate_mentees([one.mentee for one in pairs])
    columns = roster.locate_mentors([one.mentor for one in pairs])
    meetings = [one.meeting for one in pairs]
    starts = np.array([UNSCHEDULED if one is None else one.start for one in meetings], np.int64)
    kept = (rows >= 0) & (columns >= 0)
    keys, starts = rows[kept] * encoded.num_mentors + columns[kept], starts[kept]
    order = np.argsort(keys, kind="stable")
    return Answer(keys[order], starts[order], prices)


def _translate(encoded: Encoded, answer: Answer, learned: Learned, mentees: Ints, mentors: Ints) -> Start:
    """Return what was learned with the row numbers of now, without the people who changed."""
    rows, columns = mentees[learned.keys // len(mentors)], mentors[learned.keys % len(mentors)]
    kept = (rows >= 0) & (columns >= 0)
    keys = rows[kept] * encoded.num_mentors + columns[kept]
    order = slice(None) if (keys[1:] > keys[:-1]).all() else np.argsort(keys)
    worst = np.full(encoded.num_mentees, UNPROVEN)
    worst[mentees[mentees >= 0]] = learned.worst[mentees >= 0]
    is_new = np.ones(encoded.num_mentors, bool)
    is_new[mentors[mentors >= 0]] = False
    return Start(answer.prices, answer, keys[order], learned.points[kept][order], worst, is_new, learned.bits)
