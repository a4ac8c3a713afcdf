"""The server is killed in the middle of a talk, three times; neither screen is reloaded."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.journeys.people import (
    Shop,
    chat_box,
    chat_log,
    customer_says,
    enter_shop,
    open_talk,
    reply_box,
    sign_in,
    thread,
)

Screen = Callable[..., Page]


def test_nothing_is_lost_and_nothing_doubled(shop: Shop, screen: Screen) -> None:
    desk = sign_in(screen(), shop, "laoliang")
    buyer = enter_shop(screen(width=1280, height=860), shop)
    customer_says(buyer, "第一句：你好")
    open_talk(desk, "第一句：你好")
    expected = ["第一句：你好"]
    for turn in range(3):
        shop.server.kill()
        for box, text in ((chat_box(buyer), f"断电时顾客说{turn}"), (reply_box(desk), f"断电时客服说{turn}")):
            box.fill(text)
            box.press("Enter")
        shop.server.start()
        for log in (chat_log(buyer), thread(desk)):
            expect(log.get_by_text(f"断电时顾客说{turn}", exact=True)).to_have_count(1, timeout=30_000)
            expect(log.get_by_text(f"断电时客服说{turn}", exact=True)).to_have_count(1, timeout=30_000)
        expected += [f"断电时顾客说{turn}", f"断电时客服说{turn}"]
    talk = shop.talk_with("第一句：你好")
    said = shop.said(talk)
    assert sorted(said) == sorted(expected)
    for who in ("顾客", "客服"):
        assert [text for text in said if who in text] == [text for text in expected if who in text]
    for log in (chat_log(buyer), thread(desk)):
        for text in expected:
            expect(log.get_by_text(text, exact=True)).to_have_count(1)
