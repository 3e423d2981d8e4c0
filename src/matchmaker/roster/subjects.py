"""When two subjects are the same: compared whole, normalised, and by the program's synonyms."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from matchmaker.text import normalise


def normalise_subjects(words: Sequence[str], synonyms: Mapping[str, Sequence[str]]) -> list[str]:
    """Return the key of each subject; equal keys mean the same subject.

    Parameters
    ----------
    words : sequence of str
        Subjects as written.
    synonyms : mapping of str to sequence of str
        Subject to the other words for it.

    Returns
    -------
    list of str
    """
    meant = {normalise(other): normalise(name) for name, others in synonyms.items() for other in others}
    keys = map(normalise, words)
    return [meant.get(key, key) for key in keys]
