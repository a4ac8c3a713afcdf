"""Customers and visitors for tests."""

from zhanggui.customers.actions import KnownCustomer, do_make_known, do_make_visitor
from zhanggui.customers.shapes import NewVisitor
from zhanggui.foundation.access import Viewer, role_permissions
from zhanggui.foundation.database import Database
from zhanggui.foundation.ids import AgentId, CustomerId

SHOP = "s_test"


async def a_visitor(db: Database, *, shop: str = SHOP, language: str = "zh-CN") -> NewVisitor:
    """An anonymous visitor with his token."""
    return await db.write(do_make_visitor, shop, language=language, page={})


async def a_customer(
    db: Database, *, shop: str = SHOP, external_id: str = "u1", name: str = "陈小姐", phone: str = "13800000001",
    address: str = "静安区南芸路288弄6号",
) -> CustomerId:  # fmt: skip
    """A customer the shop knows."""
    who = KnownCustomer(external_id=external_id, name=name, phone=phone, city="上海市", address=address, level="金卡")
    return await db.write(do_make_known, shop, who)


def a_viewer(role: str = "agent", *, agent: str = "a_1", name: str = "小棠") -> Viewer:
    """A signed-in person with the rights of a built-in role."""
    return Viewer(AgentId(agent), name, role, role_permissions(role), address="127.0.0.1", csrf="c")
