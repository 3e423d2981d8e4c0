"""Which kinds of fault and notice the source can say, read from its text: through helpers, loops and conditions too."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

SLUG = re.compile(r"[a-z]+(-[a-z]+)*")
FIRST = {"Fault": "fault", "Notice": "notice", "Refusal": "fault", "Flaw": "fault"}
"""What takes a kind as its first argument, and of what."""

Function = ast.FunctionDef | None


@dataclass(frozen=True)
class Helper:
    """A function that takes a kind and hands it on.

    Parameters
    ----------
    name : str
        As it is called; that of the class for ``__init__``.
    owner : str
        The class of a method; "" for what is called by its name alone.
    place : int
        Position of the kind among the arguments of a call.
    what : str
        "fault" or "notice".
    """

    name: str
    owner: str
    place: int
    what: str


def walk(node: ast.AST, function: Function = None, owner: str = "") -> Iterator[tuple[ast.AST, Function, str]]:
    """Yield every node with the function and the class in which it stands."""
    for child in ast.iter_child_nodes(node):
        yield child, function, owner
        inner = child if isinstance(child, ast.FunctionDef) else function
        yield from walk(child, inner, child.name if isinstance(child, ast.ClassDef) else owner)


class Reader:
    """Reads the kinds of some modules.

    Parameters
    ----------
    texts : iterable of (str, str)
        Name and source of each.
    """

    def __init__(self, texts: Iterable[tuple[str, str]]) -> None:
        self.modules = [(name, ast.parse(text)) for name, text in texts]
        self.nodes = [(name, module, list(walk(module))) for name, module in self.modules]
        self.helpers = {Helper(name, "", 0, what) for name, what in FIRST.items()}
        self.kinds: dict[str, set[str]] = {"fault": set(), "notice": set()}
        self.unread: list[str] = []
        known = 0
        while known < len(self.helpers):
            known = len(self.helpers)
            self.unread.clear()
            for name, module, nodes in self.nodes:
                for node, function, owner in nodes:
                    if isinstance(node, ast.Call):
                        self.read_call(node, function, owner, name, module)

    def read_call(self, call: ast.Call, function: Function, owner: str, name: str, module: ast.Module) -> None:
        """Read the kind that a call hands over, if it does."""
        called = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
        receiver = find_class(call.func.value, function, owner) if isinstance(call.func, ast.Attribute) else ""
        for helper in [one for one in self.helpers if one.name == called and one.owner in ("", receiver)]:
            keyword = next((one.value for one in call.keywords if one.arg == "kind"), None)
            value = keyword or (call.args[helper.place] if helper.place < len(call.args) else None)
            if value is None:
                continue
            try:
                self.kinds[helper.what] |= set(self.read(value, function, owner, module, helper.what))
            except LookupError:
                self.unread.append(f"{name}:{call.lineno}: {ast.unparse(value)}")

    def read(self, value: ast.expr, function: Function, owner: str, module: ast.Module, what: str) -> Iterator[str]:
        """Yield the kinds that an expression may be; a parameter makes its function a helper."""
        if isinstance(value, ast.Constant) and isinstance(value.value, str):
            yield value.value
        elif isinstance(value, ast.IfExp):
            for part in (value.body, value.orelse):
                yield from self.read(part, function, owner, module, what)
        elif isinstance(value, ast.JoinedStr):
            yield "".join(part.value if isinstance(part, ast.Constant) else "*" for part in value.values)  # type: ignore[misc]
        elif isinstance(value, ast.Name) and function is not None:
            parameters = [one.arg for one in function.args.args]
            if value.id in parameters:
                is_method = parameters[0] in ("self", "cls")
                called = owner if function.name == "__init__" else function.name
                place = parameters.index(value.id) - is_method
                self.helpers.add(Helper(called, owner if is_method and called != owner else "", place, what))
            else:
                yield from self.read_variable(value.id, function, owner, module, what)
        elif not (isinstance(value, ast.Attribute) and value.attr == "kind"):
            raise LookupError

    def read_variable(
        self, name: str, function: ast.FunctionDef, owner: str, module: ast.Module, what: str
    ) -> Iterator[str]:
        """Yield what a variable of a function may be."""
        found = False
        for node in ast.walk(function):
            sources: list[tuple[ast.expr, ast.expr, bool]] = []
            if isinstance(node, ast.Assign):
                sources = [(target, node.value, False) for target in node.targets]
            elif isinstance(node, ast.For | ast.comprehension):
                sources = [(node.target, node.iter, True)]
            for target, source, is_loop in sources:
                place = find_place(target, name)
                if place is None:
                    continue
                found = True
                for row in self.list_rows(source, function, module) if is_loop else [(source, function)]:
                    yield from self.read(pick(row[0], place), row[1], owner, module, what)
        if not found:
            raise LookupError

    def list_rows(
        self, source: ast.expr, function: Function, module: ast.Module
    ) -> Iterator[tuple[ast.expr, Function]]:
        """Yield what a loop goes through, with the function in which it stands."""
        if isinstance(source, ast.Tuple | ast.List):
            for one in source.elts:
                yield from (
                    self.list_rows(one.value, function, module) if isinstance(one, ast.Starred) else [(one, function)]
                )
        elif isinstance(source, ast.Name) and function is not None:
            for assigned in [node for node in ast.walk(function) if isinstance(node, ast.Assign)]:
                if any(getattr(target, "id", "") == source.id for target in assigned.targets):
                    yield from self.list_rows(assigned.value, function, module)
        elif isinstance(source, ast.Call) and isinstance(source.func, ast.Name):
            for node in ast.walk(module):
                if isinstance(node, ast.FunctionDef) and node.name == source.func.id:
                    yield from self.list_yielded(node, module)
        else:
            raise LookupError

    def list_yielded(self, function: ast.FunctionDef, module: ast.Module) -> Iterator[tuple[ast.expr, Function]]:
        """Yield what a generator yields."""
        for node in ast.walk(function):
            if isinstance(node, ast.Yield) and node.value is not None:
                yield node.value, function
            elif isinstance(node, ast.YieldFrom):
                rows = (
                    [(node.value.elt, function)]
                    if isinstance(node.value, ast.GeneratorExp)
                    else self.list_rows(node.value, function, module)
                )
                yield from rows


def find_class(value: ast.expr, function: Function, owner: str) -> str:
    """Return the class of what a method is called on: ``self``, or a parameter that says what it is."""
    name = getattr(value, "id", "")
    if name == "self" or function is None:
        return owner
    notes = (one.annotation for one in function.args.args if one.arg == name and one.annotation is not None)
    return next((ast.unparse(note) for note in notes), "")


def find_place(target: ast.expr, name: str) -> int | None:
    """Return where a name stands in what is assigned to: -1 for all of it, None if it does not."""
    if isinstance(target, ast.Name):
        return -1 if target.id == name else None
    names = [getattr(one, "id", "") for one in getattr(target, "elts", [])]
    return names.index(name) if name in names else None


def pick(value: ast.expr, place: int) -> ast.expr:
    """Return one part of a tuple that is assigned, -1 for all of it."""
    if place < 0:
        return value
    if isinstance(value, ast.Tuple | ast.List):
        return value.elts[place]
    raise LookupError


def read_package(source: Path) -> Reader:
    """Return what a package can say."""
    files = sorted(source.rglob("*.py"))
    return Reader((path.relative_to(source).as_posix(), path.read_text(encoding="utf-8")) for path in files)
