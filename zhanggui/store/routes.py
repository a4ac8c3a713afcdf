"""The store room over HTTP: shops, products, a customer's orders, pictures."""

from pathlib import Path as FilePath
from typing import Annotated, cast

from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import FileResponse

from zhanggui.foundation.access import Viewer, public, require
from zhanggui.foundation.database import Database
from zhanggui.foundation.errors import NotFound
from zhanggui.settings import Settings
from zhanggui.store import access, actions, queries
from zhanggui.store.interface import Store
from zhanggui.store.shapes import (
    Orders,
    OrderView,
    Products,
    ProductView,
    Revealed,
    RevealIn,
    ShopPatch,
    Shops,
    ShopSecret,
    ShopView,
)

router = APIRouter(prefix="/api", tags=["store"])
pictures = APIRouter(tags=["store"])

Key = Annotated[str, Path(pattern=r"^[a-z]_[0-9A-Za-z-]{1,40}$")]
PictureName = Annotated[str, Path(pattern=r"^[0-9A-Za-z][0-9A-Za-z_-]{0,80}\.(svg|png|jpg|webp)$")]

TYPES = {"svg": "image/svg+xml", "png": "image/png", "jpg": "image/jpeg", "webp": "image/webp"}
PICTURE_HEADERS = {
    "Cache-Control": "public, max-age=86400",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; sandbox",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Resource-Policy": "cross-origin",
}
"""A picture opened by itself can run nothing; shops on other sites may show it."""


def database_of(request: Request) -> Database:
    """Return the database of the app that this request came to."""
    return cast(Database, request.app.state.database)


def store_of(request: Request) -> Store:
    """Return the store of the app that this request came to."""
    return cast(Store, request.app.state.store)


@router.get("/shops")
async def list_shops(viewer: Annotated[Viewer, require(access.SHOP_READ)], request: Request) -> Shops:
    """Every shop."""
    return Shops(items=await database_of(request).read(queries.shops))


@router.patch("/shops/{shop_id}")
async def patch_shop(
    viewer: Annotated[Viewer, require(access.SHOP_EDIT)], shop_id: Key, patch: ShopPatch, request: Request
) -> ShopView:
    """Change a shop; what is left out stays."""
    return await database_of(request).write(actions.do_patch_shop, shop_id, actor=viewer, patch=patch)


@router.post("/shops/{shop_id}/secret")
async def new_secret(
    viewer: Annotated[Viewer, require(access.SHOP_SECRET)], shop_id: Key, request: Request
) -> ShopSecret:
    """A new identity secret, shown this once; what the old one signed is worth nothing from now on."""
    return await database_of(request).write(actions.do_new_secret, shop_id, actor=viewer)


@router.get("/products")
async def list_products(
    viewer: Annotated[Viewer, require(access.PRODUCT_READ)],
    request: Request,
    q: Annotated[str, Query(max_length=100)] = "",
    shop: Annotated[str | None, Query(max_length=64)] = None,
    cursor: Annotated[str | None, Query(max_length=100)] = None,
) -> Products:
    """What is for sale, a page at a time; `q` is looked for in names and categories."""
    return await store_of(request).products(shop, text=q.strip(), cursor=cursor)


@router.get("/products/{product_id}")
async def get_product(
    viewer: Annotated[Viewer, require(access.PRODUCT_READ)], product_id: Key, request: Request
) -> ProductView:
    """One product."""
    found = await store_of(request).product(product_id)
    if found is None:
        raise NotFound("store.product_unknown")
    return found


@router.get("/customers/{customer_id}/orders")
async def customer_orders(
    viewer: Annotated[Viewer, require(access.ORDER_READ)], customer_id: Key, request: Request
) -> Orders:
    """A customer's orders, newest first."""
    return Orders(items=await store_of(request).orders_of(customer_id))


@router.get("/orders/{order_id}")
async def get_order(
    viewer: Annotated[Viewer, require(access.ORDER_READ)], order_id: Key, request: Request
) -> OrderView:
    """One order."""
    found = await store_of(request).order(order_id)
    if found is None:
        raise NotFound("store.order_unknown")
    return found


@router.post("/orders/{order_id}/reveal")
async def reveal_receiver(
    viewer: Annotated[Viewer, require(access.ORDER_REVEAL)], order_id: Key, given: RevealIn, request: Request
) -> Revealed:
    """A receiver's phone or address in full; who looked, and why, goes into the audit log."""
    return await database_of(request).write(
        actions.do_reveal, order_id, actor=viewer, field=given.field, reason=given.reason
    )


@pictures.get("/pictures/{name}", dependencies=[public("product pictures are for every buyer")])
async def picture(name: PictureName, request: Request) -> FileResponse:
    """A product's picture."""
    settings = cast(Settings, request.app.state.settings)
    return picture_file(settings.data / "pictures", name)


def picture_file(folder: FilePath, name: str) -> FileResponse:
    """Return a picture with headers that keep it a picture, or 404. `name` has no path in it (see PictureName)."""
    file = folder / name
    if not file.is_file():
        raise NotFound("store.product_unknown")
    return FileResponse(file, media_type=TYPES[file.suffix[1:]], headers=PICTURE_HEADERS)
