"""What must hold between a roster and a program: each check once, all faults at once."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from decimal import Decimal, InvalidOperation

import numpy as np
from numpy.typing import NDArray

from matchmaker.errors import Notice, Person, Report
from matchmaker.program import Condition, Preference, Program, Relation
from matchmaker.program.decisions import DEFAULT_WEIGHTS
from matchmaker.roster.checks import find_repeats, list_unknown
from matchmaker.roster.columns import UNKNOWN, PersonColumns, list_words
from matchmaker.roster.meeting import Meeting
from matchmaker.roster.places import check_places
from matchmaker.roster.requirements import check_pairs, check_required_counts
from matchmaker.roster.roster import Roster
from matchmaker.roster.subjects import normalise_subjects
from matchmaker.text import NO, YES, ask, normalise, quote_list, say_count, say_hours
from matchmaker.times import (
    Rhythm,
    explain_shortfall,
    find_clock_changes,
    find_zone,
    read_zone,
)

WEEKS_OF_A_YEAR = 53

COMPONENT_NAMES = (*DEFAULT_WEIGHTS, "goals")
"""What a focus may name beside a goal; "goals" stands for skills and knowledge together."""


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
                who = (people.role, row)
                meeting.report.add_notice(Notice("synonym-repeated", told, "", people.locate(row), person=who))


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
        value = say_hours(int(mentees.hours[row]))
        meeting.refuse(mentees, row, "hours", "rhythm", value, problem, remedy[:1].upper() + remedy[1:])


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
        if one.wish:
            _check_wish(meeting, one)
        if one.wish and len(roster.mentees) and not has_attribute(roster.mentees, one.wish):
            problem = f"'{one.name}' waits for the mentees' '{one.wish}', which is not in the roster"
            meeting.blame(
                "preferences",
                "attribute-unknown",
                problem,
                ask(one.wish, roster.mentees.attributes),
                one.wish,
            )


def _check_wish(meeting: Meeting, preference: Preference) -> None:
    """Whether a mentee has a wish is a yes or a no: anything else would silently count as a no."""
    mentees, wish = meeting.roster.mentees, preference.wish or ""
    for row, word in list_unlike(mentees, wish, YES | NO):
        problem = f"this is neither yes nor no, as the wish of '{preference.name}' asks for"
        remedy = "Write yes or no, or map the word to 1 or 0 in [columns]"
        meeting.refuse(mentees, row, wish, "yes-no", word, problem, remedy)


def list_unlike(people: PersonColumns, attribute: str, known: Collection[str]) -> Iterator[tuple[int, str]]:
    """Yield (row, word) for every value of an attribute that is not known, by normalised words."""
    for name, lists in people.attributes.items():
        if normalise(name) == normalise(attribute):
            yield from list_unknown(lists, {word for word in lists.words if normalise(word) in known})


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


def check_focus(meeting: Meeting) -> None:
    """A focus is a goal of the mentee, or a component."""
    mentees = meeting.roster.mentees
    keys = normalise_subjects(mentees.goals.words, meeting.program.synonyms)
    components = set(map(normalise, COMPONENT_NAMES))
    for row in np.flatnonzero(meeting.find_sound(mentees) & (np.diff(mentees.focus.offsets) > 0)).tolist():
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
    """Tell if free times are read on the UTC clock for want of a zone, or on the clocks of a day that nobody chose."""
    for people in (meeting.roster.mentors, meeting.roster.mentees):
        silent = people.slots_known & (np.diff(people.zones.offsets) == 0)
        if silent.any() and normalise(meeting.program.zone) == "utc":
            count = int(silent.sum())
            verb = "has" if count == 1 else "have"
            told = f"{say_count(count, people.role)} {verb} free times and no time zone: they are read as UTC"
            meeting.tell("zone", "zone-missing", told, 'Set zone = "…" in the program, or add a column')
    if meeting.program.start is None and _depends_on_start(meeting):
        told = f"the program has no start date: time zones are taken as of {meeting.program.first_day}"
        meeting.tell("start", "start-missing", told, "Set start = YYYY-MM-DD")


def _depends_on_start(meeting: Meeting) -> bool:
    """Return whether clocks of the roster are not the same number of hours apart all year round."""
    sides, program = (meeting.roster.mentors, meeting.roster.mentees), meeting.program
    words = {word for people in sides for word in people.zones.words}
    if any((np.diff(people.zones.offsets) == 0).any() for people in sides):
        words.add(program.zone)
    first, *others = sorted(filter(None, map(find_zone, words)), key=lambda zone: zone.name) or [read_zone("UTC")]
    return any(find_clock_changes(first, zone, program.first_day, WEEKS_OF_A_YEAR) for zone in others)


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


def check_roster(roster: Roster, program: Program, *, doubtful: Collection[Person] = ()) -> Report:
    """Hold a roster against a program.

    Parameters
    ----------
    roster : Roster
    program : Program
    doubtful : collection of (str, int)
        Role and row of people with faults of their own, where these are in the roster still.

    Returns
    -------
    Report
        Every fault and notice; the person of a fault is (role, row of the roster).
    """
    meeting = Meeting(roster, program, Report(), doubtful)
    for check in CHECKS:
        check(meeting)
    return meeting.report
