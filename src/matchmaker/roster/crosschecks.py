"""What must hold between a roster and a program: each check once, all faults at once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

import numpy as np
from numpy.typing import NDArray

from matchmaker.errors import Fault, Notice, Place, Report
from matchmaker.program import BannedPair, Condition, Program, Relation, RequiredPair
from matchmaker.program.decisions import DEFAULT_WEIGHTS
from matchmaker.roster.checks import find_repeats, list_words
from matchmaker.roster.columns import UNKNOWN, PersonColumns
from matchmaker.roster.roster import Roster
from matchmaker.roster.subjects import normalise_subjects
from matchmaker.text import ask, normalise, quote_list, say_count
from matchmaker.times import (
    SLOT_MINUTES,
    Rhythm,
    count_bits,
    explain_shortfall,
    find_mentor_starts,
    offset_minutes,
    read_zone,
    shift_to_utc,
)

COMPONENT_NAMES = (*DEFAULT_WEIGHTS, "goals")
"""What a focus may name beside a goal; "goals" stands for skills and knowledge together."""


@dataclass(frozen=True)
class Meeting:
    """A roster and a program that are being held against each other."""

    roster: Roster
    program: Program
    report: Report

    def refuse(
        self, people: PersonColumns, row: int, field: str, kind: str, value: object, problem: str, remedy: str
    ) -> None:
        """Note a fault of one person."""
        place = people.locate(row, field)
        text = None if value is None else str(value)
        self.report.add_fault(Fault(kind, problem, remedy, place, text, (people.role, row)))

    def blame(self, key: str, kind: str, problem: str, remedy: str, value: str | None = None) -> None:
        """Note a fault of the program."""
        self.report.add_fault(Fault(kind, problem, remedy, Place(file="program", column=key), value))

    def tell(self, key: str, kind: str, problem: str, remedy: str = "") -> None:
        """Note a notice about the program."""
        self.report.add_notice(Notice(kind, problem, remedy, Place(file="program", column=key)))


def check_targets(meeting: Meeting) -> None:
    """With the program's levels filled in, every target lies above the current level."""
    mentees, levels = meeting.roster.mentees, meeting.program.levels
    goals = mentees.goals
    current = np.where(goals.current == UNKNOWN, levels.current, goals.current)
    target = np.where(goals.target == UNKNOWN, levels.target, goals.target)
    stated = (goals.current != UNKNOWN) & (goals.target != UNKNOWN)
    for entry in np.flatnonzero((target <= current) & ~stated).tolist():
        row = int(np.searchsorted(goals.offsets, entry, side="right") - 1)
        word = goals.words[goals.subjects[entry]]
        problem = f"the goal '{word}' goes from level {current[entry]} to {target[entry]}, with the program's [levels]"
        meeting.refuse(
            mentees, row, "goals", "target", word, problem, "State both levels, the target above the current"
        )


def check_synonyms(meeting: Meeting) -> None:
    """Tell where synonyms make two goals of a mentee, or two subjects of a mentor, the same."""
    sides = (
        (meeting.roster.mentees, meeting.roster.mentees.goals),
        (meeting.roster.mentors, meeting.roster.mentors.subjects),
    )
    for people, column in sides:
        keys = normalise_subjects(column.words, meeting.program.synonyms)
        plain = normalise_subjects(column.words, {})
        codes = _code(keys)[column.subjects] * 2 + column.knowledge
        for row, entry, _ in find_repeats(column.offsets, codes):
            word = column.subjects[entry]
            if keys[word] != plain[word]:
                told = (
                    f"by the synonyms, '{column.words[word]}' is stated twice; the first of the most important counts"
                )
                meeting.report.add_notice(Notice("synonym-repeated", told, "", people.locate(row)))


def _code(keys: list[str]) -> NDArray[np.int64]:
    seen: dict[str, int] = {}
    return np.array([seen.setdefault(key, len(seen)) for key in keys], np.int64)


def check_rhythm(meeting: Meeting) -> None:
    """The rhythm reaches the hours that every pair must meet."""
    program, mentees = meeting.program, meeting.roster.mentees
    rhythm = Rhythm(program.weeks, program.every_weeks, program.session_minutes)
    least = int(program.minimum_hours * 60)
    if least > rhythm.minutes:
        problem, remedy = explain_shortfall(rhythm, least)
        meeting.blame("minimum_hours", "rhythm", problem, remedy[:1].upper() + remedy[1:])
        return
    for row in np.flatnonzero(mentees.hours > rhythm.minutes).tolist():
        problem, remedy = explain_shortfall(rhythm, int(mentees.hours[row]))
        value = f"{mentees.hours[row] / 60:g} hours"
        meeting.refuse(mentees, row, "hours", "rhythm", value, problem, remedy[:1].upper() + remedy[1:])


def _fill(values: NDArray[np.int64], default: int) -> NDArray[np.int64]:
    return np.where(values == UNKNOWN, default, values)


def count_starts(meeting: Meeting) -> NDArray[np.int64]:
    """Return how many weekly starts each mentor offers, -1 where the slots are unknown."""
    program, mentors = meeting.program, meeting.roster.mentors
    by_word = [offset_minutes(read_zone(word), program.first_day) for word in mentors.zones.words]
    default = offset_minutes(read_zone(program.zone), program.first_day)
    offsets = np.array(
        [
            by_word[mentors.zones.codes[k]] if k < j else default
            for k, j in zip(mentors.zones.offsets[:-1].tolist(), mentors.zones.offsets[1:].tolist(), strict=True)
        ],
        np.int64,
    )
    length = program.session_minutes // SLOT_MINUTES
    starts = find_mentor_starts(shift_to_utc(mentors.slots, offsets), length, program.grid, offsets)
    return np.where(mentors.slots_known, count_bits(starts), UNKNOWN)


def check_places(meeting: Meeting) -> None:
    """Capacity, hours and weekly starts leave each mentor room for the minimum."""
    program, mentors = meeting.program, meeting.roster.mentors
    capacity, minimum = _fill(mentors.capacity, program.capacity), _fill(mentors.minimum, program.minimum)
    for row in np.flatnonzero(
        (minimum > capacity) & ((mentors.minimum == UNKNOWN) | (mentors.capacity == UNKNOWN))
    ).tolist():
        problem = f"with the program's defaults the minimum {minimum[row]} is above the capacity {capacity[row]}"
        meeting.refuse(
            mentors,
            row,
            "minimum",
            "minimum-above-capacity",
            None,
            problem,
            "Lower the minimum or raise the capacity",
        )
    need = int(program.minimum_hours * 60)
    shortest = int(_fill(meeting.roster.mentees.hours, need).min(initial=2**40))
    by_hours = np.where((mentors.hours == UNKNOWN) | (shortest <= 0), capacity, mentors.hours // max(shortest, 1))
    for row in np.flatnonzero((by_hours < minimum) & (minimum <= capacity)).tolist():
        problem = (
            f"{mentors.hours[row] / 60:g} hours are too few for the minimum of {say_count(int(minimum[row]), 'mentee')}"
        )
        meeting.refuse(
            mentors,
            row,
            "hours",
            "minimum-above-places",
            None,
            problem,
            "Give more hours or lower the minimum",
        )
    starts = count_starts(meeting) if program.timetable else np.full(len(mentors), UNKNOWN)
    by_starts = np.where(starts == UNKNOWN, capacity, starts * program.every_weeks)
    for row in np.flatnonzero((by_starts < minimum) & (minimum <= capacity)).tolist():
        problem = f"the free times hold {say_count(int(by_starts[row]), 'mentee')}, the minimum is {minimum[row]}"
        meeting.refuse(
            mentors,
            row,
            "slots",
            "minimum-above-places",
            None,
            problem,
            "Give more free times or lower the minimum",
        )


def _list_conditions(program: Program) -> Iterator[tuple[str, str, Condition]]:
    yield from (("rules", rule.name, rule.condition) for rule in program.rules)
    yield from (("preferences", one.name, one.condition) for one in program.preferences)


def _list_relations(condition: Condition) -> list[Relation]:
    if isinstance(condition, Relation):
        return [condition]
    return [relation for part in condition.conditions for relation in _list_relations(part)]


def check_attributes(meeting: Meeting) -> None:
    """Every attribute that rules and preferences name is in the roster, with values they can use."""
    roster = meeting.roster
    for key, name, condition in _list_conditions(meeting.program):
        for relation in _list_relations(condition):
            for people, attribute in ((roster.mentees, relation.mentee), (roster.mentors, relation.mentor)):
                if len(people) and not has_attribute(people, attribute):
                    known = [*people.attributes, "zone", "languages"]
                    problem = f"'{name}' speaks of the {people.role}s' '{attribute}', which is not in the roster"
                    meeting.blame(key, "attribute-unknown", problem, ask(attribute, known), attribute)
            if relation.relation == "above":
                _check_order(meeting, relation)
    for one in meeting.program.preferences:
        if one.wish and len(roster.mentees) and not has_attribute(roster.mentees, one.wish):
            problem = f"'{one.name}' waits for the mentees' '{one.wish}', which is not in the roster"
            meeting.blame(
                "preferences",
                "attribute-unknown",
                problem,
                ask(one.wish, roster.mentees.attributes),
                one.wish,
            )


def has_attribute(people: PersonColumns, attribute: str) -> bool:
    """Return whether a side has an attribute, built in or not."""
    key = normalise(attribute)
    return key in ("zone", "time zone", "languages") or key in map(normalise, people.attributes)


def _check_order(meeting: Meeting, relation: Relation) -> None:
    """Values compared with ``above`` are in the declared order, or numbers where there is none."""
    orders = {normalise(name): values for name, values in meeting.program.orders.items()}
    order = orders.get(normalise(relation.mentor)) or orders.get(normalise(relation.mentee))
    known = {normalise(word) for word in order or ()}
    sides = ((meeting.roster.mentees, relation.mentee), (meeting.roster.mentors, relation.mentor))
    for people, attribute in sides:
        column = next(
            (lists for name, lists in people.attributes.items() if normalise(name) == normalise(attribute)),
            None,
        )
        if column is None:
            continue
        for code, word in enumerate(column.words):
            is_good = normalise(word) in known if order else _is_number(word)
            if is_good:
                continue
            remedy = ask(word, order) if order else f"Write a number, or declare the order of '{attribute}' in [orders]"
            problem = f"'{word}' is not in the declared order" if order else f"'{word}' is no number"
            for entry in np.flatnonzero(column.codes == code).tolist():
                row = int(np.searchsorted(column.offsets, entry, side="right") - 1)
                meeting.refuse(people, row, attribute, "order", word, problem, remedy)


def _is_number(word: str) -> bool:
    try:
        return (Decimal(word) * 1000) % 1 == 0
    except InvalidOperation:
        return False


def check_names(meeting: Meeting) -> None:
    """Tell of traits, themes and attributes that the program names and nobody has."""
    roster, program = meeting.roster, meeting.program
    rated = set(map(normalise, roster.mentors.traits))
    for name in program.traits:
        if len(roster.mentors) and normalise(name) not in rated:
            meeting.tell("traits", "trait-unrated", f"no mentor is rated in '{name}'", ask(name, roster.mentors.traits))
    known = set(map(normalise, program.traits))
    unlisted = {normalise(name): name for people in (roster.mentors, roster.mentees) for name in people.traits}
    for key, name in sorted(unlisted.items()):
        if key not in known:
            told = f"'{name}' is read as a trait, but is not listed below [traits]: it counts for nothing"
            remedy = (
                f'Add "{name}" = "quality" (more is better) or "style" (as the mentee wishes), or ignore the column'
            )
            meeting.tell("traits", "trait-unlisted", told, remedy)
    for name in program.screening.traits:
        if len(roster.mentors) and normalise(name) not in rated:
            meeting.blame(
                "screening.traits",
                "trait-unrated",
                f"nobody could pass: no mentor is rated in '{name}'",
                ask(name, roster.mentors.traits),
                name,
            )
    used = set(map(normalise, roster.mentees.goals.theme_words))
    for name in program.themes:
        if used and normalise(name) not in used:
            meeting.tell("themes", "theme-unused", f"no goal serves the theme '{name}'")
    listed = set(map(normalise, program.themes))
    other = [word for word in roster.mentees.goals.theme_words if normalise(word) not in listed]
    if program.themes and other:
        meeting.tell(
            "themes",
            "theme-unlisted",
            f"goals serve themes that the program does not list: {quote_list(other)}",
            "They count with weight 1",
        )


def check_pairs(meeting: Meeting) -> None:
    """Required and banned pairs name people of the roster, and no requirement meets a ban or a refusal."""
    roster, program = meeting.roster, meeting.program
    entries: tuple[tuple[str, Sequence[RequiredPair | BannedPair]], ...] = (
        ("required", program.required),
        ("banned", program.banned),
    )
    for key, pairs in entries:
        for number, one in enumerate(pairs, start=1):
            for people, name in ((roster.mentors, one.mentor), (roster.mentees, one.mentee)):
                if name not in people.ids:
                    meeting.blame(
                        f"{key}[{number}]",
                        "pair-unknown",
                        f"there is no {people.role} '{name}' in the roster",
                        ask(name, people.ids),
                        name,
                    )
    banned = {(one.mentor, one.mentee): one.reason for one in program.banned}
    former = {tuple(pair) for pair in roster.former.tolist()}
    for number, required in enumerate(program.required, start=1):
        if required.mentor not in roster.mentors.ids or required.mentee not in roster.mentees.ids:
            continue
        mentor, mentee = roster.mentor_row(required.mentor), roster.mentee_row(required.mentee)
        who = f"the required pair of mentor {required.mentor} and mentee {required.mentee}"
        against = list(_list_against(roster, mentor, mentee))
        if (required.mentor, required.mentee) in banned:
            against.append(f"is banned too ({banned[required.mentor, required.mentee] or 'no reason given'})")
        if (mentee, mentor) in former and program.repeat_former is False and not required.override:
            against.append("was paired before, and former pairs do not repeat")
        for problem in against:
            key = f"required[{number}]"
            meeting.blame(key, "required-contradicted", f"{who} {problem}", "Take one of the two out")


def _list_against(roster: Roster, mentor: int, mentee: int) -> Iterator[str]:
    if roster.same_human[mentee] == mentor:
        yield "is one human"
    mentors, mentees = roster.mentors, roster.mentees
    if mentors.ids[mentor] in list_words(mentees.refused, mentee):
        yield "is refused by the mentee"
    if mentees.ids[mentee] in list_words(mentors.refused, mentor):
        yield "is refused by the mentor"
    if mentors.willing[mentor] != 1:
        yield "has a mentor who did not agree to mentor"


def check_required_counts(meeting: Meeting) -> None:
    """Required pairs fit the places and hours of their mentors and the wishes of their mentees."""
    roster, program = meeting.roster, meeting.program
    pairs = [one for one in program.required if one.mentor in roster.mentors.ids and one.mentee in roster.mentees.ids]
    repeated = [key for key, count in Counter((one.mentor, one.mentee) for one in pairs).items() if count > 1]
    for mentor, mentee in repeated:
        meeting.blame(
            "required",
            "required-repeated",
            f"mentor {mentor} with mentee {mentee} is required twice",
            "Keep one",
        )
    for mentor, count in Counter(one.mentor for one in pairs).items():
        row = roster.mentor_row(mentor)
        names = quote_list([one.mentee for one in pairs if one.mentor == mentor])
        capacity = int(_fill(roster.mentors.capacity, program.capacity)[row])
        if count > capacity:
            meeting.blame(
                "required",
                "required-beyond-capacity",
                f"mentor {mentor} has {say_count(capacity, 'place')} and {count} required mentees: {names}",
                "Raise the capacity or take a requirement out",
            )
        available = int(roster.mentors.hours[row])
        need = _fill(roster.mentees.hours, int(program.minimum_hours * 60))
        asked = sum(int(need[roster.mentee_row(one.mentee)]) for one in pairs if one.mentor == mentor)
        if available != UNKNOWN and asked > available:
            meeting.blame(
                "required",
                "required-beyond-hours",
                f"mentor {mentor} has {available / 60:g} hours and {asked / 60:g} are required by {names}",
                "Raise the hours or take a requirement out",
            )
    for mentee, count in Counter(one.mentee for one in pairs).items():
        wanted = int(_fill(roster.mentees.wanted, program.wanted)[roster.mentee_row(mentee)])
        if count > wanted:
            meeting.blame(
                "required",
                "required-beyond-wanted",
                f"mentee {mentee} wants {say_count(wanted, 'mentor')} and {count} are required",
                "Raise what the mentee wants or take a requirement out",
            )


def check_focus(meeting: Meeting) -> None:
    """A focus is a goal of the mentee, or a component."""
    mentees = meeting.roster.mentees
    keys = normalise_subjects(mentees.goals.words, meeting.program.synonyms)
    components = set(map(normalise, COMPONENT_NAMES))
    for row in np.flatnonzero(np.diff(mentees.focus.offsets)).tolist():
        word = list_words(mentees.focus, row)[0]
        entries = range(int(mentees.goals.offsets[row]), int(mentees.goals.offsets[row + 1]))
        codes = [int(mentees.goals.subjects[k]) for k in entries]
        known = {keys[code] for code in codes} | {normalise(mentees.goals.words[code]) for code in codes}
        meant = {normalise(word), *normalise_subjects([word], meeting.program.synonyms)}
        if not meant & (known | components):
            options = [*(mentees.goals.words[code] for code in codes), *COMPONENT_NAMES]
            meeting.refuse(
                mentees,
                row,
                "focus",
                "focus",
                word,
                "the focus is neither a goal of the mentee nor a component",
                ask(word, options),
            )


def check_zone(meeting: Meeting) -> None:
    """Tell if free times are read on the UTC clock because nobody said otherwise."""
    for people in (meeting.roster.mentors, meeting.roster.mentees):
        silent = people.slots_known & (np.diff(people.zones.offsets) == 0)
        if silent.any() and normalise(meeting.program.zone) == "utc":
            count = int(silent.sum())
            verb = "has" if count == 1 else "have"
            told = f"{say_count(count, people.role)} {verb} free times and no time zone: they are read as UTC"
            meeting.tell("zone", "zone-missing", told, 'Set zone = "…" in the program, or add a column')
    if meeting.program.start is None and (
        len(meeting.roster.mentors.zones.words) + len(meeting.roster.mentees.zones.words)
    ):
        told = f"the program has no start date: time zones are taken as of {meeting.program.first_day}"
        meeting.tell("start", "start-missing", told, "Set start = YYYY-MM-DD")


CHECKS: tuple[Callable[[Meeting], None], ...] = (
    check_targets,
    check_synonyms,
    check_rhythm,
    check_places,
    check_attributes,
    check_names,
    check_pairs,
    check_required_counts,
    check_focus,
    check_zone,
)
"""Every check, in order."""


def check_roster(roster: Roster, program: Program) -> Report:
    """Hold a roster against a program.

    Parameters
    ----------
    roster : Roster
    program : Program

    Returns
    -------
    Report
        Every fault and notice; the person of a fault is (role, row of the roster).
    """
    meeting = Meeting(roster, program, Report())
    for check in CHECKS:
        check(meeting)
    return meeting.report
