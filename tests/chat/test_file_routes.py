"""Files come in bounded, go out harmless, and only to those who may see the talk they were said in."""

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from itsdangerous import URLSafeTimedSerializer

from tests.house.scene import CANARY, PNG, Scene, an_open_house
from zhanggui.chat import actions, file_routes
from zhanggui.chat.files import path_of
from zhanggui.chat.jobs import Orphans
from zhanggui.foundation.clock import DAY, HOUR, now_ms
from zhanggui.foundation.database import tx as transactions
from zhanggui.store.actions import do_open_shop


@pytest.fixture
async def scene(tmp_path: Path) -> AsyncIterator[Scene]:
    """Two agents and two customers; the victim has sent a picture."""
    async with an_open_house(tmp_path) as scene:
        yield scene


async def sent_by_visitor(scene: Scene, data: bytes = PNG, name: str = "a.png") -> httpx.Response:
    async with scene.visitor(scene.token) as browser:
        return await browser.post("/visit-api/files", files={"file": (name, data, "image/png")})


async def link(scene: Scene, token: str, file_id: str) -> httpx.Response:
    async with scene.visitor(token) as browser:
        return await browser.get(f"/visit-api/files/{file_id}/link")


async def test_it_is_served_so_that_nothing_runs(scene: Scene):
    answer = await scene.victim.http.get(f"/files/{scene.keys['file_id']}/x.html")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "image/jpeg"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["content-security-policy"] == "default-src 'none'; sandbox"
    assert "picture.jpg" in answer.headers["content-disposition"]


async def test_a_document_is_only_ever_saved(scene: Scene):
    form = {"conversation": scene.keys["conversation"]}
    given = {"file": ("价目 <b>.pdf", b"%PDF-1.7 <script>", "text/html")}
    made = (await scene.victim.http.post("/api/files", data=form, files=given)).json()
    answer = await scene.victim.http.get(made["url"])
    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.headers["content-disposition"].startswith("attachment;")
    assert "<" not in made["name"]


@pytest.mark.parametrize("name", ["a.svg", "a.png", "a.pdf"])
async def test_what_could_run_is_refused(scene: Scene, name: str):
    answer = await sent_by_visitor(scene, b"<svg xmlns='http://www.w3.org/2000/svg' onload='x()'/>", name)
    assert (answer.status_code, answer.json()["error"]["code"]) == (422, "chat.file_type")


async def test_the_customer_it_was_sent_to_gets_a_link_and_nobody_else(scene: Scene):
    file_id = scene.keys["file_id"]
    good = await link(scene, scene.token, file_id)
    assert good.status_code == 200
    assert (await link(scene, scene.other_token, file_id)).status_code == 404
    assert (await link(scene, "", file_id)).status_code == 401
    async with scene.visitor("") as anybody:
        assert (await anybody.get(good.json()["url"])).status_code == 200
        assert (await anybody.get(f"/files/{file_id}/x")).status_code == 404


@pytest.mark.parametrize("how", ["other file", "forged", "late", "garbage", "other salt"])
async def test_a_link_opens_one_file_for_a_while(scene: Scene, how: str, monkeypatch: pytest.MonkeyPatch):
    file_id = scene.keys["file_id"]
    signer: URLSafeTimedSerializer = scene.app.state.file_signer
    keys = {
        "other file": signer.dumps("f_other"),
        "forged": URLSafeTimedSerializer("another secret", salt="files").dumps(file_id),
        "late": signer.dumps(file_id),
        "garbage": "..%2e",
        "other salt": URLSafeTimedSerializer(signer.secret_keys[0], salt="else").dumps(file_id),
    }
    if how == "late":
        monkeypatch.setattr(file_routes, "LINK_SECONDS", -1)
    async with scene.visitor("") as anybody:
        assert (await anybody.get(f"/files/{file_id}/x?k={keys[how]}")).status_code == 404


async def test_what_was_never_sent_is_its_uploaders(scene: Scene):
    made = (await sent_by_visitor(scene)).json()["id"]
    assert (await link(scene, scene.token, made)).status_code == 200
    assert (await scene.victim.http.get(f"/files/{made}/x")).status_code == 404
    async with scene.widget(scene.token) as wire:
        wire.say("send", id="pic", seq=2, kind="image", file=made)
        assert (await wire.until("ack"))["id"] == "pic"
    assert (await scene.victim.http.get(f"/files/{made}/x")).status_code == 200
    assert (await scene.stranger.http.get(f"/files/{made}/x")).status_code == 404


async def test_what_was_taken_back_is_for_the_owner_only(scene: Scene):
    file_id, talk = scene.keys["file_id"], scene.keys["conversation"]
    lines = (await scene.victim.get(f"/conversations/{talk}")).json()["messages"]
    seq = next(line["seq"] for line in lines if line["kind"] == "image")
    assert (await scene.victim.post(f"/conversations/{talk}/recall", {"seq": seq})).status_code == 204
    assert (await link(scene, scene.token, file_id)).status_code == 404
    assert (await scene.desk.owner.http.get(f"/files/{file_id}/x")).status_code == 200
    lead = await scene.desk.agent("lead")
    assert (await lead.http.get(f"/files/{file_id}/x")).status_code == 404


async def test_an_agents_file_goes_to_the_customer_it_was_meant_for(scene: Scene):
    await scene.stranger.post(f"/conversations/{scene.other_conversation}/transfer", {"to": scene.keys["agent_id"]})
    async with scene.wire(scene.victim) as wire:
        wire.say("send", id="wrong", seq=9, conversation=scene.other_conversation, kind="image", file=scene.keys["file_id"])  # fmt: skip  # noqa: E501
        assert (await wire.until("error"))["code"] == "chat.no_file"


async def test_nobody_elses_upload_can_be_sent(scene: Scene):
    made = (await sent_by_visitor(scene)).json()["id"]
    async with scene.widget(scene.other_token) as wire:
        wire.say("send", id="steal", seq=2, kind="image", file=made)
        assert (await wire.until("error"))["code"] == "chat.no_file"


async def test_only_into_a_talk_one_sees(scene: Scene):
    form = {"conversation": scene.keys["conversation"]}
    answer = await scene.stranger.http.post("/api/files", data=form, files={"file": ("a.png", PNG, "image/png")})
    assert answer.status_code == 404


# ---------------------------------------------------------------- how much


async def _endless(sent: list[int]) -> AsyncIterator[bytes]:
    yield b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.pdf"\r\n\r\n%PDF-'
    while True:
        sent.append(256 * 1024)
        yield b"0" * 256 * 1024


@pytest.mark.parametrize("path", ["/visit-api/files", "/api/files", "/api/login", "/visit-api/s_x/start"])
async def test_a_stream_without_an_end_is_cut(scene: Scene, path: str):
    """Also for strangers: the body is read before anybody is asked who he is."""
    sent: list[int] = []
    headers = {"Content-Type": "multipart/form-data; boundary=x"}
    async with scene.visitor("") as anybody:
        answer = await anybody.post(path, content=_endless(sent), headers=headers)
    assert answer.status_code in (401, 413, 422)
    assert sum(sent) <= 52 * 1024 * 1024


@pytest.mark.parametrize("path", ["/visit-api/files", "/api/files", "/api/login"])
async def test_what_says_it_is_too_long_is_not_read(scene: Scene, path: str):
    sent: list[int] = []
    async with scene.visitor("") as anybody:
        answer = await anybody.post(path, content=_endless(sent), headers={"Content-Length": str(10 * 1024**3)})
    assert sent == []
    assert (answer.status_code, answer.json()["error"]["code"]) == (413, "http.too_large")


async def test_no_address_holds_what_no_database_keeps(scene: Scene):
    for path in ("/conversations/c_%00", "/conversations?cursor=1:%00"):
        assert (await scene.victim.get(path)).status_code == 404


# ---------------------------------------------------------------- what was never sent


def kept(data: Path, file_id: str) -> list[str]:
    """What lies on the disk of a file."""
    return sorted(path.name for path in path_of(data, file_id).parent.glob(f"{file_id}*"))


async def test_after_a_day_only_what_was_sent_is_left(scene: Scene, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    orphan = (await sent_by_visitor(scene)).json()["id"]
    sent = scene.keys["file_id"]
    orphans = Orphans(scene.app.state.database, tmp_path)
    now = now_ms()
    monkeypatch.setattr(transactions, "now_ms", lambda: now + 23 * HOUR)
    assert await orphans.sweep() == 0
    monkeypatch.setattr(transactions, "now_ms", lambda: now + DAY + HOUR)
    assert await orphans.sweep() == 1
    assert kept(tmp_path, orphan) == []
    assert kept(tmp_path, sent) == [sent, f"{sent}.thumb"]
    assert await orphans.sweep() == 0
    assert (await link(scene, scene.token, orphan)).status_code == 404


async def test_what_was_sent_is_never_forgotten(scene: Scene):
    forgotten = await scene.app.state.database.write(actions.do_forget_files, [scene.keys["file_id"], "f_none"])
    assert forgotten == []


async def test_no_page_of_the_customer_holds_the_canary_of_notes(scene: Scene):
    async with scene.visitor(scene.token) as browser:
        page = await browser.post(f"/visit-api/{scene.shop}/start", json={"token": scene.token})
    assert f"你好，{CANARY}" in page.text
    assert f"备注：{CANARY}" not in page.text


async def test_a_token_of_another_shop_makes_a_fresh_visitor(scene: Scene):
    other = await scene.app.state.database.write(do_open_shop, "别家")
    async with scene.visitor("") as browser:
        page = (await browser.post(f"/visit-api/{other}/start", json={"token": scene.token})).json()
    assert page["token"] != scene.token
    assert page["messages"] == []
