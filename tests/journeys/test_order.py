"""An order placed and paid on the shop page is seen at the desk at once."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.journeys.people import Shop, customer_says, desk_row, enter_shop, open_talk, sign_in, thread

Screen = Callable[..., Page]


def test_each_step_of_an_order_appears_live(shop: Shop, screen: Screen) -> None:
    desk = sign_in(screen(), shop, "laoliang")
    buyer = enter_shop(screen(width=1280, height=860), shop)
    customer_says(buyer, "我先看看，等下就拍")
    open_talk(desk, "我先看看，等下就拍")
    buyer.evaluate("() => document.querySelector('zhanggui-chat').close?.()")
    buyer.goto(f"{shop.base}/shop/#/login")
    buyer.locator("main .people button").first.click()
    expect(buyer.locator("main .people")).to_have_count(0)  # signed in, and the page drawn anew
    buyer.wait_for_load_state("networkidle")
    buyer.goto(f"{shop.base}/shop/#/")
    buyer.locator("main a[href^='#/p/']").nth(5).click()
    buyer.wait_for_load_state("networkidle")
    buyer.get_by_role("button", name="立即购买").click()
    fields = {"收货人": "许小满", "手机": "13800008888", "城市": "杭州市", "地址": "文三路 88 号 2 幢 301"}
    for label, text in fields.items():
        field = buyer.get_by_label(label)
        if field.count():
            field.first.fill(text)
    buyer.get_by_role("button", name="提交订单").click()
    expect(thread(desk).get_by_text("拍下").last).to_be_visible()
    expect(desk_row(desk, "我先看看，等下就拍").get_by_text("已拍下")).to_be_visible()
    buyer.get_by_role("button", name="付款").first.click()
    expect(thread(desk).get_by_text("付款").last).to_be_visible()
    expect(desk.get_by_text("待发货").first).to_be_visible()
