"""Words: when two count as the same, which one was probably meant, and lists of them in a sentence."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from difflib import get_close_matches
from functools import lru_cache

INVISIBLE = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060\ufeff\u00ad"))
"""Characters of no width, which exports leave in cells."""

YES = frozenset({"yes", "y", "true", "1", "x", "✓", "✔", "☑", "ja", "oui", "si", "on", "ticked"})
NO = frozenset({"no", "n", "false", "0", "nein", "non", "off", "☐"})
"""Words that say yes and no, normalised."""

BELONGING = frozenset((0, 7, 8, 9))
"""Combining classes of what is no accent: letters, and marks that make another letter (か, が)."""


@lru_cache(maxsize=1 << 16)
def normalise(text: str) -> str:
    """Return the form in which words are compared: no accents, no case, single spaces.

    Words are compared whole: "AI" is another word than "retail".

    Examples
    --------
    >>> normalise("  Gestion  de  PROJET ") == normalise("géstion de projet")
    True
    """
    if text.isascii():  # nothing to fold but case and spaces, and most words by far
        return " ".join(text.casefold().split())
    plain = unicodedata.normalize("NFKD", text.translate(INVISIBLE))
    bare = "".join(letter for letter in plain if unicodedata.combining(letter) in BELONGING)
    return " ".join(bare.casefold().split())


def suggest(word: str, known: Iterable[str]) -> str | None:
    """Return the known word that was probably meant, or None if none is near."""
    forms = {normalise(name): name for name in known}
    near = get_close_matches(normalise(word), list(forms), n=1, cutoff=0.6)
    return forms[near[0]] if near else None


def ask(word: str, known: Iterable[str]) -> str:
    """Return "Did you mean …?" with the near word, or the list of what there is."""
    names = list(known)
    near = suggest(word, names)
    if near is not None:
        return f"Did you mean '{near}'?"
    return f"There are: {quote_list(names, 12)}" if names else "There are none"


def quote_list(words: Iterable[str], most: int = 5) -> str:
    """Return words in quotation marks, the first few by name and the rest as a number."""
    names = list(words)
    shown = ", ".join(f"'{name}'" for name in names[:most])
    return shown if len(names) <= most else f"{shown} and {len(names) - most:,} more"


def join_words(words: Iterable[str]) -> str:
    """Return words as a list in a sentence.

    Examples
    --------
    >>> join_words(["one"]), join_words(["one", "two", "three"])
    ('one', 'one, two and three')
    """
    names = list(words)
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def say_count(number: int, one: str, several: str | None = None) -> str:
    """Return a number of things in words.

    Examples
    --------
    >>> say_count(1, "mentee"), say_count(1200, "mentee"), say_count(2, "person", "people")
    ('1 mentee', '1,200 mentees', '2 people')
    """
    return f"{number:,} {one if number == 1 else several or f'{one}s'}"


def say_hours(minutes: int) -> str:
    """Return minutes as a number of hours.

    Examples
    --------
    >>> say_hours(60), say_hours(90), say_hours(180)
    ('1 hour', '1.5 hours', '3 hours')
    """
    return f"{minutes / 60:g} hour{'' if minutes == 60 else 's'}"
