"""Versioned JSON documents: what leaves matchmaker reads back as the same."""

from matchmaker.documents.answer import read_matching, write_matching
from matchmaker.documents.folder import is_foreign, write_folder
from matchmaker.documents.memory import read_memory, write_memory
from matchmaker.documents.run import Run, list_versions, locate_files, read_run, relate_path, write_run

__all__ = [
    "Run",
    "is_foreign",
    "list_versions",
    "locate_files",
    "read_matching",
    "read_memory",
    "read_run",
    "relate_path",
    "write_folder",
    "write_matching",
    "write_memory",
    "write_run",
]
