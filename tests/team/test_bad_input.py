"""What no page of ours would ever send."""

from tests.team.builders import PASSWORD, Desk, agent_id
from zhanggui.team import queries

LOGIN = {"login": "boss", "password": PASSWORD}
HTML = "<img src=x onerror=alert(1)>"


# One desk serves every line of a table: making it is the dear part.
WRONG_LOGINS: list[object] = [
    None,
    [],
    "text",
    7,
    {},
    {"login": "boss"},
    LOGIN | {"login": 7},
    LOGIN | {"login": None},
    LOGIN | {"login": ["boss"]},
    LOGIN | {"password": {"$ne": ""}},
    LOGIN | {"password": True},
    LOGIN | {"login": "x" * 1001},
    LOGIN | {"password": "x" * 1001},
    LOGIN | {"code": 123456},
    LOGIN | {"code": "1" * 65},
    LOGIN | {"remember": True},
]
NO_LOGINS = [
    b"",
    b"{",
    b"\xff\xfe",
    b'{"login": "boss", "password": "\xff"}',
    b'{"login": "bo\\ud800ss", "password": "some password"}',
    b'{"login": "bo\\u0000ss", "password": "some password"}',
    b'{"login": "boss", "password": "some \\ud800 password"}',
    b'{"login": "boss", "password": "some \\u0000 password"}',
    b"[" * 3000,
]
NO_IDS = ["a%00b", "a%20b", "%EF%BF%BD", "A_1", "a" * 65, "..%2f..", "a'--"]
WRONG_ACCOUNTS: list[dict[str, object]] = [
    {"role": "a\x00"},
    {"groups": ["g\x00"]},
    {"groups": "g_1"},
    {"groups": ["g_1"] * 101},
    {"capacity": "10"},
    {"capacity": 1.5},
    {"capacity": 10**30},
    {"capacity": True},
    {"nick": "a\x00b"},
    {"nick": "\ud83d"},
    {"id": "a_1"},
    {"state": "disabled"},
]


async def test_logins_of_a_wrong_shape(desk: Desk) -> None:
    for body in WRONG_LOGINS:
        assert (await desk.page().post("/login", body)).status_code == 422, body


async def test_bytes_that_are_no_login(desk: Desk) -> None:
    for raw in NO_LOGINS:
        page = desk.page(address=f"198.51.100.{len(raw) % 250}")
        answer = await page.http.post("/api/login", content=raw, headers={"content-type": "application/json"})
        assert answer.status_code in (400, 401, 422), raw


async def test_ids_that_are_none(desk: Desk) -> None:
    for bad in NO_IDS:
        for method, path in [
            ("POST", f"/agents/{bad}/disable"),
            ("PATCH", f"/agents/{bad}"),
            ("DELETE", f"/roles/{bad}"),
            ("DELETE", f"/groups/{bad}"),
            ("DELETE", f"/me/sessions/{bad}"),
            ("GET", f"/audit?before={bad}"),
            ("GET", f"/audit?agent={bad}"),
        ]:
            answer = await desk.owner.call(method, path, {} if method in ("POST", "PATCH") else None)
            assert answer.status_code in (404, 405, 422), path


async def test_accounts_of_a_wrong_shape(desk: Desk) -> None:
    path = f"/agents/{agent_id(await desk.agent())}"
    for wrong in WRONG_ACCOUNTS:
        body = {"login": "xiaomei", "name": "小美"} | wrong
        assert (await desk.owner.post("/agents", body)).status_code == 422, wrong
        assert (await desk.owner.call("PATCH", path, wrong)).status_code == 422, wrong


async def test_html_stays_text(desk: Desk) -> None:
    made = (await desk.owner.post("/agents", {"login": "xiaomei", "name": HTML, "nick": HTML})).json()["agent"]
    assert (made["name"], made["nick"]) == (HTML, HTML)
    group = await desk.owner.post("/groups", {"name": HTML})
    role = await desk.owner.post("/roles", {"name": HTML, "permissions": []})
    assert (group.json()["name"], role.json()["name"]) == (HTML, HTML)
    assert group.headers["content-type"] == "application/json"


async def test_secrets_do_not_stand_in_any_answer(desk: Desk) -> None:
    page = await desk.agent(login="li")
    kept = (await desk.db.read(queries.proof, agent_id(page))).password
    await desk.owner.call("PATCH", f"/agents/{agent_id(page)}", {"name": "x"})
    await page.post("/me/password", {"old": "guess the first", "new": "guess the second"})
    for path in ("/me", "/agents", "/roles", "/groups", "/me/sessions", "/audit"):
        text = (await desk.owner.get(path)).text
        assert kept not in text
        assert "argon2" not in text
        assert "guess the" not in text
        assert desk.owner.http.cookies["zg_session"] not in text
