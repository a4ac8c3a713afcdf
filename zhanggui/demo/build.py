"""Builds the demo shop into an empty folder: the same life every time, told relative to now."""

import asyncio
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from zhanggui import migrations
from zhanggui.chat.words import WORDS as CHAT_WORDS
from zhanggui.customers.words import WORDS as CUSTOMER_WORDS
from zhanggui.demo.buyers import cards_now, make_buyers, settle
from zhanggui.demo.content import Content, load
from zhanggui.demo.days import Days, days_back
from zhanggui.demo.goods import copy_pictures, make_shop
from zhanggui.demo.people import Desk, Login, make_people
from zhanggui.demo.photos import keep_photos
from zhanggui.demo.talks import Stage, ends_of, make_newcomers, make_talks
from zhanggui.demo.trade import make_orders
from zhanggui.foundation import words
from zhanggui.foundation.clock import now_ms
from zhanggui.foundation.database import Database, Tx, open_database

LOGINS: Final = "logins.txt"
SETTINGS: Final = "zhanggui.toml"


@dataclass(frozen=True, slots=True)
class Logins:
    """How to sign in to the demo; also kept in `file`, readable by its owner only."""

    items: list[Login]
    file: Path

    def text(self) -> str:
        """Return them as lines people can read."""
        rows = [f"{one.role:<8} {one.login:<10} {one.password}   {one.name}" for one in self.items]
        return "\n".join(rows)


def build_demo(data: Path, *, now: int | None = None) -> Logins:
    """Fill the folder `data` with the demo shop and return its logins. FileExistsError unless it is empty."""
    if data.exists() and any(data.iterdir()):
        raise FileExistsError(data)
    data.mkdir(parents=True, exist_ok=True)
    content = load()
    for room in (CHAT_WORDS, CUSTOMER_WORDS):
        words.register(room)
    (data / SETTINGS).write_text("# a demo: loopback only, buyers without passwords\ndemo = true\n", encoding="utf-8")
    copy_pictures(content, data)
    logins = Logins(asyncio.run(_build(data, content, now or now_ms())), data / LOGINS)
    logins.file.touch(mode=0o600)
    logins.file.write_text(logins.text() + "\n", encoding="utf-8")
    return logins


async def _build(data: Path, content: Content, now: int) -> list[Login]:
    database = open_database("", data)
    await migrations.upgrade("", data)
    await database.start()
    try:
        return await fill(database, data, content, now)
    finally:
        await database.stop()


async def fill(database: Database, data: Path, content: Content, now: int) -> list[Login]:
    """Write the whole demo into an empty database that has its tables."""
    desk, logins = await make_people(database, content.shop)
    await database.write(_tell_everything, content, desk, data, Days(now, content.shop.timezone))
    return logins


def _tell_everything(tx: Tx, content: Content, desk: Desk, data: Path, days: Days) -> None:
    tx.now = days.now
    shelf = make_shop(tx, content)
    owner = desk.viewer(content.shop.agents[0].name)
    cards = make_buyers(tx, shelf.shop, content.buyers, days, by=owner)
    back = {customer: days_back(days, ends) for customer, ends in ends_of(content.talks, days).items()}
    bought = make_orders(tx, content.orders, content.buyers, cards, shelf, days, back)
    photos = keep_photos(content.photos, content.talks, data)
    settle(tx, content.buyers, cards, bought, shelf.shop)
    cards = cards_now(tx, cards)
    stage = Stage(desk, shelf, content.shop.name, cards, photos, days)
    said = make_talks(tx, content.talks, stage, back)
    seen = {key: max(bought.get(key, 0), said.get(key, 0)) for key in cards}
    settle(tx, content.buyers, cards, seen, shelf.shop)
    make_newcomers(tx, content.newcomers, stage)
    tx.now = days.now
