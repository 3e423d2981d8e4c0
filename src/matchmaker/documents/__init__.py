"""Versioned JSON documents: what leaves matchmaker reads back as the same."""

from matchmaker.documents.answer import read_matching, write_matching

__all__ = ["read_matching", "write_matching"]
