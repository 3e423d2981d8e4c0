"""What README and the page of the service show is true: their commands run against a real service, and answer as shown."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.service.running import EXAMPLES, Running, running
from tests.test_docs import ANYTHING, DOCS, ROOT, Block, list_blocks

ADDRESS = "http://127.0.0.1:8080"

needs_curl = pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")


def run_shell(blocks: list[Block], server: Running, folder: Path) -> list[str]:
    """Run commands one after another in one shell, and return what each block printed."""
    shutil.copytree(EXAMPLES, folder / "examples")
    parts = [f"{block.text}\nprintf '\\0'\n" for block in blocks]
    script = "set -e\n" + "".join(parts).replace(ADDRESS, server.url)
    result = subprocess.run(["bash", "-c", script], cwd=folder, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout + result.stderr
    return result.stdout.split("\0")


def holds(shown: Any, said: Any) -> bool:
    """Return whether an answer has everything that is shown; an ellipsis stands for anything."""
    if shown == ANYTHING:
        return True
    if isinstance(shown, dict):
        return isinstance(said, dict) and all(name in said and holds(shown[name], said[name]) for name in shown)
    if isinstance(shown, list):
        is_whole = shown[-1:] != [ANYTHING]
        listed = shown if is_whole else shown[:-1]
        fits = isinstance(said, list) and (len(said) == len(listed) if is_whole else len(said) >= len(listed))
        return fits and all(holds(*pair) for pair in zip(listed, said, strict=False))
    return bool(shown == said)


def compare_text(shown: str, said: str) -> bool:
    """Return whether a text is as shown; an ellipsis stands for any characters of a line."""
    pattern = ".*".join(map(re.escape, shown.strip().split(ANYTHING)))
    return re.fullmatch(pattern, said.strip()) is not None


@needs_curl
def test_page_of_the_service(server: Running, tmp_path: Path) -> None:
    """Every command on the page of the service runs, and every answer shown is the one that is given."""
    blocks = list(list_blocks(DOCS / "service.md"))
    for block in blocks:
        found = re.search(r'"format": "matchmaker\.(request|changes)"', block.text)
        if block.language == "json" and found:
            (tmp_path / f"{found[1]}.json").write_text(block.text, encoding="utf-8")
    asked = [k for k, block in enumerate(blocks) if block.language == "sh" and "curl" in block.text]
    with running(tmp_path / "data") as own:
        printed = run_shell([blocks[k] for k in asked], own, tmp_path)
    for k, said in zip(asked, printed, strict=False):
        shown = blocks[k + 1]
        if shown.language == "json":
            assert holds(json.loads(shown.text), json.loads(said)), f"line {shown.line}: {said}"
        elif shown.language == "text":
            assert compare_text(shown.text, said), f"line {shown.line}: {said}"


@needs_curl
def test_readme_sends_the_example(server: Running, tmp_path: Path) -> None:
    """What README sends to the service is answered with the answer."""
    (block,) = (one for one in list_blocks(ROOT / "README.md") if "curl" in one.text)
    assert json.loads(run_shell([block], server, tmp_path)[0])["status"] == "optimal"


def test_readme_starts_the_service() -> None:
    """README and the page of the service start it by one command."""
    for page in (ROOT / "README.md", DOCS / "service.md"):
        assert any(block.text == "matchmaker serve\n" for block in list_blocks(page)), page


@pytest.mark.parametrize("key", [False, True])
def test_client_of_the_examples(tmp_path: Path, key: bool) -> None:
    """The client in the examples gets the answer of both ways to send, and has it re-checked; also with a key."""
    given: list[str] = []
    if key:
        words = [sys.executable, "-m", "matchmaker", "keys", "--data", str(tmp_path), "add", "client"]
        given = ["--key", subprocess.run(words, capture_output=True, text=True, check=True).stdout.strip()]
    with running(tmp_path) as own:
        words = [sys.executable, str(EXAMPLES / "client.py"), own.url, *given]
        result = subprocess.run(words, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr
    lines = result.stdout.splitlines()
    assert lines.count("succeeded: 16 pairs, 11 left over, gap 0") == 2, result.stdout
    assert lines.count("re-checked: holds, 14 checks") == 2
    assert "  succeeded, ended" in lines
