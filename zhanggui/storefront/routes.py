"""The storefront over HTTP, for the shop page: public, with a cookie of its own."""

from typing import Annotated

from fastapi import APIRouter, Path, Query, Request, Response

from zhanggui.customers.rules import mint_identity
from zhanggui.customers.shapes import IdentityClaims
from zhanggui.foundation.access import public
from zhanggui.foundation.clock import now_ms
from zhanggui.foundation.errors import Forbidden, NotFound
from zhanggui.store.order_views import purchase_of
from zhanggui.store.routes import store_of
from zhanggui.store.shapes import BillView, PlaceIn, Products, ProductView, PurchaseView, QuoteIn, Shop, ShopSettings
from zhanggui.storefront import actions, door, queries
from zhanggui.storefront.rules import external_id
from zhanggui.storefront.shapes import (
    BuyerStep,
    Identity,
    LoginIn,
    Offer,
    Purchases,
    RegisterIn,
    ShopNames,
    Shopper,
    ShopperView,
    StorefrontView,
)

router = APIRouter(prefix="/shop-api", tags=["storefront"])

Key = Annotated[str, Path(pattern=r"^[a-z]_[0-9A-Za-z-]{1,40}$")]
_TEST_STEPS = ("pay", "ship")


@router.get("", dependencies=[public("which shops there are is no secret")])
async def shops(request: Request) -> ShopNames:
    """The shops one can visit."""
    return ShopNames(items=await door.database_of(request).read(queries.shop_names))


@router.get("/{shop_id}", dependencies=[public("everybody may enter a shop")])
async def storefront(shop_id: Key, request: Request) -> StorefrontView:
    """The shop, and who is signed in."""
    shop = await door.shop_of(request, shop_id)
    demo = door.settings_of(request).demo
    accounts = await door.database_of(request).read(queries.demo_accounts, shop_id) if demo else []
    settings = ShopSettings.model_validate(shop.settings)
    buyer = await door.shopper_or_none(request, shop)
    return StorefrontView(
        id=shop.id, name=shop.name, name_en=settings.name_en, slogan=shop.slogan, slogan_en=settings.slogan_en,
        notice=settings.notice, notice_en=settings.notice_en, currency=shop.currency, language=shop.language,
        offers=[Offer(one.reach, one.off) for one in settings.discounts], newcomer=settings.newcomer, demo=demo,
        accounts=accounts, shopper=None if buyer is None else _view(buyer),
    )  # fmt: skip


@router.get("/{shop_id}/products", dependencies=[public("everybody may look at the shelf")])
async def products(
    shop_id: Key,
    request: Request,
    q: Annotated[str, Query(max_length=100)] = "",
    cursor: Annotated[str | None, Query(max_length=100)] = None,
) -> Products:
    """What is for sale, a page at a time."""
    return await store_of(request).products(shop_id, text=q.strip(), cursor=cursor)


@router.get("/{shop_id}/products/{product_id}", dependencies=[public("everybody may look at the shelf")])
async def product(shop_id: Key, product_id: Key, request: Request) -> ProductView:
    """One product of this shop."""
    found = await store_of(request).product(product_id)
    if found is None or found.shop != shop_id:
        raise NotFound("store.product_unknown")
    return found


@router.post("/{shop_id}/login", dependencies=[public("whoever signs in has no session yet; throttled"), door.from_own_page])  # fmt: skip  # noqa: E501
async def login(shop_id: Key, given: LoginIn, request: Request, response: Response) -> ShopperView:
    """Sign a buyer in."""
    shop = await door.shop_of(request, shop_id)
    return _welcome(request, response, shop, await door.sign_in(request, shop, given))


@router.post("/{shop_id}/register", status_code=201, dependencies=[public("anybody may become a buyer; throttled"), door.from_own_page])  # fmt: skip  # noqa: E501
async def register(shop_id: Key, given: RegisterIn, request: Request, response: Response) -> ShopperView:
    """Make an account and sign in."""
    shop = await door.shop_of(request, shop_id)
    return _welcome(request, response, shop, await door.register(request, shop, given))


@router.post("/{shop_id}/logout", status_code=204, dependencies=[public("gives up the own cookie only"), door.from_own_page])  # fmt: skip  # noqa: E501
async def logout(shop_id: Key, response: Response) -> None:
    """Sign out; the page tells the widget to forget as well."""
    door.let_out(response, shop_id)


@router.get("/{shop_id}/identity", dependencies=[public("for the signed-in buyer (own cookie), else for nobody")])
async def identity(shop_id: Key, request: Request, response: Response) -> Identity:
    """The shop vouches to the chat widget for its buyer, for an hour; `identity` is null when nobody is signed in."""
    shop = await door.shop_of(request, shop_id)
    buyer = await door.shopper_or_none(request, shop)
    response.headers["Cache-Control"] = "no-store"
    if buyer is None:
        return Identity(identity=None)
    claims = IdentityClaims(external_id=external_id(buyer.login), name=buyer.name)
    return Identity(identity=mint_identity(shop.identity_secret, shop.id, claims, now_ms()))


@router.post("/{shop_id}/quote", dependencies=[public("prices are for everybody"), door.from_own_page])
async def quote(shop_id: Key, given: QuoteIn, request: Request) -> BillView:
    """What a cart would cost now."""
    buyer = await door.shopper_or_none(request, await door.shop_of(request, shop_id))
    return await store_of(request).quote(shop_id, None if buyer is None else buyer.customer, given)


@router.get("/{shop_id}/orders", dependencies=[public("for the signed-in buyer (own cookie), else 401")])
async def orders(shop_id: Key, request: Request) -> Purchases:
    """My orders, newest first."""
    buyer = await door.shopper_of(request, shop_id)
    return Purchases(items=await store_of(request).purchases_of(shop_id, buyer.customer))


@router.post("/{shop_id}/orders", status_code=201, dependencies=[public("for the signed-in buyer (own cookie), else 401"), door.from_own_page])  # fmt: skip  # noqa: E501
async def place(shop_id: Key, given: PlaceIn, request: Request) -> PurchaseView:
    """Place an order; the same `request` again is the same order."""
    buyer = await door.shopper_of(request, shop_id)
    placed = await store_of(request).place(shop_id, buyer.customer, given)
    await door.database_of(request).write(actions.do_keep_receiver, buyer.id, given.receiver)
    return purchase_of(placed)


@router.post("/{shop_id}/orders/{order_id}/{step}", dependencies=[public("for the signed-in buyer (own cookie), else 401"), door.from_own_page])  # fmt: skip  # noqa: E501
async def step(shop_id: Key, order_id: Key, step: BuyerStep, request: Request) -> PurchaseView:
    """Take my order one step on. Paying and sending are test buttons: they exist in a demo only."""
    if step in _TEST_STEPS and not door.settings_of(request).demo:
        raise Forbidden("storefront.demo_only")
    buyer = await door.shopper_of(request, shop_id)
    found = await store_of(request).order(order_id)
    if found is None or (found.customer, found.shop) != (buyer.customer, shop_id):
        raise NotFound("store.order_unknown")
    sent = {"carrier": "演示快递", "tracking": f"DEMO{found.number}"} if step == "ship" else {}
    by = "system" if step == "ship" else "customer"
    return purchase_of(await store_of(request).step(order_id, step, by=by, **sent))


def _welcome(request: Request, response: Response, shop: Shop, buyer: Shopper) -> ShopperView:
    door.let_in(request, response, shop, buyer)
    return _view(buyer)


def _view(buyer: Shopper) -> ShopperView:
    return ShopperView(login=buyer.login, name=buyer.name, receiver=buyer.receiver)
