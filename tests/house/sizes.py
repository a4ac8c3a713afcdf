"""Files and functions too long to be seen at a glance: found, and compared with the list that only shrinks."""

import ast
from collections.abc import Iterator
from pathlib import Path

from tests.house.sources import HOME

FILE_LINES = 300
FUNCTION_LINES = 40
PYTHON = ("zhanggui", "tests", "bench", "scripts")
SCREENS = ("web/src", "web/widget", "web/shop")
MADE = ("node_modules", "web_dist", "dist", "versions", "api")
"""Folders that hold what is made: built screens, packages, the generated client, and migrations (never edited)."""
LIST = Path(__file__).with_name("sizes.txt")


def too_long() -> dict[str, int]:
    """Name ("path" or "path::function") → lines, of everything beyond the limit."""
    found: dict[str, int] = {}
    for file in _files(PYTHON, (".py",)):
        text = file.read_text(encoding="utf-8")
        found.update(_long_file(file, text))
        name = file.relative_to(HOME).as_posix()
        found.update({f"{name}::{inner}": lines for inner, lines in long_functions(ast.parse(text))})
    for file in _files(SCREENS, (".ts", ".vue", ".mjs")):
        found.update(_long_file(file, file.read_text(encoding="utf-8")))
    return found


def long_functions(tree: ast.AST, prefix: str = "") -> Iterator[tuple[str, int]]:
    """Every function over the limit with its lines, named from its class on; decorators count."""
    for node in ast.iter_child_nodes(tree):
        inner = prefix
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            inner = f"{prefix}{node.name}."
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            first = min([node.lineno, *(one.lineno for one in node.decorator_list)])
            lines = (node.end_lineno or first) - first + 1
            if lines > FUNCTION_LINES:
                yield inner.removesuffix("."), lines
        yield from long_functions(node, inner)


def listed() -> dict[str, int]:
    """What the list allows."""
    lines = LIST.read_text(encoding="utf-8").splitlines()
    parts = (line.rsplit(" ", 1) for line in lines if line and not line.startswith("#"))
    return {name: int(size) for name, size in parts}


def judged(found: dict[str, int], allowed: dict[str, int]) -> list[str]:
    """What is wrong, each with what to do."""
    wrong = []
    for name, size in sorted(found.items()):
        if name not in allowed:
            wrong.append(f"{name} has {size} lines: split it")
        elif size > allowed[name]:
            wrong.append(f"{name} grew from {allowed[name]} to {size} lines: split it")
        elif size < allowed[name]:
            wrong.append(f"{name} shrank to {size} lines: write {size} in sizes.txt")
    return wrong + [f"{name} is short now, or gone: take it off sizes.txt" for name in sorted(allowed.keys() - found)]


def _files(folders: tuple[str, ...], endings: tuple[str, ...]) -> Iterator[Path]:
    for folder in folders:
        for file in sorted((HOME / folder).rglob("*")):
            if file.suffix in endings and not set(file.relative_to(HOME).parts) & set(MADE):
                yield file


def _long_file(file: Path, text: str) -> dict[str, int]:
    lines = len(text.splitlines())
    return {file.relative_to(HOME).as_posix(): lines} if lines > FILE_LINES else {}
