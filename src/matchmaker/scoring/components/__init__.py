"""The built-in components, a file each, in one ordered list."""

from matchmaker.scoring.components import attitude, attributes, availability, goals, preferences

COMPONENTS = (goals, attitude, availability, attributes, preferences)
"""Every module of components, in the order of their names in `matchmaker.scoring.weights.BUILT_IN`.

Each has `add(draft)`, which compiles it, and `explain(encoded, mentee, mentor)`, which returns for
each of its names a sentence about a pair.
"""

__all__ = ["COMPONENTS"]
