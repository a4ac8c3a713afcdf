"""Searching customers and orders: by name, number, the shop's own id, the last digits of a phone; by right only."""

import pytest

from tests.chat.search_builders import OWNER, a_reader, a_talk, found
from tests.customers.builders import SHOP, a_customer
from tests.store.builders import a_product, a_shop, an_order
from zhanggui.chat.searching.queries import PAGE, Hit, Kind
from zhanggui.customers import access as customer_access
from zhanggui.foundation.access import Viewer, role_permissions
from zhanggui.foundation.database import Database
from zhanggui.foundation.ids import AgentId
from zhanggui.store import access as store_access


def without(permission: str) -> Viewer:
    """An owner who lost one right."""
    return Viewer(AgentId("a_owner"), "掌柜", "owner", role_permissions("owner") - {permission})


async def hits(db: Database, query: str, kind: Kind, viewer: Viewer = OWNER) -> list[Hit]:
    return (await found(db, query, viewer, kind=kind)).items


@pytest.mark.parametrize(
    ("query", "text", "spans"),
    [
        ("陈小", "Lin 陈小姐", [(4, 6)]),
        ("lin", "Lin 陈小姐", [(0, 3)]),
        ("ＬＩＮ", "Lin 陈小姐", [(0, 3)]),
        (" 小姐 ", "Lin 陈小姐", [(5, 7)]),
        ("5678", "*******5678", [(7, 11)]),
        ("５６７８", "*******5678", [(7, 11)]),
        ("13800005678", "*******5678", [(7, 11)]),
        ("shop-77", "shop-77", [(0, 7)]),
    ],
)
async def test_a_customer_is_found(db: Database, query: str, text: str, spans: list[tuple[int, int]]):
    await a_customer(db, external_id="shop-77", name="Lin 陈小姐", phone="13800005678")
    await a_customer(db, external_id="shop-78", name="王先生", phone="13900001111")
    (hit,) = await hits(db, query, "customer")
    assert (hit.text, hit.spans, hit.name) == (text, spans, "Lin 陈小姐")


@pytest.mark.parametrize("query", ["", "\0", "陈\0小", "%", "_", "678", "00005679", "没有此人", "5678\0"])
async def test_nobody_is_found_by_what_is_not_his(db: Database, query: str):
    await a_customer(db, name="林", phone="13800001234")
    assert await hits(db, query, "customer") == []
    assert await hits(db, query, "order") == []


async def test_a_customer_leads_to_his_last_conversation_that_one_may_see(db: Database):
    talk = await a_talk(db, ["在吗"], assignee="a_1", name="陈小姐")
    (mine,) = await hits(db, "陈小姐", "customer", a_reader("agent", "a_1"))
    (other,) = await hits(db, "陈小姐", "customer", a_reader("agent", "a_2"))
    assert (mine.conversation, other.conversation) == (talk, None)
    assert mine.customer == other.customer


@pytest.mark.parametrize("kind", ["customer", "order"])
async def test_who_may_not_read_them_finds_none(db: Database, kind: Kind):
    shop = await a_shop(db)
    await a_customer(db, phone="13800000001")
    await an_order(db, shop, await a_product(db, shop))
    right = customer_access.READ if kind == "customer" else store_access.ORDER_READ
    assert len(await hits(db, "0001", kind)) == 1
    assert await hits(db, "0001", kind, without(right.name)) == []


async def test_an_order_is_found_by_a_part_of_its_number_and_the_receivers_phone(db: Database):
    shop = await a_shop(db)
    order = await an_order(db, shop, await a_product(db, shop))
    part = order.number[-5:]
    for query in (part, order.number, order.number.lower()):
        (hit,) = await hits(db, query, "order")
        assert (hit.order, hit.text, hit.at) == (order.id, order.number, order.placed_at)
        start, end = hit.spans[0]
        assert hit.text[start:end] == query.upper()
    (hit,) = await hits(db, "13800000001", "order")
    assert (hit.order, hit.text) == (order.id, "*******0001")


async def test_customers_come_page_by_page(db: Database):
    for n in range(PAGE + 4):
        await a_customer(db, shop=SHOP, external_id=f"p{n}", name=f"熟客{n}", phone="")
    first = await found(db, "熟客", kind="customer")
    second = await found(db, "熟客", kind="customer", cursor=first.next or "")
    assert (len(first.items), len(second.items), second.next) == (PAGE, 4, None)
    assert len({hit.customer for hit in (*first.items, *second.items)}) == PAGE + 4
