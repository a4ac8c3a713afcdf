"""The desk's routes of store and customers: who may, what is not there, pictures that stay pictures."""

from pathlib import Path

import pytest

from tests.customers.builders import a_customer
from tests.store.builders import a_product, a_shop, an_order
from tests.storefront.builders import Seated, a_browser, a_desk, an_app
from zhanggui.foundation.database import Database

SVG = '<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


async def test_what_the_desk_reads(db: Database, tmp_path: Path) -> None:
    app = an_app(db, tmp_path)
    shop = await a_shop(db)
    product = await a_product(db, shop)
    known = await a_customer(db, shop=shop)
    order = await an_order(db, shop, product, customer=known)
    async with a_desk(app) as desk:
        shops = (await desk.get("/api/shops")).json()["items"]
        assert [one["id"] for one in shops] == [shop]
        assert "secret" not in str(shops)
        assert (await desk.get("/api/products", params={"q": "亚麻"})).json()["items"][0]["id"] == product.id
        assert (await desk.get(f"/api/products/{product.id}")).json()["variants"][0]["price"] == "159.00"
        orders = (await desk.get(f"/api/customers/{known}/orders")).json()["items"]
        assert [one["number"] for one in orders] == [order.number]
        view = (await desk.get(f"/api/customers/{known}")).json()
        assert view["phone"] == "138****0001"
        kept = (await desk.post(f"/api/customers/{known}/remarks", json={"text": "老客"})).json()
        await desk.put(f"/api/customers/{known}/tags", json={"tags": ["急"]})
        await desk.patch(f"/api/customers/{known}", json={"profile": {"身高": "163"}})
        view = (await desk.get(f"/api/customers/{known}")).json()
        assert (view["tags"], view["profile"], view["remarks"]) == (["急"], {"身高": "163"}, [kept])
        assert (await desk.delete(f"/api/customers/{known}/remarks/{kept['id']}")).status_code == 204
        shown = await desk.post(f"/api/customers/{known}/reveal", json={"field": "phone", "reason": "核对"})
        assert shown.json() == {"field": "phone", "value": "13800000001"}


@pytest.mark.parametrize(
    ("role", "method", "path", "body"),
    [
        ("agent", "PATCH", "/api/shops/s_0", {"name": "x"}),
        ("lead", "POST", "/api/shops/s_0/secret", None),
        ("trainee", "POST", "/api/orders/o_0/reveal", {"field": "phone", "reason": "x"}),
        ("viewer", "POST", "/api/customers/u_0/reveal", {"field": "phone", "reason": "x"}),
        ("viewer", "POST", "/api/customers/u_0/remarks", {"text": "x"}),
        ("viewer", "PUT", "/api/customers/u_0/tags", {"tags": []}),
    ],
)
async def test_not_everybody_may(
    db: Database, tmp_path: Path, role: str, method: str, path: str, body: dict[str, object] | None
) -> None:
    app = an_app(db, tmp_path)
    async with a_desk(app, role) as desk:
        assert (await desk.request(method, path, json=body)).status_code == 403
        app.state.sessions = Seated(None)
        assert (await desk.request(method, path, json=body)).status_code == 401


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "/api/products/p_0", None),
        ("GET", "/api/customers/u_0", None),
        ("GET", "/api/orders/o_0", None),
        ("PATCH", "/api/shops/s_0", {"name": "x"}),
        ("POST", "/api/shops/s_0/secret", None),
        ("POST", "/api/orders/o_0/reveal", {"field": "phone", "reason": "x"}),
        ("POST", "/api/customers/u_0/reveal", {"field": "phone", "reason": "x"}),
        ("DELETE", "/api/customers/u_0/remarks/x_0", None),
    ],
)
async def test_what_is_not_there(
    db: Database, tmp_path: Path, method: str, path: str, body: dict[str, object] | None
) -> None:
    async with a_desk(an_app(db, tmp_path), "owner") as desk:
        assert (await desk.request(method, path, json=body)).status_code == 404


async def test_no_change_without_the_sessions_own_mark(db: Database, tmp_path: Path) -> None:
    app = an_app(db, tmp_path)
    known = await a_customer(db)
    async with a_desk(app, "owner"), a_browser(app) as page:
        assert (await page.put(f"/api/customers/{known}/tags", json={"tags": []})).status_code == 403


async def test_pictures_stay_pictures(db: Database, tmp_path: Path) -> None:
    (tmp_path / "pictures").mkdir()
    (tmp_path / "pictures" / "p01.svg").write_text(SVG, encoding="utf-8")
    (tmp_path / "secret.svg").write_text(SVG, encoding="utf-8")
    async with a_browser(an_app(db, tmp_path)) as browser:
        shown = await browser.get("/pictures/p01.svg")
        assert shown.headers["content-type"].startswith("image/svg+xml")
        assert shown.headers["x-content-type-options"] == "nosniff"
        assert "default-src 'none'" in shown.headers["content-security-policy"]
        assert "sandbox" in shown.headers["content-security-policy"]
        for path in ("../secret.svg", "%2e%2e/secret.svg", "%2e%2e%2fsecret.svg", "p02.svg", "p01.html", ".hidden.svg"):
            assert (await browser.get(f"/pictures/{path}")).status_code in (404, 422), path
