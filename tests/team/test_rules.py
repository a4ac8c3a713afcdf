"""The rules of the team room, by tables."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhanggui.foundation.clock import HOUR, MINUTE, SECOND
from zhanggui.foundation.errors import Invalid
from zhanggui.team import rules


@pytest.mark.parametrize(
    ("failures", "account", "address"),
    [
        (0, 0, 0),
        (4, 0, 0),
        (5, 5, 0),
        (6, 15, 0),
        (7, 30, 0),
        (8, 60, 0),
        (9, 120, 0),
        (10, 300, 0),
        (19, 300, 0),
        (20, 300, 5),
        (30, 300, 30),
        (50, 300, 120),
        (100, 300, 900),
        (10**6, 300, 900),
    ],
)
def test_failures_and_waits(failures: int, account: int, address: int) -> None:
    assert rules.wait_for(failures, rules.ACCOUNT_WAITS) == account * SECOND
    assert rules.wait_for(failures, rules.ADDRESS_WAITS) == address * SECOND


@pytest.mark.parametrize(
    ("failures", "ago", "wait"),
    [(5, 0, 5), (5, 2, 3), (5, 5, 0), (10, 60, 240), (10, 6 * 3600, 0), (4, 0, 0)],
)
def test_still_to_wait(failures: int, ago: int, wait: int) -> None:
    now = 10**12
    found = rules.still_to_wait(failures, last_at=now - ago * SECOND, now=now, waits=rules.ACCOUNT_WAITS)
    assert found == wait * SECOND


def test_failures_are_forgotten_after_six_quiet_hours() -> None:
    assert rules.failures_now(9, last_at=0, now=6 * HOUR - 1) == 9
    assert rules.failures_now(9, last_at=0, now=6 * HOUR) == 0


@pytest.mark.parametrize(
    ("given_name", "kept"),
    [
        ("  小李 ", "小李"),
        ("<b>x</b>", "<b>x</b>"),
        ("e\u0301", "é"),
        ("👩\u200d💻", "👩\u200d💻"),
        ("李" * 40, "李" * 40),
    ],
)
def test_names_that_are_kept(given_name: str, kept: str) -> None:
    assert rules.clean_name(given_name) == kept


@pytest.mark.parametrize(
    ("bad", "code"),
    [
        ("", "team.name_empty"),
        (" \t", "team.name_empty"),
        ("李" * 41, "team.name_too_long"),
        ("a\x00b", "team.name_signs"),
        ("a\nb", "team.name_signs"),
        ("\u202egnaw", "team.name_signs"),
        ("a\u200bb", "team.name_signs"),
        ("\ud800", "team.name_signs"),
    ],
)
def test_names_that_are_refused(bad: str, code: str) -> None:
    with pytest.raises(Invalid) as refusal:
        rules.clean_name(bad)
    assert refusal.value.code == code


@pytest.mark.parametrize(
    ("login", "kept"), [("Boss", "boss"), ("ＡＢ１", "ab1"), ("小店:小李", "小店:小李"), (" a.b ", "a.b")]
)
def test_logins_that_are_kept(login: str, kept: str) -> None:
    assert rules.clean_login(login) == kept


@pytest.mark.parametrize("bad", ["", "a", "x" * 33, "a b", "a/b", "a\x00b", "<i>a", "a\ud800b", "a\u200bb"])
def test_logins_that_are_refused(bad: str) -> None:
    with pytest.raises(Invalid):
        rules.clean_login(bad)


@given(st.text(max_size=50))
def test_a_kept_login_stays_as_it_is(text: str) -> None:
    try:
        login = rules.clean_login(text)
    except Invalid:
        return
    assert rules.clean_login(login) == login


@pytest.mark.parametrize(
    ("password", "code"),
    [
        ("short 9ch", "team.password_short"),
        ("x" * 201, "team.password_long"),
        ("with\x00nothing", "team.password_signs"),
        ("half \ud800 sign", "team.password_signs"),
        ("1234567890", "team.password_common"),
        ("Password123", "team.password_common"),
        ("aaaaaaaaaaaa", "team.password_common"),
        ("xiaoli-2026", "team.password_common"),
    ],
)
def test_passwords_that_are_refused(password: str, code: str) -> None:
    with pytest.raises(Invalid) as refusal:
        rules.check_new_password(password, login="xiaoli")
    assert refusal.value.code == code


def test_a_long_password_needs_no_kinds_of_signs() -> None:
    rules.check_new_password("quiet river stones", login="xiaoli")
    rules.check_new_password("明月几时有把酒问青天", login="xiaoli")


@pytest.mark.parametrize(
    ("choice", "sockets", "active", "seen"),
    [
        ("online", 1, True, "online"),
        ("busy", 3, True, "busy"),
        ("away", 1, True, "away"),
        ("offline", 1, True, "offline"),
        ("online", 0, True, "offline"),
        ("online", 1, False, "offline"),
    ],
)
def test_presence(choice: rules.Presence, sockets: int, active: bool, seen: str) -> None:
    assert rules.presence_of(choice=choice, sockets=sockets, active=active) == seen


@pytest.mark.parametrize(
    ("owners", "agent", "stays", "refused"),
    [
        ({"a"}, "a", False, True),
        ({"a"}, "a", True, False),
        ({"a", "b"}, "a", False, False),
        ({"a"}, "b", False, False),
    ],
)
def test_the_last_owner(owners: set[str], agent: str, stays: bool, refused: bool) -> None:
    assert rules.leaves_no_owner(owners=owners, agent=agent, stays_owner=stays) is refused


def test_nobody_hands_out_more_than_he_has() -> None:
    assert rules.lacks({"a", "b"}, {"a"}) == frozenset()
    assert rules.lacks({"a"}, {"a", "c"}) == {"c"}


@pytest.mark.parametrize(
    ("seen_ago", "left", "over"), [(0, 1, False), (HOUR - 1, 1, False), (HOUR, 1, True), (0, 0, True), (0, -5, True)]
)
def test_sessions_end(seen_ago: int, left: int, over: bool) -> None:
    now = 10**12
    assert rules.session_over(seen_at=now - seen_ago, expires_at=now + left, now=now, idle=HOUR) is over


def test_last_seen_is_written_once_a_minute() -> None:
    assert not rules.needs_touch(seen_at=0, now=MINUTE - 1)
    assert rules.needs_touch(seen_at=0, now=MINUTE)


@pytest.mark.parametrize("good", ["", "/pictures/a.webp", "https://img.example/a.png"])
def test_pictures_that_are_kept(good: str) -> None:
    assert rules.check_avatar(good) == good


@pytest.mark.parametrize(
    "bad", ["javascript:alert(1)", "//evil/x", "/\\evil/x", "data:image/png;base64,x", "http://x/y", "/a b", "x.png"]
)
def test_pictures_that_are_refused(bad: str) -> None:
    with pytest.raises(Invalid):
        rules.check_avatar(bad)


@pytest.mark.parametrize("bad", [{"a": "x" * 33000}, {"a": "\ud800"}, {"a": float("nan")}])
def test_settings_that_are_refused(bad: dict[str, object]) -> None:
    with pytest.raises(Invalid):
        rules.check_settings(bad)


@pytest.mark.parametrize("bad", [-1, 201])
def test_capacity_that_is_refused(bad: int) -> None:
    with pytest.raises(Invalid):
        rules.check_capacity(bad)
