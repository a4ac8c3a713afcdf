"""Shops and the shelf."""

from dataclasses import asdict
from decimal import Decimal

import pytest
from sqlalchemy import select

from tests.customers.builders import a_viewer
from tests.store.builders import a_product, a_shop
from zhanggui.foundation.database import Database
from zhanggui.foundation.database.schema import audit_log
from zhanggui.foundation.errors import Invalid, NotFound
from zhanggui.store import queries
from zhanggui.store.actions import NewProduct, NewVariant, do_add_product, do_new_secret, do_open_shop, do_patch_shop
from zhanggui.store.shapes import ShopPatch, ShopSettings


async def test_a_shop_opens_with_keys_that_nobody_is_shown(db: Database) -> None:
    shop_id = await db.write(do_open_shop, "青禾集")
    shop = await db.read(queries.shop, shop_id)
    assert shop is not None
    assert len(shop.identity_secret) >= 43
    assert shop.identity_secret != shop.shopper_key
    assert shop.identity_secret not in repr(shop)
    shown = str([asdict(view) for view in await db.read(queries.shops)])
    log = str(await db.read(lambda rx: rx.rows("SELECT body FROM event_log")))
    assert shop.identity_secret not in shown + log
    assert shop.shopper_key not in shown + log


async def test_a_new_secret_is_audited_without_it(db: Database) -> None:
    shop_id = await db.write(do_open_shop, "青禾集")
    made = await db.write(do_new_secret, shop_id, actor=a_viewer("owner"))
    shop = await db.read(queries.shop, shop_id)
    assert shop is not None
    assert shop.identity_secret == made.secret
    lines = await db.read(lambda rx: rx.all(select(audit_log)))
    assert [line.action for line in lines] == ["store.shop.secret_renewed"]
    assert made.secret not in str(lines)


async def test_what_is_left_out_of_a_patch_stays(db: Database) -> None:
    shop_id = await a_shop(db)
    before = (await db.read(queries.shops))[0]
    patch = ShopPatch(greeting="您好，\r\n欢迎\u202e光临 ", allowed_origins=["https://a.example/", "https://a.example"])
    view = await db.write(do_patch_shop, shop_id, actor=a_viewer("owner"), patch=patch)
    assert view.greeting == "您好，\n欢迎光临"
    assert view.allowed_origins == ["https://a.example"]
    assert (view.name, view.settings) == (before.name, before.settings)


@pytest.mark.parametrize(
    "patch",
    [ShopPatch(name=" "), ShopPatch(name="长" * 41), ShopPatch(timezone="Mars/Base"), ShopPatch(currency="yuan"),
     ShopPatch(allowed_origins=["*"]), ShopPatch(greeting="长" * 1001)],
)  # fmt: skip
async def test_bad_patches_are_refused(db: Database, patch: ShopPatch) -> None:
    shop_id = await a_shop(db)
    with pytest.raises(Invalid):
        await db.write(do_patch_shop, shop_id, actor=a_viewer("owner"), patch=patch)


async def test_no_shop_no_patch(db: Database) -> None:
    with pytest.raises(NotFound):
        await db.write(do_patch_shop, "s_0", actor=a_viewer("owner"), patch=ShopPatch())


@pytest.mark.parametrize(
    ("price", "stock"), [("-1", 1), ("1.001", 1), ("NaN", 1), ("1e12", 1), ("1", -1), ("1", 10_000_001)]
)
async def test_bad_products_are_refused(db: Database, price: str, stock: int) -> None:
    shop_id = await a_shop(db)
    odd = NewVariant(name="S", price=Decimal(price), stock=stock)
    with pytest.raises(Invalid):
        await db.write(do_add_product, shop_id, NewProduct(name="x", template="x_1", variants=[odd]))


async def test_pages_follow_each_other(db: Database) -> None:
    shop_id, other = await a_shop(db), await a_shop(db, name="别家")
    names = [f"商品{n}" for n in range(7)]
    for name in names:
        await a_product(db, shop_id, name=name)
    await a_product(db, other, name="别家的")
    seen: list[str] = []
    cursor: str | None = None
    while True:
        page = await db.read(queries.products, shop_id=shop_id, cursor=cursor, limit=3)
        seen += [one.name for one in page.items]
        cursor = page.next
        if cursor is None:
            break
    assert seen == names
    assert len((await db.read(queries.products, limit=100)).items) == 8


@pytest.mark.parametrize(("text", "count"), [("亚麻", 1), ("LINEN", 0), ("%", 0), ("_", 0), ("", 2)])
async def test_looking_for_products(db: Database, text: str, count: int) -> None:
    shop_id = await a_shop(db)
    await a_product(db, shop_id, name="亚麻衬衫")
    await a_product(db, shop_id, name="绒毯")
    assert len((await db.read(queries.products, shop_id=shop_id, text=text)).items) == count


@pytest.mark.parametrize("cursor", ["", "x", "-1.p_1", "9999999999.p", "1;DROP.p"])
async def test_odd_cursors_are_refused(db: Database, cursor: str) -> None:
    await a_shop(db)
    with pytest.raises(Invalid, match="bad_cursor"):
        await db.read(queries.products, cursor=cursor)


def test_settings_take_nothing_unknown() -> None:
    from pydantic import ValidationError

    odd: tuple[dict[str, object], ...] = (
        {"x": 1},
        {"newcomer": "-5"},
        {"hours": {"opens": "25:00", "closes": "08:00"}},
        {"discounts": [{}]},
    )
    for bad in odd:
        with pytest.raises(ValidationError):
            ShopSettings.model_validate(bad)
