"""Program files -> Program: every fault at once, with its key and what would be right."""

from __future__ import annotations

import re
import tomllib
from codecs import BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from matchmaker.errors import Fault, InputError, Place, ProgramError
from matchmaker.program.decisions import (
    AllOf,
    AnyOf,
    BannedPair,
    Column,
    Columns,
    Condition,
    Levels,
    Preference,
    Program,
    Relation,
    RequiredPair,
    Rule,
    Screening,
)
from matchmaker.program.keys import COLUMN_KEYS, KEYS, Key
from matchmaker.program.presets import PRESETS
from matchmaker.text import ask, normalise, quote_list
from matchmaker.times import Unreadable, read_zone

LARGEST = 10**12

TREE = {key.path: key for key in KEYS}


def read_program(path: Path | str) -> Program:
    """Return the program of a TOML file.

    Parameters
    ----------
    path : Path or str

    Returns
    -------
    Program

    Raises
    ------
    InputError
        If the file cannot be read.
    ProgramError
        With every fault of its content: file, key, value, and what would be right.
    """
    name = str(path)
    try:
        text = _decode(Path(path).read_bytes())
    except OSError as error:
        remedy = "Check the name, or make a program with 'matchmaker init'"
        raise InputError([Fault("file", f"cannot be read: {error.strerror}", remedy, Place(name))]) from None
    except UnicodeDecodeError as error:
        remedy = "Save the file as UTF-8"
        raise ProgramError([Fault("encoding", f"byte {error.start} is not UTF-8", remedy, Place(name))]) from None
    return parse_program(text, name)


def _decode(data: bytes) -> str:
    """Return the text of a file: UTF-8, or UTF-16 with its mark, as PowerShell writes what is piped into a file."""
    return data.decode("utf-16" if data.startswith((BOM_UTF16_LE, BOM_UTF16_BE)) else "utf-8-sig")


def parse_program(text: str, file: str = "program") -> Program:
    """Return the program of a TOML text.

    Parameters
    ----------
    text : str
    file : str
        Its name, for messages.

    Raises
    ------
    ProgramError
        With every fault.
    """
    try:
        data = tomllib.loads(text, parse_float=Decimal)
    except (tomllib.TOMLDecodeError, RecursionError, ValueError) as error:
        found = re.search(r"line (\d+)", str(error))
        place = Place(file, row=int(found.group(1)) if found else None)
        remedy = "Texts stand in quotation marks, lists in square brackets, one key on a line"
        raise ProgramError([Fault("toml", f"this is not TOML: {error}", remedy, place)]) from None
    return read_program_table(data, file)


def read_program_table(table: Mapping[str, Any], file: str = "program") -> Program:
    """Return the program of a table of keys, as TOML holds them.

    Parameters
    ----------
    table : mapping of str to object
        Numbers with a fraction as `Decimal`, dates as `date`.
    file : str
        Its name, for messages.

    Raises
    ------
    ProgramError
        With every fault.
    """
    reader = _Reader(file)
    plain = reader.read_table(table, "", "")
    program = _build(plain, reader)
    faults = [*reader.faults, *_check(program, file)]
    if faults:
        raise ProgramError(faults)
    return program


def check_program(program: Program) -> None:
    """Refuse a program that cannot mean anything, also one made in Python.

    Raises
    ------
    ProgramError
        With every fault.
    """
    faults = list(_check(program, "program"))
    if faults:
        raise ProgramError(faults)


class _Reader:
    """Walks a file beside the list of keys."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.faults: list[Fault] = []

    def refuse(self, path: str, kind: str, problem: str, remedy: str, value: Any = None) -> None:
        """Note a fault of a key."""
        text = None if value is None else str(value)
        self.faults.append(Fault(kind, problem, remedy, Place(self.file, column=path), text))

    def miss(self, path: str, kind: str, problem: str, remedy: str) -> None:
        """Note that a table lacks something, unless something in it was refused already and so may be what lacks."""
        if not any((fault.place.column or "").startswith(f"{path}.") for fault in self.faults):
            self.refuse(path, kind, problem, remedy)

    def read_table(self, data: Mapping[str, Any], pattern: str, path: str) -> dict[str, Any]:
        """Return a table with every value checked; unknown keys are refused."""
        known = _list_children(pattern)
        plain: dict[str, Any] = {}
        for name, value in data.items():
            here = f"{path}.{name}" if path else name
            child = name if name in known else "*" if "*" in known else None
            if child is None:
                self.refuse(here, "key", f"there is no key '{here}'", ask(name, known))
                continue
            inner = f"{pattern}.{child}" if pattern else child
            found = self.read_value(value, inner, here)
            if found is not None:
                plain[name] = found
        return plain

    def read_value(self, value: Any, pattern: str, path: str) -> Any:
        """Return what a key holds, None if it is faulty."""
        key = TREE.get(pattern)
        if key is not None:
            return self.read_key(value, key, path)
        if any(one.startswith(f"{pattern}[]") for one in TREE):
            if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
                return self.refuse(path, "type", f"'{path}' is a list of tables", f"Write [[{path}]] above each", value)
            return [self.read_table(item, f"{pattern}[]", f"{path}[{k + 1}]") for k, item in enumerate(value)]
        if not isinstance(value, dict):
            return self.refuse(path, "type", f"'{path}' is a table of keys", f"Write [{path}] above its keys", value)
        return self.read_table(value, pattern, path)

    def read_key(self, value: Any, key: Key, path: str) -> Any:
        """Return the value of a known key, None if it is faulty."""
        if key.shape == "relation":
            return self.read_relations(value, key, path)
        if key.shape == "column":
            return self.read_column(value, path)
        check, told = SHAPES[key.shape]
        if not check(value):
            return self.refuse(path, "type", f"'{path}' is {told}", f"{key.told}: give {told}", value)
        if key.choices and value not in key.choices:
            return self.refuse(
                path, "choice", f"'{value}' is no choice for '{path}'", ask(str(value), key.choices), value
            )
        return value if self.is_in_range(value, key, path) else None

    def is_in_range(self, value: Any, key: Key, path: str) -> bool:
        """Return whether a number lies in its range, and note it if not."""
        if not _is_number(value):
            return True
        if (key.least is not None and value < key.least) or (key.most is not None and value > key.most):
            self.refuse(
                path, "range", f"'{path}' is out of range", f"Give a number from {key.least} to {key.most}", value
            )
            return False
        if key.shape != "whole" and not _is_short(Decimal(value)):
            if abs(value) > LARGEST:
                self.refuse(path, "range", f"'{path}' is out of range", f"Give a number up to {LARGEST:,}", value)
                return False
            self.refuse(path, "decimals", f"'{path}' has more than three decimal places", "Round it to three", value)
            return False
        return True

    def read_relations(self, value: Any, key: Key, path: str) -> Any:
        """Return the conditions inside `any` or `all`."""
        if not isinstance(value, list) or not value or not all(isinstance(item, dict) for item in value):
            return self.refuse(
                path, "type", f"'{path}' is a list of conditions", "Write any = [ { relation = … }, … ]", value
            )
        pattern = key.path.rsplit(".", 1)[0]
        return [self.read_table(item, pattern, f"{path}[{k + 1}]") for k, item in enumerate(value)]

    def read_column(self, value: Any, path: str) -> Any:
        """Return what a column means, as the keys of its table."""
        if isinstance(value, str):
            return {"field": value}
        if not isinstance(value, dict):
            return self.refuse(path, "type", f"'{path}' is a field or a table", 'Write "Heading" = "field"', value)
        known = {key.path: key for key in COLUMN_KEYS}
        plain = {}
        for name, item in value.items():
            if name not in known:
                self.refuse(f"{path}.{name}", "key", f"there is no key '{name}' in a column", ask(name, known))
                continue
            found = self.read_key(item, known[name], f"{path}.{name}")
            if found is not None:
                plain[name] = found
        if "field" not in plain:
            return self.refuse(path, "key", f"'{path}' names no field", 'Add field = "…"')
        return plain


def _list_children(pattern: str) -> list[str]:
    """Return the keys that may stand in a table."""
    prefix = f"{pattern}." if pattern else ""
    names = [path[len(prefix) :].split(".")[0].removesuffix("[]") for path in TREE if path.startswith(prefix)]
    return list(dict.fromkeys(names))


def _is_number(value: Any) -> bool:
    return isinstance(value, int | Decimal) and not isinstance(value, bool) and Decimal(value).is_finite()


def _is_short(value: Decimal) -> bool:
    """Return whether a number has at most three decimal places, and is no larger than any that means something."""
    return abs(value) <= LARGEST and (value * 1000) % 1 == 0


def _are_texts(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(item, str) for item in value)


SHAPES: dict[str, tuple[Callable[[Any], bool], str]] = {
    "text": (lambda value: isinstance(value, str), "a text in quotation marks"),
    "whole": (lambda value: isinstance(value, int) and not isinstance(value, bool), "a whole number"),
    "number": (_is_number, "a number"),
    "yes or no": (lambda value: isinstance(value, bool), "true or false"),
    "date": (lambda value: isinstance(value, date) and not isinstance(value, datetime), "a date such as 2027-01-11"),
    "choice": (lambda value: isinstance(value, str), "a text in quotation marks"),
    "texts": (_are_texts, 'a list of texts such as ["a", "b"]'),
    "numbers by name": (
        lambda value: isinstance(value, dict) and all(map(_is_number, value.values())),
        'a table such as { "Not confident" = 1 }',
    ),
    "yes, no or texts": (lambda value: isinstance(value, bool) or _are_texts(value), "true, false or a list of texts"),
}
"""What each shape accepts, and how it is called."""


def _build(plain: dict[str, Any], reader: _Reader) -> Program:
    """Return the program of checked values."""
    values = dict(PRESETS.get(plain.get("preset", ""), {}))
    simple = {key.path for key in KEYS if "." not in key.path}
    values |= {name: value for name, value in plain.items() if name in simple}
    for name in ("several", "repeat_former"):
        if isinstance(values.get(name), list):
            values[name] = tuple(values[name])
    base = Program()
    values["weights"] = {**base.weights, **plain.get("weights", {})}
    values |= plain.get("defaults", {})
    for name in ("synonyms", "orders"):
        values[name] = {word: tuple(others) for word, others in plain.get(name, {}).items()}
    for name in ("themes", "traits"):
        values[name] = plain.get(name, {})
    values["levels"] = Levels(**plain.get("levels", {}))
    values["screening"] = Screening(**plain.get("screening", {}))
    values["rules"] = tuple(_build_rules(plain.get("rules", []), reader))
    values["preferences"] = tuple(_build_preferences(plain.get("preferences", []), reader))
    values["required"] = tuple(_build_pairs(plain.get("required", []), RequiredPair, "required", reader))
    values["banned"] = tuple(_build_pairs(plain.get("banned", []), BannedPair, "banned", reader))
    values["columns"] = _build_columns(plain.get("columns", {}))
    return Program(**values)


def _build_rules(items: list[dict[str, Any]], reader: _Reader) -> Iterator[Rule]:
    for k, item in enumerate(items):
        path = f"rules[{k + 1}]"
        condition = _build_condition(item, path, reader)
        if "name" not in item:
            reader.miss(path, "key", f"'{path}' has no name", 'Add name = "…", which reasons will call it')
        elif condition is not None:
            yield Rule(item["name"], condition)


def _build_preferences(items: list[dict[str, Any]], reader: _Reader) -> Iterator[Preference]:
    for k, item in enumerate(items):
        path = f"preferences[{k + 1}]"
        condition = _build_condition(item, path, reader)
        if "name" not in item:
            reader.miss(path, "key", f"'{path}' has no name", 'Add name = "…", which explanations will call it')
        elif condition is not None:
            yield Preference(item["name"], condition, item.get("weight", 1), item.get("wish"))


def _build_condition(item: dict[str, Any], path: str, reader: _Reader) -> Condition | None:
    """Return a condition: a relation, or `any` or `all` of several."""
    forms = [name for name in ("relation", "any", "all") if name in item]
    if len(forms) != 1:
        problem = f"'{path}' needs exactly one of relation, any and all"
        if forms:
            reader.refuse(path, "condition", problem, f"It has {quote_list(forms)}: keep one")
        else:
            reader.miss(path, "condition", problem, "Add one of them")
        return None
    if forms[0] == "relation":
        return _build_relation(item, path, reader)
    parts = [_build_condition(part, f"{path}.{forms[0]}[{k + 1}]", reader) for k, part in enumerate(item[forms[0]])]
    known = tuple(part for part in parts if part is not None)
    return AnyOf(known) if forms[0] == "any" else AllOf(known)


USED_BY = {"from": ("above",), "to": ("above",), "hours": ("within_hours",)}


def _build_relation(item: dict[str, Any], path: str, reader: _Reader) -> Relation | None:
    kind = item["relation"]
    default = {"within_hours": "zone", "not_in_line": "manager"}.get(kind)
    shared = item.get("attribute", default)
    mentee, mentor = item.get("mentee", shared), item.get("mentor", shared)
    if mentee is None or mentor is None:
        remedy = 'Add attribute = "…", or mentee = "…" and mentor = "…" where the two differ'
        reader.miss(path, "relation", f"'{path}' does not say which attribute it compares", remedy)
        return None
    for name, kinds in USED_BY.items():
        if name in item and kind not in kinds:
            reader.refuse(
                f"{path}.{name}",
                "relation",
                f"'{name}' means nothing for '{kind}'",
                f"It belongs to {quote_list(kinds)}",
            )
    if kind == "within_hours" and "hours" not in item:
        reader.miss(path, "relation", f"'{path}' does not say how many hours", "Add hours = …")
        return None
    least, most = item.get("from"), item.get("to", item.get("hours"))
    if least is not None and most is not None and least > most:
        reader.refuse(path, "relation", f"'{path}' goes from {least} to {most}", "Give the smaller number first")
        return None
    return Relation(kind, mentee, mentor, least, most, item.get("when_unknown", "refuse"))


def _build_pairs(items: list[dict[str, Any]], kind: type[Any], name: str, reader: _Reader) -> Iterator[Any]:
    for k, item in enumerate(items):
        missing = [side for side in ("mentor", "mentee") if side not in item]
        for side in missing:
            reader.miss(f"{name}[{k + 1}]", "key", f"'{name}[{k + 1}]' names no {side}", f'Add {side} = "…"')
        if not missing:
            yield kind(**item)


def _build_columns(plain: dict[str, Any]) -> Columns:
    sides: dict[str, Any] = {
        side: {heading: _build_column(item) for heading, item in plain.get(side, {}).items()}
        for side in ("mentors", "mentees", "people")
    }
    rest = {name: plain[name] for name in ("roles", "duplicates", "decimal_comma", "heading_row") if name in plain}
    return Columns(**sides, **rest)


def _build_column(item: dict[str, Any]) -> Column:
    words, options = dict(item.get("words", {})), tuple(item.get("options", ()))
    return Column(item["field"], item.get("separator"), words, item.get("level"), options)


def _check(program: Program, file: str) -> Iterator[Fault]:
    """Yield what no single key can say."""
    for path, kind, problem, remedy in _list_problems(program):
        yield Fault(kind, problem, remedy, Place(file, column=path))


def _list_problems(program: Program) -> Iterator[tuple[str, str, str, str]]:
    if program.session_minutes % 30:
        yield (
            "session_minutes",
            "session",
            f"a session of {program.session_minutes} minutes is no whole number of half hours",
            f"Give {program.session_minutes // 30 * 30 + 30}, or another multiple of 30",
        )
    if not any(program.weights.values()):
        yield "weights", "weights", "every weight is 0, so all pairs are alike", "Give at least one component a weight"
    if (Decimal(str(program.minimum_hours)) * 60) % 1:
        yield (
            "minimum_hours",
            "minutes",
            "the minimum hours make no whole minutes",
            "Give hours in quarters, for example",
        )
    try:
        read_zone(program.zone)
    except Unreadable as error:
        yield "zone", "zone", error.problem, error.remedy
    yield from _list_name_problems(program)


def _list_tables(program: Program) -> Iterator[tuple[str, Iterable[str]]]:
    """Yield every table whose names are compared without regard to case, accents and spaces."""
    yield "themes", program.themes
    yield "traits", program.traits
    yield "orders", program.orders
    yield "columns.roles", program.columns.roles
    for side in ("mentors", "mentees", "people"):
        for heading, column in getattr(program.columns, side).items():
            yield f"columns.{side}.{heading}.words", column.words


def _find_alike(names: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Yield names that count as the same as an earlier one, after that one."""
    first: dict[str, str] = {}
    for name in names:
        other = first.setdefault(normalise(name), name)
        if other != name:
            yield other, name


def _list_synonym_problems(synonyms: Mapping[str, Sequence[str]]) -> Iterator[tuple[str, str, str, str]]:
    """Yield words that would stand for two subjects, or for one that stands for another."""
    meant = {normalise(name): name for name in synonyms}
    for name, others in synonyms.items():
        for word in others:
            other = meant.setdefault(normalise(word), name)
            if normalise(other) != normalise(name):
                problem = f"'{word}' is listed under '{name}', but belongs to '{other}' already"
                yield f"synonyms.{name}", "synonym", problem, "List every word under one subject only"


def _list_name_problems(program: Program) -> Iterator[tuple[str, str, str, str]]:
    for key, names in (
        ("rules", [one.name for one in program.rules]),
        ("preferences", [one.name for one in program.preferences]),
    ):
        for name in sorted({name for name in names if names.count(name) > 1}):
            yield key, "name-repeated", f"two of the {key} are called '{name}'", "Give each a name of its own"
    for name, values in program.orders.items():
        if len(set(map(normalise, values))) < len(values):
            yield f"orders.{name}", "order", f"the order of '{name}' names a value twice", "Name each value once"
    for path, table in _list_tables(program):
        for first, second in _find_alike(table):
            yield path, "name-repeated", f"'{first}' and '{second}' in {path} count as the same", "Keep one of the two"
    yield from _list_synonym_problems(program.synonyms)
    for name in program.screening.traits:
        if name not in program.traits:
            yield (f"screening.traits.{name}", "trait", f"'{name}' is not among the traits", ask(name, program.traits))
