"""The demo shop and its shelf."""

import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from zhanggui.demo.content import FOLDER, Content, Product, ShopTexts
from zhanggui.foundation.audit import SystemActor
from zhanggui.foundation.database import Tx
from zhanggui.store import queries
from zhanggui.store.actions import (
    NewProduct,
    NewTemplate,
    NewVariant,
    do_add_product,
    do_add_template,
    do_open_shop,
    do_patch_shop,
)
from zhanggui.store.shapes import Discount, Greeting, Hours, ProductView, ShopPatch, ShopSettings

COUPONS = (Discount(reach="199", off="20"), Discount(reach="399", off="50"))
NEWCOMER = "5"


@dataclass(frozen=True, slots=True)
class Shelf:
    """The shop, and its products by their key in the content."""

    shop: str
    zone: str
    products: Mapping[str, ProductView]


def make_shop(tx: Tx, content: Content) -> Shelf:
    """Open the shop and fill the shelf."""
    texts = content.shop
    shop_id = do_open_shop(tx, texts.name)
    patch = ShopPatch(
        slogan=texts.slogan, timezone=texts.timezone, currency=texts.currency, greeting=texts.greeting[1].text,
        privacy_notice=texts.privacy_notice, settings=_settings(texts),
    )  # fmt: skip
    do_patch_shop(tx, shop_id, actor=SystemActor(), patch=patch)
    templates = {
        one.name: do_add_template(
            tx, shop_id,
            NewTemplate(name=one.name, fee=Decimal(one.base_fee), free_from=Decimal(one.free_from),
                        remote_fee=Decimal(one.remote_fee)),
        )
        for one in texts.shipping_templates
    }  # fmt: skip
    products: dict[str, ProductView] = {}
    for one in content.products:
        made = do_add_product(tx, shop_id, _product(one, templates[one.shipping.template]))
        view = queries.product_view(tx, made)
        assert view is not None  # noqa: S101  added above, in this transaction
        products[one.key] = view
    return Shelf(shop=shop_id, zone=texts.timezone, products=products)


def copy_pictures(content: Content, data: Path) -> None:
    """Put the products' pictures where the server looks for them."""
    folder = data / "pictures"
    folder.mkdir(parents=True, exist_ok=True)
    for one in content.products:
        shutil.copyfile(FOLDER / "pictures" / one.picture, folder / one.picture)


def _settings(texts: ShopTexts) -> ShopSettings:
    hours = texts.service_hours
    return ShopSettings(
        name_en=texts.name_en, slogan_en=texts.slogan_en, notice=texts.notice, notice_en=texts.notice_en,
        greeting_en=texts.greeting[1].text_en, privacy_notice_en=texts.privacy_notice_en,
        hours=Hours(opens=hours.opens, closes=hours.closes), discounts=list(COUPONS), newcomer=NEWCOMER,
        greetings=[Greeting(opens=g.opens, closes=g.closes, text=g.text, text_en=g.text_en) for g in texts.greeting],
        remote=texts.remote_regions,
    )  # fmt: skip


def _product(one: Product, template: str) -> NewProduct:
    details: dict[str, object] = {
        "category_en": one.category_en, "description_en": one.description_en,
        "attributes_en": {fact.label_en: fact.value_en for fact in one.attributes},
        "size_table": one.size_table, "questions": one.questions, "freight_insurance": one.shipping.freight_insurance,
    }  # fmt: skip
    return NewProduct(
        name=one.name, name_en=one.name_en, category=one.category, description=one.description, picture=one.picture,
        template=template, attributes={fact.label: fact.value for fact in one.attributes}, details=details,
        variants=[
            NewVariant(name=size.name, name_en=size.name_en, price=Decimal(one.price), stock=size.stock)
            for size in one.variants
        ],
    )  # fmt: skip
