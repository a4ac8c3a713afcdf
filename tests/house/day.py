"""A day at the desk: who is there, talks from the first line to the last, orders, colleagues, sessions."""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

import pyotp

from tests.house.mirror import DeskPage, WidgetPage
from tests.house.story import Story
from tests.store.builders import a_product, an_order_for
from tests.team.builders import a_group
from zhanggui.chat import actions as talk
from zhanggui.chat.files import Prepared
from zhanggui.customers import actions as people
from zhanggui.customers.shapes import CustomerPatch
from zhanggui.foundation.audit import SystemActor
from zhanggui.foundation.database import Database
from zhanggui.foundation.keys import do_key
from zhanggui.foundation.trimming import do_trim_log
from zhanggui.reception import actions as routing
from zhanggui.store import actions as trade
from zhanggui.store import queries as shops
from zhanggui.store.shapes import ReceiverIn, ShopPatch
from zhanggui.storefront import actions as counter
from zhanggui.team import actions as desk
from zhanggui.team.actions import Arrival, NewAgent, TryKey
from zhanggui.team.shapes import AgentPatch, GroupIn, GroupPatch, MePatch, RoleIn, RolePatch
from zhanggui.workshop import actions as jobs

SYSTEM = SystemActor()
PRICE = Decimal(8)


@dataclass
class Cast:
    """Who is there."""

    story: Story
    shop: str
    owner: str
    li: str
    wang: str
    trainee: str
    group: str
    ann: WidgetPage
    ben: WidgetPage


async def a_cast(db: Database) -> Cast:
    """An owner, two agents of a group, a trainee; two visitors; pages of all of them, some with more lists."""
    story = Story(db)
    first = NewAgent(login="boss", name="王掌柜", password="hash", role="owner", must_change=False)
    owner = (await story.does(desk.do_set_up, new=first, shop_name="小店", address="127.0.0.1")).id
    names = {"li": "agent", "wang": "lead", "trainee": "trainee"}
    ids = {}
    for login, role in names.items():
        new = NewAgent(login=login, name=login, password="hash", role=role, must_change=False)
        ids[login] = (await story.does(desk.do_create_agent, actor=SYSTEM, new=new, limit=100)).id
    group = (await a_group(db, ids["li"], ids["wang"], name="售前")).id
    shop = (await db.read(shops.shops))[0].id
    made = [await story.does(people.do_make_visitor, shop, language="zh-CN", page={}) for _ in range(2)]
    ann, ben = (WidgetPage(one.visitor) for one in made)
    cast = Cast(story, shop, owner, ids["li"], ids["wang"], ids["trainee"], group, ann, ben)
    pages: list[DeskPage | WidgetPage] = [ann, ben, *desks(cast)]
    for page in pages:
        await story.opens(page)
    return cast


def desks(cast: Cast) -> Iterator[DeskPage]:
    """Pages as people have them open."""
    both = frozenset({"group", "all"})
    yield DeskPage(cast.owner, both)
    yield DeskPage(cast.owner)
    yield DeskPage(cast.wang, both)
    yield DeskPage(cast.wang, frozenset({"group"}))
    yield DeskPage(cast.li)
    yield DeskPage(cast.li, frozenset({"group"}))
    yield DeskPage(cast.trainee)


async def watched(cast: Cast, agent: str, conversation: str) -> None:
    """Somebody opens a conversation on another page of his."""
    await cast.story.opens(DeskPage(agent, frozenset({"group", "all"}), watching=conversation))


async def presence(cast: Cast) -> None:
    story = cast.story
    assert not await story.does_silently(desk.do_beat, "p1")
    for who in (cast.li, cast.wang):
        await story.does(desk.do_socket_up, who, "p1")
    for choice in ("busy", "online"):
        await story.does(desk.do_choose_presence, cast.li, choice=choice)


async def talks(cast: Cast) -> str:
    """From the first line to taking a line back."""
    story, li = cast.story, await cast.story.viewer(cast.li)
    await story.does(desk.do_choose_presence, cast.li, choice="away")
    await story.does(desk.do_choose_presence, cast.wang, choice="away")
    one = await story.customer_says(cast.ann, cast.shop, "在吗")
    await watched(cast, cast.wang, one)
    await story.does(talk.do_take, one, viewer=li)
    await watched(cast, cast.li, one)
    await story.does(talk.do_read_by_desk, one, 3, by=cast.li)
    seq = await story.agent_says(cast.li, one, "在的")
    await story.agent_says(cast.li, one, "她上次退过货", note=True)
    await story.customer_says(cast.ann, cast.shop, "想问尺码")
    await story.does(talk.do_read_by_customer, one, seq, customer=cast.ann.customer)
    await story.does(talk.do_recall, one, seq, by=cast.li, seconds=60)
    last = await story.agent_says(cast.li, one, "S 码合适")
    await story.does(talk.do_recall, one, last, by=cast.li, seconds=60)
    return one


async def hands(cast: Cast, one: str) -> None:
    """A conversation goes from hand to hand, ends and comes back."""
    story = cast.story
    li, wang, owner = [await story.viewer(agent) for agent in (cast.li, cast.wang, cast.owner)]
    await story.does(talk.do_transfer, one, viewer=li, to=cast.group, reason="要主管", note="看看")
    await story.does(talk.do_take, one, viewer=wang)
    await story.does(talk.do_transfer, one, viewer=wang, to=cast.li)
    await story.does(talk.do_transfer, one, viewer=li, to="queue")
    await story.does(desk.do_choose_presence, cast.li, choice="online")
    await story.does(routing.do_serve_queue)
    await story.does(talk.do_hand_over, viewer=await story.viewer(cast.li), to=cast.wang, note="下班")
    await story.does(talk.do_end_by_agent, one, viewer=wang, reason="好了")
    await story.does(talk.do_reopen_by_agent, one, viewer=wang)
    await story.does(talk.do_bulk, [one], viewer=owner, what="end")
    begun = await story.does(talk.do_start, cast.ben.customer, viewer=wang)
    await story.does(talk.do_end_by_agent, begun.id, viewer=wang)
    assert await story.customer_says(cast.ann, cast.shop, "还有一件事") == one
    two = await story.customer_says(cast.ben, cast.shop, "你好")
    await story.does(talk.do_bulk, [one, two], viewer=owner, what="transfer", to=cast.trainee)
    await story.does(talk.do_bulk, [one, two], viewer=owner, what="queue")
    await story.agent_says(cast.li, two, "我来")
    await story.does(talk.do_end_quiet, minutes=-1)


async def arranging(cast: Cast, one: str) -> None:
    """Marks, labels, snooze, drafts, blocking."""
    story, li = cast.story, await cast.story.viewer(cast.li)
    await story.agent_says(cast.wang, one, "看一下")
    owner = await story.viewer(cast.owner)
    await story.does(talk.do_mark, one, viewer=owner, pinned=True)
    await story.does(talk.do_mark, one, viewer=owner, starred=True, pinned=False)
    await story.does(talk.do_draft, one, "正在写", viewer=owner)
    await story.does(talk.do_draft, one, "", viewer=owner)
    label = await story.does(talk.do_create_label, "急", "red")
    await story.does(talk.do_patch_label, label.id, "很急", "orange")
    await story.does(talk.do_label, one, [label.id], viewer=owner)
    await story.does(talk.do_remove_label, label.id)
    await story.does(talk.do_snooze, one, 2**42, viewer=owner)
    await story.does(talk.do_snooze, one, None, viewer=owner)
    await story.does(talk.do_block, cast.ann.customer, viewer=li, reason="骂人", until=None)
    await story.does(talk.do_unblock, cast.ann.customer, viewer=li)
    picture = Prepared("image", "image/png", "a.png", b"x")
    await story.does_silently(talk.do_keep_file, "f_1", picture, shop=cast.shop, conversation_id=one, owner=cast.li)


async def customers_change(cast: Cast) -> None:
    """The card of somebody whose conversation stands open on pages."""
    story, owner, who = cast.story, await cast.story.viewer(cast.owner), cast.ann.customer
    patch = CustomerPatch(name="陈小姐", profile={"尺码": "S"})
    await story.does(people.do_patch, who, actor=SYSTEM, patch=patch)
    remark = await story.does(people.do_add_remark, who, actor=owner, text="喜欢桂花")
    await story.does(people.do_remove_remark, who, remark.id, viewer=owner)
    await story.does(people.do_set_tags, who, tags=["老客", "爱退货"])
    await story.does_silently(people.do_see_visitor, cast.ann.visitor, language="en", page={"url": "https://x.test/p"})


async def orders(cast: Cast) -> str:
    """An order from placing to refund, and one nobody pays for."""
    story, who = cast.story, cast.ann.customer
    template = await story.does(
        trade.do_add_template, cast.shop, trade.NewTemplate(name="标准", fee=PRICE, free_from=None, remote_fee=PRICE)
    )
    variant = trade.NewVariant(name="S", price=PRICE, stock=9)
    new = trade.NewProduct(name="衬衫", template=template, variants=[variant], picture="p01.svg")
    await story.does(trade.do_add_product, cast.shop, new)
    product = await a_product(story.db, cast.shop)
    wanted = product.variants[0].id
    order = await story.does(trade.do_place, cast.shop, who, given=an_order_for(wanted))
    await story.does(trade.do_step, order.id, "pay", by="customer")
    await story.does(trade.do_step, order.id, "ship", by="system", carrier="顺丰", tracking="SF1")
    await story.does(trade.do_step, order.id, "ask_refund", by="customer", text="太大")
    await story.does(trade.do_step, order.id, "keep", by=cast.li)
    await story.does(trade.do_step, order.id, "ask_refund", by="customer")
    await story.does(trade.do_step, order.id, "refund", by=cast.li)
    await story.does(trade.do_place, cast.shop, who, given=an_order_for(wanted))
    assert await story.does(trade.do_close_overdue, held=-1) == 1
    await story.does_silently(trade.do_reveal, order.id, actor=SYSTEM, field="phone", reason="核对地址")
    return wanted


async def somebody_known(cast: Cast, wanted: str) -> None:
    """An anonymous visitor with an open conversation and an order turns out to be a customer who has both as well."""
    story = cast.story
    who = people.KnownCustomer(
        external_id="u7", name="周先生", phone="13800000009", city="上海", address="路 1 号", level=""
    )
    known = await story.does(people.do_make_known, cast.shop, who)
    await story.does_silently(people.do_reveal, known, actor=SYSTEM, field="phone", reason="回电")
    third = WidgetPage((await story.does(people.do_make_visitor, cast.shop)).visitor)
    await story.opens(third)
    await story.does(people.do_identify, third.visitor, "u7", "周先生")
    stays = await story.customer_says(third, cast.shop, "我是老客")
    await watched(cast, cast.wang, stays)
    await story.customer_says(cast.ann, cast.shop, "我也在")
    await story.does(trade.do_place, cast.shop, cast.ann.customer, given=an_order_for(wanted))
    done = await story.does(people.do_identify, cast.ann.visitor, "u7", "周先生")
    assert (done.customer, cast.ann.customer) == (known, known)
    await story.does(people.do_set_tags, known, tags=["合并过"])
    await story.agent_says(cast.li, stays, "看到了")
    assert await story.customer_says(cast.ann, cast.shop, "好的") == stays
    await forgetting(cast, third)


async def forgetting(cast: Cast, third: WidgetPage) -> None:
    story = cast.story
    story.widgets.remove(third)
    made = await story.does(people.do_forget, third.visitor)
    await story.opens(WidgetPage(made.visitor))


async def a_shop_changes(cast: Cast) -> None:
    story = cast.story
    await story.does(trade.do_patch_shop, cast.shop, actor=SYSTEM, patch=ShopPatch(name="大店", greeting="欢迎"))
    await story.does(trade.do_open_shop, "二店")
    await story.does_silently(trade.do_new_secret, cast.shop, actor=SYSTEM)
    buyer = await story.does(counter.do_register, cast.shop, login="c9", name="买家", password=None)
    receiver = ReceiverIn(name="陈", phone="13800000001", region="上海 上海市", address="路 1 号")
    await story.does_silently(counter.do_keep_receiver, buyer.id, receiver)


async def colleagues(cast: Cast) -> None:
    """People, roles and groups; whose rights change takes a new snapshot, everybody else goes on."""
    story, owner = cast.story, await cast.story.viewer(cast.owner)
    await story.does(desk.do_patch_me, owner.agent, patch=MePatch(nick="掌柜"))
    await story.does(desk.do_patch_agent, cast.li, actor=owner, patch=AgentPatch(nick="小李", capacity=5))
    group = await story.does(desk.do_create_group, actor=owner, new=GroupIn(name="售后", members=[cast.trainee]))
    await story.does(desk.do_patch_group, group.id, actor=owner, patch=GroupPatch(name="售后组", members=[cast.li]))
    talked = await story.customer_says(cast.ben, cast.shop, "退货")
    await story.does(talk.do_bulk, [talked], viewer=owner, what="transfer", to=group.id)
    await story.does(desk.do_delete_group, group.id, actor=owner)
    role = await story.does(
        desk.do_create_role, actor=owner, new=RoleIn(name="夜班", permissions=["chat.message.send"])
    )
    await story.does(desk.do_patch_agent, cast.trainee, actor=owner, patch=AgentPatch(role=role.id))
    more = RolePatch(permissions=["chat.conversation.read_own", "chat.conversation.take"])
    await story.does(desk.do_patch_role, role.id, actor=owner, patch=more)
    await story.does(desk.do_patch_agent, cast.trainee, actor=owner, patch=AgentPatch(role="trainee"))
    await story.does(desk.do_delete_role, role.id, actor=owner)
    await story.agent_says(cast.li, talked, "我来处理")
    await story.does(desk.do_disable_agent, cast.li, actor=owner)
    await story.does(desk.do_enable_agent, cast.li, actor=owner, limit=30)
    assert sum(page.resyncs for page in story.desks) < 25  # most went on without


async def sessions(cast: Cast) -> None:
    """Signing in and out: nobody else's page shows any of it but presence."""
    story, li = cast.story, await cast.story.viewer(cast.li)
    keys = [TryKey("k", ((5, 1000),))]
    await story.does_silently(desk.do_count_try, keys)
    await story.does_silently(desk.do_take_back_try, keys)
    await story.does_silently(desk.do_note_refused, agent_id=cast.li, address="127.0.0.1", why="password")

    def arrival(token: str) -> Arrival:
        return Arrival(
            agent_id=cast.li, verified="hash", code="", token=token, address="127.0.0.1", device="x", lifetime=10**9
        )

    ids = [await story.does(desk.do_sign_in, arrival(token), keys=keys) for token in ("t1", "t2", "t3")]
    await story.does_silently(desk.do_touch, ids[0], address="127.0.0.2")
    await story.does(desk.do_end_session, ids[0], actor=li)
    await story.does(desk.do_end_other_sessions, actor=li, kept=ids[1])
    await story.does(desk.do_change_password, viewer=li, verified="hash", password="hash2")
    secret = await story.does_silently(desk.do_totp_start, viewer=li)
    code = pyotp.TOTP(secret).at(int(time.time()))
    await story.does(desk.do_totp_confirm, viewer=li, code=code)
    await story.does(desk.do_totp_off, viewer=li, verified="hash2")
    await story.does(desk.do_reset_password, cast.li, actor=SYSTEM, password="hash3")
    await story.does(desk.do_sweep, idle=-1000)


async def the_end(cast: Cast) -> None:
    """Sockets close, processes end, the housekeeping."""
    story = cast.story
    await story.does(desk.do_socket_down, cast.li, "p1")
    await story.does(desk.do_leave_process, "p1")
    await story.does(desk.do_beat, "p2")
    await story.does(desk.do_socket_up, cast.li, "p2")
    await story.does(desk.do_expire_processes, silence=0)
    assert await story.does_silently(jobs.do_claim, "job", holder="p2", lease=1000)
    await story.does_silently(jobs.do_release, holder="p2")
    await story.does_silently(do_key, "files")
    await story.does_silently(do_trim_log, days=7)
