"""The matching that a search has got so far goes through a file, and becomes an answer that holds."""

from __future__ import annotations

import pytest

from matchmaker import match, verify_matching
from matchmaker.documents.interim import read_interim, write_interim
from matchmaker.engine import settle
from matchmaker.errors import InputError
from tests.large import let_all_be_large, make_large


def test_interim_answers_hold(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a search has got after any round is made an answer with the bound of that time, and verifies."""
    let_all_be_large(monkeypatch)
    roster, program = make_large()
    kept: list[bytes] = []
    best = match(roster, program, on_interim=lambda interim: kept.append(write_interim(interim)))
    assert kept
    for data in kept:
        answer = settle(roster, program, read_interim(data))
        assert verify_matching(answer, roster, program).holds
        levels = [level.value for level in answer.certificate.levels]
        assert levels <= [level.value for level in best.certificate.levels]


@pytest.mark.parametrize("data", [b"", b"PK", write_interim.__doc__.encode() if write_interim.__doc__ else b"x"])
def test_what_is_no_interim_answer_is_refused(data: bytes) -> None:
    """Bytes that hold no interim answer say so."""
    with pytest.raises(InputError, match="this is no interim answer"):
        read_interim(data)
