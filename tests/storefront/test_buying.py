"""Buyers at the storefront: in by name or password, only ever at their own orders."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from fastapi import FastAPI
from httpx import AsyncClient

from tests.store.builders import RECEIVER, a_product, a_shop
from tests.storefront.builders import ORIGIN, PASSWORD, a_browser, a_demo_account, an_app
from zhanggui.customers.rules import verify_identity
from zhanggui.foundation.clock import now_ms
from zhanggui.foundation.database import Database
from zhanggui.store import queries
from zhanggui.store.shapes import ProductView


@pytest.fixture
async def app(db: Database, tmp_path: Path) -> AsyncIterator[FastAPI]:
    made = an_app(db, tmp_path, demo=True)
    yield made
    made.state.sessions.hasher.close()


@pytest.fixture
async def shop(db: Database) -> str:
    return await a_shop(db)


@pytest.fixture
async def product(db: Database, shop: str) -> ProductView:
    return await a_product(db, shop)


def an_order_body(product: ProductView, *, request: str = "request-000001", quantity: int = 1) -> dict[str, object]:
    return {
        "request": request,
        "lines": [{"variant": product.variants[0].id, "quantity": quantity}],
        "receiver": RECEIVER,
    }


@asynccontextmanager
async def signed_in(app: FastAPI, shop: str, login: str) -> AsyncIterator[AsyncClient]:
    async with a_browser(app) as browser:
        assert (await browser.post(f"/shop-api/{shop}/login", json={"login": login})).status_code == 200
        yield browser


async def test_browse_buy_pay_and_see_it(db: Database, app: FastAPI, shop: str, product: ProductView) -> None:
    await a_demo_account(db, shop)
    at = f"/shop-api/{shop}"
    async with a_browser(app) as browser:
        assert (await browser.get("/shop-api")).json() == {"items": [{"id": shop, "name": "青禾集"}]}
        front = (await browser.get(at)).json()
        assert front["accounts"] == [{"login": "c01", "name": "陈小满"}]
        assert front["shopper"] is None
        assert [one["id"] for one in (await browser.get(f"{at}/products")).json()["items"]] == [product.id]
        assert (await browser.get(f"{at}/products/{product.id}")).json()["name"] == product.name
        assert (await browser.post(f"{at}/orders", json=an_order_body(product))).status_code == 401
        answer = await browser.post(f"{at}/login", json={"login": "c01"})
        cookie = answer.headers["set-cookie"]
        assert "HttpOnly" in cookie
        assert "SameSite=lax" in cookie
        assert f"Path={at}" in cookie
        bill = (await browser.post(f"{at}/quote", json={"lines": an_order_body(product)["lines"]})).json()
        assert bill == {"goods": "159.00", "discount": "5.00", "shipping": "0.00", "amount": "154.00"}
        placed = await browser.post(f"{at}/orders", json=an_order_body(product))
        assert placed.status_code == 201
        order = placed.json()
        assert (order["state"], order["amount"]) == ("placed", bill["amount"])
        again = await browser.post(f"{at}/orders", json=an_order_body(product))
        assert again.json()["id"] == order["id"]
        assert (await browser.post(f"{at}/orders/{order['id']}/pay")).json()["state"] == "paid"
        assert (await browser.post(f"{at}/orders/{order['id']}/ship")).json()["state"] == "shipped"
        assert (await browser.post(f"{at}/orders/{order['id']}/close")).status_code == 409
        assert [one["state"] for one in (await browser.get(f"{at}/orders")).json()["items"]] == ["shipped"]
        assert (await browser.get(at)).json()["shopper"]["receiver"] == RECEIVER
        await browser.post(f"{at}/logout")
        assert (await browser.get(f"{at}/orders")).status_code == 401


async def test_the_wrong_person_finds_nothing(db: Database, app: FastAPI, shop: str, product: ProductView) -> None:
    await a_demo_account(db, shop)
    await a_demo_account(db, shop, login="c02", name="老周")
    async with signed_in(app, shop, "c01") as mine, signed_in(app, shop, "c02") as other:
        order = (await mine.post(f"/shop-api/{shop}/orders", json=an_order_body(product))).json()
        assert (await other.post(f"/shop-api/{shop}/orders/{order['id']}/pay")).status_code == 404
        assert (await other.get(f"/shop-api/{shop}/orders")).json()["items"] == []


async def test_a_cookie_opens_one_shop_only(db: Database, app: FastAPI, shop: str) -> None:
    other = await a_shop(db, name="别家")
    await a_demo_account(db, shop)
    async with signed_in(app, shop, "c01") as browser:
        token = browser.cookies["zg_shopper"]
        for at, status in ((shop, 200), (other, 401)):
            headers = {"Cookie": f"zg_shopper={token}"}
            assert (await browser.get(f"/shop-api/{at}/orders", headers=headers)).status_code == status


@pytest.mark.parametrize("token", ["", "x", "a.b.c", "ä", "x" * 2000])
async def test_forged_cookies_are_nobody(app: FastAPI, shop: str, token: str) -> None:
    async with a_browser(app) as browser:
        headers = {"Cookie": f"zg_shopper={token}".encode()}
        assert (await browser.get(f"/shop-api/{shop}/orders", headers=headers)).status_code == 401  # type: ignore[arg-type]


@pytest.mark.parametrize("origin", [None, "null", "http://evil.test", "https://shop.test", "http://shop.test.evil"])
async def test_other_pages_change_nothing(db: Database, app: FastAPI, shop: str, origin: str | None) -> None:
    await a_demo_account(db, shop)
    async with a_browser(app, origin=origin) as browser:
        answer = await browser.post(f"/shop-api/{shop}/login", json={"login": "c01"})
        allowed = origin == ORIGIN.replace("http:", "https:")  # behind a proxy the page is https, the host the same
        assert answer.status_code == (200 if allowed else 403)


async def test_accounts_with_a_password(app: FastAPI, shop: str) -> None:
    at = f"/shop-api/{shop}"
    async with a_browser(app) as browser:
        new = {"login": "xiaolin", "name": "小林", "password": PASSWORD}
        assert (await browser.post(f"{at}/register", json=new)).status_code == 201
        assert (await browser.post(f"{at}/register", json=new)).status_code == 422
        await browser.post(f"{at}/logout")
        for wrong in ({"login": "xiaolin"}, {"login": "xiaolin", "password": "别的密码别的密码"}, {"login": "nobody"}):
            answer = await browser.post(f"{at}/login", json=wrong)
            assert (answer.status_code, answer.json()["error"]["code"]) == (401, "storefront.login_failed")
        assert (await browser.post(f"{at}/login", json={"login": "xiaolin", "password": PASSWORD})).status_code == 200


async def test_guessing_is_slowed_down(app: FastAPI, shop: str) -> None:
    async with a_browser(app) as browser:
        guess = {"login": "xiaolin", "password": "guess-guess-guess"}
        seen = [(await browser.post(f"/shop-api/{shop}/login", json=guess)).status_code for _ in range(8)]
    assert seen[0] == 401
    assert seen[-1] == 429


async def test_outside_a_demo_nobody_is_somebody_by_name(db: Database, tmp_path: Path) -> None:
    app = an_app(db, tmp_path)
    shop = await a_shop(db)
    product = await a_product(db, shop)
    await a_demo_account(db, shop)
    at = f"/shop-api/{shop}"
    async with a_browser(app) as browser:
        assert (await browser.get(at)).json()["accounts"] == []
        assert (await browser.post(f"{at}/login", json={"login": "c01"})).status_code == 401
        await browser.post(f"{at}/register", json={"login": "xiaolin", "name": "小林", "password": PASSWORD})
        order = (await browser.post(f"{at}/orders", json=an_order_body(product))).json()
        assert (await browser.post(f"{at}/orders/{order['id']}/pay")).status_code == 403
    app.state.sessions.hasher.close()


async def test_the_shop_vouches_for_its_buyer(db: Database, app: FastAPI, shop: str) -> None:
    await a_demo_account(db, shop)
    async with a_browser(app) as stranger:
        assert (await stranger.get(f"/shop-api/{shop}/identity")).json() == {"identity": None}
    async with signed_in(app, shop, "c01") as browser:
        answer = await browser.get(f"/shop-api/{shop}/identity")
    assert answer.headers["cache-control"] == "no-store"
    found = await db.read(queries.shop, shop)
    assert found is not None
    claims = verify_identity(answer.json()["identity"], found.identity_secret, shop, now_ms())
    assert (claims.external_id, claims.name) == ("zg:c01", "陈小满")


@pytest.mark.parametrize(
    "spoil",
    [
        {"x": 1}, {"lines": []}, {"lines": [{"variant": "x_1", "quantity": 0}]}, {"lines": "x"}, {"request": "?"},
        {"lines": [{"variant": "x_1", "quantity": "1"}]}, {"lines": [{"variant": "x_1", "quantity": 1.5}]},
        {"receiver": {}}, {"note": "长" * 5000}, {"receiver": {**RECEIVER, "phone": "<script>"}},
    ],
)  # fmt: skip
async def test_odd_orders_are_refused(
    db: Database, app: FastAPI, shop: str, product: ProductView, spoil: dict[str, object]
) -> None:
    await a_demo_account(db, shop)
    async with signed_in(app, shop, "c01") as browser:
        answer = await browser.post(f"/shop-api/{shop}/orders", json={**an_order_body(product), **spoil})
    assert answer.status_code in (409, 422)


@pytest.mark.parametrize("path", ["s_0", "s_0/products/p_0", "s_'", "s_" + "x" * 50])
async def test_no_such_shop(app: FastAPI, path: str) -> None:
    async with a_browser(app) as browser:
        assert (await browser.get(f"/shop-api/{path}")).status_code in (404, 422)
