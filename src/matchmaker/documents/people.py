"""People and pairs in JSON <-> objects. What is no person becomes a fault of that person; nothing is dropped."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import MISSING, Field, dataclass, fields
from typing import Any, TypeVar

from matchmaker.errors import Fault, Place, Report
from matchmaker.people import Former, Goal, Mentee, Mentor
from matchmaker.text import ask

Thing = TypeVar("Thing", Mentor, Mentee, Goal, Former)

FIELDS: dict[type[Any], dict[str, Field[Any]]] = {
    kind: {one.name: one for one in fields(kind)} for kind in (Mentor, Mentee, Goal, Former)
}
"""What each object holds."""


@dataclass
class PeopleReader:
    """Makes objects of what a document lists.

    Parameters
    ----------
    report : Report
        Takes the faults.
    """

    report: Report

    def read_mentors(self, items: Any) -> list[Mentor]:
        """Return the mentors of a list."""
        return self._read_all(items, Mentor, "mentor")

    def read_mentees(self, items: Any) -> list[Mentee]:
        """Return the mentees of a list, their goals as objects."""
        listed = [self._open_goals(item, row) for row, item in enumerate(self._check_list(items, "mentees"))]
        return self._read_all(listed, Mentee, "mentee")

    def read_history(self, items: Any) -> list[Former]:
        """Return the former pairs of a list."""
        return [
            one
            for row, item in enumerate(self._check_list(items, "history"))
            if (one := self._read_one(item, Former, Place(f"history[{row}]"), None)) is not None
            and self._is_former(one, row)
        ]

    def _is_former(self, one: Former, row: int) -> bool:
        """Return whether a former pair holds nothing but texts."""
        odd = [name for name in FIELDS[Former] if not isinstance(getattr(one, name), str)]
        for name in odd:
            self._refuse("type", Place(f"history[{row}]", column=name), f"'{name}' is a text", "Give a text", None)
        return not odd

    def _check_list(self, items: Any, name: str) -> Sequence[Any]:
        if items is None:
            return []
        if isinstance(items, list):
            return items
        self._refuse("type", Place(column=name), f"'{name}' is a list", f'Write "{name}": [ … ]', None)
        return []

    def _read_all(self, items: Any, kind: type[Thing], role: str) -> list[Thing]:
        """Return one object for each entry, so that row numbers are those of the list."""
        found = []
        for row, item in enumerate(self._check_list(items, f"{role}s")):
            one = self._read_one(item, kind, Place(f"{role}s[{row}]"), (role, row))
            found.append(kind(id=f"({role} {row + 1})") if one is None else one)  # type: ignore[call-arg]
        return found

    def _read_one(self, item: Any, kind: type[Thing], place: Place, person: Any) -> Thing | None:
        """Return an object of a table, None if it cannot be one."""
        known = FIELDS[kind]
        word = kind.__name__.lower()
        if not isinstance(item, dict):
            self._refuse("type", place, f"this is no {word}", "Give a table of its fields: { … }", person)
            return None
        for name in item.keys() - known.keys():
            here = Place(place.file, column=name)
            self._refuse("key", here, f"a {word} has no field '{name}'", ask(name, known), person)
        missing = [name for name, one in known.items() if _is_needed(one) and item.get(name) is None]
        for name in missing:
            self._refuse("key", place, f"a {word} needs the field '{name}'", f'Add "{name}"', person)
        given = {name: value for name, value in item.items() if name in known and not _is_unsaid(known[name], value)}
        return None if missing else kind(**given)

    def _open_goals(self, item: Any, row: int) -> Any:
        """Return a mentee's table with its goals as objects, where they are tables."""
        if not isinstance(item, dict) or not isinstance(item.get("goals"), list):
            return item
        place, person = Place(f"mentees[{row}]", column="goals"), ("mentee", row)
        goals = [self._read_one(goal, Goal, place, person) for goal in item["goals"]]
        return item | {"goals": [goal for goal in goals if goal is not None]}

    def _refuse(self, kind: str, place: Place, problem: str, remedy: str, person: Any) -> None:
        self.report.add_fault(Fault(kind, problem, remedy, place, None, person))


def _is_needed(one: Field[Any]) -> bool:
    return one.default is MISSING and one.default_factory is MISSING


def _is_unsaid(one: Field[Any], value: Any) -> bool:
    """Return whether null stands for the field's default; for a mentor's `willing` it means that they did not say."""
    return value is None and one.name != "willing"


def list_fields(thing: Mentor | Mentee | Goal | Former) -> dict[str, Any]:
    """Return what an object holds beside its defaults, as a document has it."""
    return dict(_list_stated(thing))


def _list_stated(thing: Any) -> Iterator[tuple[str, Any]]:
    for name, one in FIELDS[type(thing)].items():
        value = getattr(thing, name)
        is_default = value == one.default or (one.default == () and not value)
        if is_default or (one.default_factory is not MISSING and not value):
            continue
        yield name, [list_fields(goal) for goal in value] if name == "goals" else value
