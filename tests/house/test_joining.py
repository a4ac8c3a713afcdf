"""Two customers turn out to be one: every page that looks at either takes everything anew and hears on."""

from pathlib import Path

from tests.house.scene import Scene, an_open_house
from zhanggui.customers.actions import KnownCustomer, do_make_known, do_set_tags
from zhanggui.customers.rules import mint_identity
from zhanggui.customers.shapes import IdentityClaims
from zhanggui.foundation.clock import now_ms
from zhanggui.store import queries as store

WHO = KnownCustomer(external_id="u7", name="周先生", phone="13800000009", city="上海", address="路 1 号", level="")


async def identify(scene: Scene, token: str) -> str:
    """The shop vouches for this visitor; returns his new token."""
    shop = await scene.desk.db.read(store.shop, scene.shop)
    assert shop is not None
    claims = IdentityClaims(external_id="u7", name="周先生")
    given = {"identity": mint_identity(shop.identity_secret, shop.id, claims, now_ms())}
    async with scene.visitor(token) as browser:
        answer = await browser.post("/visit-api/identify", json=given)
    assert answer.status_code == 200, answer.text
    return str(answer.json()["token"])


async def test_who_has_him_open_begins_afresh_and_hears_on(tmp_path: Path):
    async with an_open_house(tmp_path) as scene:
        known = await scene.desk.db.write(do_make_known, scene.shop, WHO)
        other = await identify(scene, scene.other_token)  # on another device he is known already
        async with scene.wire(scene.victim) as wire, scene.widget(other) as device:
            wire.say("watch", conversation=scene.keys["conversation"], on=True)
            assert [frame["t"] for frame in await wire.answers()] == ["resync"]  # the fresh socket's own
            await device.answers()
            await identify(scene, scene.token)
            assert (await wire.until("resync"))["reason"] == "merged"
            assert (await device.until("resync"))["reason"] == "merged"
            n = (await scene.victim.get("/desk")).json()["n"]
            wire.say("from", n=n)
            await wire.answers()
            await scene.desk.db.write(do_set_tags, known, tags=["老客"])
            assert (await wire.until("event"))["put"]["customer"]["id"] == known


async def test_his_history_has_the_lines_of_both(tmp_path: Path):
    async with an_open_house(tmp_path) as scene:
        await scene.desk.db.write(do_make_known, scene.shop, WHO)
        tokens = [await identify(scene, token) for token in (scene.other_token, scene.token)]
        async with scene.visitor(tokens[1]) as browser:
            shown = (await browser.post(f"/visit-api/{scene.shop}/start", json={"token": tokens[1]})).json()["messages"]
        assert {line["conversation"] for line in shown} == {scene.keys["conversation"], scene.other_conversation}
        texts = [line["text"] for line in shown]
        assert "在吗" in texts
        assert any(text.startswith("你好") for text in texts)
