"""Law: every setting, command, permission, way in, event, frame, close code and word stands in docs/reference.md."""

import subprocess
import sys

import pytest

from tests.house.sources import HOME
from tests.house.walk import ways
from zhanggui.foundation.access import PERMISSIONS
from zhanggui.foundation.events import KINDS
from zhanggui.realtime import frames
from zhanggui.settings import Settings

PAGE = HOME / "docs" / "reference.md"


@pytest.mark.slow
def test_the_reference_is_fresh():
    done = subprocess.run(
        [sys.executable, "scripts/reference.py", "--check"],
        cwd=HOME,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_everything_is_named_in_it():
    """Looked for from here as well, so that the page's own maker cannot leave something out."""
    page = PAGE.read_text(encoding="utf-8")
    named = [*Settings.model_fields, *PERMISSIONS, *KINDS, *(way.name for way in ways() if way.method != "SOCKET")]
    assert [name for name in named if f"`{name}`" not in page] == []
    codes = [code for name, code in vars(frames).items() if name.startswith("CLOSE_")]
    assert [code for code in codes if f"| {code} |" not in page] == []


def test_the_pages_it_leads_to_are_there():
    for name in ("protocol.md", "operations.md", "security.md", "house.md"):
        assert (HOME / "docs" / name).is_file(), name
