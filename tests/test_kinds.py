"""Every kind of fault and notice is listed and documented; rendered pages are up to date."""

from __future__ import annotations

import ast
import importlib.util
from pathlib import Path

import matchmaker
from matchmaker.kinds import FAULTS, NOTICES

ROOT = Path(__file__).resolve().parent.parent
SOURCE = Path(matchmaker.__file__).parent


def list_kinds(name: str) -> set[str]:
    """Return the kinds with which `Fault` or `Notice` is called in the source."""
    found = set()
    for path in SOURCE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == name and node.args:
                first = node.args[0]
                if isinstance(first, ast.Constant) and isinstance(first.value, str):
                    found.add(first.value)
    return found


def test_kinds_are_listed() -> None:
    """No kind is used that the list does not explain."""
    assert list_kinds("Fault") - set(FAULTS) == set()
    assert list_kinds("Notice") - set(NOTICES) == set()


def test_kinds_are_used() -> None:
    """No kind is explained that nothing uses."""
    text = "\n".join(path.read_text(encoding="utf-8") for path in SOURCE.rglob("*.py") if path.name != "kinds.py")
    composed = {"id-repeated", "email-repeated"}
    assert {kind for kind in (*FAULTS, *NOTICES) if f'"{kind}"' not in text} - composed == set()


def test_rendered_pages() -> None:
    """The pages made from lists are as `scripts/render_docs.py` writes them."""
    spec = importlib.util.spec_from_file_location("render_docs", ROOT / "scripts" / "render_docs.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    for name, text in module.render_pages().items():
        assert (ROOT / "docs" / name).read_text(encoding="utf-8") == text.rstrip() + "\n", f"run {spec.origin}"
