"""What must hold in a roster by itself, whatever the program: each check once, all faults at once."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matchmaker.errors import Fault, Notice, Place, Report
from matchmaker.people import Former
from matchmaker.roster.columns import UNKNOWN, Lists, MenteeColumns, MentorColumns, PersonColumns, list_words
from matchmaker.roster.line import find_circles, name_human
from matchmaker.text import ask, normalise, quote_list, say_count
from matchmaker.times import explain_zone, find_zone

MOST_ASKED = 20
"""So many words of a kind get a "did you mean"; looking for one takes long where there is much to choose from."""


@dataclass(frozen=True)
class Draft:
    """A roster before it is one.

    Parameters
    ----------
    mentors, mentees : MentorColumns, MenteeColumns
        With their ids filled.
    history : sequence of Former
    report : Report
        Takes faults and notices.
    """

    mentors: MentorColumns
    mentees: MenteeColumns
    history: Sequence[Former]
    report: Report

    def list_sides(self) -> tuple[tuple[PersonColumns, PersonColumns], ...]:
        """Return both sides, each with the other one."""
        return (self.mentors, self.mentees), (self.mentees, self.mentors)

    def refuse(
        self, people: PersonColumns, row: int, field: str, kind: str, value: object, problem: str, remedy: str
    ) -> None:
        """Note a fault of one person."""
        place = people.locate(row, field)
        text = None if value is None else str(value)
        self.report.add_fault(Fault(kind, problem, remedy, place, text, (people.role, row)))

    def tell(self, people: PersonColumns, row: int, field: str, kind: str, problem: str, remedy: str = "") -> None:
        """Note a notice about one person."""
        self.report.add_notice(Notice(kind, problem, remedy, people.locate(row, field)))


def fill_ids(people: PersonColumns) -> list[str]:
    """Return everybody's id: the e-mail where there is none."""
    return [name or email for name, email in zip(people.ids, people.emails, strict=True)]


def check_ids(draft: Draft) -> None:
    """Everybody has an id of their own on their side, without control characters."""
    for people, _ in draft.list_sides():
        if not all(people.ids) or not all(map(str.isprintable, people.ids)):
            _refuse_odd_ids(draft, people, is_told=_refuse_nameless(draft, people))
        _refuse_repeats(draft, people, "id", people.ids, str)
        _refuse_repeats(draft, people, "email", people.emails, str.casefold)


def _refuse_nameless(draft: Draft, people: PersonColumns) -> bool:
    """Refuse a table without any column that tells people apart, once for all of them; return whether it is one."""
    source = people.source
    is_nameless = source.rows is not None and len(people) > 0 and not {"id", "email"} & set(source.headings)
    if is_nameless:
        problem = f"no column says who the {people.role}s are: none is read as id or email"
        remedy = 'Call one "id" or "email", or map it in [columns]: "Your heading" = "id"'
        draft.report.add_fault(Fault("id-missing", problem, remedy, Place(source.file, source.sheet)))
    return is_nameless


def _refuse_odd_ids(draft: Draft, people: PersonColumns, *, is_told: bool) -> None:
    for row, name in enumerate(people.ids):
        if not name and not is_told:
            problem = f"this {people.role} has neither an id nor an e-mail"
            draft.refuse(people, row, "id", "id-missing", None, problem, "Give one of the two")
        elif not name.isprintable():
            problem, remedy = "the id holds a control character", "Write the id in letters, digits and signs"
            draft.refuse(people, row, "id", "id-unreadable", repr(name), problem, remedy)


def _refuse_repeats(
    draft: Draft, people: PersonColumns, field: str, values: Sequence[str], fold: Callable[[str], str]
) -> None:
    folded = list(map(fold, filter(None, values)))
    if len(set(folded)) == len(folded):  # as nearly always, and found out without a loop
        return
    seen: dict[str, int] = {}
    for row, value in enumerate(values):
        first = seen.setdefault(fold(value), row) if value else row
        if first != row:
            where = people.locate(first)
            earlier = f"row {where.row}" if where.row is not None else str(where.file)
            draft.refuse(
                people,
                row,
                field,
                f"{field}-repeated",
                value,
                f"another {people.role} has the same {field} ({earlier})",
                'Give each person one row, or set duplicates = "last" or "first" in [columns]',
            )


@dataclass(frozen=True)
class Range:
    """What a column of whole numbers may hold, beside unknown.

    Parameters
    ----------
    role : str
    field : str
    least, most : int
    told : str
        The range in words.
    """

    role: str
    field: str
    least: int
    most: int
    told: str


RANGES = (
    Range("mentor", "capacity", 0, 10**9, "a whole number of mentees, 0 or more"),
    Range("mentor", "minimum", 0, 10**9, "a whole number of mentees, 0 or more"),
    Range("mentor", "hours", 0, 10**9, "hours, 0 or more"),
    Range("mentee", "hours", 0, 10**9, "hours, 0 or more"),
    Range("mentee", "wanted", 0, 1000, "a whole number of mentors from 0 to 1,000"),
    Range("mentee", "priority", 0, 10**9, "a whole number, 0 or more"),
)


def check_ranges(draft: Draft) -> None:
    """Numbers lie in their ranges; the minimum is not above the capacity."""
    for item in RANGES:
        side: PersonColumns = draft.mentors if item.role == "mentor" else draft.mentees
        values: NDArray[np.int64] = getattr(side, item.field)
        bad = (values != UNKNOWN) & ((values < item.least) | (values > item.most))
        for row in np.flatnonzero(bad).tolist():
            draft.refuse(
                side,
                row,
                item.field,
                "range",
                values[row],
                f"{item.field} is out of range",
                f"Give {item.told}",
            )
    mentors = draft.mentors
    both = (mentors.capacity != UNKNOWN) & (mentors.minimum > mentors.capacity)
    for row in np.flatnonzero(both).tolist():
        draft.refuse(
            mentors,
            row,
            "minimum",
            "minimum-above-capacity",
            mentors.minimum[row],
            f"the minimum {mentors.minimum[row]} is above the capacity {mentors.capacity[row]}",
            "Lower the minimum or raise the capacity",
        )
    for people, _ in draft.list_sides():
        for name, ratings in people.traits.items():
            bad = (ratings != UNKNOWN) & ((ratings < 1) | (ratings > 5))
            for row in np.flatnonzero(bad).tolist():
                draft.refuse(
                    people,
                    row,
                    f"trait {name}",
                    "rating",
                    ratings[row],
                    f"the rating of '{name}' is out of range",
                    "Give a whole number from 1 to 5",
                )


def _find_owner(offsets: NDArray[np.int64], entries: NDArray[np.int64]) -> list[int]:
    return (np.searchsorted(offsets, entries, side="right") - 1).tolist()


def check_subjects(draft: Draft) -> None:
    """Levels are 0 to 5, and nobody states two levels of one subject."""
    mentors, subjects = draft.mentors, draft.mentors.subjects
    bad = np.flatnonzero((subjects.levels != UNKNOWN) & ((subjects.levels < 0) | (subjects.levels > 5)))
    for row, entry in zip(_find_owner(subjects.offsets, bad), bad.tolist(), strict=True):
        kind = "knowledge" if subjects.knowledge[entry] else "skill"
        word = subjects.words[subjects.subjects[entry]]
        draft.refuse(
            mentors,
            row,
            f"{kind} {word}",
            "level",
            subjects.levels[entry],
            f"the level of '{word}' is out of range",
            "Give a whole number from 0 (none) to 5 (expert)",
        )
    keys = _code_keys(subjects.words)[subjects.subjects] * 2 + subjects.knowledge
    for row, entry, first in find_repeats(subjects.offsets, keys):
        word = subjects.words[subjects.subjects[entry]]
        if subjects.levels[entry] == subjects.levels[first]:
            draft.tell(mentors, row, "skills", "subject-repeated", f"'{word}' is stated twice with the same level")
        else:
            draft.refuse(
                mentors,
                row,
                "skills",
                "subject-contradicted",
                word,
                f"'{word}' is stated with two levels",
                "State each subject once",
            )


def _code_keys(words: Sequence[str]) -> NDArray[np.int64]:
    """Return one number for all words that count as the same."""
    seen: dict[str, int] = {}
    return np.array([seen.setdefault(normalise(word), len(seen)) for word in words], np.int64)


def find_repeats(offsets: NDArray[np.int64], keys: NDArray[np.int64]) -> Iterator[tuple[int, int, int]]:
    """Yield (row, entry, first entry) wherever a row holds a key it has had already."""
    owners = np.repeat(np.arange(len(offsets) - 1), np.diff(offsets))
    order = np.lexsort((np.arange(len(keys)), keys, owners))
    same = (owners[order][1:] == owners[order][:-1]) & (keys[order][1:] == keys[order][:-1])
    for place in np.flatnonzero(same).tolist():
        first, entry = int(order[place]), int(order[place + 1])
        yield int(owners[entry]), entry, first


def check_goals(draft: Draft) -> None:
    """Goals have levels 0 to 5, the target above the current level, importance 1 to 5, each once."""
    mentees, goals = draft.mentees, draft.mentees.goals
    stated = (goals.current != UNKNOWN) & (goals.target != UNKNOWN)
    tests = (
        (
            (goals.current > 5) | (goals.target > 5),
            "level",
            "a level of the goal '{0}' is out of range",
            "Give whole numbers from 0 (none) to 5 (expert)",
        ),
        (
            stated & (goals.target <= goals.current),
            "target",
            "the target of the goal '{0}' is not above the current level",
            "Give a target above the current level, or take the goal out",
        ),
        (
            (goals.importance != UNKNOWN) & ((goals.importance < 1000) | (goals.importance > 5000)),
            "importance",
            "the importance of the goal '{0}' is out of range",
            "Give a number from 1 to 5",
        ),
    )
    for bad, kind, problem, remedy in tests:
        entries = np.flatnonzero(bad)
        for row, entry in zip(_find_owner(goals.offsets, entries), entries.tolist(), strict=True):
            value = _describe_goal(goals, entry)
            draft.refuse(mentees, row, "goals", kind, value, problem.format(goals.words[goals.subjects[entry]]), remedy)
    keys = _code_keys(goals.words)[goals.subjects] * 2 + goals.knowledge
    for row, entry, _ in find_repeats(goals.offsets, keys):
        word = goals.words[goals.subjects[entry]]
        draft.refuse(
            mentees,
            row,
            "goals",
            "goal-repeated",
            word,
            f"the goal '{word}' is there twice",
            "Keep one of the two",
        )


def _describe_goal(goals: Any, entry: int) -> str:
    levels = [("?" if level == UNKNOWN else str(level)) for level in (goals.current[entry], goals.target[entry])]
    weight = "" if goals.importance[entry] == UNKNOWN else f" !{goals.importance[entry] / 1000:g}"
    return f"{levels[0]} -> {levels[1]}{weight}"


def check_zones(draft: Draft) -> None:
    """Every time zone can be read."""
    for people, _ in draft.list_sides():
        wrong = [code for code, word in enumerate(people.zones.words) if find_zone(word) is None]
        errors = {
            code: explain_zone(people.zones.words[code], with_names=k < MOST_ASKED) for k, code in enumerate(wrong)
        }
        entries = np.flatnonzero(np.isin(people.zones.codes, wrong))
        for row, entry in zip(_find_owner(people.zones.offsets, entries), entries.tolist(), strict=True):
            code = int(people.zones.codes[entry])
            error = errors[code]
            draft.refuse(people, row, "zone", "zone", people.zones.words[code], error.problem, error.remedy)


def check_wishes(draft: Draft) -> None:
    """Refused people exist (a hard wish must not be lost); preferred ones are told if they do not."""
    for people, others in draft.list_sides():
        both = find_both(people, others)
        for lists, tell in ((people.refused, _refuse_unknown), (people.preferred, _tell_unknown)):
            unknown = list(list_unknown(lists, set(others.ids)))
            own = {*people.ids, *map(str.casefold, people.emails)} if unknown and both.any() else set[str]()
            unknown = [(row, name) for row, name in unknown if not (both[row] and {name, name.casefold()} & own)]
            hints = {
                name: ask(name, others.ids) for name in list(dict.fromkeys(name for _, name in unknown))[:MOST_ASKED]
            }
            for row, name in unknown:
                tell(draft, people, others, row, name, hints.get(name, ""))
        for row, name in _list_both(people):
            draft.refuse(
                people,
                row,
                "refused",
                "wishes-contradict",
                name,
                f"'{name}' is both preferred and refused",
                "Keep one of the two",
            )


def find_both(people: PersonColumns, others: PersonColumns) -> NDArray[np.bool_]:
    """Return who is on the other side too; their wishes may name people of either side."""
    ids, emails = set(others.ids), {email.casefold() for email in others.emails if email}
    pairs = zip(people.ids, people.emails, strict=True)
    return np.array([name in ids or email.casefold() in emails for name, email in pairs], bool)


def _refuse_unknown(draft: Draft, people: PersonColumns, others: PersonColumns, row: int, name: str, hint: str) -> None:
    problem = f"there is no {others.role} '{name}' to refuse"
    remedy = " ".join(filter(None, ["Correct the id or take it out.", hint]))
    draft.refuse(people, row, "refused", "refused-unknown", name, problem, remedy)


def _tell_unknown(draft: Draft, people: PersonColumns, others: PersonColumns, row: int, name: str, hint: str) -> None:
    told = f"the preferred {others.role} '{name}' is not in the roster and counts for nothing"
    draft.tell(people, row, "preferred", "preferred-unknown", told, hint)


def list_unknown(lists: Lists, known: set[str]) -> Iterator[tuple[int, str]]:
    """Yield (row, word) for every word of the lists that is not known."""
    unknown = np.array([word not in known for word in lists.words], bool)
    entries = np.flatnonzero(unknown[lists.codes]) if len(lists.codes) else np.empty(0, np.int64)
    for row, entry in zip(_find_owner(lists.offsets, entries), entries.tolist(), strict=True):
        yield row, lists.words[lists.codes[entry]]


def _list_both(people: PersonColumns) -> Iterator[tuple[int, str]]:
    counts = np.diff(people.refused.offsets) * np.diff(people.preferred.offsets)
    for row in np.flatnonzero(counts).tolist():
        preferred = set(list_words(people.preferred, row))
        yield from ((row, name) for name in list_words(people.refused, row) if name in preferred)


def check_history(draft: Draft) -> None:
    """Former pairs of people who have left since are told."""
    mentors, mentees = set(draft.mentors.ids), set(draft.mentees.ids)
    gone = [one for one in draft.history if one.mentor not in mentors or one.mentee not in mentees]
    if gone:
        first = f"mentor {gone[0].mentor} with mentee {gone[0].mentee}"
        told = f"{say_count(len(gone), 'former pair')} with somebody who is not in the roster, the first is {first}"
        draft.report.add_notice(Notice("history-unknown", told, "They count for nothing", Place("history")))


def check_reporting(draft: Draft) -> None:
    """Nobody is, by way of others, their own manager, whether managers are named by id, e-mail or name."""
    for circle in find_circles((draft.mentors, draft.mentees)):
        problem, remedy = "these people are managers of each other in a circle", "Correct the manager of one of them"
        if len({name_human(*one) for one in circle}) == 1:
            problem = "this person is said to be their own manager"
            remedy = "Leave the cell blank for whoever is at the top"
        names = ", ".join(sorted(people.ids[row] for people, row in circle))
        people, row = circle[0]
        draft.refuse(people, row, "manager", "manager-circle", names, problem, remedy)


def check_humans(draft: Draft) -> None:
    """Tell of ids that are on both sides with different e-mails: rows that were only numbered, perhaps."""
    emails = {name: email for name, email in zip(draft.mentors.ids, draft.mentors.emails, strict=True) if email}
    pairs = zip(draft.mentees.ids, draft.mentees.emails, strict=True)
    alike = [name for name, email in pairs if email and emails.get(name, email).casefold() != email.casefold()]
    if alike:
        told = f"a mentor and a mentee with different e-mails have the same id: {quote_list(alike)}"
        remedy = (
            "Each is taken for one human, never paired with themself. If they are two, give them ids of their own, "
            'or set the column to "ignore" so that their e-mails are the ids'
        )
        draft.report.add_notice(Notice("id-shared", told, remedy))


def check_sides(draft: Draft) -> None:
    """Tell of an empty side, since the matching will be empty."""
    for people, _ in draft.list_sides():
        if not len(people):
            draft.report.add_notice(Notice("side-empty", f"there are no {people.role}s, so nobody can be matched"))


CHECKS: tuple[Callable[[Draft], None], ...] = (
    check_ids,
    check_ranges,
    check_subjects,
    check_goals,
    check_zones,
    check_wishes,
    check_history,
    check_reporting,
    check_humans,
    check_sides,
)
"""Every check, in order."""


def draft_roster(mentors: MentorColumns, mentees: MenteeColumns, history: Sequence[Former], report: Report) -> Draft:
    """Return a draft with everybody's id filled and every check made.

    Parameters
    ----------
    mentors, mentees : MentorColumns, MenteeColumns
    history : sequence of Former
    report : Report
        Faults and notices of the reading so far; takes those found here.
    """
    draft = Draft(replace(mentors, ids=fill_ids(mentors)), replace(mentees, ids=fill_ids(mentees)), history, report)
    for check in CHECKS:
        check(draft)
    return draft
