"""A second scoring, pair by pair, written from the formulas with fractions and plain loops.

It looks at people as objects and never at columns, and shares no code with what it checks beyond the
comparison of words.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from math import floor
from typing import Any, Protocol

from matchmaker.people import Former, Goal, Mentee, Mentor
from matchmaker.program import AllOf, Condition, Preference, Program, Relation
from matchmaker.text import normalise
from matchmaker.times import offset_minutes, read_zone

Person = Mentor | Mentee
HALF = Fraction(1, 2)
WEEK = 336
DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


class Extra(Protocol):
    """A component of one's own, for one pair at a time."""

    @property
    def name(self) -> str:
        """How it is called."""
        ...

    @property
    def weight(self) -> Any:
        """What it weighs beside the other components."""
        ...

    def value(self, mentee: str, mentor: str) -> float:
        """Return the value of a pair of ids."""
        ...


def exact(number: Any) -> Fraction:
    """Return a number as the decimal that it is written as."""
    return Fraction(str(number))


@dataclass
class Reference:
    """What points and rules say of one pair.

    Parameters
    ----------
    mentors, mentees : sequences of Mentor and Mentee
        With unique ids and e-mails, and without faults.
    history : sequence of Former
    program : Program
    extras : sequence of Extra
    """

    mentors: Sequence[Mentor]
    mentees: Sequence[Mentee]
    history: Sequence[Former]
    program: Program
    extras: Sequence[Extra] = ()

    # -- words ------------------------------------------------------------------------------------

    def key(self, subject: str) -> str:
        """Return what a subject means, by the synonyms."""
        for name, others in self.program.synonyms.items():
            if normalise(subject) in map(normalise, others):
                return normalise(name)
        return normalise(subject)

    # -- weights ----------------------------------------------------------------------------------

    def list_weights(self, mentee: Mentee) -> dict[str, Fraction]:
        """Return the weight of every component that the program uses, before normalising."""
        has_goals = any(one.goals for one in self.mentees)
        everybody: list[Person] = [*self.mentors, *self.mentees]
        sides: list[tuple[set[str], Sequence[Person]]] = [
            ({one.id for one in self.mentees}, self.mentors),
            ({one.id for one in self.mentors}, self.mentees),
        ]
        feeds = {
            "skills": has_goals,
            "knowledge": has_goals,
            "attitude": bool(self.program.traits),
            "availability": any(one.slots is not None for one in everybody),
            "attributes": bool(self.program.preferences),
            "preferences": any(set(one.preferred) & known for known, side in sides for one in side),
        }
        weights = {name: exact(self.program.weights.get(name, 0)) for name in feeds if feeds[name]}
        weights |= {extra.name: exact(extra.weight) for extra in self.extras}
        weights = {name: weight for name, weight in weights.items() if weight > 0}
        if self.find_focus(mentee) is None and mentee.focus:
            word = normalise(mentee.focus)
            for name in weights:
                if word == normalise(name) or (word == "goals" and name in ("skills", "knowledge")):
                    weights[name] *= 2
        return weights

    def find_focus(self, mentee: Mentee) -> tuple[str, str] | None:
        """Return subject and kind of the goal that is the mentee's focus."""
        for goal in mentee.goals:
            if mentee.focus and self.key(mentee.focus) == self.key(goal.subject):
                return self.key(goal.subject), goal.kind
        return None

    # -- components -------------------------------------------------------------------------------

    def score(self, mentee: Mentee, mentor: Mentor) -> dict[str, int]:
        """Return the points of every component, each term rounded down once."""
        weights = self.list_weights(mentee)
        total = sum(weights.values(), Fraction(0))
        terms: dict[str, list[Fraction]] = {name: [] for name in weights}
        goals = self.list_goal_terms(mentee, mentor, weights)
        for name, share in goals:
            terms[name].append(share)
        parts: Mapping[str, Callable[[Mentee, Mentor], list[Fraction]]] = {
            "attitude": self.list_trait_terms,
            "availability": self.list_start_terms,
            "attributes": self.list_attribute_terms,
            "preferences": self.list_wish_terms,
        }
        for name, part in parts.items():
            if name in weights:
                terms[name] += [weights[name] * value for value in part(mentee, mentor)]
        for extra in self.extras:
            if extra.name in weights:
                value = Fraction(round(1_000_000 * extra.value(mentee.id, mentor.id)), 1_000_000)
                terms[extra.name].append(weights[extra.name] * value)
        return {name: sum(floor(1_000_000 * term / total) for term in found) for name, found in terms.items()}

    def list_goals(self, mentee: Mentee) -> list[Goal]:
        """Return the goals that count, the most important first."""
        ordered = sorted(mentee.goals, key=lambda goal: -self.importance(goal))
        counted: dict[tuple[str, str], Goal] = {}
        for goal in ordered:
            counted.setdefault((self.key(goal.subject), goal.kind), goal)
        return list(counted.values())[: self.program.goals_counted]

    def importance(self, goal: Goal) -> Fraction:
        """Return the importance of a goal, or the program's default."""
        stated = self.program.levels.importance if goal.importance is None else goal.importance
        return exact(stated)

    def weigh_goal(self, mentee: Mentee, goal: Goal, weights: Mapping[str, Fraction]) -> Fraction:
        """Return importance × theme × kind, doubled for the focus."""
        themes = {normalise(name): exact(weight) for name, weight in self.program.themes.items()}
        theme = themes.get(normalise(goal.theme or ""), Fraction(1)) if goal.theme else Fraction(1)
        kind = "skills" if goal.kind == "skill" else "knowledge"
        doubled = 2 if self.find_focus(mentee) == (self.key(goal.subject), goal.kind) else 1
        return self.importance(goal) * theme * weights.get(kind, Fraction(0)) * doubled

    def list_goal_terms(
        self, mentee: Mentee, mentor: Mentor, weights: Mapping[str, Fraction]
    ) -> list[tuple[str, Fraction]]:
        """Return (component, weight × value) of every goal that counts."""
        both = [name for name in ("skills", "knowledge") if name in weights]
        together = sum((weights[name] for name in both), Fraction(0))
        goals = self.list_goals(mentee)
        own = [self.weigh_goal(mentee, goal, weights) for goal in goals]
        if sum(own) == 0:
            return [(name, weights[name] * HALF) for name in both]
        terms = []
        for goal, weight in zip(goals, own, strict=True):
            if weight:
                name = "skills" if goal.kind == "skill" else "knowledge"
                share = together * weight / sum(own)
                terms.append((name, share * self.cover(goal, self.level(mentor, goal))))
        return terms

    def levels_of(self, goal: Goal) -> tuple[int, int]:
        """Return the current and the target level of a goal."""
        levels = self.program.levels
        current = levels.current if goal.current is None else goal.current
        return current, levels.target if goal.target is None else goal.target

    def level(self, mentor: Mentor, goal: Goal) -> int | None:
        """Return a mentor's level in the subject of a goal, or None if they never mentioned it."""
        subjects: Mapping[str, int | None] = mentor.skills if goal.kind == "skill" else mentor.knowledge
        stated = self.program.levels.stated
        found = [
            stated if level is None else level
            for name, level in subjects.items()
            if self.key(name) == self.key(goal.subject)
        ]
        return max(found, default=None)

    def cover(self, goal: Goal, level: int | None) -> Fraction:
        """Return coverage × fit."""
        if level is None:
            return Fraction(0)
        current, target = self.levels_of(goal)
        share = Fraction(min(level, target) - current, target - current)
        fit = 1 - Fraction(2, 100) * max(0, level - target - 1) if self.program.fit == "nearest" else 1
        return min(max(share, Fraction(0)), Fraction(1)) * fit

    def list_trait_terms(self, mentee: Mentee, mentor: Mentor) -> list[Fraction]:
        """Return the value of every trait that counts, divided by their number."""
        values: list[Fraction] = []
        for trait, kind in self.program.traits.items():
            rating, wish = find_trait(mentor, trait), find_trait(mentee, trait)
            if kind == "style" and wish is None:
                continue
            if rating is None:
                values.append(HALF)
            elif kind == "quality":
                values.append(Fraction(rating - 1, 4))
            else:
                values.append(1 - Fraction(abs(rating - (wish or 0)), 4))
        return [value / len(values) for value in values] if values else [HALF]

    def list_start_terms(self, mentee: Mentee, mentor: Mentor) -> list[Fraction]:
        """Return the share of comfortable starts that the pair has in common."""
        shared = self.share_starts(mentee, mentor)
        if shared is None:
            return [HALF]
        return [min(Fraction(1), Fraction(len(shared), self.program.comfortable_starts))]

    def list_wish_terms(self, mentee: Mentee, mentor: Mentor) -> list[Fraction]:
        """Return the mean over the sides that named anybody."""
        sides = [
            (mentee.preferred, mentor.id, {one.id for one in self.mentors}),
            (mentor.preferred, mentee.id, {one.id for one in self.mentees}),
        ]
        values: list[Fraction] = []
        for names, other, known in sides:
            listed = list(dict.fromkeys(name for name in names if name in known))
            if listed:
                rank = listed.index(other) + 1 if other in listed else None
                values.append(Fraction(0) if rank is None else 1 - Fraction(rank - 1, len(listed)))
        return [sum(values, Fraction(0)) / len(values)] if values else [HALF]

    def list_attribute_terms(self, mentee: Mentee, mentor: Mentor) -> list[Fraction]:
        """Return the value of every preference of the organiser, by its share."""
        shares = [exact(one.weight) for one in self.program.preferences]
        together = sum(shares, Fraction(0)) or Fraction(1)
        pairs = zip(self.program.preferences, shares, strict=True)
        return [share / together * self.value_preference(one, mentee, mentor) for one, share in pairs]

    def value_preference(self, one: Preference, mentee: Mentee, mentor: Mentor) -> Fraction:
        """Return 1, 0 or a half."""
        if one.wish is not None:
            wish = find_attribute(mentee, one.wish, self.program)
            if not wish:
                return HALF
            if normalise(min(wish)) not in ("yes", "true", "1"):
                return Fraction(0)
        spoken = [part.mentee for part in list_relations(one.condition) if part.relation != "not_in_line"]
        if spoken and not any(find_attribute(mentee, name, self.program) for name in spoken):
            return HALF
        return Fraction(self.holds(one.condition, mentee, mentor, as_rule=False))

    # -- times ------------------------------------------------------------------------------------

    def share_starts(self, mentee: Mentee, mentor: Mentor) -> set[int] | None:
        """Return the weekly starts that a pair shares, None where the slots of either are unknown."""
        ours, theirs = self.find_free(mentee), self.find_free(mentor)
        if ours is None or theirs is None:
            return None
        length = self.program.session_minutes // 30
        fits = {slot for slot in ours if all((slot + k) % WEEK in ours for k in range(length))}
        return fits & self.find_grid(theirs, length)

    def find_grid(self, free: set[int], length: int) -> set[int]:
        """Return the starts of a mentor, block by block."""
        firsts = [0] if len(free) == WEEK else [slot for slot in free if (slot - 1) % WEEK not in free]
        starts = set()
        for first in firsts:
            size = next((k for k in range(WEEK) if (first + k) % WEEK not in free), WEEK)
            steps = size // length if self.program.grid == "block" else min(1, size // length)
            starts |= {(first + k * length) % WEEK for k in range(steps)}
        return starts

    def find_free(self, person: Person) -> set[int] | None:
        """Return the free slots of a person on the UTC clock."""
        if person.slots is None:
            return None
        offset = offset_minutes(read_zone(person.zone or self.program.zone), self.program.start or date(2026, 1, 5))
        local = read_slots(person.slots)
        minutes = ((slot, (30 * slot + offset, 30 * slot + 29 + offset)) for slot in range(WEEK))
        return {slot for slot, (a, b) in minutes if {a // 30 % WEEK, b // 30 % WEEK} <= local}

    # -- conditions -------------------------------------------------------------------------------

    def holds(self, condition: Condition, mentee: Mentee, mentor: Mentor, *, as_rule: bool) -> bool:
        """Return whether a condition holds; unknown values follow `when_unknown` in a rule."""
        if isinstance(condition, Relation):
            return self.relate(condition, mentee, mentor, as_rule=as_rule)
        parts = [self.holds(part, mentee, mentor, as_rule=as_rule) for part in condition.conditions]
        return all(parts) if isinstance(condition, AllOf) else any(parts)

    def relate(self, relation: Relation, mentee: Mentee, mentor: Mentor, *, as_rule: bool) -> bool:
        """Return whether one relation holds."""
        if relation.relation == "not_in_line":
            return not self.is_in_line(relation, mentee, mentor)
        ours = find_attribute(mentee, relation.mentee, self.program)
        theirs = find_attribute(mentor, relation.mentor, self.program)
        if not ours or not theirs:
            return as_rule and relation.when_unknown == "allow"
        left, right = set(map(normalise, ours)), set(map(normalise, theirs))
        if relation.relation == "share":
            return bool(left & right)
        if relation.relation == "within_hours":
            return self.measure_hours(ours, theirs) <= exact(relation.most)
        if relation.relation == "above":
            return self.is_above(relation, ours, theirs)
        return (left == right) == (relation.relation == "same")

    def measure_hours(self, ours: Sequence[str], theirs: Sequence[str]) -> Fraction:
        """Return by how many hours two clocks are apart."""
        day = self.program.start or date(2026, 1, 5)
        first, second = (offset_minutes(read_zone(zone[0]), day) for zone in (ours, theirs))
        return Fraction(abs(first - second), 60)

    def is_above(self, relation: Relation, ours: Sequence[str], theirs: Sequence[str]) -> bool:
        """Return whether the mentor stands so many steps above."""
        order = self.program.orders.get(relation.mentor) or self.program.orders.get(relation.mentee)
        if order:
            places = {normalise(word): Fraction(place) for place, word in enumerate(order)}
            steps = places[normalise(theirs[0])] - places[normalise(ours[0])]
        else:
            steps = exact(theirs[0]) - exact(ours[0])
        least = Fraction(1) if relation.least is None else exact(relation.least)
        return steps >= least and (relation.most is None or steps <= exact(relation.most))

    def is_in_line(self, relation: Relation, mentee: Mentee, mentor: Mentor) -> bool:
        """Return whether one of a pair is above the other, climbing from manager to manager."""
        bosses: dict[str, set[str]] = {}
        sides: list[tuple[Sequence[Person], str]] = [
            (self.mentees, relation.mentee),
            (self.mentors, relation.mentor),
        ]
        for people, attribute in sides:
            for person in people:
                bosses.setdefault(person.id, set()).update(find_attribute(person, attribute, self.program))
        return mentor.id in climb(bosses, mentee.id) or mentee.id in climb(bosses, mentor.id)

    # -- rules ------------------------------------------------------------------------------------

    def list_refusals(self, mentee: Mentee, mentor: Mentor) -> set[str]:
        """Return the names of the rules that refuse a pair."""
        program = self.program
        pair = (mentor.id, mentee.id)
        repeated = program.repeat_former
        former = [one.outcome for one in self.history if (one.mentor, one.mentee) == pair]
        found = {
            "not oneself": mentor.id == mentee.id or same_email(mentor, mentee),
            "screening of mentors": self.is_screened_out(mentor),
            "banned by the organiser": pair in {(one.mentor, one.mentee) for one in program.banned},
            "refused by the mentee": mentor.id in mentee.refused,
            "refused by the mentor": mentee.id in mentor.refused,
            "paired before": repeated is not True
            and any(repeated is False or outcome not in repeated for outcome in former),
            "helps with at least one goal": program.helps and not self.is_helpful(mentee, mentor),
            "a weekly time that both have free": program.timetable and not self.can_meet(mentee, mentor),
        }
        found |= {rule.name: not self.holds(rule.condition, mentee, mentor, as_rule=True) for rule in program.rules}
        return {name for name, refused in found.items() if refused}

    def is_screened_out(self, mentor: Mentor) -> bool:
        """Return whether a mentor fails the screening."""
        screening, stated = self.program.screening, self.program.levels.stated
        ratings = {name: find_trait(mentor, name) for name in screening.traits}
        subjects = [*mentor.skills.values(), *mentor.knowledge.values()]
        high = [level for level in subjects if (stated if level is None else level) >= screening.level]
        return (
            (screening.willing and mentor.willing is not True)
            or any((ratings[name] or 0) < least for name, least in screening.traits.items())
            or len(high) < screening.subjects
        )

    def is_helpful(self, mentee: Mentee, mentor: Mentor) -> bool:
        """Return whether a mentor is ahead on a goal, of all, or there are none."""
        levels = [(self.level(mentor, goal), self.levels_of(goal)[0]) for goal in mentee.goals]
        return not levels or any(level is not None and level > current for level, current in levels)

    def can_meet(self, mentee: Mentee, mentor: Mentor) -> bool:
        """Return whether a pair has a weekly time, or may do without."""
        everybody: list[Person] = [*self.mentors, *self.mentees]
        if all(one.slots is None for one in everybody):
            return True
        shared = self.share_starts(mentee, mentor)
        return self.program.slots_unknown == "allow" if shared is None else bool(shared)


def find_trait(person: Person, trait: str) -> int | None:
    """Return a rating or a wish."""
    return next((rating for name, rating in person.traits.items() if normalise(name) == normalise(trait)), None)


def find_attribute(person: Person, attribute: str, program: Program) -> list[str]:
    """Return the values of an attribute as texts, none where it is unknown."""
    if attribute == "zone":
        return [person.zone or program.zone]
    if attribute == "languages":
        return list(person.languages)
    value = person.attributes.get(attribute)
    if value is None or value == "":
        return []
    return [str(value)] if isinstance(value, str | int) or not isinstance(value, Sequence) else list(value)


def list_relations(condition: Condition) -> list[Relation]:
    """Return every relation in a condition."""
    if isinstance(condition, Relation):
        return [condition]
    return [relation for part in condition.conditions for relation in list_relations(part)]


def climb(bosses: Mapping[str, set[str]], name: str) -> set[str]:
    """Return everybody above a person."""
    above: set[str] = set()
    latest = set(bosses.get(name, ()))
    while latest - above:
        above |= latest
        latest = {boss for one in latest for boss in bosses.get(one, ())}
    return above


def same_email(mentor: Mentor, mentee: Mentee) -> bool:
    """Return whether two people have one e-mail."""
    return bool(mentor.email) and mentor.email.casefold() == mentee.email.casefold()


def read_slots(text: str) -> set[int]:
    """Return the slots of ``Mon 09:00-10:30; Sun 23:30-00:30``."""
    slots: set[int] = set()
    for part in filter(None, text.split("; ")):
        day, times = part.split(" ")
        first, last = (int(time[:2]) * 2 + int(time[3:]) // 30 for time in times.split("-"))
        start = 48 * DAYS.index(day) + first
        slots |= {(start + k) % WEEK for k in range((last - first) % 48 or 48)}
    return slots
