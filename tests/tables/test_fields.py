"""The language of fields: every field can be written, and headings are recognised by their names."""

from __future__ import annotations

import pytest

from matchmaker.tables.fields import FIELDS, Meaning, list_field_names, read_meaning, recognise


@pytest.mark.parametrize("field", FIELDS, ids=lambda field: field.name)
def test_every_field_can_be_written(field: object) -> None:
    """Each field of the list means something, with the user's own words in place of the capitals."""
    name = str(getattr(field, "name"))  # noqa: B009
    text = (
        name.replace(" N ", " 2 ")
        .replace("SUBJECT", "Public speaking")
        .replace("NAME", "kind")
        .replace("TIMES", "Mon 9:00-10:00")
    )
    assert read_meaning(text) is not None


@pytest.mark.parametrize(
    ("heading", "meaning"),
    [
        ("E-Mail Address", Meaning("email")),
        ("  Time Zone ", Meaning("zone")),
        ("Skills [Public speaking]", Meaning("skill", "Public speaking")),
        ("Knowledge [Law]", Meaning("knowledge", "Law")),
        ("skills", Meaning("skills")),
        ("goal 2 Theme", Meaning("goal part", "theme", 2)),
        ("trait kind", Meaning("trait", "kind")),
        ("Shoe size", None),
    ],
)
def test_recognised_headings(heading: str, meaning: Meaning | None) -> None:
    """A heading is taken for what the documentation says, and for nothing else."""
    assert recognise(heading) == meaning


def test_no_field_twice() -> None:
    """No two fields share a name or an alias."""
    names = [*list_field_names(), *(alias for field in FIELDS for alias in field.aliases)]
    assert len(set(names)) == len(names)
