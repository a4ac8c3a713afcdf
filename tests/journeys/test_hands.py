"""Two agents, an input method, a phone, a keyboard alone."""

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


def test_enter_while_composing_never_sends(shop: Shop, screen: Screen) -> None:
    desk = sign_in(screen(), shop, "laoliang")
    buyer = enter_shop(screen(width=1280, height=860), shop)
    for page, box, log in ((buyer, chat_box(buyer), chat_log(buyer)), (desk, reply_box(desk), thread(desk))):
        if page is desk:
            open_talk(desk, "你好掌柜")
        box.click()
        hands = page.context.new_cdp_session(page)
        hands.send("Input.imeSetComposition", {"text": "nihao", "selectionStart": 5, "selectionEnd": 5})
        process = {"windowsVirtualKeyCode": 229, "key": "Process", "code": "Enter"}
        hands.send("Input.dispatchKeyEvent", {"type": "rawKeyDown", **process})
        expect(box).to_have_value("nihao")
        hands.send("Input.insertText", {"text": "你好掌柜" if page is buyer else "您好，欢迎光临"})
        said = "你好掌柜" if page is buyer else "您好，欢迎光临"
        expect(box).to_have_value(said)
        page.wait_for_timeout(300)  # a hand is not that fast: an Enter right after composing still belongs to it
        page.keyboard.press("Enter")
        expect(log.get_by_text(said, exact=True)).to_have_count(1)
        expect(box).to_have_value("")
    assert shop.said(shop.talk_with("你好掌柜")) == ["你好掌柜", "您好，欢迎光临"]


def test_a_talk_goes_from_one_agent_to_another(shop: Shop, screen: Screen) -> None:
    first = sign_in(screen(), shop, "laoliang")
    buyer = enter_shop(screen(width=1280, height=860), shop)
    customer_says(buyer, "我的快递三天没动了")
    open_talk(first, "我的快递三天没动了")
    second = sign_in(screen(), shop, "dapeng")
    first.get_by_role("button", name="转接").first.click()
    dialog = first.get_by_role("dialog")
    dialog.get_by_text("大鹏").first.click()
    dialog.locator("textarea").last.fill("请帮忙催一下物流")
    dialog.get_by_role("button", name="转接").last.click()
    expect(desk_row(second, "我的快递三天没动了")).to_be_visible()
    open_talk(second, "我的快递三天没动了")
    expect(thread(second).get_by_text("请帮忙催一下物流")).to_be_visible()
    agent_says(second, "马上帮您催")
    expect(chat_log(buyer).get_by_text("马上帮您催")).to_be_visible()
    expect(chat_log(buyer).get_by_text("请帮忙催一下物流")).to_have_count(0)


def test_the_main_job_on_a_phone(shop: Shop, screen: Screen) -> None:
    desk = sign_in(screen(width=390, height=844, touch=True), shop, "laoliang")
    buyer = enter_shop(screen(width=390, height=844, touch=True), shop)
    customer_says(buyer, "手机上也能聊吗")
    desk_row(desk, "手机上也能聊吗").tap()
    expect(thread(desk).get_by_text("手机上也能聊吗", exact=True)).to_be_visible()
    reply_box(desk).fill("可以的亲")
    desk.get_by_role("button", name="发送").tap()
    expect(chat_log(buyer).get_by_text("可以的亲")).to_be_visible()
    for page in (desk, buyer):
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_by_keyboard_alone(shop: Shop, screen: Screen) -> None:
    desk = sign_in(screen(), shop, "laoliang")
    buyer = enter_shop(screen(width=1280, height=860), shop)
    customer_says(buyer, "键盘也要能用")
    expect(desk_row(desk, "键盘也要能用")).to_be_visible()
    chosen = desk.locator("[role=option].selected")
    for _ in range(desk.get_by_role("option").count()):
        desk.keyboard.press("Alt+KeyN")
        expect(reply_box(desk)).to_be_focused()
        if "键盘也要能用" in chosen.inner_text():
            break
    expect(thread(desk).get_by_text("键盘也要能用", exact=True)).to_be_visible()
    expect(reply_box(desk)).to_be_focused()
    desk.keyboard.type("收到，不用鼠标")
    desk.keyboard.press("Enter")
    expect(chat_log(buyer).get_by_text("收到，不用鼠标")).to_be_visible()
    desk.keyboard.press("Control+KeyK")
    expect(desk.get_by_role("dialog")).to_be_visible()
    desk.keyboard.press("Escape")
    expect(desk.get_by_role("dialog")).to_have_count(0)
