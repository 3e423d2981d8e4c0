"""Every kind of fault and notice is listed and documented; rendered pages are up to date."""

from __future__ import annotations

import importlib.util
from fnmatch import fnmatch
from pathlib import Path

import pytest

import matchmaker
from matchmaker.kinds import FAULTS, NOTICES
from tests.kinds import Reader, read_package

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="module")
def said() -> Reader:
    """Return what the package can say."""
    return read_package(Path(matchmaker.__file__).parent)


def test_kinds_can_be_read(said: Reader) -> None:
    """Every call that hands a kind over says which, or hands its own parameter on."""
    assert said.unread == []


def test_kinds_are_listed(said: Reader) -> None:
    """No kind is used that the list does not explain, through whatever helper."""
    for used, listed in ((said.kinds["fault"], FAULTS), (said.kinds["notice"], NOTICES)):
        assert [kind for kind in sorted(used) if not any(fnmatch(known, kind) for known in listed)] == []


def test_kinds_are_used(said: Reader) -> None:
    """No kind is explained that nothing uses."""
    for used, listed in ((said.kinds["fault"], FAULTS), (said.kinds["notice"], NOTICES)):
        assert [kind for kind in listed if not any(fnmatch(kind, known) for known in used)] == []


HELPERS = """
class Check:
    def blame(self, key, kind, problem):
        self.add(Fault(kind, problem))

    def look(self):
        self.blame("a", "through-method", "")
        self.blame("a", kind="by-name", problem="")
        for kind, told in (("in-loop", ""), *list_more()):
            self.blame("a", kind, told)
        Notice("either" if self else "or", "")

def look_at(check: Check, other: Other):
    check.blame("a", "through-parameter", "")
    other.blame("a", "of-another-class", "")

def list_more():
    yield "yielded", ""
    yield from (("passed-on", name) for name in "ab")

def refuse(kind, problem):
    return Fault(kind, problem)

def read(text):
    word, problem = "assigned", ""
    rows = (("in-list", 1),)
    for kind, _ in rows:
        refuse(kind, "")
    raise refuse(word, problem) from Refusal("refusal", "", "")

def lose(text):
    refuse(text.lower(), "")
"""


def test_helpers_are_seen() -> None:
    """Kinds are found through methods, functions, loops and conditions; what cannot be read is told."""
    reader = Reader([("helpers.py", HELPERS)])
    assert reader.kinds["fault"] == {
        *(
            "through-method",
            "through-parameter",
            "by-name",
            "in-loop",
            "yielded",
            "passed-on",
            "assigned",
            "in-list",
            "refusal",
        )
    }
    assert reader.kinds["notice"] == {"either", "or"}
    assert reader.unread == ["helpers.py:32: text.lower()"]


def test_rendered_pages() -> None:
    """The pages made from lists are as `scripts/render_docs.py` writes them."""
    spec = importlib.util.spec_from_file_location("render_docs", ROOT / "scripts" / "render_docs.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    for name, text in module.render_pages().items():
        assert (ROOT / "docs" / name).read_text(encoding="utf-8") == text.rstrip() + "\n", f"run {spec.origin}"
