"""One process holds a data folder; the machine's own command line finds it, others do not."""

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from zhanggui.foundation.holding import LOCAL, Held, Holding, who_serves

HOLD = (
    "import sys; from pathlib import Path; from zhanggui.foundation.holding import Holding\n"
    "with Holding(Path(sys.argv[1])) as holding:\n"
    "    holding.tell('http://127.0.0.1:8600'); print('held', flush=True); sys.stdin.read()"
)


def test_a_second_holder_is_told(tmp_path: Path):
    with Holding(tmp_path / "shop"):
        with pytest.raises(Held), Holding(tmp_path / "shop"):
            pass
        with Holding(tmp_path / "other"):
            pass
    with Holding(tmp_path / "shop"):
        pass


def test_it_is_let_go_when_the_block_fails(tmp_path: Path):
    def fail() -> None:
        with Holding(tmp_path) as holding:
            holding.tell("http://127.0.0.1:1")
            raise RuntimeError("no")

    with pytest.raises(RuntimeError, match="no"):
        fail()
    assert who_serves(tmp_path) is None
    with Holding(tmp_path):
        pass


def test_who_serves_is_for_the_owner_of_the_folder_alone(tmp_path: Path):
    with Holding(tmp_path) as holding:
        assert who_serves(tmp_path) is None
        (tmp_path / LOCAL).write_text("somebody else's, readable by all", encoding="utf-8")
        holding.tell("http://127.0.0.1:8600")
        assert os.name == "nt" or stat.S_IMODE((tmp_path / LOCAL).stat().st_mode) == 0o600
        found = who_serves(tmp_path)
        assert found is not None
        assert (found.url, found.token) == ("http://127.0.0.1:8600", holding.token)
        assert len(holding.token) > 40
    assert not (tmp_path / LOCAL).exists()


def test_a_refused_second_one_takes_nothing_away(tmp_path: Path):
    with Holding(tmp_path) as holding:
        holding.tell("http://127.0.0.1:8600")
        with pytest.raises(Held), Holding(tmp_path):
            pass
        assert who_serves(tmp_path) is not None


@pytest.mark.parametrize("text", ["", "{", "[]", "null", '{"url": "x"}', '{"token": "x"}'])
def test_what_cannot_be_read_tells_nothing(text: str, tmp_path: Path):
    (tmp_path / LOCAL).write_text(text, encoding="utf-8")
    assert who_serves(tmp_path) is None


def test_another_process_counts_and_its_end_lets_go_however_it_ends(tmp_path: Path):
    other = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, encoding="utf-8"
    )
    with other:
        assert other.stdout is not None
        assert other.stdout.readline() == "held\n"
        with pytest.raises(Held), Holding(tmp_path):
            pass
        other.kill()
        other.wait(10)
    assert who_serves(tmp_path) is not None  # it could not tidy up
    with Holding(tmp_path):
        pass
