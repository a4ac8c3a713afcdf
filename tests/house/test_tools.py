"""Law: the tools are set as strictly as we say, and nothing in the tree knows the machine it was written on."""

import configparser
import re
import shutil
import socket
import subprocess
import tomllib
import warnings
from typing import Any

import pytest

from tests.house.sources import HOME

PROJECT: dict[str, Any] = tomllib.loads((HOME / "pyproject.toml").read_text(encoding="utf-8"))["tool"]
MACHINE = re.compile(r"(?<![\w.~-])/(?:" + "|".join(("work", "tmp", "root", "home", "Users")) + r")/[\w.]")
"""A folder of one machine; tests ask pytest for theirs."""
MADE = ("web/package-lock.json", "uv.lock")


def test_warnings_are_errors(pytestconfig: pytest.Config):
    assert PROJECT["pytest"]["filterwarnings"][0] == "error"
    assert {"--strict-markers", "--strict-config"} <= set(PROJECT["pytest"]["addopts"])
    with pytest.raises(DeprecationWarning):
        warnings.warn("as an error", DeprecationWarning, stacklevel=1)


def test_types_are_strict_and_style_is_what_we_say():
    assert PROJECT["mypy"]["strict"] is True
    chosen = set(PROJECT["ruff"]["lint"]["select"])
    assert {"PLW1514", "FBT001", "FBT002", "ANN401", "S", "DTZ", "T20"} <= chosen
    loosened = {rule for rules in PROJECT["ruff"]["lint"]["per-file-ignores"].values() for rule in rules}
    assert "PLW1514" not in loosened | set(PROJECT["ruff"]["lint"]["ignore"])


@pytest.mark.parametrize("address", [("192.0.2.1", 80), ("example.org", 443), ("10.0.0.1", 5432)])
def test_no_test_reaches_outside(address: tuple[str, int]):
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as outside:
        outside.settimeout(0.2)
        with pytest.raises(AssertionError, match="tried to reach"):
            outside.connect(address)


def contracts() -> configparser.ConfigParser:
    parser = configparser.ConfigParser()
    parser.read(HOME / ".importlinter", encoding="utf-8")
    return parser


def test_the_study_is_pure_by_contract():
    study = contracts()["importlinter:contract:study"]
    assert study["type"] == "forbidden"
    assert study["source_modules"] == "zhanggui.craft.**"
    forbidden = set(study["forbidden_modules"].split())
    assert {"sqlalchemy", "fastapi", "httpx", "time", "random", "secrets", "asyncio", "socket", "os"} <= forbidden
    assert not study.getboolean("allow_indirect_imports", fallback=False)


def test_every_room_stands_on_a_floor():
    floors = contracts()["importlinter:contract:floors"]
    assert floors.getboolean("exhaustive")
    named = set(re.findall(r"\w+", floors["layers"]))
    rooms = {path.parent.name for path in (HOME / "zhanggui").glob("*/__init__.py")}
    assert sorted(rooms - named) == []


def tracked() -> list[str]:
    """The paths of what is kept."""
    git = shutil.which("git")
    if git is None or not (HOME / ".git").exists():
        pytest.skip("not a checkout: what is kept is not known")
    listed = subprocess.run([git, "ls-files", "-z"], cwd=HOME, capture_output=True, check=True)
    return [name for name in listed.stdout.decode("utf-8").split("\0") if name]


def test_nothing_kept_names_a_folder_of_one_machine():
    found = []
    for name in tracked():
        file = HOME / name
        if name in MADE or not file.is_file():
            continue
        try:
            text = file.read_text(encoding="utf-8")
        except UnicodeDecodeError:  # a picture, a model
            continue
        found += [f"{name}: {hit.group()}" for hit in MACHINE.finditer(text)]
    assert found == []


@pytest.mark.parametrize("folder", ["work/x", "tmp/run.py", "home/wang/shop", "Users/wang/shop"])
def test_such_a_folder_would_be_seen(folder: str):
    assert MACHINE.search(f'open("/{folder}")')
    assert not MACHINE.search(f"https://example.org/{folder}")


def test_what_is_made_is_never_kept():
    made = re.compile(r"(^|/)(node_modules|web_dist|\.venv|\.make|__pycache__)/|\.(sqlite|db|pyc|log)$")
    assert [name for name in tracked() if made.search(name)] == []
