"""Orders: placed once, stock never sold twice, steps announced, the wrong person sees nothing."""

import asyncio

import pytest
from sqlalchemy import select

from tests.customers.builders import a_customer, a_viewer, a_visitor
from tests.store.builders import a_product, a_shop, an_order, an_order_for
from zhanggui.customers import queries as customers
from zhanggui.customers.actions import do_identify, follow_order
from zhanggui.foundation.clock import HOUR
from zhanggui.foundation.database import Database, Tx
from zhanggui.foundation.database.schema import audit_log
from zhanggui.foundation.errors import Conflict, Invalid, NotFound
from zhanggui.foundation.events import Change, Reactions
from zhanggui.store import queries
from zhanggui.store.actions import SYSTEM, do_close_overdue, do_place, do_reveal, do_step, follow_merge
from zhanggui.store.shapes import OrderView, PlaceIn, Step
from zhanggui.store.tables import trade_order


async def stock_of(db: Database, product: str) -> list[int]:
    view = await db.read(queries.product_view, product)
    assert view is not None
    return [one.stock for one in view.variants]


async def test_placing_takes_the_pieces_and_asks_the_shops_own_price(db: Database) -> None:
    shop = await a_shop(db)
    product = await a_product(db, shop, price="159.00", stock=10)
    order = await an_order(db, shop, product, quantity=2)
    assert (order.amount, order.discount, order.shipping_fee) == ("293.00", "25.00", "0.00")
    assert order.state == "placed"
    assert len(order.number) == 12
    assert [event.kind for event in order.events] == ["placed"]
    assert (order.receiver.phone, order.receiver.address) == ("138****0001", "静安区南****")
    assert await stock_of(db, product.id) == [8, 10]


async def test_the_same_request_is_one_order(db: Database) -> None:
    shop = await a_shop(db)
    product = await a_product(db, shop)
    wanted = an_order_for(product.variants[0].id, request="same-request-1")
    first = await db.write(do_place, shop, "u_1", given=wanted)
    again = await db.write(do_place, shop, "u_1", given=wanted)
    other = await db.write(do_place, shop, "u_2", given=wanted)
    assert first.id == again.id != other.id
    assert await stock_of(db, product.id) == [8, 10]


async def test_two_buyers_of_the_last_piece_one_wins(db: Database) -> None:
    shop = await a_shop(db)
    product = await a_product(db, shop, stock=1)
    tries = [db.write(do_place, shop, f"u_{n}", given=an_order_for(product.variants[0].id)) for n in range(8)]
    done = await asyncio.gather(*tries, return_exceptions=True)
    assert sum(isinstance(one, OrderView) for one in done) == 1
    assert {one.code for one in done if isinstance(one, Conflict)} == {"store.sold_out"}
    assert await stock_of(db, product.id) == [0, 1]


async def test_all_or_nothing_when_one_of_two_is_sold_out(db: Database) -> None:
    shop = await a_shop(db)
    plenty, scarce = await a_product(db, shop, stock=10), await a_product(db, shop, name="绒毯", stock=1)
    wanted = an_order_for(plenty.variants[0].id, scarce.variants[0].id, quantity=2)
    with pytest.raises(Conflict, match="sold_out"):
        await db.write(do_place, shop, "u_1", given=wanted)
    assert await stock_of(db, plenty.id) == [10, 10]
    assert await db.read(queries.orders_of, "u_1") == []


@pytest.mark.parametrize("request_key", ["", "short", "x" * 65, "with space 1", "ünïcode-12"])
async def test_odd_request_keys_are_refused(db: Database, request_key: str) -> None:
    shop = await a_shop(db)
    product = await a_product(db, shop)
    given = PlaceIn.model_construct(**{**dict(an_order_for(product.variants[0].id)), "request": request_key})
    with pytest.raises(Invalid):
        await db.write(do_place, shop, "u_1", given=given)


async def test_another_shops_goods_cannot_be_bought_here(db: Database) -> None:
    shop, other = await a_shop(db), await a_shop(db, name="别家")
    product = await a_product(db, other)
    with pytest.raises(Conflict, match="variant_unknown"):
        await db.write(do_place, shop, "u_1", given=an_order_for(product.variants[0].id))
    with pytest.raises(NotFound):
        await db.write(do_place, "s_0", "u_1", given=an_order_for(product.variants[0].id))


async def test_the_whole_way_of_an_order(db: Database, reactions: Reactions) -> None:
    heard: list[Change] = []
    reactions.on("order.changed", lambda tx, change: heard.append(change))
    shop = await a_shop(db)
    product = await a_product(db, shop)
    order = await an_order(db, shop, product)
    await db.write(do_step, order.id, "pay", by="customer")
    await db.write(do_step, order.id, "ship", by="a_1", carrier="雁归物流", tracking="QH1")
    done = await db.write(do_step, order.id, "complete", by="customer")
    assert [event.kind for event in done.events] == ["placed", "paid", "shipped", "completed"]
    assert None not in (done.paid_at, done.shipped_at, done.completed_at)
    assert (done.carrier, done.tracking) == ("雁归物流", "QH1")
    steps = [change.put["step"] for change in heard]
    assert [step.kind for step in steps if isinstance(step, Step)] == ["placed", "paid", "shipped", "completed"]
    tags = {tag for face in heard[0].faces for tag in face.tags}
    assert tags == {"about:u_1", "customer:u_1"}


async def test_the_buyers_face_carries_nothing_of_the_desk(db: Database, reactions: Reactions) -> None:
    heard: list[Change] = []
    reactions.on("order.changed", lambda tx, change: heard.append(change))
    shop = await a_shop(db)
    await an_order(db, shop, await a_product(db, shop))
    own = [face.parts for face in heard[0].faces if face.tags == ("customer:u_1",)]
    assert own == [("purchase",)]
    assert not hasattr(heard[0].put["purchase"], "flag")


async def test_a_closed_order_gives_its_pieces_back_once(db: Database) -> None:
    shop = await a_shop(db)
    product = await a_product(db, shop, stock=5)
    order = await an_order(db, shop, product, quantity=3)
    await db.write(do_step, order.id, "close", by="customer", text="不想要了")
    assert await stock_of(db, product.id) == [5, 5]
    with pytest.raises(Conflict):
        await db.write(do_step, order.id, "close", by="customer")
    assert await stock_of(db, product.id) == [5, 5]


@pytest.mark.parametrize(("sent", "left"), [(False, 5), (True, 4)])
async def test_a_refund_gives_pieces_back_only_if_they_never_left(db: Database, sent: bool, left: int) -> None:
    shop = await a_shop(db)
    product = await a_product(db, shop, stock=5)
    order = await an_order(db, shop, product)
    await db.write(do_step, order.id, "pay", by="customer")
    if sent:
        await db.write(do_step, order.id, "ship", by="a_1")
    await db.write(do_step, order.id, "ask_refund", by="customer")
    await db.write(do_step, order.id, "refund", by="a_1")
    assert (await stock_of(db, product.id))[0] == left


async def test_unpaid_orders_are_held_a_day(db: Database) -> None:
    shop = await a_shop(db)
    product = await a_product(db, shop, stock=5)
    late, fresh = await an_order(db, shop, product), await an_order(db, shop, product)

    def age(tx: Tx) -> None:
        mine = trade_order.c.id == late.id
        tx.execute(trade_order.update().where(mine).values(placed_at=tx.now - 25 * HOUR))

    await db.write(age)
    assert await db.write(do_close_overdue) == 1
    closed, kept = await db.read(queries.order, late.id), await db.read(queries.order, fresh.id)
    assert closed is not None
    assert kept is not None
    assert (closed.state, kept.state) == ("closed", "placed")
    assert await stock_of(db, product.id) == [4, 5]


async def test_the_customers_room_keeps_standing(db: Database, reactions: Reactions) -> None:
    reactions.on("order.changed", follow_order)
    shop = await a_shop(db)
    product = await a_product(db, shop, price="100.00")
    known = await a_customer(db, shop=shop)
    seen: list[tuple[str | None, int, str]] = []
    order = await an_order(db, shop, product, customer=known)
    for step in ("", "pay", "ship", "complete"):
        if step:
            await db.write(do_step, order.id, step, by=SYSTEM)  # type: ignore[arg-type]
        view = await db.read(customers.view, known)
        assert view is not None
        seen.append((view.trade, view.orders_count, view.spent))
        assert await db.read(queries.trade_of, known) == view.trade
    assert seen == [("placed", 1, "0.00"), ("paid", 1, "95.00"), ("shipped", 1, "95.00"), (None, 1, "95.00")]


async def test_orders_follow_a_merge(db: Database, reactions: Reactions) -> None:
    reactions.on("order.changed", follow_order)
    reactions.on("customer.merged", follow_merge)
    shop = await a_shop(db)
    product = await a_product(db, shop)
    known, visitor = await a_customer(db, shop=shop), await a_visitor(db, shop=shop)
    wanted = an_order_for(product.variants[0].id, request="the-same-key-in-both")
    for who in (known, visitor.customer):
        await db.write(do_place, shop, who, given=wanted)
    await db.write(do_identify, visitor.visitor, "u1", "陈小姐")
    assert len(await db.read(queries.orders_of, known)) == 2
    view = await db.read(customers.view, known)
    assert view is not None
    assert (view.orders_count, view.trade) == (2, "placed")


async def test_cards_are_only_for_whom_they_concern(db: Database) -> None:
    shop, other = await a_shop(db), await a_shop(db, name="别家")
    product = await a_product(db, shop)
    order = await an_order(db, shop, product)
    card = await db.read(queries.order_card, order.id, "u_1")
    assert card == {
        "order": order.id, "number": order.number, "state": "placed", "amount": order.amount,
        "lines": [{"name": product.name, "variant": "米白 S", "quantity": 1, "picture": "/pictures/p01.svg"}],
    }  # fmt: skip
    assert await db.read(queries.order_card, order.id, "u_2") is None
    assert await db.read(queries.product_card, product.id, other) is None
    shown = await db.read(queries.product_card, product.id, shop)
    assert shown is not None
    assert (shown["name"], shown["price"], shown["variants"]) == (product.name, "159.00", ["米白 S", "米白 M"])


async def test_found_by_number_and_phone_tail(db: Database) -> None:
    shop = await a_shop(db)
    order = await an_order(db, shop, await a_product(db, shop))
    for text in (order.number, order.number[-5:], "0001", "13800000001"):
        assert order.id in [one.id for one in await db.read(queries.find_orders, text)], text
    assert await db.read(queries.find_orders, "%%") == []


async def test_a_look_at_the_receiver_is_audited(db: Database) -> None:
    shop = await a_shop(db)
    order = await an_order(db, shop, await a_product(db, shop))
    shown = await db.write(do_reveal, order.id, actor=a_viewer(), field="address", reason="改地址")
    assert shown.value == "上海 上海市 静安区南芸路288弄6号"
    lines = await db.read(lambda rx: rx.all(select(audit_log).where(audit_log.c.object == order.id)))
    assert [line.detail for line in lines] == [{"field": "address", "reason": "改地址"}]
