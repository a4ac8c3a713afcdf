"""A real browser before a real server on demo data."""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.journeys.people import Shop, watched
from tests.running import Running
from zhanggui.demo.build import build_demo

expect.set_options(timeout=20_000)  # a busy machine is slow, not wrong
NAMES = ("chromium", "chromium-browser", "google-chrome")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PROGRAM = next((found for name in NAMES if (found := shutil.which(name))), None)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Every test here drives a browser."""
    for item in items:
        if Path(str(item.fspath)).parent == Path(__file__).parent:
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.xdist_group("browser"))


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's Chromium, headless."""
    if PROGRAM is None:
        if os.environ.get("CI") == "true":
            raise AssertionError("CI=true needs Chromium")
        pytest.skip("Chromium is not installed")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=PROGRAM, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def demo_data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo shop, built once."""
    folder = tmp_path_factory.mktemp("demo") / "data"
    build_demo(folder)
    return folder


@pytest.fixture
def shop(demo_data: Path, tmp_path: Path) -> Iterator[Shop]:
    """A server on a copy of the demo shop; a test may do with it what it wants."""
    data = tmp_path / "data"
    shutil.copytree(demo_data, data)
    server = Running(data).start()
    yield Shop(server)
    server.stop()


@pytest.fixture
def screen(browser: Browser) -> Iterator[Callable[..., Page]]:
    """Opens pages that may not complain: a console error or an uncaught exception fails the test at its end."""
    complaints: list[str] = []
    contexts = []

    def opened(*, width: int = 1440, height: int = 900, language: str = "zh-CN", touch: bool = False) -> Page:
        context = browser.new_context(
            viewport={"width": width, "height": height}, locale=language, has_touch=touch, is_mobile=touch
        )
        contexts.append(context)
        context.set_default_timeout(20_000)
        return watched(context.new_page(), complaints)

    yield opened
    for context in contexts:
        context.close()
    assert complaints == []
