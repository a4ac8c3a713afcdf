"""What people do on the screens, in their own words."""

from contextlib import closing
from dataclasses import dataclass

from playwright.sync_api import ConsoleMessage, Locator, Page, expect

from tests.running import Running
from zhanggui.foundation.database.sqlite import driver_module

HARMLESS = (
    "status of 401",  # the desk asks who is signed in before anybody is
    "WebSocket connection to",  # a server that was killed on purpose
    "net::ERR_CONNECTION",
    "net::ERR_EMPTY_RESPONSE",
    "net::ERR_NETWORK",
)


def watched(page: Page, complaints: list[str]) -> Page:
    """Write down what a page complains about."""

    def heard(message: ConsoleMessage) -> None:
        if message.type == "error" and not any(word in message.text for word in HARMLESS):
            complaints.append(f"{message.text} {message.location.get('url', '')}")

    page.on("console", heard)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    return page


@dataclass
class Shop:
    """A running shop and the logins of its people."""

    server: Running

    @property
    def base(self) -> str:
        """Where it is served."""
        return self.server.base

    def password(self, login: str) -> str:
        """Return the demo password of this person."""
        text = (self.server.data / "logins.txt").read_text(encoding="utf-8")
        return next(line.split()[2] for line in text.splitlines() if line.split()[1] == login)

    def rows(self, sql: str, *params: object) -> list[tuple[object, ...]]:
        """Read the database as it is on disk."""
        with closing(driver_module.connect(f"file:{self.server.data / 'zhanggui.db'}?mode=ro", uri=True)) as connection:
            found: list[tuple[object, ...]] = connection.execute(sql, params).fetchall()
            return found

    def said(self, conversation: str) -> list[str]:
        """Return the people's lines of a conversation in their order."""
        sql = "SELECT text FROM message WHERE conversation = ? AND sender IN ('customer', 'agent') ORDER BY seq"
        return [str(row[0]) for row in self.rows(sql, conversation)]

    def talk_with(self, text: str) -> str:
        """Return the conversation in which this was said; it must be said exactly once."""
        (row,) = self.rows("SELECT conversation FROM message WHERE text = ?", text)
        return str(row[0])


def sign_in(page: Page, shop: Shop, login: str, *, base: str = "") -> Page:
    """Sign in at the desk (by `base`, if the way there is another)."""
    page.goto(f"{base or shop.base}/app/")
    page.locator("input[name=username]").fill(login)
    page.locator("input[name=password]").fill(shop.password(login))
    page.keyboard.press("Enter")
    expect(page.get_by_text("已连接")).to_be_visible()
    return page


def enter_shop(page: Page, shop: Shop) -> Page:
    """Open the shop page and the chat in its corner."""
    page.goto(f"{shop.base}/shop/")
    page.locator("zhanggui-chat").wait_for(state="attached")
    open_chat(page)
    return page


def open_chat(page: Page) -> None:
    """Open the chat."""
    page.evaluate("() => customElements.whenDefined('zhanggui-chat')")
    page.evaluate("() => document.querySelector('zhanggui-chat').open()")
    expect(chat_box(page)).to_be_visible()


def chat_box(page: Page) -> Locator:
    """Return where the customer writes."""
    return page.locator("zhanggui-chat textarea")


def chat_log(page: Page) -> Locator:
    """Return what the customer sees of the talk."""
    return page.locator("zhanggui-chat [role=log]")


def customer_says(page: Page, text: str) -> None:
    """Write a line in the widget and see it stand there."""
    chat_box(page).fill(text)
    chat_box(page).press("Enter")
    expect(chat_log(page).get_by_text(text, exact=True)).to_be_visible()


def desk_row(page: Page, text: str) -> Locator:
    """Return the row of the list whose last line says this."""
    return page.locator(".row", has_text=text).first


def open_talk(page: Page, text: str) -> None:
    """Open the conversation whose last line says this."""
    desk_row(page, text).click()
    expect(thread(page).get_by_text(text, exact=True).last).to_be_visible()


def thread(page: Page) -> Locator:
    """Return the talk that is open at the desk."""
    return page.locator("section.chat [role=log]")


def reply_box(page: Page) -> Locator:
    """Return where the agent writes."""
    return page.locator("section.chat textarea")


def agent_says(page: Page, text: str) -> None:
    """Answer the open conversation."""
    reply_box(page).fill(text)
    reply_box(page).press("Enter")
    expect(thread(page).get_by_text(text, exact=True)).to_be_visible()
    expect(reply_box(page)).to_have_value("")
