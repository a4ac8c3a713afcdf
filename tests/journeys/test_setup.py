"""The first minute: an empty folder becomes a shop."""

from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.running import Running

Screen = Callable[..., Page]
PASSWORD = "three quiet rivers 九月"


def test_open_a_shop_leave_and_come_back(screen: Screen, tmp_path: Path) -> None:
    server = Running(tmp_path / "new").start()
    try:
        page = screen()
        page.goto(server.base)
        for label, text in (("店铺名称", "山野茶铺"), ("你的称呼", "王掌柜"), ("登录名", "boss"), ("密码", PASSWORD)):
            page.get_by_label(label, exact=True).fill(text)
        page.get_by_role("button", name="开张").click()
        page.wait_for_url("**/settings/**")
        expect(page.locator("main input").first).to_have_value("山野茶铺")
        page.goto(f"{server.base}/app/")
        expect(page.get_by_text("已连接")).to_be_visible()
        page.get_by_role("button", name="王掌柜").click()
        page.get_by_text("退出登录").click()
        page.locator("input[name=username]").fill("boss")
        page.locator("input[name=password]").fill("not the password")
        page.keyboard.press("Enter")
        expect(page.get_by_role("alert")).to_be_visible()
        page.locator("input[name=password]").fill(PASSWORD)
        page.keyboard.press("Enter")
        expect(page.get_by_text("已连接")).to_be_visible()
    finally:
        server.stop()
