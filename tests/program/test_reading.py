"""Program files are read as they are meant, and every fault is told at once."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matchmaker.errors import InputError, ProgramError
from matchmaker.program import (
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
    check_program,
    hash_program,
    parse_program,
    read_program,
    write_program,
)
from matchmaker.program.decisions import DEFAULT_WEIGHTS
from matchmaker.program.keys import KEYS
from matchmaker.program.presets import PRESETS

EXAMPLES = sorted((Path(__file__).resolve().parents[2] / "examples").glob("*/program.toml"))

words = st.text("abcÄß -_.'\"#]", min_size=1, max_size=6)
decimals = st.integers(0, 9999).map(lambda number: Decimal(number) / 1000)
relations = st.one_of(
    st.builds(
        Relation,
        st.sampled_from(["same", "different", "share"]),
        words,
        words,
        when_unknown=st.sampled_from(["refuse", "allow"]),
    ),
    st.builds(
        lambda a, b, low, more: Relation("above", a, b, low, low + more),
        words,
        words,
        st.integers(0, 3),
        st.integers(0, 3),
    ),
    st.builds(lambda hours: Relation("within_hours", "zone", "zone", None, hours), st.integers(0, 24)),
    st.just(Relation("not_in_line", "manager", "manager")),
)
conditions: st.SearchStrategy[Condition] = st.recursive(
    relations,
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=2).map(lambda parts: AllOf(tuple(parts))),
        st.lists(inner, min_size=1, max_size=2).map(lambda parts: AnyOf(tuple(parts))),
    ),
    max_leaves=3,
)


def unique(names: list[Any]) -> tuple[Any, ...]:
    """Return rules or preferences with names that differ."""
    return tuple(replace(one, name=f"{one.name}{k}") for k, one in enumerate(names))


def means_something(program: Program) -> bool:
    """Return whether a program has no faults: names drawn by chance may count as the same."""
    with suppress(ProgramError):
        check_program(program)
        return True
    return False


columns = st.builds(Column, st.sampled_from(["id", "skill X", "ignore"]), st.none() | words, st.dictionaries(words, decimals, max_size=2),
                    st.none() | st.integers(0, 5), st.lists(words, max_size=2).map(tuple))  # fmt: skip
headings = st.dictionaries(words, columns, max_size=2)
programs = st.builds(
    Program,
    name=words,
    start=st.none() | st.dates(),
    weeks=st.integers(1, 520),
    session_minutes=st.integers(1, 10).map(lambda k: 30 * k),
    minimum_hours=st.integers(0, 400).map(lambda k: Decimal(k) / 4),
    timetable=st.booleans(),
    weights=st.fixed_dictionaries(dict.fromkeys(DEFAULT_WEIGHTS, decimals | st.integers(1, 99))).filter(lambda chosen: any(chosen.values())),
    levels=st.builds(Levels, st.integers(0, 5), st.integers(0, 5), st.integers(0, 5), st.sampled_from([1, Decimal("2.5"), 5])),
    capacity=st.integers(0, 9),
    wanted=st.integers(0, 9),
    themes=st.dictionaries(words, decimals, max_size=2),
    traits=st.just({"kind": "quality", "direct": "style"}),
    synonyms=st.dictionaries(words, st.lists(words, max_size=2).map(tuple), max_size=2),
    orders=st.dictionaries(words, st.lists(words, unique=True, max_size=3).map(tuple), max_size=2),
    several=st.lists(words, max_size=2).map(tuple),
    screening=st.builds(Screening, st.booleans(), st.just({}) | st.just({"kind": 2}), st.integers(0, 3), st.integers(0, 5)),
    repeat_former=st.booleans() | st.lists(words, min_size=1, max_size=2).map(tuple),
    rules=st.lists(st.builds(Rule, words, conditions), max_size=2).map(unique),
    preferences=st.lists(st.builds(Preference, words, conditions, decimals, st.none() | words), max_size=2).map(unique),
    required=st.lists(st.builds(RequiredPair, words, words, words, st.booleans()), max_size=2).map(tuple),
    banned=st.lists(st.builds(BannedPair, words, words, words), max_size=2).map(tuple),
    columns=st.builds(Columns, headings, headings, headings, st.dictionaries(words, st.sampled_from(["mentor", "both"]), max_size=2),
                      st.sampled_from(["fault", "last"]), st.booleans(), st.none() | st.integers(1, 9)),
).filter(means_something)  # fmt: skip


@given(programs)
def test_round_trip(program: Program) -> None:
    """A written program reads back as the same program, with the same hash."""
    again = parse_program(write_program(program))
    assert again == program
    assert hash_program(again) == hash_program(program)


@given(programs, programs)
def test_changed_onto_another(program: Program, other: Program) -> None:
    """Written onto the file of another program, it reads back as itself."""
    assert parse_program(write_program(program, onto=write_program(other))) == program


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.parent.name)
def test_comments_are_kept(path: Path, tmp_path: Path) -> None:
    """A file written onto itself does not change by a byte, and one change leaves every comment."""
    text = path.read_text(encoding="utf-8")
    program = read_program(path)
    assert write_program(program, onto=text) == text
    changed = write_program(replace(program, weeks=51), tmp_path / "p.toml", onto=text)
    assert read_program(tmp_path / "p.toml").weeks == 51
    comments = [line for line in text.splitlines() if line.startswith("#")]
    assert [line for line in changed.splitlines() if line.startswith("#")] == comments


def find_faults(text: str) -> list[str]:
    """Return every fault of a program, as text."""
    with pytest.raises(ProgramError) as caught:
        parse_program(text, "p.toml")
    return [str(fault) for fault in caught.value.faults]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("weks = 3", "p.toml, column 'weks': there is no key 'weks'. Did you mean 'weeks'?"),
        (
            "weeks = 'a'",
            "'weeks' is a whole number (found: 'a'). Length of the programme in weeks: give a whole number",
        ),
        ("weeks = 0", "'weeks' is out of range (found: '0'). Give a number from 1 to 520"),
        ("weeks = true", "'weeks' is a whole number (found: 'True')"),
        ("[weights]\nskils = 3", "there is no key 'weights.skils'. Did you mean 'skills'?"),
        ("[weights]\nskills = 0.0001", "'weights.skills' has more than three decimal places"),
        ("[weights]\nskills = nan", "'weights.skills' is a number"),
        ("grid = 'blok'", "'blok' is no choice for 'grid' (found: 'blok'). Did you mean 'block'?"),
        ("start = 2027-01-11T10:00:00", "'start' is a date such as 2027-01-11"),
        ("zone = 'Lndon'", "column 'zone': "),
        ("session_minutes = 50", "a session of 50 minutes is no whole number of half hours. Give 60"),
        ("minimum_hours = 0.001", "the minimum hours make no whole minutes"),
        ("rules = 3", "'rules' is a list of tables (found: '3'). Write [[rules]] above each"),
        ("themes = 3", "'themes' is a table of keys (found: '3'). Write [themes] above its keys"),
        ("[[rules]]\nrelation = 'same'\nattribute = 'x'", "'rules[1]' has no name"),
        ("[[rules]]\nname = 'x'", "'rules[1]' needs exactly one of relation, any and all. Add one of them"),
        ("[[rules]]\nname = 'x'\nany = []", "'rules[1].any' is a list of conditions"),
        ("[[rules]]\nname = 'x'\nrelation = 'same'", "'rules[1]' does not say which attribute it compares"),
        ("[[rules]]\nname = 'x'\nrelation = 'within_hours'", "'rules[1]' does not say how many hours"),
        (
            "[[rules]]\nname = 'x'\nrelation = 'same'\nattribute = 'a'\nfrom = 1",
            "'from' means nothing for 'same'. It belongs to 'above'",
        ),
        ("[[rules]]\nname = 'x'\nrelation = 'above'\nattribute = 'a'\nfrom = 3\nto = 1", "'rules[1]' goes from 3 to 1"),
        ("[[preferences]]\nrelation = 'same'\nattribute = 'x'", "'preferences[1]' has no name"),
        ("[[required]]\nmentor = 'a'", "'required[1]' names no mentee"),
        ("[columns.mentors]\n'x' = 3", "'columns.mentors.x' is a field or a table"),
        ("[columns.mentors]\n'x' = { level = 3 }", "'columns.mentors.x' names no field"),
        (
            "[columns.mentors]\n'x' = { field = 'id', seperator = ';' }",
            "there is no key 'seperator' in a column. Did you mean 'separator'?",
        ),
        ("[screening.traits]\nkind = 3", "'kind' is not among the traits"),
        ("[orders]\na = ['x', 'x']", "the order of 'a' names a value twice"),
        ("weeks = 1 2", "p.toml, row 1: this is not TOML"),
    ],
)
def test_faults(text: str, told: str) -> None:
    """Each fault names the key, what is wrong, what was found, and what would be right."""
    assert told in "\n".join(find_faults(text))


def test_all_faults_at_once() -> None:
    """Every fault of a file is told, not only the first."""
    assert len(find_faults("weks = 1\nweeks = 'a'\ngrid = 'x'\n[weights]\nskils = 1\n")) == 4


def test_names_twice() -> None:
    """Two rules of one name could not be told apart."""
    rule = "[[rules]]\nname = 'x'\nrelation = 'same'\nattribute = 'a'\n"
    assert "two of the rules are called 'x'" in find_faults(rule * 2)[0]


def test_made_in_python() -> None:
    """A program made in Python is checked by the same rules."""
    with pytest.raises(ProgramError, match="every weight is 0"):
        check_program(Program(weights={"skills": 0}))
    check_program(Program())


def test_presets() -> None:
    """A preset sets the rhythm, keys beside it win, and each reaches its own hours."""
    for name, values in PRESETS.items():
        program = parse_program(f"preset = '{name}'")
        assert program.weeks == values["weeks"]
        minutes = program.weeks // program.every_weeks * program.session_minutes
        assert minutes >= program.minimum_hours * 60
    assert parse_program("preset = 'school'\nweeks = 40").weeks == 40


def test_unreadable_files(tmp_path: Path) -> None:
    """A file that is not there, or not UTF-8, is refused by name; a byte order mark is no fault."""
    with pytest.raises(InputError, match="matchmaker init"):
        read_program(tmp_path / "none.toml")
    (tmp_path / "latin.toml").write_bytes(b'name = "\xe4"')
    with pytest.raises(ProgramError, match=r"byte 8 is not UTF-8\. Save the file as UTF-8"):
        read_program(tmp_path / "latin.toml")
    (tmp_path / "bom.toml").write_bytes(b"\xef\xbb\xbfweeks = 3")
    assert read_program(tmp_path / "bom.toml").weeks == 3


@given(st.text(max_size=40) | st.binary(max_size=40).map(lambda data: data.decode("latin-1")))
def test_any_text(text: str) -> None:
    """Any text at all is a program or has faults; nothing else comes out."""
    with suppress(ProgramError):
        parse_program(text)


def test_hash() -> None:
    """Title, preset and columns change no hash; a decision does; 1 and 1.0 are the same."""
    base = hash_program(Program())
    assert hash_program(Program(name="x", preset="school", columns=Columns(decimal_comma=True))) == base
    assert hash_program(Program(minimum_hours=Decimal("0.0"))) == base
    assert hash_program(Program(start=date(2027, 1, 11))) != base


def test_keys_match_the_program() -> None:
    """Every decision of a program has a key, and no key is there twice."""
    paths = [key.path for key in KEYS]
    assert len(set(paths)) == len(paths)
    tops = {path.split(".")[0].removesuffix("[]") for path in paths} | {"capacity", "minimum", "wanted"}
    assert set(Program.__dataclass_fields__) - tops == set()


def test_no_consequences() -> None:
    """What was refused inside a table is not told again as lacking."""
    text = """
[[rules]]
name = "r"
relation = "shared"
attribute = "site"
[[rules]]
name = 3
relation = "same"
attribute = 4
[[required]]
mentor = "m"
mentee = 3
"""
    assert [fault.partition(" (found")[0] for fault in find_faults(text)] == [
        "p.toml, column 'rules[1].relation': 'shared' is no choice for 'rules[1].relation'",
        "p.toml, column 'rules[2].name': 'rules[2].name' is a text in quotation marks",
        "p.toml, column 'rules[2].attribute': 'rules[2].attribute' is a text in quotation marks",
        "p.toml, column 'required[1].mentee': 'required[1].mentee' is a text in quotation marks",
    ]


@pytest.mark.parametrize("key", ["from", "to"])
def test_numbers_beyond_everything(key: str) -> None:
    """A number that no arithmetic can hold is out of range, not a traceback."""
    text = f"[[rules]]\nname = 'r'\nrelation = 'above'\nattribute = 'grade'\n{key} = 1e400"
    assert find_faults(text) == [
        f"p.toml, column 'rules[1].{key}': 'rules[1].{key}' is out of range (found: '1E+400'). "
        "Give a number up to 1,000,000,000,000"
    ]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_encodings(tmp_path: Path, encoding: str) -> None:
    """A program is read as UTF-8, with or without a mark, and as what PowerShell pipes into a file."""
    (tmp_path / "p.toml").write_bytes('name = "Zoë"\r\nweeks = 12\r\n'.encode(encoding))
    assert read_program(tmp_path / "p.toml") == Program(name="Zoë", weeks=12)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("themes = { Grow = 1, grow = 2 }", "'Grow' and 'grow' in themes count as the same. Keep one of the two"),
        ("traits = { open = 'style', Open = 'quality' }", "'open' and 'Open' in traits count as the same"),
        ("orders = { g = ['a'], G = ['b'] }", "'g' and 'G' in orders count as the same"),
        ("orders = { g = ['a', 'Á'] }", "the order of 'g' names a value twice. Name each value once"),
        ("columns.roles = { Yes = 'mentor', yes = 'mentee' }", "'Yes' and 'yes' in columns.roles count as the same"),
        (
            "columns.mentors.H = { field = 'skills', words = { Good = 1, good = 2 } }",
            "'Good' and 'good' in columns.mentors.H.words count as the same",
        ),
        (
            "synonyms = { Python = ['py'], Pylons = ['PY'] }",
            "'PY' is listed under 'Pylons', but belongs to 'Python' already. List every word under one subject only",
        ),
        (
            "synonyms = { AI = ['ML'], ML = ['machine learning'] }",
            "'ML' is listed under 'AI', but belongs to 'ML' already",
        ),
    ],
)
def test_names_alike(text: str, told: str) -> None:
    """Names that count as the same are refused, since one would silently win."""
    assert told in "\n".join(find_faults(text))


def test_names_not_alike() -> None:
    """A synonym may differ from its subject in case alone."""
    assert parse_program("synonyms = { SQL = ['sql', 'Sql'] }").synonyms == {"SQL": ("sql", "Sql")}


def test_comments_of_changed_keys() -> None:
    """The comment beside a key stays when its value changes, and so does the line end."""
    text = "# top\r\nweeks = 12 # as agreed\r\nseveral = ['a'] # two\r\n[levels] # here\r\ntarget = 4 # high\r\n"
    program = parse_program(text)
    changed = replace(program, weeks=13, several=("a", "b"), levels=replace(program.levels, target=5))
    written = write_program(changed, onto=text)
    assert parse_program(written) == changed
    assert "weeks = 13 # as agreed\r\n" in written
    assert "target = 5 # high\r\n" in written
    assert [line.partition("#")[2] for line in written.split("\r\n") if "#" in line] == [
        " top",
        " as agreed",
        " two",
        " here",
        " high",
    ]
