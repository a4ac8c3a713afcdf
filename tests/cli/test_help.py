"""Every command explains itself with an example, in the language of the terminal."""

import locale
import os
import subprocess
import sys
from collections.abc import Iterator

import click
import pytest
from click.testing import CliRunner

import zhanggui
from zhanggui.cli import language, main


def commands(command: click.Command = main, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """The path of every command and group."""
    yield path
    if isinstance(command, click.Group):
        for name, inner in command.commands.items():
            yield from commands(inner, (*path, name))


def test_the_commands_are_these():
    assert {" ".join(path) for path in commands()} >= {
        "serve", "demo", "version", "db upgrade", "db backup", "db restore", "db check", "db move", "db reindex",
        "owner reset-password", "agent add",
    }  # fmt: skip


@pytest.mark.parametrize("path", list(commands()), ids=" ".join)
def test_every_command_has_help_with_an_example(path: tuple[str, ...]):
    said = CliRunner().invoke(main, [*path, "--help"])
    assert said.exit_code == 0
    assert CliRunner().invoke(main, [*path, "-h"]).output == said.output
    command: click.Command = main
    for name in path:
        assert isinstance(command, click.Group)
        command = command.commands[name]
    leaf = not isinstance(command, click.Group)
    assert not leaf or f"zhanggui {' '.join(path)}" in said.output.split("\n", 1)[1]
    for parameter in command.params:
        assert not isinstance(parameter, click.Option) or parameter.help


def test_version():
    said = CliRunner().invoke(main, ["version"])
    assert (said.exit_code, said.output) == (0, f"{zhanggui.__version__}\n")


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        ({"LANG": "zh_CN.UTF-8"}, "zh-CN"),
        ({"LANG": "zh_TW.Big5"}, "zh-CN"),
        ({"LANG": "en_US.UTF-8"}, "en"),
        ({"LANG": "de_DE.UTF-8"}, "en"),
        ({"LANG": "C"}, "en"),
        ({"LANG": "zh_CN.UTF-8", "LC_ALL": "en_US.UTF-8"}, "en"),
        ({"LANG": "en_US.UTF-8", "LC_ALL": "zh_CN.UTF-8"}, "zh-CN"),
        ({"LANG": "en_US.UTF-8", "LC_MESSAGES": "zh_CN.UTF-8"}, "zh-CN"),
        ({"LANG": "zh_CN.UTF-8", "LC_ALL": ""}, "zh-CN"),
    ],
)
def test_the_locale_chooses_the_language(environment: dict[str, str], expected: str, monkeypatch: pytest.MonkeyPatch):
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert language.chosen() == expected


@pytest.mark.parametrize(
    ("system", "expected"),
    [("zh_CN", "zh-CN"), ("Chinese (Simplified)_China", "zh-CN"), ("English_United States", "en"), (None, "en")],
)
def test_without_a_word_the_system_decides(system: str | None, expected: str, monkeypatch: pytest.MonkeyPatch):
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(locale, "getlocale", lambda: (system, None))
    assert language.chosen() == expected


def run(*args: str, **environment: str) -> "subprocess.CompletedProcess[str]":
    """`python -m zhanggui …` in a terminal of its own."""
    env = {**os.environ, **environment}
    command = [sys.executable, "-m", "zhanggui", *args]
    return subprocess.run(command, env=env, capture_output=True, encoding="utf-8", timeout=50, check=False)


@pytest.mark.slow
def test_it_speaks_chinese_to_a_chinese_terminal():
    said = run("db", "restore", "--help", LC_ALL="zh_CN.UTF-8", PYTHONIOENCODING="utf-8")
    assert said.returncode == 0
    assert "从备份恢复" in said.stdout
    assert "示例" in said.stdout
    wrong = run("db", "check", LC_ALL="zh_CN.UTF-8", PYTHONIOENCODING="utf-8", ZHANGGUI_PORT="x", ZHANGGUI_PROT="1")
    assert wrong.returncode == 2
    assert wrong.stderr == "设置有误：\n  ZHANGGUI_PROT: 没有这个设置\n  ZHANGGUI_PORT='x': 要是整数\n"


@pytest.mark.slow
def test_a_terminal_without_chinese_gets_question_marks_not_a_traceback():
    said = run("--help", LC_ALL="zh_CN.UTF-8", PYTHONIOENCODING="latin-1")
    assert said.returncode == 0
    assert "?" in said.stdout
    assert "zhanggui serve" in said.stdout
