"""Machines that look for barriers find none that matter, on every screen, light and dark."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.people import Shop, customer_says, enter_shop, open_talk, sign_in, thread

Screen = Callable[..., Page]
AXE = Path(__file__).parents[2] / "web" / "node_modules" / "axe-core" / "axe.min.js"
LOOK = "async () => (await axe.run(document, {resultTypes: ['violations']})).violations"


def barriers(page: Page) -> list[str]:
    """Return what is serious or critical on the page as it stands."""
    page.evaluate(AXE.read_text(encoding="utf-8"))  # the page's own policy lets no foreign script in
    found = page.evaluate(LOOK)
    return [
        f"{page.url} {one['id']}: {node['html'][:120]}"
        for one in found
        if one["impact"] in ("serious", "critical")
        for node in one["nodes"]
    ]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_serious_barrier_anywhere(shop: Shop, screen: Screen, scheme: str) -> None:
    found: list[str] = []
    desk = screen()
    desk.emulate_media(color_scheme=scheme, reduced_motion="reduce")  # type: ignore[arg-type]
    desk.goto(f"{shop.base}/app/")
    expect(desk.locator("input[name=username]")).to_be_visible()
    found += barriers(desk)
    sign_in(desk, shop, "shentang")
    found += barriers(desk)
    buyer = screen(width=1280, height=860)
    buyer.emulate_media(color_scheme=scheme, reduced_motion="reduce")  # type: ignore[arg-type]
    enter_shop(buyer, shop)
    customer_says(buyer, "无障碍也要看看")
    found += barriers(buyer)
    open_talk(desk, "无障碍也要看看")
    expect(thread(desk)).to_be_visible()
    found += barriers(desk)
    links = desk.locator("a[href^='/app/settings']")
    links.first.click()
    expect(desk.locator("a[href^='/app/settings/']").nth(4)).to_be_visible()
    places = {str(link.get_attribute("href")) for link in desk.locator("a[href^='/app/settings']").all()}
    assert len(places) >= 6
    for place in sorted(places):
        desk.goto(shop.base + place)
        expect(desk.get_by_role("heading").first).to_be_visible()
        desk.wait_for_load_state("networkidle")
        found += barriers(desk)
    assert found == []
