"""A day at the desk: who is there, talks from the first line to the last, orders, colleagues, sessions."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from tests.house.mirror import DeskPage, WidgetPage
from tests.house.story import Story
from tests.team.builders import a_group
from zhanggui.chat import actions as talk
from zhanggui.chat.files import Prepared
from zhanggui.customers import actions as people
from zhanggui.foundation.audit import SystemActor
from zhanggui.foundation.database import Database
from zhanggui.foundation.keys import do_key
from zhanggui.foundation.trimming import do_trim_log
from zhanggui.reception import actions as routing
from zhanggui.store import queries as shops
from zhanggui.team import actions as desk
from zhanggui.team.actions import NewAgent
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
    yield DeskPage(cast.wang, both)
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
    assert await story.does_silently(talk.do_forget_files, ["f_1"]) == ["f_1"]


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
