"""Every key of a program file, in one ordered list: it drives reading, writing and the documentation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from matchmaker.program.decisions import DEFAULT_WEIGHTS

Shape = Literal[
    "text",
    "whole",
    "number",
    "yes or no",
    "date",
    "choice",
    "texts",
    "numbers by name",
    "choices by name",
    "texts by name",
    "relation",
    "column",
    "yes, no or texts",
]


@dataclass(frozen=True)
class Key:
    """One key.

    Parameters
    ----------
    path : str
        Dotted; ``rules[].name`` is a key of each of the ``[[rules]]``, ``columns.mentors.*`` any name.
    shape : str
        What it holds.
    default : str
        As it would be written; empty where there is none.
    told : str
        What it decides, in a sentence without a full stop.
    least, most : int or None
        Range of numbers.
    choices : tuple of str
        What a choice can be.
    """

    path: str
    shape: Shape
    default: str
    told: str
    least: int | None = None
    most: int | None = None
    choices: tuple[str, ...] = ()


UNKNOWN = ("refuse", "allow")
RELATIONS = ("same", "different", "above", "share", "within_hours", "not_in_line")


def _list_relation_keys(prefix: str) -> tuple[Key, ...]:
    return (
        Key(f"{prefix}.relation", "choice", "", "What is compared and how", choices=RELATIONS),
        Key(f"{prefix}.attribute", "text", "", "The attribute on both sides"),
        Key(f"{prefix}.mentee", "text", "", "The mentee's attribute, where the two differ"),
        Key(f"{prefix}.mentor", "text", "", "The mentor's attribute, where the two differ"),
        Key(f"{prefix}.from", "number", "1", "For above: at least so many steps"),
        Key(f"{prefix}.to", "number", "", "For above: at most so many steps"),
        Key(f"{prefix}.hours", "number", "", "For within_hours: at most so many hours apart", 0, 24),
        Key(f"{prefix}.when_unknown", "choice", '"refuse"', "What a missing value means for a rule", choices=UNKNOWN),
        Key(f"{prefix}.any", "relation", "", "At least one of these conditions must hold"),
        Key(f"{prefix}.all", "relation", "", "All of these conditions must hold"),
    )


KEYS: tuple[Key, ...] = (
    Key("name", "text", '""', "Title of the programme"),
    Key(
        "preset",
        "choice",
        "",
        "A common rhythm; keys stated here win over it",
        choices=("youth", "school", "workplace", "internship", "speed"),
    ),
    Key("start", "date", "", "First day; time zones are taken as of this day"),
    Key("weeks", "whole", "26", "Length of the programme in weeks", 1, 520),
    Key("every_weeks", "whole", "1", "One session every so many weeks", 1, 52),
    Key("session_minutes", "whole", "60", "Length of a session, a multiple of 30", 30, 10080),
    Key("minimum_hours", "number", "0", "Hours that every pair must at least meet", 0, 10000),
    Key("zone", "text", '"UTC"', "Time zone of people who state none"),
    Key("timetable", "yes or no", "true", "Whether every pair gets a weekly time that both have free"),
    Key(
        "grid",
        "choice",
        '"block"',
        "Where a mentor's starts lie in their free time",
        choices=("block", "local-hour", "offered"),
    ),
    Key("comfortable_starts", "whole", "3", "Shared starts a week at which availability is full", 1, 336),
    Key(
        "slots_unknown",
        "choice",
        '"refuse"',
        "Whether a pair with somebody whose free times are unknown is refused, or arranges its own time",
        choices=UNKNOWN,
    ),
    Key(
        "objective",
        "choice",
        '"coverage"',
        "As many mentees as possible first, or points alone",
        choices=("coverage", "points"),
    ),
    Key("goals_counted", "whole", "3", "How many of a mentee's most important goals count", 1, 100),
    Key(
        "fit",
        "choice",
        '"nearest"',
        "Whether the nearest sufficient expert is preferred",
        choices=("nearest", "at least"),
    ),
    Key(
        "helps", "yes or no", "true", "Whether a mentor must be ahead on at least one goal of a mentee who named goals"
    ),
    Key(
        "repeat_former",
        "yes, no or texts",
        "false",
        "Whether former pairs may repeat: all, none, or those with these outcomes",
    ),
    Key("several", "texts", "[]", "Attributes whose cells hold several values"),
    *(
        Key(f"weights.{name}", "number", str(default), f"Weight of {name}, relative to the others", 0, 1_000_000)
        for name, default in DEFAULT_WEIGHTS.items()
    ),
    Key("levels.current", "whole", "0", "Current level of a goal that states none", 0, 5),
    Key("levels.target", "whole", "3", "Target level of a goal that states none", 0, 5),
    Key("levels.stated", "whole", "3", "Level of a mentor's subject named without one", 0, 5),
    Key("levels.importance", "number", "3", "Importance of a goal that states none", 1, 5),
    Key("defaults.capacity", "whole", "1", "Most mentees of a mentor who states none", 0, 1_000_000),
    Key("defaults.minimum", "whole", "0", "Fewest mentees of a mentor who states none", 0, 1_000_000),
    Key("defaults.wanted", "whole", "1", "Mentors that a mentee wants who states none", 0, 1000),
    Key("themes.*", "number", "1", "Weight of a theme; goals of other themes have 1", 0, 1_000_000),
    Key(
        "traits.*",
        "choice",
        "",
        "A quality (more is better) or a style (as the mentee wishes)",
        choices=("quality", "style"),
    ),
    Key("synonyms.*", "texts", "", "Other words for a subject"),
    Key("orders.*", "texts", "", "The values of an ordered attribute, the lowest first"),
    Key("screening.willing", "yes or no", "true", "Only mentors who agreed to mentor"),
    Key("screening.subjects", "whole", "0", "At least this many subjects at the level below", 0, 1000),
    Key("screening.level", "whole", "1", "The level that screening.subjects speaks of", 0, 5),
    Key("screening.traits.*", "whole", "", "Least rating of a trait", 1, 5),
    Key("rules[].name", "text", "", "How reasons call the rule"),
    *_list_relation_keys("rules[]"),
    Key("preferences[].name", "text", "", "How explanations call the preference"),
    Key("preferences[].weight", "number", "1", "Relative to the other preferences", 0, 1_000_000),
    Key("preferences[].wish", "text", "", "A mentee's attribute: the preference counts for those who said yes"),
    *_list_relation_keys("preferences[]"),
    Key("required[].mentor", "text", "", "Id of the mentor"),
    Key("required[].mentee", "text", "", "Id of the mentee"),
    Key("required[].reason", "text", '""', "Kept, and shown in the answer"),
    Key("required[].override", "yes or no", "false", "Whether the pair stands although a rule refuses it"),
    Key("banned[].mentor", "text", "", "Id of the mentor"),
    Key("banned[].mentee", "text", "", "Id of the mentee"),
    Key("banned[].reason", "text", '""', "Kept with the program"),
    Key(
        "columns.duplicates",
        "choice",
        '"fault"',
        "What to do with people who answered twice",
        choices=("fault", "first", "last"),
    ),
    Key("columns.decimal_comma", "yes or no", "false", "Whether numbers are written 1,5"),
    Key("columns.heading_row", "whole", "", "Row of the headings, where it is not found by itself", 1, 1_048_576),
    Key("columns.roles.*", "choice", "", "What a word of the role column means", choices=("mentor", "mentee", "both")),
    *(
        Key(
            f"columns.{side}.*",
            "column",
            "",
            f"What a column of the {side}' file means: a field, or a table of the keys below",
        )
        for side in ("mentors", "mentees", "people")
    ),
)
"""Every key, in the order in which files are written."""

COLUMN_KEYS: tuple[Key, ...] = (
    Key("field", "text", "", "The field that the column fills"),
    Key("separator", "text", "", "What parts several values in one cell"),
    Key("words", "numbers by name", "", "What words stand for"),
    Key("level", "whole", "", "Level of a subject that is ticked or listed without one", 0, 5),
    Key("options", "texts", "", "The known options, where one may hold the separator"),
)
"""Keys of one column's table."""


def render_keys() -> str:
    """Return every key as a Markdown table, for the documentation."""
    head = ["| key | holds | default | range | what it decides |", "|---|---|---|---|---|"]
    return "\n".join(
        [*head, *map(_render_key, KEYS), "", "A column's table:", "", *head, *map(_render_key, COLUMN_KEYS)]
    )


def _render_key(key: Key) -> str:
    limits = f"{key.least:,} to {key.most:,}" if key.least is not None and key.most is not None else ""
    choices = ", ".join(f"`{choice}`" for choice in key.choices)
    default = f"`{key.default}`" if key.default else ""
    return f"| `{key.path}` | {key.shape} | {default} | {choices or limits} | {key.told} |"
