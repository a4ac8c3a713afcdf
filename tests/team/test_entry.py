"""Login and logout: who gets in, how often he may try, and how long a session lives."""

import asyncio

import pytest
from sqlalchemy import select

from tests.team.builders import OTHER_PASSWORD, PASSWORD, Clock, Desk, Page, a_door, agent_id, an_app, code_of
from zhanggui.foundation.clock import DAY, HOUR, MINUTE, SECOND
from zhanggui.foundation.database import Rx
from zhanggui.team import addresses, jobs, queries, rules
from zhanggui.team.door import Policy
from zhanggui.team.tables import agent, desk_session, throttle


def everything_stored(rx: Rx) -> str:
    """All sessions and throttle keys as text."""
    return str([tuple(row) for table in (desk_session, throttle) for row in rx.all(select(table))])


# ---------------------------------------------------------------- login


async def test_login_gives_a_cookie_that_scripts_cannot_read(desk: Desk) -> None:
    answer = await desk.page().login(" BOSS ")
    (cookie,) = answer.headers.get_list("set-cookie")
    parts = {part.strip().lower().split("=")[0] for part in cookie.split(";")}
    assert {"zg_session", "httponly", "samesite", "max-age", "path"} <= parts
    assert "samesite=lax" in cookie.lower()
    assert "secure" not in parts
    assert answer.json()["agent"]["login"] == "boss"
    token = answer.cookies["zg_session"]
    assert token not in answer.text
    assert token not in await desk.db.read(everything_stored)


@pytest.mark.parametrize(
    ("address", "secure"), [("10.0.0.2", True), ("203.0.113.9", False)], ids=["our proxy", "anybody"]
)
async def test_behind_https_the_cookie_is_secure(desk: Desk, address: str, secure: bool) -> None:
    door = a_door(desk.db, Policy(trusted=addresses.parse_networks("10.0.0.0/8")))
    page = Page(an_app(door), address=address)
    page.http.headers["X-Forwarded-Proto"] = "https"
    answer = await page.login("boss")
    assert ("secure" in answer.headers["set-cookie"].lower()) is secure
    assert "secure" in (await desk.page(host="https://desk.example").login("boss")).headers["set-cookie"].lower()
    door.hasher.close()


async def test_unknown_disabled_and_wrong_look_alike(desk: Desk) -> None:
    shut = await desk.agent(login="shut")
    await desk.owner.post(f"/agents/{agent_id(shut)}/disable")
    page = desk.page(address="198.51.100.7")
    tries = [("boss", "not the password"), ("nobody", PASSWORD), ("shut", PASSWORD), ("a\u202eb", PASSWORD), ("", "")]
    answers = [await page.login(login, password) for login, password in tries]
    assert {code_of(answer) for answer in answers} == {(401, "team.login_failed")}
    assert len({answer.text for answer in answers}) == 1


async def test_every_try_takes_one_hash(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[str | None] = []
    real = desk.door.hasher.verify

    async def verify(kept: str | None, password: str) -> bool:
        seen.append(kept)
        return await real(kept, password)

    monkeypatch.setattr(desk.door.hasher, "verify", verify)
    await desk.page().login("nobody")
    await desk.page().login("boss", "not the password")
    assert (seen[0], len(seen)) == (None, 2)


async def test_an_account_waits_longer_and_longer(desk: Desk, clock: Clock) -> None:
    page = desk.page(address="198.51.100.7")
    for _ in range(5):
        assert code_of(await page.login("boss", "wrong one here"))[0] == 401
    answer = await page.login("boss")
    assert (answer.status_code, answer.json()["error"]["args"]["retry_after"]) == (429, 5)
    clock.pass_by(5 * SECOND)
    assert code_of(await page.login("boss", "wrong one here"))[0] == 401
    assert (await page.login("boss")).json()["error"]["args"]["retry_after"] == 15
    clock.pass_by(15 * SECOND)
    assert (await page.login("boss")).status_code == 200
    assert code_of(await page.login("boss", "wrong one here"))[0] == 401  # forgiven: it starts anew


async def test_strangers_cannot_lock_the_owner_out(desk: Desk, clock: Clock) -> None:
    stranger = desk.page(address="198.51.100.7")
    for _ in range(6):
        await stranger.login("boss", "wrong one here")
    assert (await desk.page(address="198.51.100.8").login("boss")).status_code == 429
    assert (await desk.page().login("boss")).status_code == 200  # from where he set the shop up


async def test_an_address_waits_whatever_the_account(desk: Desk, clock: Clock) -> None:
    page = desk.page(address="2001:db8::1")
    for i in range(20):
        assert code_of(await page.login(f"nobody{i}"))[0] == 401
    neighbour = desk.page(address="2001:db8::2")  # the same /64
    assert (await neighbour.login("boss")).json()["error"]["args"]["retry_after"] == 5
    assert (await desk.page(address="2001:db8:0:1::1").login("boss")).status_code == 200


async def test_ones_own_account_does_not_wash_guesses_away(desk: Desk, clock: Clock) -> None:
    page = desk.page(address="198.51.100.7")
    for i in range(19):
        await page.login(f"nobody{i}")
    assert (await page.login("boss")).status_code == 200
    await page.login("nobody")
    assert (await page.login("boss")).status_code == 429


async def test_many_at_once_are_no_way_around(desk: Desk, clock: Clock) -> None:
    page = desk.page(address="198.51.100.7")
    answers = await asyncio.gather(*(page.login("boss", f"guess number {i}") for i in range(30)))
    assert sorted(answer.status_code for answer in answers) == [401] * 5 + [429] * 25


async def test_what_people_type_into_the_login_field_is_not_kept(desk: Desk) -> None:
    await desk.page().login("my-secret-by-mistake")
    assert "my-secret" not in await desk.db.read(everything_stored)
    assert "my-secret" not in (await desk.owner.get("/audit")).text


async def test_refused_logins_stand_in_the_audit_log(desk: Desk) -> None:
    await desk.page(address="198.51.100.7").login("boss", "wrong one here")
    entry = (await desk.owner.get("/audit?action=team.login.refused")).json()["items"][0]
    assert (entry["object"], entry["address"], entry["detail"]) == (
        agent_id(desk.owner),
        "198.51.100.7",
        {"why": "password"},
    )


async def test_old_hashes_are_renewed_at_login(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    before = (await desk.db.read(queries.proof, agent_id(desk.owner))).password
    monkeypatch.setattr(desk.door.hasher, "is_old", lambda kept: True)
    assert (await desk.page().login("boss")).status_code == 200
    after = (await desk.db.read(queries.proof, agent_id(desk.owner))).password
    assert before != after
    assert await desk.door.hasher.verify(after, PASSWORD)


async def test_a_shut_account_gets_no_session_even_when_the_password_was_just_checked(desk: Desk) -> None:
    page = await desk.agent(login="late")
    real = desk.door.hasher.verify

    async def verify(kept: str | None, password: str) -> bool:
        found = await real(kept, password)
        await desk.owner.post(f"/agents/{agent_id(page)}/disable")
        return found

    desk.door.hasher.verify = verify  # type: ignore[method-assign]
    assert code_of(await desk.page().login("late")) == (401, "team.login_failed")


# ---------------------------------------------------------------- session


async def test_signed_out_is_401(desk: Desk) -> None:
    page = desk.page()
    assert code_of(await page.get("/me")) == (401, "access.signed_out")
    page.http.cookies.set("zg_session", "x" * 43, domain="localhost.local")
    page.http.headers["cookie"] = "zg_session=" + "y" * 5000
    assert (await page.get("/me")).status_code == 401


async def test_logout_ends_the_session(desk: Desk) -> None:
    page = await desk.agent()
    cookie = page.http.cookies["zg_session"]
    assert (await page.post("/logout")).status_code == 204
    assert "zg_session" not in page.http.cookies
    page.http.headers["cookie"] = f"zg_session={cookie}"
    assert (await page.get("/me")).status_code == 401


async def test_writing_needs_the_csrf_value(desk: Desk) -> None:
    page = await desk.agent()
    other = await desk.agent()
    for value in ("", "wrong", str(other.me["csrf"])):
        page.http.headers["X-Zhanggui-CSRF"] = value
        assert code_of(await page.post("/me/presence", {"choice": "busy"})) == (403, "access.csrf")
    assert (await page.get("/me")).json()["csrf"] == page.me["csrf"]


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data"])
async def test_a_form_of_another_page_cannot_sign_in(desk: Desk, kind: str) -> None:
    body = f'{{"login": "boss", "password": "{PASSWORD}"}}'.encode()
    answer = await desk.page().http.post("/api/login", content=body, headers={"content-type": kind})
    assert answer.status_code == 422


async def test_an_idle_session_ends(desk: Desk, clock: Clock) -> None:
    page = await desk.agent()
    clock.pass_by(11 * HOUR)
    assert (await page.get("/me")).status_code == 200
    clock.pass_by(11 * HOUR)
    assert (await page.get("/me")).status_code == 200
    clock.pass_by(12 * HOUR)
    assert (await page.get("/me")).status_code == 401


async def test_every_session_ends_one_day(desk: Desk, clock: Clock) -> None:
    page = await desk.agent()
    for _ in range(14 * 3):
        assert (await page.get("/me")).status_code == 200
        clock.pass_by(DAY // 3)
    assert (await page.get("/me")).status_code == 401


async def test_last_seen_is_written_once_a_minute(desk: Desk, clock: Clock) -> None:
    page = await desk.agent()
    start = clock.now
    clock.pass_by(MINUTE - 1)
    await page.get("/me")
    (session,) = (await page.get("/me/sessions")).json()["items"]
    assert session["seen_at"] == start
    clock.pass_by(1)
    (session,) = (await page.get("/me/sessions")).json()["items"]
    assert session["seen_at"] == start + MINUTE


async def test_who_must_change_his_password_may_do_nothing_else(desk: Desk) -> None:
    made = (await desk.owner.post("/agents", {"login": "new.one", "name": "新人"})).json()
    page = desk.page()
    me = (await page.login("new.one", made["password"])).json()
    assert (me["must_change"], me["permissions"]) == (True, [])
    assert code_of(await page.get("/agents")) == (403, "access.forbidden")
    changed = await page.post("/me/password", {"old": made["password"], "new": OTHER_PASSWORD})
    assert (changed.json()["must_change"], "team.agent.read" in changed.json()["permissions"]) == (False, True)
    assert (await page.get("/agents")).status_code == 200


async def test_yesterdays_offline_does_not_hide_today(desk: Desk) -> None:
    page = await desk.agent(login="hidden")
    await page.post("/me/presence", {"choice": "offline"})
    await page.login("hidden")
    row = await desk.db.read(queries.agent, agent_id(page))
    assert row is not None
    assert row.presence == "online"


async def test_old_failures_are_swept(desk: Desk, clock: Clock) -> None:
    await desk.page().login("nobody")
    assert "account:" in await desk.db.read(everything_stored)
    clock.pass_by(rules.FORGET_AFTER + 1)
    ended = await jobs.sweep(desk.db, Policy(idle=HOUR))
    assert ended == 1
    assert await desk.db.read(everything_stored) == "[]"
    assert (await desk.owner.get("/me")).status_code == 401
    assert await desk.db.read(lambda rx: rx.scalar(select(agent.c.id))) == agent_id(desk.owner)
