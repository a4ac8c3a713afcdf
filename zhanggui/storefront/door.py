"""Who stands at the counter: a buyer's own cookie, apart from the desk's."""

from typing import Final, cast

from fastapi import Depends, Request, Response

from zhanggui.foundation.clock import SECOND, now_ms
from zhanggui.foundation.database import Database
from zhanggui.foundation.errors import Forbidden, Invalid, NotFound, Unauthenticated
from zhanggui.settings import Settings
from zhanggui.store import queries as store
from zhanggui.store.shapes import Shop
from zhanggui.storefront import actions, queries, rules
from zhanggui.storefront.shapes import LoginIn, RegisterIn, Shopper
from zhanggui.team import rules as team_rules
from zhanggui.team.actions import TryKey, do_count_try, do_take_back_try
from zhanggui.team.addresses import address_block
from zhanggui.team.door import door_of
from zhanggui.team.secrets import digest

COOKIE: Final = "zg_shopper"


def database_of(request: Request) -> Database:
    """Return the database of the app that this request came to."""
    return cast(Database, request.app.state.database)


def settings_of(request: Request) -> Settings:
    """Return the settings of the app that this request came to."""
    return cast(Settings, request.app.state.settings)


async def _own_page(request: Request) -> None:
    host, origin = request.headers.get("host", ""), request.headers.get("origin")
    if not rules.own_page(origin, host=host, public_url=settings_of(request).public_url):
        raise Forbidden("storefront.origin")


from_own_page = Depends(_own_page)
"""Guard of every route here that changes something: only our own pages may ask for it."""


async def shop_of(request: Request, shop_id: str) -> Shop:
    """Return the shop, or 404."""
    found = await database_of(request).read(store.shop, shop_id)
    if found is None:
        raise NotFound("store.shop_unknown")
    return found


async def shopper_or_none(request: Request, shop: Shop) -> Shopper | None:
    """Return who is signed in at this shop."""
    key = rules.read_session(request.cookies.get(COOKIE, ""), shop.shopper_key, shop=shop.id, now=now_ms())
    return None if key is None else await database_of(request).read(queries.shopper, shop.id, key)


async def shopper_of(request: Request, shop_id: str) -> Shopper:
    """Return who is signed in at this shop, or 401."""
    found = await shopper_or_none(request, await shop_of(request, shop_id))
    if found is None:
        raise Unauthenticated("storefront.signed_out")
    return found


async def sign_in(request: Request, shop: Shop, given: LoginIn) -> Shopper:
    """Return whose login and password these are. A demo account needs none, in a demo only.

    An unknown login and a wrong password answer alike and take equally long; tries are counted like the desk's.
    """
    database, door = database_of(request), door_of(request)
    found = await database.read(queries.shopper_by_login, shop.id, _login_or_nobody(given.login))
    if found is not None and found.password is None and settings_of(request).demo:
        return found
    keys = _keys(shop.id, given.login, address=door.address(request))
    await database.write(do_count_try, keys)
    kept = None if found is None else found.password
    if not await door.hasher.verify(kept, given.password) or found is None:
        raise Unauthenticated("storefront.login_failed")
    await database.write(do_take_back_try, keys)
    return found


async def register(request: Request, shop: Shop, given: RegisterIn) -> Shopper:
    """Make an account. Each counts as a try of its address, so that nobody makes them by the thousand."""
    database, door = database_of(request), door_of(request)
    login = team_rules.clean_login(given.login)
    name = team_rules.clean_name(given.name)
    team_rules.check_new_password(given.password, login=login)
    await database.write(do_count_try, _keys(shop.id, given.login, address=door.address(request))[1:])
    password = await door.hasher.hash(given.password)
    return await database.write(actions.do_register, shop.id, login=login, name=name, password=password)


def let_in(request: Request, response: Response, shop: Shop, shopper: Shopper) -> None:
    """Give the browser its cookie: for this shop's paths only, unreadable to scripts."""
    token = rules.mint_session(shop.shopper_key, shop=shop.id, shopper=shopper.id, now=now_ms())
    response.set_cookie(
        COOKIE, token, max_age=rules.LIFE // SECOND, path=_path(shop.id), httponly=True, samesite="lax",
        secure=door_of(request).is_secure(request),
    )  # fmt: skip


def let_out(response: Response, shop_id: str) -> None:
    """Take the cookie back."""
    response.delete_cookie(COOKIE, path=_path(shop_id), httponly=True, samesite="lax")


def _path(shop_id: str) -> str:
    return f"/shop-api/{shop_id}"


def _keys(shop: str, login: str, *, address: str) -> list[TryKey]:
    account = f"{shop}:{login}@{address}"
    return [
        TryKey("shopper:" + digest(account), team_rules.ACCOUNT_WAITS),
        TryKey("shoppers:" + address_block(address), team_rules.ADDRESS_WAITS),
    ]


def _login_or_nobody(text: str) -> str:
    """A login as it is compared; one that cannot exist is treated like one that does not."""
    try:
        return team_rules.clean_login(text)
    except Invalid:
        return digest(text)
