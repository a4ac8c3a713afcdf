"""The server's own sources as syntax trees, read once."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

HOME = Path(__file__).resolve().parents[2]
SERVER = HOME / "zhanggui"


@cache
def trees() -> dict[str, ast.Module]:
    """Path below `zhanggui/` (with "/") → tree, of every module of the server."""
    files = sorted(file for file in SERVER.rglob("*.py") if "web_dist" not in file.parts)
    return {file.relative_to(SERVER).as_posix(): ast.parse(file.read_text(encoding="utf-8")) for file in files}


def calls(tree: ast.AST) -> Iterator[tuple[str, ast.Call]]:
    """Every call with the last name of what is called: `a.b.run(…)` is "run"."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield called(node), node


def called(node: ast.Call) -> str:
    """The last name of what is called, "" when it has none."""
    if isinstance(node.func, ast.Attribute):
        return node.func.attr
    return node.func.id if isinstance(node.func, ast.Name) else ""


def literals(node: ast.AST | None) -> list[str]:
    """The texts an expression can be: a literal, or either side of a choice."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return [node.value]
    if isinstance(node, ast.IfExp):
        return literals(node.body) + literals(node.orelse)
    return []


def texts(tree: ast.AST) -> Iterator[str]:
    """Every text literal, docstrings too."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value
