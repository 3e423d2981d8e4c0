"""A matching written as a document reads back as the same matching."""

from __future__ import annotations

import pickle
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matchmaker.documents import read_matching, write_matching
from matchmaker.errors import InputError
from matchmaker.matching import Certificate, Leftover, LevelResult, Matching, Meeting, Pair, Remarked

texts = st.text(max_size=5)
numbers = st.integers(-(2**63), 2**63 - 1)
counts = st.dictionaries(texts, numbers, max_size=2)


def list_few(kind: type[Any], **fields: Any) -> st.SearchStrategy[Any]:
    """Return short tuples of a kind of struct."""
    return st.builds(kind, **fields).map(lambda one: (one,)) | st.just(())


meetings = st.none() | st.builds(Meeting, start=st.integers(0, 335))
matchings = st.builds(
    Matching,
    pairs=list_few(
        Pair, points=numbers, components=counts, meeting=meetings, minutes=numbers, required=st.none() | texts
    ),
    leftovers=list_few(
        Leftover, refused_by=counts, shortfall=st.none() | numbers, nearest=st.none() | texts, missing=numbers
    ),
    notices=list_few(Remarked),
)


def make_matching(**changes: Any) -> Matching:
    """Return an empty matching."""
    levels = (LevelResult("coverage", 0, 0), LevelResult("points", 0, 7))
    certificate = Certificate("coverage", levels, "prices", (0, 7), (), (), "r", "p", 1)
    return Matching(**{"status": "feasible", "pairs": (), "leftovers": (), "mentors": ()} | changes,
                    certificate=certificate, components=("skills",))  # fmt: skip


def refuse(data: bytes) -> str:
    """Return the message with which a document is refused."""
    with pytest.raises(InputError) as caught:
        read_matching(data, "out/matching.json")
    return str(caught.value)


@given(matchings)
def test_round_trip(matching: Matching) -> None:
    """Whatever a matching holds, it reads back the same, and is written the same again."""
    data = write_matching(matching)
    assert read_matching(data) == matching
    assert write_matching(read_matching(data)) == data
    assert pickle.loads(pickle.dumps(matching)) == matching


def test_totals() -> None:
    """Total, bound and gap speak of the last level."""
    certificate = make_matching().certificate
    assert (certificate.total, certificate.bound, certificate.gap) == (0, 7, 7)


def test_not_json() -> None:
    """What is no JSON is refused by name."""
    assert refuse(b"mentor,mentee\n").startswith("out/matching.json: this is not a matchmaker.matching document: ")
    assert "Give the file that matchmaker wrote" in refuse(b"\xff\xfe")
    assert "this is not" in refuse(b'{"format": "\xff", "version": 1}')
    assert "this is not" in refuse(b"[" * 100_000)


def test_other_format() -> None:
    """Another document is refused with what it calls itself."""
    assert "(found: 'recipe')" in refuse(b'{"format": "recipe", "version": 1}')


def test_other_version() -> None:
    """A later version is refused, not guessed at."""
    data = write_matching(make_matching()).replace(b'"version": 2', b'"version": 3')
    assert "version 3 of matchmaker.matching cannot be read; this matchmaker reads 2" in refuse(data)


def test_wrong_content() -> None:
    """A wrong type inside is refused with its place."""
    data = write_matching(make_matching()).replace(b'"feasible"', b'"splendid"')
    assert "Invalid enum value 'splendid' - at `$.status`" in refuse(data)
