"""The pages on components and rules name everything there is, in order, with the weights that are used."""

from __future__ import annotations

import re
from pathlib import Path

from matchmaker.program.decisions import DEFAULT_WEIGHTS
from matchmaker.program.keys import KEYS
from matchmaker.roster.crosschecks import COMPONENT_NAMES
from matchmaker.scoring.components import COMPONENTS
from matchmaker.scoring.conditions import READERS
from matchmaker.scoring.rules.help import HELPS
from matchmaker.scoring.weights import BUILT_IN
from tests.scoring.test_blocks import FIRM
from tests.scoring.test_rules import EVERY_RULE, encode_refused

DOCS = Path(__file__).resolve().parents[2] / "docs"


def list_headings(page: str) -> list[str]:
    """Return the headings of a page's sections."""
    return re.findall(r"^## (.+)$", (DOCS / page).read_text(encoding="utf-8"), re.MULTILINE)


def list_rows(page: str) -> list[list[str]]:
    """Return the rows of a page's tables."""
    rows = re.findall(r"^\| (.+) \|$", (DOCS / page).read_text(encoding="utf-8"), re.MULTILINE)
    return [row.split(" | ") for row in rows]


def test_every_component() -> None:
    """Every component has its section, in the order in which components are reported."""
    named = [name for heading in list_headings("components.md") for name in heading.split(", ")]
    assert tuple(named[: len(BUILT_IN)]) == BUILT_IN
    assert tuple(name for family in COMPONENTS for name in family.NAMES) == BUILT_IN


def test_one_list_of_components() -> None:
    """The keys of a program and the words of a focus are those of the one list of components."""
    assert [key.path.removeprefix("weights.") for key in KEYS if key.path.startswith("weights.")] == list(BUILT_IN)
    assert {*COMPONENT_NAMES} == {*BUILT_IN, "goals"}


def test_default_weights() -> None:
    """The table states the default weights."""
    stated = {row[0]: row[1] for row in list_rows("components.md")[1:] if row[0] in BUILT_IN}
    assert stated == {name: str(weight) for name, weight in DEFAULT_WEIGHTS.items()}


def test_every_formula_is_explained() -> None:
    """Every component says its formula where it is compiled."""
    assert all(family.add.__doc__ and len(family.add.__doc__) > 100 for family in COMPONENTS)


def test_every_rule() -> None:
    """Every rule has its section, in the order in which reasons name them, under the name that reasons use."""
    named = [heading[0].lower() + heading[1:] for heading in list_headings("rules.md")]
    own = {"another site": "declared rules", "a weekly time that both have free": "weekly times"}
    assert named == [own.get(name, name) for name in EVERY_RULE]
    assert HELPS in EVERY_RULE


def test_firm_rules() -> None:
    """The page calls exactly those rules firm that no requirement overrides."""
    text = (DOCS / "rules.md").read_text(encoding="utf-8")
    firm = [heading for heading in list_headings("rules.md") if f"\n## {heading}\n\nFirm. " in text]
    own = {"Weekly times": "a weekly time that both have free"}
    named = {own.get(heading, heading[0].lower() + heading[1:]) for heading in firm}
    assert named == {rule.name for rule in encode_refused().rules if rule.is_firm} == FIRM


def test_every_relation() -> None:
    """Every relation has its row in the table."""
    assert [row[0].strip("`") for row in list_rows("rules.md")[1:]] == [
        "same",
        "different",
        "above",
        "share",
        "within_hours",
        "not_in_line",
    ]
    assert set(READERS) == {"same", "different", "above", "share", "within_hours"}
