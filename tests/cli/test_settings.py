"""A wrong setting is named: which, where it stands, what is wrong. Never a traceback, never a password."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from zhanggui.cli import main
from zhanggui.settings import WrongSettings, is_database, load_settings


def check(**environment: str) -> Result:
    """Any command that wants settings."""
    return CliRunner().invoke(main, ["db", "check", "--data", "shop"], env=environment, catch_exceptions=False)


def in_file(text: str | bytes) -> None:
    """Write the settings of the data folder."""
    Path("shop").mkdir(exist_ok=True)
    Path("shop/zhanggui.toml").write_bytes(text if isinstance(text, bytes) else text.encode())


@pytest.mark.parametrize(
    ("environment", "said"),
    [
        ({"ZHANGGUI_PORT": "eighty"}, "ZHANGGUI_PORT='eighty': must be a whole number"),
        ({"ZHANGGUI_PORT": "70000"}, "ZHANGGUI_PORT='70000': must be 65535 or less"),
        ({"ZHANGGUI_AGENT_LIMIT": "0"}, "ZHANGGUI_AGENT_LIMIT='0': must be 1 or more"),
        ({"ZHANGGUI_SENDS_PER_SECOND": "0"}, "ZHANGGUI_SENDS_PER_SECOND='0': must be more than 0"),
        ({"ZHANGGUI_SENDS_PER_SECOND": "x"}, "ZHANGGUI_SENDS_PER_SECOND='x': must be a number"),
        ({"ZHANGGUI_DEMO": "perhaps"}, "ZHANGGUI_DEMO='perhaps': must be true or false"),
        ({"ZHANGGUI_BROKER": "rabbit"}, "must be one of 'auto', 'memory', 'postgres', 'nats'"),
        ({"ZHANGGUI_PROT": "8600"}, "ZHANGGUI_PROT: unknown setting"),
        ({"ZHANGGUI_DATABASE": "mysql://x/y"}, "ZHANGGUI_DATABASE: must be"),
    ],
)
def test_a_wrong_variable_is_named(environment: dict[str, str], said: str):
    wrong = check(**environment)
    assert wrong.exit_code == 2
    assert said in wrong.output


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("prot = 1", "zhanggui.toml: prot: unknown setting"),
        ("port = 'x'", "zhanggui.toml: port: must be a whole number"),
        ("database = 5", "zhanggui.toml: database: must be text"),
        ("demo = 7", "zhanggui.toml: demo: must be true or false"),
        ("port = ", "zhanggui.toml: cannot be read:"),
        (b"\xff\xfe", "zhanggui.toml: cannot be read:"),
    ],
)
def test_a_wrong_line_of_the_file_is_named(text: str | bytes, said: str):
    in_file(text)
    wrong = check()
    assert wrong.exit_code == 2
    assert said in wrong.output


def test_a_wrong_line_of_dotenv_is_named():
    Path(".env").write_text("ZHANGGUI_PORT=x\nZHANGGUI_PROT=1\nOTHER=2\n", encoding="utf-8")
    wrong = check()
    assert wrong.exit_code == 2
    assert ".env: ZHANGGUI_PORT: must be a whole number" in wrong.output
    assert ".env: ZHANGGUI_PROT: unknown setting" in wrong.output
    assert "OTHER" not in wrong.output


def test_every_problem_is_named_at_once():
    in_file("prot = 1\ncapacity = 'many'\n")
    wrong = check(ZHANGGUI_PORT="x")
    assert len(wrong.output.strip().splitlines()) == 4


def test_a_wrong_option_is_named():
    with pytest.raises(WrongSettings, match="--port"):
        load_settings(port=70000)
    said = CliRunner().invoke(main, ["serve", "--port", "70000"])
    assert said.exit_code == 2
    assert "--port: must be 65535 or less" in said.output


def test_an_address_is_never_shown_it_may_hold_a_password():
    for address in ("mysql://shop:s3cret@db/x", "postgresql://shop:s3cret@db:port/x"):
        wrong = check(ZHANGGUI_DATABASE=address)
        assert wrong.exit_code == 2
        assert "s3cret" not in wrong.output


def test_what_stands_nearer_counts():
    in_file("capacity = 7\nport = 1000\nlanguage = 'en'\n")
    Path(".env").write_text("ZHANGGUI_PORT=2000\nZHANGGUI_LANGUAGE=zh-CN\n", encoding="utf-8")
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("ZHANGGUI_PORT", "3000")
        assert load_settings(data=Path("shop")).port == 3000
        found = load_settings(data=Path("shop"), port=4000)
    assert (found.port, found.language, found.capacity) == (4000, "zh-CN", 7)


@pytest.mark.parametrize(
    ("url", "fits"),
    [
        ("", True), ("sqlite", True), ("sqlite:///shop.db", True), ("postgresql://u:p@h:5432/n", True),
        ("postgres:///n", True), ("sqlite:///", False), ("postgresql://h", False), ("postgresql://h:x/n", False),
        ("mysql://h/n", False), ("shop.db", False), ("http://h/n", False),
    ],
)  # fmt: skip
def test_what_can_be_a_database(url: str, fits: bool):
    assert is_database(url) is fits
