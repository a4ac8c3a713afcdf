"""Anonymous visitors, and who they turn out to be."""

import pytest

from tests.customers.builders import SHOP, a_customer, a_viewer, a_visitor
from zhanggui.customers import queries
from zhanggui.customers.actions import (
    do_add_remark,
    do_forget,
    do_identify,
    do_make_visitor,
    do_patch,
    do_see_visitor,
    do_set_tags,
)
from zhanggui.customers.shapes import CustomerPatch, Merged
from zhanggui.foundation.database import Database
from zhanggui.foundation.errors import Unauthenticated
from zhanggui.foundation.events import Change, Reactions


async def test_a_visitor_comes_back_by_his_token(db: Database) -> None:
    made = await a_visitor(db)
    found = await db.read(queries.visitor, made.token)
    assert found is not None
    assert (found.visitor, found.customer, found.shop) == (made.visitor, made.customer, SHOP)
    card = await db.read(queries.card, made.customer)
    assert card is not None
    assert not card.known
    assert card.name.startswith("访客")


async def test_the_secret_itself_is_not_kept(db: Database) -> None:
    made = await a_visitor(db)
    rows = await db.read(lambda rx: rx.rows("SELECT * FROM visitor"))
    assert made.secret not in str(rows)


@pytest.mark.parametrize("spoil", ["", ".", "v_1", "v_1.x", "x" * 300, "v_" + "0" * 20 + ".abc", "\x00.\ud800"])
async def test_forged_tokens_are_nobody(db: Database, spoil: str) -> None:
    assert await db.read(queries.visitor, spoil) is None


async def test_ones_secret_does_not_open_anothers(db: Database) -> None:
    one, other = await a_visitor(db), await a_visitor(db)
    assert await db.read(queries.visitor, f"{one.visitor}.{other.secret}") is None
    assert await db.read(queries.visitor, one.token[:-1]) is None


async def test_an_anonymous_customer_becomes_known(db: Database) -> None:
    made = await a_visitor(db)
    done = await db.write(do_identify, made.visitor, "u1", "陈小姐")
    assert (done.customer, done.merged, done.visitor) == (made.customer, None, made.visitor)
    card = await db.read(queries.card, made.customer)
    assert card is not None
    assert (card.name, card.known) == ("陈小姐", True)


async def test_the_token_from_before_the_login_is_worth_nothing(db: Database) -> None:
    made = await a_visitor(db)
    done = await db.write(do_identify, made.visitor, "u1", "陈小姐")
    assert await db.read(queries.visitor, made.token) is None
    found = await db.read(queries.visitor, done.token)
    assert found is not None
    assert found.customer == made.customer


async def test_two_become_one_and_nothing_is_lost(db: Database, reactions: Reactions) -> None:
    heard: list[Change] = []
    reactions.on("customer.merged", lambda tx, change: heard.append(change))
    known, made = await a_customer(db), await a_visitor(db)
    viewer = a_viewer()
    await db.write(do_add_remark, made.customer, actor=viewer, text="问过尺码")
    await db.write(do_add_remark, known, actor=viewer, text="老客")
    await db.write(do_set_tags, made.customer, tags=["宝妈", "急"])
    await db.write(do_set_tags, known, tags=["宝妈", "金卡"])
    await db.write(do_patch, made.customer, actor=viewer, patch=CustomerPatch(profile={"身高": "163", "鞋码": "37"}))
    await db.write(do_patch, known, actor=viewer, patch=CustomerPatch(profile={"身高": "165"}))
    done = await db.write(do_identify, made.visitor, "u1", "陈小姐")
    assert (done.customer, done.merged) == (known, made.customer)
    view = await db.read(queries.view, made.customer)
    assert view is not None
    assert view.id == known
    assert view.tags == ["宝妈", "急", "金卡"]
    assert {one.text for one in view.remarks} == {"问过尺码", "老客"}
    assert view.profile == {"身高": "165", "鞋码": "37"}
    card = await db.read(queries.card, made.customer)
    assert card is not None
    assert card.id == known
    assert [change.put["merged"] for change in heard] == [Merged(made.customer, known, SHOP)]
    assert heard[0].subject == made.customer


async def test_the_same_person_again_is_no_merge(db: Database) -> None:
    made = await a_visitor(db)
    first = await db.write(do_identify, made.visitor, "u1", "陈小姐")
    again = await db.write(do_identify, made.visitor, "u1", "陈女士")
    assert (again.customer, again.merged) == (first.customer, None)
    card = await db.read(queries.card, made.customer)
    assert card is not None
    assert card.name == "陈女士"


async def test_two_known_people_are_never_made_one(db: Database) -> None:
    made = await a_visitor(db)
    first = await db.write(do_identify, made.visitor, "u1", "陈小姐")
    second = await db.write(do_identify, first.visitor, "u2", "老周")
    assert second.merged is None
    assert second.customer != first.customer
    assert second.visitor != first.visitor
    assert await db.read(queries.visitor, first.token) is None
    found = await db.read(queries.visitor, second.token)
    assert found is not None
    assert found.customer == second.customer


async def test_the_same_name_in_another_shop_is_another_person(db: Database) -> None:
    one, other = await a_customer(db), await a_customer(db, shop="s_other")
    assert one != other


async def test_forgotten_at_logout(db: Database) -> None:
    made = await a_visitor(db)
    done = await db.write(do_identify, made.visitor, "u1", "陈小姐")
    fresh = await db.write(do_forget, done.visitor)
    assert await db.read(queries.visitor, done.token) is None
    found = await db.read(queries.visitor, fresh.token)
    assert found is not None
    assert found.customer != done.customer
    with pytest.raises(Unauthenticated):
        await db.write(do_forget, done.visitor)
    with pytest.raises(Unauthenticated):
        await db.write(do_identify, done.visitor, "u1", "陈小姐")


async def test_a_name_the_desk_gave_stays(db: Database) -> None:
    known = await a_customer(db)
    await db.write(do_patch, known, actor=a_viewer(), patch=CustomerPatch(name="静安陈姐"))
    await a_customer(db, name="陈小姐")
    card = await db.read(queries.card, known)
    assert card is not None
    assert card.name == "静安陈姐"


async def test_a_restless_page_is_not_an_event_each_time(db: Database) -> None:
    made = await db.write(do_make_visitor, SHOP, language="en", page={"url": "https://a/"})
    before = await db.read(lambda rx: rx.number())
    await db.write(do_see_visitor, made.visitor, language="en", page={"url": "https://a/2"})
    assert await db.read(lambda rx: rx.number()) == before
