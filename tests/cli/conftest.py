"""Shops to look after, far from the settings of whoever runs the tests."""

import os
from pathlib import Path

import pytest

from tests.cli.builders import a_shop
from tests.places import Place, _server, empty
from zhanggui.cli import language

__all__ = ["_server", "empty"]


@pytest.fixture(autouse=True)
def on_our_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No settings from outside, and English."""
    for name in [name for name in os.environ if name.startswith("ZHANGGUI_")]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(language, "LANGUAGE", "en")


@pytest.fixture
def shop(empty: Place) -> Place:
    """A shop in which something of every kind has happened, on each engine."""
    return a_shop(empty)


@pytest.fixture
def home(tmp_path: Path) -> Place:
    """The same, at home on SQLite."""
    return a_shop(Place("", tmp_path / "home"))
