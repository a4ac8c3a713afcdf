"""Addresses, secrets and hashes: what trust rests on."""

import asyncio
import threading
import time

import pyotp
import pytest
from argon2 import PasswordHasher

from tests.team.builders import a_hasher
from zhanggui.foundation.errors import Unavailable
from zhanggui.team import addresses, passwords, secrets
from zhanggui.team.passwords import Hasher

PROXY = addresses.parse_networks("10.0.0.0/8, 127.0.0.1, fd00::/8")
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


@pytest.mark.parametrize(
    ("peer", "headers", "client"),
    [
        ("203.0.113.9", [], "203.0.113.9"),
        ("203.0.113.9", ["198.51.100.1"], "203.0.113.9"),  # not our proxy: its word counts for nothing
        ("10.0.0.2", ["198.51.100.1"], "198.51.100.1"),
        ("10.0.0.2", ["6.6.6.6, 198.51.100.1"], "198.51.100.1"),  # what the client wrote himself stands further left
        ("10.0.0.2", ["6.6.6.6", "198.51.100.1, 10.0.0.3"], "198.51.100.1"),
        ("10.0.0.2", ["nonsense"], "10.0.0.2"),
        ("10.0.0.2", [""], "10.0.0.2"),
        ("10.0.0.2", ["10.0.0.7"], "10.0.0.7"),
        ("::ffff:10.0.0.2", ["2001:db8::7"], "2001:db8::7"),
        ("fd00::1", ["[2001:db8::7]"], "2001:db8::7"),
        ("", ["198.51.100.1"], ""),
        ("testclient", ["198.51.100.1"], "testclient"),
    ],
)
def test_whose_word_counts(peer: str, headers: list[str], client: str) -> None:
    assert addresses.client_address(peer, headers, trusted=PROXY) == client


@pytest.mark.parametrize(
    ("address", "block"),
    [
        ("198.51.100.1", "198.51.100.1"),
        ("2001:db8:1:2:3::4", "2001:db8:1:2::/64"),
        ("x", "x"),
        ("::ffff:1.2.3.4", "1.2.3.4"),
    ],
)
def test_one_home_is_one_address(address: str, block: str) -> None:
    assert addresses.address_block(address) == block


@pytest.mark.parametrize(
    ("host", "ours"),
    [
        ("localhost:8600", True),
        ("127.0.0.1", True),
        ("[::1]:8600", True),
        ("localhost.evil.example", False),
        ("", False),
    ],
)
def test_names_of_this_machine(host: str, ours: bool) -> None:
    assert addresses.is_loopback_host(host) is ours


def test_a_wrong_network_is_named() -> None:
    with pytest.raises(ValueError, match=r"300\.1"):
        addresses.parse_networks("10.0.0.0/8, 300.1")


@pytest.mark.parametrize(("drift", "works"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
def test_a_code_works_for_ninety_seconds(drift: int, works: bool) -> None:
    now = 1_700_000_000_000
    step = now // secrets.TOTP_STEP + drift
    code = pyotp.TOTP(SECRET).generate_otp(step)
    assert secrets.totp_step(SECRET, code, now=now, last=0) == (step if works else None)


def test_a_code_works_once() -> None:
    now = 1_700_000_000_000
    code = pyotp.TOTP(SECRET).at(now // 1000)
    step = secrets.totp_step(SECRET, f" {code[:3]} {code[3:]} ", now=now, last=0)
    assert step is not None
    assert secrets.totp_step(SECRET, code, now=now, last=step) is None


@pytest.mark.parametrize("code", ["", "12345", "1234567", "abcdef", "１２３４５６", "\x00" * 6])
def test_what_is_no_code(code: str) -> None:
    assert secrets.totp_step(SECRET, code, now=1_700_000_000_000, last=0) is None


def test_recovery_codes_may_be_typed_as_one_likes() -> None:
    (code, *_), kept = secrets.new_recovery_codes(), set()
    for typed in (code, code.upper(), code.replace("-", " "), code.replace("-", "")):
        kept.add(secrets.recovery_digest("a_1", typed))
    assert len(kept) == 1
    assert kept != {secrets.recovery_digest("a_2", code)}


def test_secrets_do_not_repeat() -> None:
    assert len({secrets.new_token() for _ in range(100)} | {secrets.new_password() for _ in range(100)}) == 200
    token = secrets.new_token()
    assert len({token, secrets.digest(token), secrets.csrf_of(token)}) == 3


async def test_nobody_takes_as_long_as_somebody() -> None:
    hasher = Hasher(PasswordHasher(time_cost=2, memory_cost=16384, parallelism=1))
    kept = await hasher.hash("the right one")

    async def took(kept: str | None) -> float:
        start = time.perf_counter()
        assert not await hasher.verify(kept, "a wrong one")
        return time.perf_counter() - start

    somebody = min([await took(kept) for _ in range(5)])
    nobody = min([await took(None) for _ in range(5)])
    assert nobody > somebody / 3
    hasher.close()


async def test_two_hashes_at_once_and_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    hasher, lock, now, most = a_hasher(), threading.Lock(), 0, 0
    real = PasswordHasher.hash

    def slow(self: PasswordHasher, password: str) -> str:
        nonlocal now, most
        with lock:
            now += 1
            most = max(most, now)
        time.sleep(0.02)
        with lock:
            now -= 1
        return real(self, password)

    monkeypatch.setattr(PasswordHasher, "hash", slow)
    await asyncio.gather(*(hasher.hash("some password") for _ in range(8)))
    assert most == passwords.AT_ONCE
    hasher.close()


async def test_a_rush_is_told_to_come_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passwords, "LINE_LENGTH", 3)
    hasher = a_hasher()
    answers = await asyncio.gather(*(hasher.hash("some password") for _ in range(6)), return_exceptions=True)
    assert [type(answer) for answer in answers].count(Unavailable) == 3
    hasher.close()


@pytest.mark.parametrize("password", ["", "x" * 1000, "\ud800", "\x00"])
async def test_any_text_can_be_tried(password: str) -> None:
    hasher = a_hasher()
    assert not await hasher.verify(await hasher.hash("the right one"), password)
    assert not await hasher.verify("not a hash", password)
    hasher.close()
