"""Program -> TOML: a commented file, or an existing one changed only where the program differs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from matchmaker.program.decisions import AllOf, AnyOf, Column, Condition, Program, Relation
from matchmaker.program.keys import KEYS
from matchmaker.program.reading import parse_program

if TYPE_CHECKING:
    from tomlkit import TOMLDocument

HEAD = "A matchmaker program: what the organiser decides. Every key is explained in docs/program.md."


def write_program(program: Program, path: Path | None = None, *, onto: str | None = None) -> str:
    """Return a program as TOML, and write it if a path is given.

    Parameters
    ----------
    program : Program
    path : Path or None
    onto : str or None
        An existing program file: its comments, its order and everything that already says the same
        stay as they are. None writes a new file with a comment on every key.

    Returns
    -------
    str
        Reads back as the same program.
    """
    text = _write_new(program) if onto is None else _write_onto(program, onto)
    if path is not None:
        Path(path).write_text(text, encoding="utf-8", newline="\n")
    return text


def _write_new(program: Program) -> str:
    import tomlkit

    document = tomlkit.document()
    document.add(tomlkit.comment(HEAD))
    told = {key.path: key.told for key in KEYS}
    for name, value in list_values(program).items():
        if isinstance(value, dict) or (isinstance(value, list) and value and isinstance(value[0], dict)):
            document.add(tomlkit.nl())
            document.add(name, _to_item(value))
        else:
            item = tomlkit.item(value)
            if name in told:
                item.comment(told[name])
            document.add(name, item)
    return tomlkit.dumps(document)


def _to_item(value: Any) -> Any:
    import tomlkit

    if isinstance(value, list) and value and isinstance(value[0], dict):
        tables = tomlkit.aot()
        for item in value:
            tables.append(tomlkit.item(item))
        return tables
    return tomlkit.item(value)


def _write_onto(program: Program, onto: str) -> str:
    import tomlkit

    document = tomlkit.parse(onto)
    before, after = list_values(parse_program(onto)), list_values(program)
    for name in before:
        if name not in after:
            document.remove(name)
    for name, value in after.items():
        if before.get(name) != value or (name in before and name not in document):
            _change(document, name, before.get(name), value)
    return tomlkit.dumps(document)


def _change(document: TOMLDocument, name: str, before: Any, value: Any) -> None:
    """Change one key, so that the comment beside it stays; inside a table only the keys that differ."""
    from tomlkit.items import AoT, Table

    if isinstance(value, dict) and isinstance(before, dict) and name in document:
        table: Any = document[name]
        for key in before:
            if key not in value and key in table:
                del table[key]
        for key, item in value.items():
            if before.get(key) != item:
                table[key] = _to_item(item) if isinstance(item, dict) else item
        return
    item = _to_item(value)
    if name in document and isinstance(item, Table | AoT):
        del document[name]
    document[name] = item


def list_values(program: Program) -> dict[str, Any]:
    """Return what a file has to say: every decision that differs from the defaults."""
    base = Program()
    simple = [key.path for key in KEYS if "." not in key.path]
    tables: dict[str, Any] = {
        "weights": {
            name: _plain(weight) for name, weight in program.weights.items() if base.weights.get(name) != weight
        },
        "levels": _list_fields(program.levels, base.levels),
        "defaults": _list_changed(program, base, ("capacity", "minimum", "wanted")),
        "themes": _plain(program.themes),
        "traits": _plain(program.traits),
        "synonyms": _plain(program.synonyms),
        "orders": _plain(program.orders),
        "screening": _list_fields(program.screening, base.screening),
        **_list_entries(program),
        "columns": _write_columns(program),
    }
    return _list_changed(program, base, simple) | {name: value for name, value in tables.items() if value}


def _list_changed(program: Program, base: Program, names: Iterable[str]) -> dict[str, Any]:
    """Return those of some fields that differ from the defaults."""
    return {name: _plain(getattr(program, name)) for name in names if getattr(program, name) != getattr(base, name)}


def _list_entries(program: Program) -> dict[str, list[dict[str, Any]]]:
    """Return the tables of which there may be several: rules, preferences, required and banned pairs."""
    return {
        "rules": [{"name": rule.name, **write_condition(rule.condition)} for rule in program.rules],
        "preferences": [
            {
                "name": one.name,
                **_drop({"weight": (one.weight, 1), "wish": (one.wish, None)}),
                **write_condition(one.condition),
            }
            for one in program.preferences
        ],
        "required": [
            {
                "mentor": one.mentor,
                "mentee": one.mentee,
                **_drop({"reason": (one.reason, ""), "override": (one.override, False)}),
            }
            for one in program.required
        ],
        "banned": [
            {"mentor": one.mentor, "mentee": one.mentee, **_drop({"reason": (one.reason, "")})}
            for one in program.banned
        ],
    }


def _drop(items: dict[str, tuple[Any, Any]]) -> dict[str, Any]:
    """Return the values that differ from their defaults."""
    return {name: _plain(value) for name, (value, default) in items.items() if value != default}


def _plain(value: Any) -> Any:
    """Return a decision as TOML knows it."""
    if isinstance(value, Mapping):
        return {name: _plain(item) for name, item in value.items()}
    if isinstance(value, tuple | list):
        return [_plain(item) for item in value]
    if isinstance(value, bool | int | str | date):
        return value
    return int(value) if value == int(value) else float(value)


def _list_fields(part: Any, base: Any) -> dict[str, Any]:
    names = part.__dataclass_fields__
    return {name: _plain(getattr(part, name)) for name in names if getattr(part, name) != getattr(base, name)}


def write_condition(condition: Condition) -> dict[str, Any]:
    """Return a condition as the keys of a table."""
    if isinstance(condition, AllOf | AnyOf):
        name = "all" if isinstance(condition, AllOf) else "any"
        return {name: [write_condition(part) for part in condition.conditions]}
    return _write_relation(condition)


def _write_relation(relation: Relation) -> dict[str, Any]:
    same = relation.mentee == relation.mentor
    sides = {"attribute": relation.mentee} if same else {"mentee": relation.mentee, "mentor": relation.mentor}
    most = "hours" if relation.relation == "within_hours" else "to"
    rest = {
        "from": (relation.least, None),
        most: (relation.most, None),
        "when_unknown": (relation.when_unknown, "refuse"),
    }
    return {"relation": relation.relation, **sides, **_drop(rest)}


def _write_columns(program: Program) -> dict[str, Any]:
    columns = program.columns
    rest = {
        "duplicates": (columns.duplicates, "fault"),
        "decimal_comma": (columns.decimal_comma, False),
        "heading_row": (columns.heading_row, None),
    }
    sides = {
        name: {heading: _write_column(column) for heading, column in getattr(columns, name).items()}
        for name in ("mentors", "mentees", "people")
    }
    written = _drop(rest) | {name: side for name, side in sides.items() if side}
    return written | ({"roles": _plain(columns.roles)} if columns.roles else {})


def _write_column(column: Column) -> Any:
    rest = _drop(
        {
            "separator": (column.separator, None),
            "words": (dict(column.words), {}),
            "level": (column.level, None),
            "options": (column.options, ()),
        }
    )
    return {"field": column.meaning, **rest} if rest else column.meaning
