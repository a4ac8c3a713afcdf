"""Shops and what they sell."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Final

from sqlalchemy import func, select

from zhanggui.foundation.audit import Actor, note
from zhanggui.foundation.database import Tx
from zhanggui.foundation.errors import Invalid, NotFound
from zhanggui.foundation.ids import ProductId, ShopId, new_id
from zhanggui.foundation.texts import need_line
from zhanggui.store import events, queries, rules
from zhanggui.store.shapes import Language, ShopPatch, ShopSecret, ShopSettings, ShopView
from zhanggui.store.tables import product, shipping_template, shop, variant

SHOP_NAME: Final = 40
HIGHEST: Final = Decimal("999999999.99")


@dataclass(frozen=True, slots=True, kw_only=True)
class NewTemplate:
    """What sending costs; `free_from` None = never free."""

    name: str
    fee: Decimal
    free_from: Decimal | None = None
    remote_fee: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewVariant:
    """A colour and size."""

    name: str
    price: Decimal
    stock: int
    name_en: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewProduct:
    """Something to sell; at least one variant. `picture` is the name of a file in the pictures folder."""

    name: str
    template: str
    variants: Sequence[NewVariant]
    name_en: str = ""
    category: str = ""
    description: str = ""
    picture: str = ""
    attributes: Mapping[str, str] = field(default_factory=dict)
    details: Mapping[str, object] = field(default_factory=dict)


def do_open_shop(tx: Tx, name: str, language: Language = "zh-CN") -> ShopId:
    """Open a shop with fresh keys: nothing is sold yet, no other site may show its widget yet."""
    shop_id = ShopId(new_id("s", at=tx.now))
    values = {
        "name": need_line(name, "store.shop_name", field="name", limit=SHOP_NAME),
        "timezone": "Asia/Shanghai", "currency": "CNY", "language": language, "slogan": "", "greeting": "",
        "privacy_notice": "", "allowed_origins": [], "settings": ShopSettings().model_dump(),
        "identity_secret": secrets.token_urlsafe(32), "shopper_key": secrets.token_urlsafe(32),
    }  # fmt: skip
    tx.execute(shop.insert().values(id=shop_id, created_at=tx.now, **values))
    _tell(tx, shop_id)
    return shop_id


def do_patch_shop(tx: Tx, shop_id: str, *, actor: Actor, patch: ShopPatch) -> ShopView:
    """Change a shop; what is None stays."""
    before = _access(tx, shop_id)
    wanted = _cleaned(patch)
    values = {name: value for name, value in wanted.items() if value != getattr(before, name)}
    if not values:
        return before
    tx.execute(shop.update().where(shop.c.id == shop_id).values(values))
    note(tx, actor, "store.shop.changed", object_id=shop_id, detail={"fields": sorted(values)})
    return _tell(tx, shop_id)


def do_new_secret(tx: Tx, shop_id: str, *, actor: Actor) -> ShopSecret:
    """Give the shop a new identity secret: what was signed with the old one is worth nothing from now on."""
    _access(tx, shop_id)
    secret = secrets.token_urlsafe(32)
    tx.execute(shop.update().where(shop.c.id == shop_id).values(identity_secret=secret))
    note(tx, actor, "store.shop.secret_renewed", object_id=shop_id)
    return ShopSecret(secret=secret)


def do_add_template(tx: Tx, shop_id: str, new: NewTemplate) -> str:
    """Add a shipping template; returns its id."""
    _access(tx, shop_id)
    for amount in (new.fee, new.remote_fee, new.free_from or Decimal(0)):
        check_amount(amount)
    template_id = new_id("x", at=tx.now)
    values = {"name": new.name, "fee": new.fee, "free_from": new.free_from, "remote_fee": new.remote_fee}
    tx.execute(shipping_template.insert().values(id=template_id, shop=shop_id, **values))
    return template_id


def do_add_product(tx: Tx, shop_id: str, new: NewProduct) -> ProductId:
    """Put a product on the shelf, behind what is there."""
    _access(tx, shop_id)
    if not new.variants:
        raise Invalid("store.variant_unknown", field="variants")
    for one in new.variants:
        check_amount(one.price)
        if not 0 <= one.stock <= 10_000_000:
            raise Invalid("store.stock", field="stock")
    product_id = ProductId(new_id("p", at=tx.now))
    last = tx.scalar(select(func.max(product.c.position)).where(product.c.shop == shop_id))
    tx.execute(
        product.insert().values(
            id=product_id, shop=shop_id, name=new.name, name_en=new.name_en, category=new.category,
            description=new.description, price=min(one.price for one in new.variants), picture=new.picture,
            attributes=dict(new.attributes), details=dict(new.details), template=new.template, on_sale=1,
            position=int(str(last or 0)) + 1, created_at=tx.now,
        )
    )  # fmt: skip
    for position, one in enumerate(new.variants, 1):
        values = {"name": one.name, "name_en": one.name_en, "price": one.price, "stock": one.stock}
        made = {"id": new_id("x", at=tx.now), "product": product_id, "position": position}
        tx.execute(variant.insert().values(**made, **values))
    tell_products(tx, [product_id])
    return product_id


def check_amount(amount: Decimal) -> None:
    """An amount of money that can be kept: not negative, at most two decimals."""
    if not amount.is_finite() or not 0 <= amount <= HIGHEST or amount != amount.quantize(Decimal("0.01")):
        raise Invalid("store.price", field="price")


def tell_products(tx: Tx, ids: Sequence[str]) -> None:
    """Announce these products as they are now."""
    for view in queries.product_views(tx, ids):
        tx.announce(events.product_changed(view))


def _cleaned(patch: ShopPatch) -> dict[str, object]:
    values: dict[str, object] = {}
    if patch.name is not None:
        values["name"] = need_line(patch.name, "store.shop_name", field="name", limit=SHOP_NAME)
    for name in ("slogan", "greeting", "privacy_notice"):
        text = getattr(patch, name)
        if text is not None:
            values[name] = rules.clean_text(text, field=name)
    if patch.timezone is not None:
        values["timezone"] = rules.clean_timezone(patch.timezone)
    if patch.currency is not None:
        values["currency"] = rules.clean_currency(patch.currency)
    if patch.language is not None:
        values["language"] = patch.language
    if patch.allowed_origins is not None:
        values["allowed_origins"] = rules.clean_origins(patch.allowed_origins)
    if patch.settings is not None:
        values["settings"] = patch.settings.model_dump()
    return values


def _access(tx: Tx, shop_id: str) -> ShopView:
    found = queries.shop(tx, shop_id)
    if found is None:
        raise NotFound("store.shop_unknown")
    return queries.shop_view(found)


def _tell(tx: Tx, shop_id: str) -> ShopView:
    view = _access(tx, shop_id)
    tx.announce(events.shop_changed(view))
    return view
