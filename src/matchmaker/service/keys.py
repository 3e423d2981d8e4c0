"""API keys: made once, shown once, kept as salted hashes; and who may do what."""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
import time
from dataclasses import dataclass

from matchmaker.service.jobs import NOBODY
from matchmaker.service.store import Key

SCOPES = ("match", "read", "admin")
"""Send and cancel jobs; look at one's own; look at everybody's, and do all the others can."""

FORM = re.compile(r"mm_([0-9a-f]{12})_([A-Za-z0-9_-]{43})")


@dataclass(frozen=True)
class Caller:
    """Who calls.

    Parameters
    ----------
    owner : str
        Id of the key; empty without keys.
    scopes : frozenset of str
    """

    owner: str
    scopes: frozenset[str]

    @property
    def is_admin(self) -> bool:
        """Whether everybody's jobs are theirs to see."""
        return "admin" in self.scopes

    def may(self, scope: str) -> bool:
        """Return whether a scope is theirs."""
        return scope in self.scopes or self.is_admin


ANYBODY = Caller(NOBODY, frozenset(SCOPES))
"""Whoever calls a service that has no keys; it listens on loopback only."""


def make_key(name: str, scopes: tuple[str, ...]) -> tuple[Key, str]:
    """Return a new key as it is kept, and as it is shown, once.

    Parameters
    ----------
    name : str
        For people, such as the system that uses it.
    scopes : tuple of str
        Some of `SCOPES`.
    """
    identity, secret, salt = secrets.token_hex(6), secrets.token_urlsafe(32), secrets.token_hex(16)
    key = Key(identity, name, salt, hash_secret(salt, secret), " ".join(scopes), time.time())
    return key, f"mm_{identity}_{secret}"


def hash_secret(salt: str, secret: str) -> str:
    """Return the salted hash of a secret of 256 random bits, which needs no slow hash."""
    return hashlib.sha256(f"{salt}:{secret}".encode()).hexdigest()


def split_token(token: str) -> tuple[str, str] | None:
    """Return id and secret of a key as it is shown, None if it is none."""
    found = FORM.fullmatch(token)
    return None if found is None else (found.group(1), found.group(2))


def open_key(key: Key | None, secret: str) -> Caller | None:
    """Return who calls with a secret, None if it does not fit or the key was revoked.

    It takes the same time whether there is such a key or not.
    """
    salt, known = ("", "0" * 64) if key is None else (key.salt, key.hash)
    fits = hmac.compare_digest(hash_secret(salt, secret), known)
    if key is None or not fits or key.revoked is not None:
        return None
    return Caller(key.id, frozenset(key.scopes.split()))
