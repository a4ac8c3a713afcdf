"""The demo shop's conversations: three hundred that are over, some that go on, some that wait."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from zhanggui.chat.actions import do_create_label, do_draft, do_mark
from zhanggui.chat.lines import insert_messages
from zhanggui.chat.state import COLUMNS
from zhanggui.chat.tables import attachment, conversation
from zhanggui.customers import queries as customers
from zhanggui.customers.actions import do_make_visitor
from zhanggui.customers.shapes import Card
from zhanggui.demo.content import Newcomer, Spoken, Talk
from zhanggui.demo.days import Days
from zhanggui.demo.goods import Shelf
from zhanggui.demo.people import Desk
from zhanggui.demo.photos import Kept
from zhanggui.demo.telling import Setting, Told, duration, tell
from zhanggui.foundation.clock import MINUTE, SECOND
from zhanggui.foundation.database import Rx, Tx
from zhanggui.store import queries as store
from zhanggui.store.order_views import card_of
from zhanggui.team.actions import do_count_open

LABELS: Final[Mapping[str, tuple[str, tuple[str, ...]]]] = {
    "催发货": ("orange", ("什么时候发", "还没发", "催一下", "快点发", "发货了吗")),
    "尺码": ("teal", ("尺码", "公斤", "身高", "偏大", "偏小", "拿S", "拿M")),
    "退换货": ("blue", ("退货", "换货", "退款", "运费险", "想退", "想换")),
    "质量": ("red", ("开线", "起球", "破了", "裂", "掉色", "漏水", "坏了")),
    "优惠": ("yellow", ("便宜", "优惠", "券", "保价", "降价")),
    "团购": ("purple", ("团购", "批发", "定制", "专票")),
    "好评客户": ("green", ("太好看", "喜欢", "满意", "谢谢你们", "回购")),
}
SERVED, WAITING, QUEUED = 10, 8, 3
DRAFT: Final = "您稍等，我去仓库看一眼这批的吊牌"


@dataclass(frozen=True, slots=True)
class Open:
    """A conversation of today that still goes on; it was last spoken in so many ms ago."""

    talk: Talk
    lines: list[Spoken]
    ago: int
    queued: bool = False


@dataclass(frozen=True, slots=True)
class Stage:
    """Everything a conversation needs around it."""

    desk: Desk
    shelf: Shelf
    shop_name: str
    cards: Mapping[str, Card]
    photos: Mapping[str, Kept]
    days: Days


def ends_of(talks: list[Talk], days: Days) -> dict[str, list[int]]:
    """Return when each customer's conversations ended, by the content's calendar."""
    ends: dict[str, list[int]] = {}
    for one in talks:
        ends.setdefault(one.customer, []).append(days.at(one.days_ago, one.time) + duration(one.lines))
    return ends


def choose_open(talks: list[Talk]) -> list[Open]:
    """Choose which of today's conversations still go on: at most one of a customer, always the same ones."""
    last: dict[str, Talk] = {one.customer: one for one in talks if one.days_ago == 0}
    served = [one for one in last.values() if _last_word(one.lines) == "a"][:SERVED]
    waiting = [one for one in last.values() if _last_word(one.lines) == "c"]
    chosen = [Open(one, one.lines, (2 + 2 * n) * MINUTE) for n, one in enumerate(served)]
    chosen += [Open(one, one.lines, (20 + 97 * n) * SECOND) for n, one in enumerate(waiting[:WAITING])]
    for n, one in enumerate(waiting[WAITING : WAITING + QUEUED]):
        first = next((i for i, line in enumerate(one.lines) if line.by in ("a", "note")), len(one.lines))
        chosen.append(Open(one, one.lines[:first], (50 + 140 * n) * SECOND, queued=True))
    return chosen


def _last_word(lines: list[Spoken]) -> str:
    return next((line.by for line in reversed(lines) if line.by in ("c", "a")), "")


def make_talks(tx: Tx, talks: list[Talk], stage: Stage, back: Mapping[str, int]) -> dict[str, int]:
    """Write every conversation; returns when each customer last said something."""
    labels = {name: do_create_label(tx, name, color).id for name, (color, _) in LABELS.items()}
    going_on = {one.talk.key: one for one in choose_open(talks)}
    told: list[Told] = []
    seen: dict[str, int] = {}
    for one in talks:
        still = going_on.get(one.key)
        setting = _setting(tx, one, stage, labels, still)
        if still is None:
            begun = stage.days.at(one.days_ago, one.time) - back.get(one.customer, 0)
            told.append(tell(setting, one.lines, begun, stage.photos))
        else:
            begun = stage.days.now - still.ago - duration(still.lines)
            told.append(tell(setting, still.lines, begun, stage.photos))
        seen[one.customer] = max(seen.get(one.customer, 0), told[-1].state.last_at)
    write(tx, told)
    _arrange(tx, told, stage)
    return seen


def make_newcomers(tx: Tx, newcomers: list[Newcomer], stage: Stage) -> None:
    """Let some anonymous visitors wait in the queue."""
    told: list[Told] = []
    for n, one in enumerate(newcomers):
        made = do_make_visitor(tx, stage.shelf.shop, language=one.language, page={})
        card = customers.card(tx, made.customer)
        assert card is not None  # noqa: S101  made above, in this transaction
        product = stage.shelf.products.get(one.product or "")
        setting = Setting(
            key=f"new{n}", shop=stage.shelf.shop, shop_name=stage.shop_name, customer=card, agent=None,
            agent_name="", group=None, product=product, order=None, ended=False, labels=[], now=stage.days.now,
        )  # fmt: skip
        begun = stage.days.now - duration(one.lines) - (35 + 75 * n) * SECOND
        told.append(tell(setting, one.lines, begun, stage.photos))
    write(tx, told)


def write(tx: Tx, told: list[Told]) -> None:
    """Write conversations with their lines and attachments in few statements, and count what is open."""
    rows = [{name: getattr(one.state, name) for name in COLUMNS} for one in told]
    tx.execute(conversation.insert(), rows)
    insert_messages.run(tx, [line for one in told for line in one.lines])
    files = [row for one in told for row in one.files]
    if files:
        tx.execute(attachment.insert(), files)
    busy: dict[str, int] = {}
    for one in told:
        if one.state.state == "open" and one.state.assignee is not None:
            busy[one.state.assignee] = busy.get(one.state.assignee, 0) + 1
    for agent, count in busy.items():
        do_count_open(tx, agent, by=count)


def _setting(rx: Rx, one: Talk, stage: Stage, labels: Mapping[str, str], still: Open | None) -> Setting:
    queued = still is not None and still.queued
    said = "".join(line.text for line in one.lines)
    fitting = [labels[name] for name, (_, words) in LABELS.items() if any(word in said for word in words)]
    customer = stage.cards[one.customer]
    orders = store.orders_of(rx, customer.id) if any(line.card == "order" for line in one.lines) else []
    return Setting(
        key=one.key, shop=stage.shelf.shop, shop_name=stage.shop_name, customer=customer,
        agent=None if queued else stage.desk.agents[one.agent].id, agent_name="" if queued else one.agent,
        group=None if queued else stage.desk.groups[one.agent],
        product=stage.shelf.products.get(one.product or ""), order=card_of(orders[0]) if orders else None,
        ended=still is None, labels=fitting[:2], now=stage.days.now,
    )  # fmt: skip


def _arrange(tx: Tx, told: list[Told], stage: Stage) -> None:
    """Pin, star and begin to write: every agent has some, so that the desk looks used."""
    for name, view in stage.desk.agents.items():
        viewer = stage.desk.viewer(name)
        mine = [one.state for one in told if one.state.assignee == view.id and one.state.state == "open"]
        if mine:
            do_mark(tx, mine[0].id, viewer=viewer, pinned=True, starred=False)
            do_draft(tx, mine[-1].id, DRAFT, viewer=viewer)
        past = [one.state for one in told if one.state.assignee == view.id and one.state.state == "ended"]
        for state in past[:2]:
            do_mark(tx, state.id, viewer=viewer, pinned=False, starred=True)
