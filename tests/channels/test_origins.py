"""From which pages a shop's widget may be used."""

import pytest
from starlette.datastructures import Headers

from tests.store.builders import a_shop
from zhanggui.channels.origins import origin_fits
from zhanggui.channels.pace import KEPT, Pace
from zhanggui.chat.desk import same_origin
from zhanggui.foundation.audit import SystemActor
from zhanggui.foundation.database import Database
from zhanggui.foundation.errors import TooMany
from zhanggui.store import queries as store
from zhanggui.store.actions import do_patch_shop
from zhanggui.store.shapes import Shop, ShopPatch

HOST = "desk.example.com"
PUBLIC = "https://kefu.example.com"


@pytest.fixture
async def shop(db: Database) -> Shop:
    shop_id = await a_shop(db)
    allowed = ["https://shop.example.com", "http://localhost:3000"]
    await db.write(do_patch_shop, shop_id, actor=SystemActor(), patch=ShopPatch(allowed_origins=allowed))
    found = await db.read(store.shop, shop_id)
    assert found is not None
    return found


CASES = {
    None: True,
    "https://shop.example.com": True,
    "https://SHOP.example.com": True,
    "https://shop.example.com:443": True,
    "http://localhost:3000": True,
    "https://desk.example.com": True,
    "http://desk.example.com": True,
    "https://kefu.example.com": True,
    "http://shop.example.com": False,
    "https://shop.example.com:8443": False,
    "http://localhost:3001": False,
    "http://localhost": False,
    "https://evil.example.com": False,
    "https://shop.example.com.evil.com": False,
    "https://evil.com/https://shop.example.com": False,
    "https://shop.example.com@evil.com": False,
    "http://kefu.example.com": False,
    "null": False,
    "": False,
    "http://[": False,
    "https://shop.example.com:99999": False,
}


async def test_the_table(shop: Shop):
    found = {}
    for origin in CASES:
        headers = {"host": HOST} | ({} if origin is None else {"origin": origin})
        found[origin] = origin_fits(shop, Headers(headers), PUBLIC)
    assert found == CASES


async def test_without_a_host_nobody_is_at_home(shop: Shop):
    assert not origin_fits(shop, Headers({"origin": "null"}), "")
    assert not origin_fits(shop, Headers({"origin": "https://"}), "")


@pytest.mark.parametrize(
    ("origin", "fits"),
    [
        (None, True),
        ("https://desk.example.com", True),
        ("https://kefu.example.com", True),
        ("http://kefu.example.com", False),
        ("https://shop.example.com", False),
        ("https://desk.example.com.evil.com", False),
        ("null", False),
        ("http://[", False),
    ],
)
def test_the_desk_is_opened_by_our_own_pages_only(origin: str | None, fits: bool):
    headers = [(b"host", HOST.encode())]
    if origin is not None:
        headers.append((b"origin", origin.encode()))
    assert same_origin({"type": "websocket", "headers": headers}, PUBLIC) is fits


def test_a_stranger_who_asks_too_often_is_told_when_to_come_back():
    pace = Pace()
    for _ in range(3):
        pace.take("a", rate=0.1, burst=3)
    with pytest.raises(TooMany) as refusal:
        pace.take("a", rate=0.1, burst=3)
    assert 1 <= refusal.value.retry_after <= 10
    pace.take("b", rate=0.1, burst=3)


def test_what_is_remembered_of_strangers_is_bounded():
    pace = Pace()
    for number in range(KEPT + 50):
        pace.take(f"k{number}", rate=1, burst=1)
    assert len(pace._buckets) == KEPT
    with pytest.raises(TooMany):
        pace.take(f"k{KEPT + 49}", rate=1, burst=1)
