"""How functions are compiled, in one place."""

from __future__ import annotations

from functools import partial

from numba import njit

compiled = partial(njit, cache=True, nogil=True, _nrt=False)
"""Compiled at the first call, and kept on disk.

Such a function makes no arrays, and does not count who uses those that it is given: Numba would count, with a locked
instruction, whenever a member of a tuple is touched, which made bids take three times as long.
"""

inlined = partial(compiled, inline="always")
"""The same for small functions that become part of others."""
