"""Oneself: profile, password, second factor, sessions, presence."""

import pyotp
import pytest
from sqlalchemy import select

from tests.team.builders import OTHER_PASSWORD, PASSWORD, Clock, Desk, Page, agent_id, an_agent, code_of
from zhanggui.foundation.clock import SECOND
from zhanggui.foundation.database import Rx
from zhanggui.team import actions
from zhanggui.team.tables import credential, recovery_code


async def with_second_factor(desk: Desk, clock: Clock, *, login: str = "careful") -> tuple[Page, str, list[str]]:
    """(page, secret, recovery codes) of an agent who has the second factor on; the confirming code's step is over."""
    page = await desk.agent(login=login)
    secret = (await page.post("/me/totp/start")).json()["secret"]
    answer = await page.post("/me/totp/confirm", {"code": code_at(secret, clock)})
    assert answer.status_code == 200, answer.text
    clock.pass_by(30 * SECOND)
    return page, secret, answer.json()["recovery_codes"]


def code_at(secret: str, clock: Clock, *, later: int = 0) -> str:
    """What the authenticator shows now."""
    return pyotp.TOTP(secret).at((clock.now + later) // 1000)


def proofs(rx: Rx) -> str:
    """Everything kept of proofs, as text."""
    return str([tuple(row) for table in (credential, recovery_code) for row in rx.all(select(table))])


# ---------------------------------------------------------------- profile


async def test_my_own_card(desk: Desk) -> None:
    page = await desk.agent(name="小李")
    settings = {"sound": False, "keys": {"next": ["Alt+KeyN"]}, "文字": "\x00"}
    answer = await page.call("PATCH", "/me", {"nick": " 李子 ", "settings": settings, "language": "en"})
    me = answer.json()
    assert (me["agent"]["nick"], me["settings"], me["language"]) == ("李子", settings, "en")
    assert me == (await page.get("/me")).json()
    colleague = next(one for one in (await desk.owner.get("/agents")).json()["items"] if one["id"] == agent_id(page))
    assert colleague["nick"] == "李子"
    assert "settings" not in colleague


@pytest.mark.parametrize(
    ("patch", "status"),
    [
        ({"role": "owner"}, 422),
        ({"capacity": 5}, 422),
        ({"groups": []}, 422),
        ({"name": ""}, 422),
        ({"name": 7}, 422),
        ({"name": ["x"]}, 422),
        ({"language": "fr"}, 422),
        ({"settings": []}, 422),
        ({"settings": {"a": "x" * 40000}}, 422),
        ({"avatar": "javascript:alert(1)"}, 422),
        ({"nick": "<script>alert(1)</script>"}, 200),
        ({}, 200),
    ],
)
async def test_only_what_is_mine_to_change(desk: Desk, patch: dict[str, object], status: int) -> None:
    page = await desk.agent()
    assert (await page.call("PATCH", "/me", patch)).status_code == status
    assert (await page.get("/me")).json()["agent"]["role"] == "agent"


# ---------------------------------------------------------------- password


async def test_a_new_password_ends_my_other_sessions(desk: Desk) -> None:
    page = await desk.agent(login="li")
    elsewhere = desk.page()
    await elsewhere.login("li")
    answer = await page.post("/me/password", {"old": PASSWORD, "new": OTHER_PASSWORD})
    assert answer.status_code == 200
    assert (await elsewhere.get("/me")).status_code == 401
    assert (await page.get("/me")).status_code == 200
    assert code_of(await elsewhere.login("li"))[0] == 401
    assert (await elsewhere.login("li", OTHER_PASSWORD)).status_code == 200
    assert "team.password.changed" in (await desk.owner.get("/audit")).text


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("not my password", OTHER_PASSWORD, "team.password_wrong"),
        (PASSWORD, "short", "team.password_short"),
        (PASSWORD, PASSWORD, "team.password_same"),
        (PASSWORD, "password123", "team.password_common"),
    ],
)
async def test_passwords_that_are_refused(desk: Desk, old: str, new: str, code: str) -> None:
    page = await desk.agent(login="li")
    assert code_of(await page.post("/me/password", {"old": old, "new": new})) == (422, code)
    assert (await desk.page().login("li")).status_code == 200


async def test_an_open_page_is_no_place_to_guess_at(desk: Desk, clock: Clock) -> None:
    page = await desk.agent()
    for i in range(5):
        assert (await page.post("/me/password", {"old": f"guess number {i}", "new": OTHER_PASSWORD})).status_code == 422
    assert (await page.post("/me/password", {"old": PASSWORD, "new": OTHER_PASSWORD})).status_code == 429
    assert (await page.post("/me/totp/off", {"password": PASSWORD})).status_code == 429


# ---------------------------------------------------------------- second factor


async def test_a_second_factor_from_start_to_end(desk: Desk, clock: Clock) -> None:
    page = await desk.agent(login="careful")
    start = (await page.post("/me/totp/start")).json()
    assert start["uri"].startswith("otpauth://totp/")
    assert start["qr_svg"].startswith("<svg")
    assert (await page.get("/me")).json()["totp"] is False
    assert (await desk.page().login("careful")).status_code == 200  # not in force before it is confirmed
    assert code_of(await page.post("/me/totp/confirm", {"code": "000000"})) == (422, "team.totp_wrong")
    answer = await page.post("/me/totp/confirm", {"code": code_at(start["secret"], clock)})
    assert len(set(answer.json()["recovery_codes"])) == 10
    assert (await page.get("/me")).json()["totp"] is True
    assert code_of(await page.post("/me/totp/start")) == (409, "team.totp_on")
    assert code_of(await page.post("/me/totp/off", {"password": "not my password"})) == (422, "team.password_wrong")
    assert (await page.post("/me/totp/off", {"password": PASSWORD})).status_code == 204
    assert (await desk.page().login("careful")).status_code == 200
    assert code_of(await page.post("/me/totp/off", {"password": PASSWORD})) == (409, "team.totp_off")
    kept = (await desk.owner.get("/audit?action=team.totp")).json()["items"]
    assert {entry["action"] for entry in kept} == {"team.totp.off", "team.totp.on"}


async def test_confirming_what_was_never_started(desk: Desk) -> None:
    page = await desk.agent()
    assert code_of(await page.post("/me/totp/confirm", {"code": "123456"})) == (409, "team.totp_not_started")


async def test_login_asks_for_the_code_only_after_the_password(desk: Desk, clock: Clock) -> None:
    _, secret, _ = await with_second_factor(desk, clock)
    page = desk.page()
    wrong = await page.login("careful", "wrong one here", code=code_at(secret, clock))
    assert code_of(wrong) == (401, "team.login_failed")
    assert code_of(await page.login("careful")) == (401, "team.totp_required")
    assert code_of(await page.login("careful", code="000000")) == (401, "team.totp_wrong")
    assert (await page.login("careful", code=code_at(secret, clock))).status_code == 200


async def test_a_code_seen_over_the_shoulder_is_worth_nothing(desk: Desk, clock: Clock) -> None:
    _, secret, _ = await with_second_factor(desk, clock)
    code = code_at(secret, clock)
    assert (await desk.page().login("careful", code=code)).status_code == 200
    assert code_of(await desk.page().login("careful", code=code)) == (401, "team.totp_wrong")
    clock.pass_by(20 * SECOND)
    assert code_of(await desk.page().login("careful", code=code)) == (401, "team.totp_wrong")
    clock.pass_by(30 * SECOND)
    assert (await desk.page().login("careful", code=code_at(secret, clock))).status_code == 200


async def test_the_code_that_confirmed_cannot_sign_in(desk: Desk, clock: Clock) -> None:
    page = await desk.agent(login="careful")
    secret = (await page.post("/me/totp/start")).json()["secret"]
    code = code_at(secret, clock)
    await page.post("/me/totp/confirm", {"code": code})
    assert code_of(await desk.page().login("careful", code=code)) == (401, "team.totp_wrong")


async def test_recovery_codes_work_once_each(desk: Desk, clock: Clock) -> None:
    _, _, codes = await with_second_factor(desk, clock)
    assert (await desk.page().login("careful", code=codes[0].upper())).status_code == 200
    assert code_of(await desk.page().login("careful", code=codes[0])) == (401, "team.totp_wrong")
    assert (await desk.page().login("careful", code=codes[1])).status_code == 200
    kept = await desk.db.read(proofs)
    assert not any(code in kept or code.replace("-", "") in kept for code in codes)


async def test_anothers_recovery_code_does_not_fit(desk: Desk, clock: Clock) -> None:
    await with_second_factor(desk, clock)
    _, _, codes = await with_second_factor(desk, clock, login="other")
    assert code_of(await desk.page().login("careful", code=codes[0])) == (401, "team.totp_wrong")


async def test_codes_cannot_be_guessed_through(desk: Desk, clock: Clock) -> None:
    await with_second_factor(desk, clock)
    page = desk.page()
    for i in range(5):
        assert code_of(await page.login("careful", code=f"00000{i}")) == (401, "team.totp_wrong")
    assert (await page.login("careful", code="000009")).status_code == 429
    assert (await page.login("careful")).status_code == 429


async def test_asking_for_the_code_is_no_failure(desk: Desk, clock: Clock) -> None:
    _, secret, _ = await with_second_factor(desk, clock)
    page = desk.page()
    for _ in range(8):
        assert code_of(await page.login("careful")) == (401, "team.totp_required")
    assert (await page.login("careful", code=code_at(secret, clock))).status_code == 200


async def test_the_owner_can_take_a_lost_second_factor_away(desk: Desk, clock: Clock) -> None:
    page, _, _ = await with_second_factor(desk, clock)
    body = {"password": OTHER_PASSWORD, "totp_off": True}
    assert (await desk.owner.post(f"/agents/{agent_id(page)}/password", body)).json()["password"] is None
    assert (await desk.page().login("careful", OTHER_PASSWORD)).status_code == 200


# ---------------------------------------------------------------- sessions


async def test_my_sessions_and_nobody_elses(desk: Desk) -> None:
    page = await desk.agent(login="li")
    page.http.headers["user-agent"] = "Tablet\x7f " + "x" * 500
    await page.login("li")
    await desk.page(address="198.51.100.7").login("li")
    items = (await page.get("/me/sessions")).json()["items"]
    assert [one["current"] for one in items].count(True) == 1
    assert {one["address"] for one in items} == {"127.0.0.1", "198.51.100.7"}
    assert max(len(one["device"]) for one in items) == 200
    theirs = (await desk.owner.get("/me/sessions")).json()["items"]
    answer = await page.call("DELETE", f"/me/sessions/{theirs[0]['id']}")
    assert code_of(answer) == (404, "team.session_unknown")
    assert (await desk.owner.get("/me")).status_code == 200


async def test_ending_one_and_ending_all_others(desk: Desk) -> None:
    page = await desk.agent(login="li")
    pages = [desk.page() for _ in range(3)]
    for one in pages:
        await one.login("li")
    items = (await pages[0].get("/me/sessions")).json()["items"]
    current = next(one["id"] for one in items if one["current"])
    assert (await page.call("DELETE", f"/me/sessions/{current}")).status_code == 204
    assert (await pages[0].get("/me")).status_code == 401
    assert (await page.call("DELETE", "/me/sessions")).status_code == 204
    assert [(await one.get("/me")).status_code for one in [*pages, page]] == [401, 401, 401, 200]


# ---------------------------------------------------------------- presence


async def test_presence_is_my_choice_while_a_page_is_open(desk: Desk) -> None:
    page = await desk.agent()
    assert (await page.post("/me/presence", {"choice": "busy"})).json()["presence"] == "offline"
    await desk.db.write(actions.do_socket_up, agent_id(page), "p1")
    assert (await page.get("/me")).json()["agent"]["presence"] == "busy"
    assert (await page.post("/me/presence", {"choice": "online"})).json()["presence"] == "online"
    assert (await page.post("/me/presence", {"choice": "asleep"})).status_code == 422
    colleague = await an_agent(desk.db)
    assert colleague.presence == "offline"
