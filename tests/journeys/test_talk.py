"""The main job: a customer writes, an agent answers, and nothing is lost."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.journeys.people import (
    Shop,
    agent_says,
    chat_box,
    chat_log,
    customer_says,
    desk_row,
    enter_shop,
    open_talk,
    reply_box,
    sign_in,
    thread,
)

Screen = Callable[..., Page]
CANARY = "金丝雀-只给自己人看-7351"


def test_they_talk_both_ways(shop: Shop, screen: Screen) -> None:
    desk = sign_in(screen(), shop, "laoliang")
    buyer = enter_shop(screen(width=1280, height=860), shop)
    customer_says(buyer, "你好，帆布包还有货吗？")
    open_talk(desk, "你好，帆布包还有货吗？")
    agent_says(desk, "有的亲，米色和墨绿都有现货")
    expect(chat_log(buyer).get_by_text("有的亲，米色和墨绿都有现货")).to_be_visible()
    customer_says(buyer, "那米色来一个")
    expect(thread(desk).get_by_text("那米色来一个")).to_be_visible()
    talk = shop.talk_with("那米色来一个")
    assert shop.said(talk) == ["你好，帆布包还有货吗？", "有的亲，米色和墨绿都有现货", "那米色来一个"]


def test_each_sees_the_other_writing_and_reading(shop: Shop, screen: Screen) -> None:
    desk = sign_in(screen(), shop, "laoliang")
    buyer = enter_shop(screen(width=1280, height=860), shop)
    customer_says(buyer, "在吗在吗")
    open_talk(desk, "在吗在吗")
    expect(chat_log(buyer).get_by_text("已读")).to_be_visible()
    reply_box(desk).press_sequentially("我在的", delay=40)
    expect(buyer.locator("zhanggui-chat").get_by_text("正在输入")).to_be_visible()
    chat_box(buyer).press_sequentially("好呀", delay=40)
    expect(desk.get_by_text("正在输入")).to_be_visible()


def test_a_recalled_line_leaves_a_trace_on_both_sides(shop: Shop, screen: Screen) -> None:
    desk = sign_in(screen(), shop, "laoliang")
    buyer = enter_shop(screen(width=1280, height=860), shop)
    customer_says(buyer, "多少钱")
    open_talk(desk, "多少钱")
    agent_says(desk, "八千九百元")
    expect(chat_log(buyer).get_by_text("八千九百元")).to_be_visible()
    thread(desk).get_by_text("八千九百元").hover()
    thread(desk).get_by_role("button", name="更多", exact=True).last.click()
    desk.get_by_role("menuitem", name="撤回").click()
    expect(thread(desk).get_by_text("八千九百元")).to_have_count(0)
    expect(chat_log(buyer).get_by_text("八千九百元")).to_have_count(0)
    expect(chat_log(buyer).get_by_text("撤回")).to_be_visible()


def test_notes_never_reach_the_customer(shop: Shop, screen: Screen) -> None:
    heard: list[str] = []
    desk = sign_in(screen(), shop, "laoliang")
    buyer = screen(width=1280, height=860)
    buyer.on("websocket", lambda socket: socket.on("framereceived", lambda payload: heard.append(str(payload))))
    buyer.on("response", lambda answer: heard.append(answer.text()) if "/visit-api/" in answer.url else None)
    enter_shop(buyer, shop)
    customer_says(buyer, "我要投诉")
    open_talk(desk, "我要投诉")
    desk.get_by_role("button", name="备注", exact=True).click()
    agent_says(desk, CANARY)
    desk.get_by_role("button", name="备注", exact=True).click()
    agent_says(desk, "非常抱歉，您先消消气，我马上查")
    expect(chat_log(buyer).get_by_text("非常抱歉，您先消消气，我马上查")).to_be_visible()
    buyer.reload()
    buyer.evaluate("() => customElements.whenDefined('zhanggui-chat')")
    buyer.evaluate("() => document.querySelector('zhanggui-chat').open()")
    expect(chat_log(buyer).get_by_text("非常抱歉，您先消消气，我马上查")).to_be_visible()
    assert any("非常抱歉" in text for text in heard)
    assert not any(CANARY in text for text in heard)
    assert CANARY not in buyer.content()
    assert shop.rows("SELECT desk_only FROM message WHERE text = ?", CANARY) == [(1,)]


def test_nobody_there_means_a_place_in_the_queue(shop: Shop, screen: Screen) -> None:
    buyer = enter_shop(screen(width=1280, height=860), shop)
    customer_says(buyer, "有人吗有人吗")
    expect(buyer.locator("zhanggui-chat [role=status]")).to_contain_text("位")
    desk = sign_in(screen(), shop, "laoliang")
    expect(chat_log(buyer).get_by_text("为您服务").last).to_be_visible()
    expect(desk_row(desk, "有人吗有人吗")).to_be_visible()
