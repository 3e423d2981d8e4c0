"""What the documentation says is true: its code runs, its links lead somewhere, its words are ours."""

from __future__ import annotations

import contextlib
import doctest
import importlib
import io
import pkgutil
import re
import shlex
import shutil
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

import click
import pytest

import matchmaker
from matchmaker.cli.main import COMMANDS, run
from matchmaker.cli.main import matchmaker as group
from matchmaker.cli.status import Status

ROOT = Path(__file__).resolve().parent.parent
DOCS = ROOT / "docs"
PAGES = sorted([*DOCS.rglob("*.md"), *ROOT.glob("*.md")])
NAMES = [path.relative_to(ROOT).as_posix() for path in PAGES]

FENCE = re.compile(r"^```([a-z-]*)[^\n]*\n(.*?)^```$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)\s]+)\)")
STATUS = re.compile(r"#\s*exit status (\d+)\s*$")
ANYTHING = "…"
"""A line that stands for any lines of output."""

SYNONYMS = {
    "warning": "notice",
    "protégé": "mentee",
    "unmatched": "left over",
    "quota": "capacity",
    "match score": "points",
    "pair's score": "points",
    "config file": "program file",
    "configuration file": "program file",
    "time slot": "slot, or weekly time",
    "shadow price": "price",
    "data set": "roster",
    "dataset": "roster",
}
"""Words that the glossary has another word for."""


@dataclass(frozen=True)
class Block:
    """A piece of code on a page.

    Parameters
    ----------
    language : str
    text : str
    line : int
        Number of its first line on the page.
    """

    language: str
    text: str
    line: int


def list_blocks(page: Path) -> Iterator[Block]:
    """Yield the code of a page in its order."""
    text = page.read_text(encoding="utf-8")
    for match in FENCE.finditer(text):
        yield Block(match[1], match[2], text.count("\n", 0, match.start()) + 2)


def read_prose(page: Path) -> str:
    """Return a page without its code, and without the titles of other people's works."""
    text, *_ = page.read_text(encoding="utf-8").split("\n## Sources\n")
    return re.sub(r"`[^`\n]*`", "", FENCE.sub("", text))


@pytest.fixture
def examples(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder with a copy of the examples, which is also the current one."""
    shutil.copytree(ROOT / "examples", tmp_path / "examples")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "200")
    return tmp_path


@pytest.fixture
def namespace(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """Return a module that the code of one page shares."""
    module = ModuleType("page")
    monkeypatch.setitem(sys.modules, "page", module)
    return module


def run_python(block: Block, name: str, module: ModuleType) -> None:
    """Run Python code: as a doctest where it has prompts, as it stands otherwise."""
    if ">>>" not in block.text:
        exec(compile(block.text, f"{name}:{block.line}", "exec"), vars(module))
        return
    test = doctest.DocTestParser().get_doctest(block.text, vars(module), name, name, block.line - 1)
    told = io.StringIO()
    result = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS).run(test, out=told.write, clear_globs=False)
    vars(module).update(test.globs)
    assert result.failed == 0, told.getvalue()


def run_shell(block: Block, monkeypatch: pytest.MonkeyPatch) -> None:
    """Run the ``matchmaker`` and ``cd`` lines of a block and compare what they print, where it is shown.

    What would serve for ever is left to `tests.service.test_readme`, which runs all that is sent to it, too.
    """
    for command, shown in split_commands(block):
        words = shlex.split(command, comments=True)
        if words[:1] == ["cd"]:
            monkeypatch.chdir(words[1])
        elif words[:1] == ["matchmaker"] and words[1] != "serve":
            expected = STATUS.search(command)
            said = run_command(words[1:], int(expected[1]) if expected else 0)
            compare_output(shown, said, command)


def split_commands(block: Block) -> Iterator[tuple[str, list[str]]]:
    """Yield each command of a block with the lines of output shown below it."""
    lines = block.text.replace("\\\n", " ").splitlines()
    if block.language != "console":
        yield from ((line, []) for line in lines)
        return
    starts = [k for k, line in enumerate(lines) if line.startswith("$ ")]
    for start, end in zip(starts, [*starts[1:], len(lines)], strict=True):
        yield lines[start].removeprefix("$ "), lines[start + 1 : end]


def run_command(words: list[str], expected: int) -> str:
    """Run ``matchmaker`` in this process and return what it printed, stdout before stderr."""
    out, err = io.StringIO(), io.StringIO()
    arguments, target = (words[:-2], Path(words[-1])) if words[-2:-1] == [">"] else (words, None)
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        status = run(arguments)
    assert status == expected, f"matchmaker {' '.join(words)} ended with {status}:\n{err.getvalue()}"
    if target is not None:
        target.write_text(out.getvalue(), encoding="utf-8")
    return out.getvalue() + err.getvalue()


def compare_output(shown: list[str], said: str, command: str) -> None:
    """Hold that the lines shown on the page are printed, in their order and without a hole.

    A line with nothing but an ellipsis stands for any lines. Spaces are not compared.
    """
    lines = [" ".join(line.split()) for line in said.splitlines() if line.strip()]
    position, is_open = 0, False
    for line in (" ".join(line.split()) for line in shown if line.strip()):
        if line == ANYTHING:
            is_open = True
            continue
        found = line in lines[position:] if is_open else lines[position : position + 1] == [line]
        assert found, f"{command}\nis said to print\n{line}\nbut printed\n{said}"
        position = lines.index(line, position) + 1
        is_open = False


@pytest.mark.parametrize("page", PAGES, ids=NAMES)
def test_code_runs(page: Path, examples: Path, namespace: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every Python and every command on a page runs, in order, and prints what the page says."""
    assert examples.is_dir()
    for block in list_blocks(page):
        if block.language == "python":
            run_python(block, page.name, namespace)
        elif block.language in ("sh", "console"):
            run_shell(block, monkeypatch)


def list_modules() -> list[str]:
    """Return the names of all modules of the package that can be imported for themselves."""
    found = pkgutil.walk_packages(matchmaker.__path__, "matchmaker.")
    return sorted(module.name for module in found if not module.name.endswith("__main__"))


@pytest.mark.parametrize("name", list_modules())
def test_docstring_examples(name: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The examples in docstrings are true."""
    monkeypatch.chdir(tmp_path)
    result = doctest.testmod(importlib.import_module(name), optionflags=doctest.ELLIPSIS)
    assert result.failed == 0


def list_pages(entry: object) -> Iterator[str]:
    """Yield the pages that an entry of the navigation leads to."""
    if isinstance(entry, str):
        yield entry
    elif isinstance(entry, dict):
        for value in entry.values():
            yield from list_pages(value)
    elif isinstance(entry, list):
        for value in entry:
            yield from list_pages(value)


def test_every_page_in_navigation() -> None:
    """Every page is in the navigation once, and the navigation leads to no page that is missing."""
    config = tomllib.loads((ROOT / "zensical.toml").read_text(encoding="utf-8"))
    pages = sorted(path.relative_to(DOCS).as_posix() for path in DOCS.rglob("*.md"))
    assert sorted(list_pages(config["project"]["nav"])) == pages


def list_anchors(page: Path) -> set[str]:
    """Return the anchors of the headings of a page."""
    text = FENCE.sub("", page.read_text(encoding="utf-8"))
    headings = re.findall(r"^#+ +(.+?)\s*$", text, re.MULTILINE)
    plain = (re.sub(r"[^\w\s-]", "", heading).strip().lower() for heading in headings)
    return {re.sub(r"[-\s]+", "-", heading) for heading in plain}


@pytest.mark.parametrize("page", PAGES, ids=NAMES)
def test_links_resolve(page: Path) -> None:
    """Every link to another page, and to a heading in it, leads somewhere."""
    text = FENCE.sub("", page.read_text(encoding="utf-8"))
    lost = []
    for target in LINK.findall(text):
        if target.startswith(("http://", "https://", "mailto:")):
            continue
        path, _, anchor = target.partition("#")
        other = (page.parent / path).resolve() if path else page
        if not other.exists() or (anchor and anchor not in list_anchors(other)):
            lost.append(target)
    assert lost == []


@pytest.mark.parametrize("page", PAGES, ids=NAMES)
def test_one_word_per_thing(page: Path) -> None:
    """No page uses a synonym of a word in the glossary."""
    prose = read_prose(page).lower()
    used = {word for word in SYNONYMS if re.search(rf"\b{re.escape(word)}s?\b", prose)}
    assert {word: SYNONYMS[word] for word in used} == {}


def test_public_names_in_reference() -> None:
    """Every public name has its entry in the reference."""
    text = (DOCS / "reference.md").read_text(encoding="utf-8")
    entries = set(re.findall(r"^::: matchmaker\.(?:\w+\.)*(\w+)$", text, re.MULTILINE))
    assert set(matchmaker.__all__) - {"__version__"} <= entries


@pytest.mark.parametrize("name", COMMANDS)
def test_commands_described(name: str) -> None:
    """The page on the commands has a section for each, with every option and whatever stands below it."""
    text = (DOCS / "commands.md").read_text(encoding="utf-8")
    section = text.partition(f"\n## {name}\n")[2].partition("\n## ")[0]
    assert section
    command = group.get_command(click.Context(group), name)
    assert command is not None
    text = section + text.partition("\n## Options for the input\n")[2].partition("\n## ")[0]
    below = list(command.commands.values()) if isinstance(command, click.Group) else []
    assert [one.name for one in below if f"`{name} {one.name}" not in section] == []
    params = [param for one in (command, *below) for param in one.params]
    options = [max(option.opts, key=len) for option in params if isinstance(option, click.Option)]
    assert [option for option in options if f"`{option}" not in text] == []


def test_exit_statuses_described() -> None:
    """The page on the commands names every exit status."""
    text = (DOCS / "commands.md").read_text(encoding="utf-8")
    assert [status for status in Status if f"| {status.value} |" not in text] == []


def test_evidence_has_its_source() -> None:
    """Every component states its evidence, and each study that is named stands among the sources, with its DOI."""
    text = (DOCS / "components.md").read_text(encoding="utf-8")
    body, sources = text.split("\n## Sources\n")
    sections = dict(re.findall(r"^## (.+?)\n(.*?)(?=^## |\Z)", body, re.MULTILINE | re.DOTALL))
    for names in ("skills, knowledge", "attitude", "availability", "attributes", "preferences"):
        assert "\nEvidence: " in sections[names], names
    studies = re.findall(r"\[([A-Z]\w+)[^\]]*? (\d{4})\]\(#sources\)", body)
    assert len(studies) == 4
    for author, year in studies:
        (entry,) = (one for one in sources.split("\n- ")[1:] if one.startswith(author))
        assert f"({year})" in entry
        assert "https://doi.org/10." in entry
