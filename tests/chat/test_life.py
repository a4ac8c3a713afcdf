"""From the first line to the end and back: who has a conversation, who waits in it, what the customer reads of it."""

import pytest
from sqlalchemy import select

from tests.chat.builders import Person, Shop
from tests.team.builders import Clock
from zhanggui.chat import access, actions
from zhanggui.chat.queries import page
from zhanggui.customers.actions import do_identify
from zhanggui.foundation.access import Viewer
from zhanggui.foundation.clock import HOUR, MINUTE
from zhanggui.foundation.errors import Conflict, Forbidden, NotFound
from zhanggui.team import queries as team
from zhanggui.team.actions import do_choose_presence
from zhanggui.team.tables import agent as agents


async def count_of(shop: Shop, agent: Person) -> int:
    """How many open ones the team room counts for him."""
    return (await shop.db.read(team.views, [agent.id]))[0].open


async def read_by_customer(shop: Shop, conversation: str) -> str:
    """All that the customer's page holds of a conversation, as text."""
    state = await shop.state(conversation)
    shown = await shop.db.read(page, state, desk=False)
    return repr([(line.text, bytes(line.body or b"").decode()) for line in shown.items])


@pytest.mark.parametrize("elsewhere", ["online", "busy", "gone"])
async def test_who_comes_back_within_a_day_goes_on_with_the_same_agent_if_he_is_there(shop: Shop, elsewhere: str):
    tang, chen = await shop.agent(), await shop.customer()
    done = await shop.said(chen, "一")
    await shop.db.write(actions.do_end_by_agent, done.conversation, viewer=tang.agent)
    other = await shop.agent("小夏")
    if elsewhere == "busy":
        await shop.db.write(do_choose_presence, tang.id, choice="busy")
    elif elsewhere == "gone":
        await shop.goes(tang)
    again = await shop.said(chen, "二")
    assert again.conversation == done.conversation
    state = await shop.state(done.conversation)
    assert state.assignee == (tang.id if elsewhere == "online" else other.id)
    assert [await count_of(shop, one) for one in (tang, other)] == [int(elsewhere == "online"), int(elsewhere != "online")]  # fmt: skip  # noqa: E501
    assert [row.sender for row in await shop.lines(done.conversation)].count("auto") == 1


async def test_a_full_agent_still_goes_on_with_whom_he_knows(shop: Shop):
    tang, chen = await shop.agent(), await shop.customer()
    done = await shop.said(chen, "一")
    await shop.db.write(actions.do_end_by_agent, done.conversation, viewer=tang.agent)
    await shop.db.write(lambda tx: tx.execute(agents.update().where(agents.c.id == tang.id).values(capacity=0)).rowcount)  # fmt: skip  # noqa: E501
    assert (await shop.state((await shop.said(chen, "二")).conversation)).assignee == tang.id


async def test_after_a_day_a_new_conversation_begins(shop: Shop, clock: Clock):
    tang, chen = await shop.agent(), await shop.customer()
    done = await shop.said(chen)
    await shop.db.write(actions.do_end_by_agent, done.conversation, viewer=tang.agent)
    clock.pass_by(24 * HOUR + 1)
    assert (await shop.said(chen)).conversation != done.conversation


async def test_why_it_was_ended_is_a_note_of_the_desk(shop: Shop):
    tang, chen = await shop.agent(), await shop.customer()
    done = await shop.said(chen)
    await shop.db.write(actions.do_end_by_agent, done.conversation, viewer=tang.agent, reason="无理取闹-canary")
    assert "canary" not in await read_by_customer(shop, done.conversation)
    notes = [row for row in await shop.lines(done.conversation) if row.kind == "note"]
    assert [(row.text, row.desk_only) for row in notes] == [("无理取闹-canary", 1)]
    await shop.holds()


async def test_a_transfer_tells_the_customer_where_to_and_the_colleague_why(shop: Shop):
    tang, xia, chen = await shop.agent(), await shop.agent("小夏", online=False), await shop.customer()
    done = await shop.said(chen)
    await shop.db.write(
        actions.do_transfer, done.conversation, viewer=tang.agent, to=xia.id, reason="售后", note="要退货-canary"
    )
    assert (await shop.state(done.conversation)).assignee == xia.id
    seen = await read_by_customer(shop, done.conversation)
    assert "小夏" in seen
    assert "canary" not in seen
    assert [await count_of(shop, one) for one in (tang, xia)] == [0, 1]


async def test_the_end_leaves_nobody_waiting_and_reopening_counts_anew(shop: Shop):
    tang, chen = await shop.agent(), await shop.customer()
    done = await shop.said(chen, "一")
    await shop.said(chen, "二")
    await shop.db.write(actions.do_end_by_agent, done.conversation, viewer=tang.agent)
    ended = await shop.state(done.conversation)
    assert (ended.unanswered, ended.waiting_since) == (0, None)
    await shop.said(chen, "三")
    assert (await shop.state(done.conversation)).unanswered == 1
    assert await count_of(shop, tang) == 1


async def test_quiet_ones_end_by_themselves_unless_somebody_waits_or_it_sleeps(shop: Shop, clock: Clock):
    tang = await shop.agent()
    waits, done, asleep = [await shop.customer(name) for name in ("等", "完", "睡")]
    talks = [(await shop.said(one)).conversation for one in (waits, done, asleep)]
    for talk in talks[1:]:
        await shop.said(tang, "好的", to=talk)
    until = clock.now + 3 * HOUR
    await shop.db.write(actions.do_snooze, talks[2], until, viewer=tang.agent)

    async def open_ones() -> list[str]:
        await shop.db.write(actions.do_end_quiet, minutes=30)
        return [name for name, talk in zip("等完睡", talks, strict=True) if (await shop.state(talk)).state == "open"]

    clock.pass_by(29 * MINUTE)
    assert await open_ones() == ["等", "完", "睡"]
    clock.pass_by(2 * MINUTE)
    assert await open_ones() == ["等", "睡"]
    clock.now = until + 29 * MINUTE
    assert await open_ones() == ["等", "睡"], "whoever put it aside has his time when it wakes"
    clock.pass_by(2 * MINUTE)
    assert await open_ones() == ["等"]
    assert await count_of(shop, tang) == 1


async def test_a_line_of_the_customer_wakes_what_was_put_aside(shop: Shop, clock: Clock):
    tang, chen = await shop.agent(), await shop.customer()
    done = await shop.said(chen)
    await shop.db.write(actions.do_snooze, done.conversation, clock.now + HOUR, viewer=tang.agent)
    await shop.said(chen, "还在吗")
    assert (await shop.state(done.conversation)).snoozed_until is None


async def test_an_automatic_line_is_no_answer(shop: Shop):
    await shop.agent()
    done = await shop.said(await shop.customer())
    state = await shop.state(done.conversation)
    assert (state.unanswered, state.last_sender) == (1, "customer")
    assert state.waiting_since is not None


async def test_a_nudge_asks_for_an_answer(shop: Shop):
    tang, chen = await shop.agent(), await shop.customer()
    done = await shop.said(chen)
    await shop.said(tang, "稍等", to=done.conversation)
    await shop.said(chen, "", kind="nudge")
    state = await shop.state(done.conversation)
    assert (state.unanswered, state.last_kind) == (1, "nudge")
    assert state.waiting_since is not None


async def test_many_are_ended_at_once_each_by_its_own_rights(shop: Shop):
    tang, xia = await shop.agent(), await shop.agent("小夏", online=False)
    mine = (await shop.said(await shop.customer("甲"))).conversation
    his = (await shop.said(await shop.customer("乙"))).conversation
    await shop.db.write(actions.do_transfer, his, viewer=tang.agent, to=xia.id)
    refused = await shop.db.write(actions.do_bulk, [mine, his, "c_none"], viewer=tang.agent, what="end")
    assert refused == {his: "chat.not_open", "c_none": "chat.not_open"}
    assert (await shop.state(mine)).state == "ended"


async def test_who_may_end_may_not_therefore_hand_on(shop: Shop):
    tang = await shop.agent()
    done = await shop.said(await shop.customer())
    v = tang.agent
    only_end = Viewer(v.agent, v.name, "own", v.permissions - {access.TRANSFER.name})
    refused = await shop.db.write(actions.do_bulk, [done.conversation], viewer=only_end, what="queue")
    assert refused == {done.conversation: "access.forbidden"}


async def test_at_the_end_of_a_shift_everything_goes_on_with_a_note(shop: Shop):
    tang, xia = await shop.agent(), await shop.agent("小夏", online=False)
    talks = [(await shop.said(await shop.customer(name))).conversation for name in "甲乙丙"]
    assert await shop.db.write(actions.do_hand_over, viewer=tang.agent, to=xia.id, note="下班了-canary") == 3
    assert [(await shop.state(talk)).assignee for talk in talks] == [xia.id] * 3
    assert "canary" not in "".join([await read_by_customer(shop, talk) for talk in talks])
    assert [await count_of(shop, one) for one in (tang, xia)] == [0, 3]


async def test_taking_reopening_and_starting_find_only_what_one_may_see(shop: Shop):
    tang, xia, chen = await shop.agent(), await shop.agent("小夏"), await shop.customer()
    talk = (await shop.said(chen)).conversation
    other = xia if (await shop.state(talk)).assignee == tang.id else tang
    for act in (actions.do_take, actions.do_end_by_agent, actions.do_reopen_by_agent):
        with pytest.raises(NotFound):
            await shop.db.write(act, talk, viewer=other.agent)
    with pytest.raises(NotFound):
        await shop.db.write(actions.do_start, chen.id, viewer=other.agent)


async def test_an_agent_begins_and_the_customer_answers_there(shop: Shop):
    tang, chen = await shop.agent(), await shop.customer()
    row = await shop.db.write(actions.do_start, chen.id, viewer=tang.agent)
    assert (await shop.db.write(actions.do_start, chen.id, viewer=tang.agent)).id == row.id
    await shop.said(tang, "您的订单还没有付款", to=row.id)
    done = await shop.said(chen, "马上")
    assert done.conversation == row.id
    assert [line.sender for line in await shop.lines(row.id)] == ["agent", "customer"], "no greeting: he began himself"


async def test_one_cannot_be_reopened_beside_another(shop: Shop, clock: Clock):
    tang, chen = await shop.agent(), await shop.customer()
    first = (await shop.said(chen)).conversation
    await shop.db.write(actions.do_end_by_agent, first, viewer=tang.agent)
    clock.pass_by(25 * HOUR)
    await shop.said(chen)
    with pytest.raises(Conflict):
        await shop.db.write(actions.do_reopen_by_agent, first, viewer=tang.agent)


async def test_a_trainee_cannot_take_from_a_colleague(shop: Shop):
    await shop.agent()
    talk = (await shop.said(await shop.customer())).conversation
    viewer = (await shop.agent("看客", role="viewer")).agent
    with pytest.raises(Forbidden):
        await shop.db.write(actions.do_end_by_agent, talk, viewer=viewer)


# ---------------------------------------------------------------- two customers turn out to be one


async def identified(shop: Shop, person: Person, external_id: str = "u1") -> Person:
    """The shop says who this browser is."""
    assert person.visitor is not None
    done = await shop.db.write(do_identify, person.visitor.visitor, external_id, "周先生")
    return Person(done.customer, "周先生", visitor=person.visitor, lane=person.lane, hint=person.hint, order=person.order)  # fmt: skip  # noqa: E501


async def test_joining_keeps_every_line_one_open_conversation_and_who_waits(shop: Shop, clock: Clock):
    tang = await shop.agent()
    known = await identified(shop, await shop.customer("手机"))
    old = (await shop.said(known, "尺码?")).conversation
    asked_at = (await shop.state(old)).waiting_since
    clock.pass_by(MINUTE)
    visitor = await shop.customer("电脑")
    new = (await shop.said(visitor, "在吗", id="w-1")).conversation
    await shop.said(tang, "在的", to=new)
    visitor = await identified(shop, visitor)
    assert visitor.id == known.id
    rows = {row.id: row.state for row in await shop.conversations()}
    assert rows == {old: "ended", new: "open"}
    state = await shop.state(new)
    assert (state.customer, state.unanswered, state.waiting_since) == (known.id, 1, asked_at)
    assert await count_of(shop, tang) == 1
    again = await shop.said(visitor, "在吗", id="w-1")
    assert again.conversation == new
    assert (await shop.said(known, "好")).conversation == new
    await shop.holds()


@pytest.mark.parametrize("blocked", ["anonymous", "known"])
async def test_who_was_kept_out_is_kept_out_under_either_name(shop: Shop, blocked: str):
    lead = await shop.agent(role="lead")
    known = await identified(shop, await shop.customer("手机"))
    visitor = await shop.customer("电脑")
    await shop.said(visitor, "在吗")
    who = visitor if blocked == "anonymous" else known
    await shop.db.write(actions.do_block, who.id, viewer=lead.agent, reason="骂人")
    visitor = await identified(shop, visitor)
    assert await shop.refused(visitor) == "chat.blocked"
    assert await shop.refused(known) == "chat.blocked"
    assert [row.blocked for row in await shop.db.read(_blocked_rows)] == [1]
    await shop.db.write(actions.do_unblock, known.id, viewer=lead.agent)
    await shop.said(visitor)


def _blocked_rows(rx):
    from zhanggui.chat.tables import conversation

    return rx.all(select(conversation.c.blocked))


async def test_a_block_for_a_time_ends_with_it(shop: Shop, clock: Clock):
    lead, chen = await shop.agent(role="lead"), await shop.customer()
    await shop.said(chen)
    await shop.db.write(actions.do_block, chen.id, viewer=lead.agent, reason="刷屏", until=clock.now + HOUR)
    assert await shop.refused(chen) == "chat.blocked"
    clock.pass_by(HOUR + 1)
    await shop.said(chen)
