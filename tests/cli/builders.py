"""A shop on disk in which something of every kind has happened, and the command line that looks after it."""

import asyncio
from pathlib import Path

from click.testing import CliRunner, Result
from sqlalchemy import Connection

from tests.chat.builders import Shop
from tests.chat.search_builders import a_talk
from tests.places import Place
from tests.store.builders import a_product, an_order
from zhanggui.chat.files import path_of
from zhanggui.chat.tables import attachment
from zhanggui.cli import main
from zhanggui.foundation.database import Tx, moving, open_database
from zhanggui.main import connect_rooms

TEXTS = ("在吗", "这件有 M 码吗？", "有的，亲 😊\n明天发货", 'a "quote" \\ and \u2028 a line')


def command(place: Place, *args: str, force_url: str | None = None) -> Result:
    """Run `zhanggui …` on this place."""
    url = place.url if force_url is None else force_url
    env = {"ZHANGGUI_DATABASE": url} if url else {}
    return CliRunner().invoke(main, [*args, "--data", str(place.data)], env=env, catch_exceptions=False)


def a_shop(place: Place) -> Place:
    """With an owner, an agent, a talk, an order (money), an upload, a product picture, settings."""
    asyncio.run(_live(place))
    (place.data / "pictures").mkdir(exist_ok=True)
    (place.data / "pictures" / "p01.svg").write_text("<svg/>", encoding="utf-8")
    (place.data / "zhanggui.toml").write_text("capacity = 7\n", encoding="utf-8")
    return place


async def _live(place: Place) -> None:
    await place.upgraded()
    database = open_database(place.url, place.data, connect_rooms())
    await database.start()
    try:
        shop = await Shop.opened(database)
        await shop.agent("小棠")
        customer = await shop.customer()
        for text in TEXTS:
            await shop.said(customer, text)
        await an_order(database, shop.id, await a_product(database, shop.id), customer=customer.id, quantity=2)
        await database.write(_upload, place.data, shop.id, str(customer.hint))
    finally:
        await database.stop()


def _upload(tx: Tx, data: Path, shop: str, conversation: str) -> None:
    path = path_of(data, "0123456789ab")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"\x00\x01 not text \xff")
    tx.execute(
        attachment.insert().values(
            id="f_1", shop=shop, conversation=conversation, owner="u_1", kind="file", type="application/pdf",
            name="发票.pdf", size=13, store="0123456789ab", at=tx.now,
        )
    )  # fmt: skip


async def more_lines(place: Place, *, talks: int, lines: int) -> None:
    """Many more conversations of so many lines."""
    database = open_database(place.url, place.data)
    await database.start()
    try:
        for _ in range(talks):
            await a_talk(database, ["这件衣服还有货吗？" * 5] * lines, assignee=None)
    finally:
        await database.stop()


def rows(connection: Connection) -> dict[str, list[str]]:
    """Every row of every table, in words."""
    return {table.name: list(moving.dump(connection, table)) for table in moving.tables()}


def content(place: Place) -> dict[str, list[str]]:
    """Every row of a place."""
    return asyncio.run(place.does(rows))


def told(place: Place) -> dict[str, list[str]]:
    """Every row of a place but the number of its last change, which leaps when it is restored."""
    return {name: lines for name, lines in content(place).items() if name != "event_counter"}


def files(place: Place) -> dict[str, bytes]:
    """Uploads and pictures of a place."""
    found = [one for folder in ("files", "pictures") for one in (place.data / folder).rglob("*") if one.is_file()]
    return {one.relative_to(place.data).as_posix(): one.read_bytes() for one in found}


def change(place: Place, sql: str) -> None:
    """Do what no action would do."""
    asyncio.run(place.does(lambda connection: connection.exec_driver_sql(sql), writes=True))
