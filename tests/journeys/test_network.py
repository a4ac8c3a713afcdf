"""The agent's network is cut and comes back: what was written meanwhile arrives, once."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.people import (
    Shop,
    chat_log,
    customer_says,
    enter_shop,
    open_talk,
    reply_box,
    sign_in,
    thread,
)
from tests.journeys.proxy import BadNetwork

Screen = Callable[..., Page]


@pytest.fixture
def network(shop: Shop) -> Iterator[BadNetwork]:
    network = BadNetwork(shop.server.port)
    yield network
    network.stop()


def test_a_starving_socket_is_noticed_and_nothing_is_lost(shop: Shop, screen: Screen, network: BadNetwork) -> None:
    desk = sign_in(screen(), shop, "laoliang", base=f"http://127.0.0.1:{network.port}")
    buyer = enter_shop(screen(width=1280, height=860), shop)
    customer_says(buyer, "断网也别丢")
    open_talk(desk, "断网也别丢")
    network.swallow()
    customer_says(buyer, "你那边断了吗")
    reply_box(desk).fill("我这边写的也不会丢")
    reply_box(desk).press("Enter")
    expect(thread(desk).get_by_text("我这边写的也不会丢", exact=True)).to_be_visible()
    expect(desk.get_by_text("已连接")).to_have_count(0, timeout=45_000)
    network.heal()
    expect(chat_log(buyer).get_by_text("我这边写的也不会丢", exact=True)).to_be_visible(timeout=30_000)
    expect(thread(desk).get_by_text("你那边断了吗", exact=True)).to_have_count(1)
    network.reset()
    customer_says(buyer, "现在呢")
    expect(thread(desk).get_by_text("现在呢", exact=True)).to_be_visible(timeout=30_000)
    said = shop.said(shop.talk_with("断网也别丢"))
    assert sorted(said) == sorted(["断网也别丢", "你那边断了吗", "我这边写的也不会丢", "现在呢"])
