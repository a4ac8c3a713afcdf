"""An event that only these tests know."""

import pytest

from tests.foundation.builders import NOTED
from zhanggui.foundation.events import KINDS


@pytest.fixture(autouse=True)
def noted(monkeypatch: pytest.MonkeyPatch) -> None:
    """Declare it for one test; the list of events that the pages know stays as it is."""
    monkeypatch.setitem(KINDS, NOTED, {"note": dict})
