"""A line is stored once, in its sender's order, where it belongs; or it is refused with a word."""

import errno
import json

import pytest

from tests.chat.builders import Person, Shop, submit
from zhanggui.chat import actions
from zhanggui.chat.lines import insert_messages, place
from zhanggui.chat.sending import Lane, Receipt
from zhanggui.foundation.database import Tx
from zhanggui.foundation.errors import Invalid, TooMany, Unavailable, ZhangguiError


def codes(results: list[Receipt | ZhangguiError]) -> list[str]:
    return ["ok" if isinstance(one, Receipt) else one.code for one in results]


def code_of_line(body: str | None) -> str:
    return "" if body is None else str(json.loads(body).get("code", ""))


async def test_the_first_line_opens_greets_and_finds_an_agent(shop: Shop):
    tang, chen = await shop.agent(), await shop.customer()
    done = await shop.said(chen, "这件有货吗")
    state = await shop.state(done.conversation)
    lines = await shop.lines(done.conversation)
    assert (state.state, state.assignee, state.unanswered, state.unread) == ("open", tang.id, 1, 1)
    assert state.waiting_since == state.last_at
    assert [row.sender for row in lines] == ["customer", "auto", "system"]
    assert code_of_line(lines[2].body) == "assigned"
    await shop.holds()


async def test_without_anybody_it_waits_in_the_queue_and_is_told(shop: Shop):
    chen = await shop.customer()
    done = await shop.said(chen)
    assert (await shop.state(done.conversation)).assignee is None
    assert code_of_line((await shop.lines(done.conversation))[-1].body) == "queued"


async def test_first_lines_of_two_in_one_group_are_two_conversations_evenly_given(shop: Shop):
    agents = [await shop.agent("小棠"), await shop.agent("小夏")]
    one, two = await shop.customer("甲"), await shop.customer("乙")
    results = await shop.send(
        one.says("甲一", shop=shop.id), two.says("乙一", shop=shop.id), one.says("甲二", shop=shop.id)
    )
    assert codes(results) == ["ok"] * 3
    rows = await shop.conversations()
    assert {row.assignee for row in rows} == {one.id for one in agents}
    assert sorted([await shop.texts(row.id) for row in rows]) == sorted([["甲一", "甲二"], ["乙一"]])
    await shop.holds()


async def test_an_answer_takes_a_conversation_out_of_the_queue(shop: Shop):
    chen = await shop.customer()
    done = await shop.said(chen)
    tang = await shop.agent()
    await shop.said(tang, "您好", to=done.conversation)
    state = await shop.state(done.conversation)
    assert (state.assignee, state.unanswered, state.unread, state.waiting_since) == (tang.id, 0, 0, None)
    await shop.holds()


async def test_who_answers_first_from_the_queue_has_it_and_the_second_is_told_by_whom(shop: Shop):
    chen = await shop.customer()
    done = await shop.said(chen)
    tang, xia = await shop.agent("小棠"), await shop.agent("小夏")
    results = await shop.send(
        chen.says("在吗?", shop=shop.id),
        tang.says("我来", to=done.conversation),
        xia.says("我来", to=done.conversation),
        chen.says("好的", shop=shop.id),
    )
    # the second no longer sees it: it is another's now
    assert codes(results) == ["ok", "ok", "chat.not_open", "ok"]
    assert await shop.texts(done.conversation) == ["在吗", "在吗?", "我来", "好的"]
    state = await shop.state(done.conversation)
    assert (state.assignee, state.unanswered) == (tang.id, 1)
    await shop.holds()


@pytest.mark.parametrize(
    ("role", "kind", "outcome"),
    [
        ("agent", "text", "chat.not_open"),
        ("viewer", "text", "chat.not_yours"),
        ("lead", "text", "ok"),
        ("lead", "note", "ok"),
    ],
)
async def test_who_may_write_in_anothers_conversation(shop: Shop, role: str, kind: str, outcome: str):
    await shop.agent()
    done = await shop.said(await shop.customer())
    other = await shop.agent("小夏", role=role)
    assert codes(await shop.send(other.says("我看看", to=done.conversation, kind=kind))) == [outcome]


async def test_a_refusal_names_who_serves(shop: Shop):
    await shop.agent("小棠")
    done = await shop.said(await shop.customer())
    [refusal] = await shop.send((await shop.agent("看客", role="viewer")).says("嗯", to=done.conversation))
    assert isinstance(refusal, ZhangguiError)
    assert refusal.args_for_words == {"name": "小棠"}


async def test_a_note_of_a_watcher_changes_nothing_for_the_customer(shop: Shop):
    await shop.agent()
    done = await shop.said(await shop.customer())
    before = await shop.state(done.conversation)
    await shop.said(await shop.agent("组长", role="lead"), "她上周退过货", to=done.conversation, kind="note")
    after = await shop.state(done.conversation)
    assert after.last_seq == before.last_seq + 1
    assert (after.unanswered, after.waiting_since, after.last_text) == (1, before.waiting_since, "在吗")


async def test_an_ended_conversation_refuses_agents_and_takes_customers_up_again(shop: Shop):
    tang, chen = await shop.agent(), await shop.customer()
    done = await shop.said(chen)
    await shop.db.write(actions.do_end_by_agent, done.conversation, viewer=tang.agent)
    assert await shop.refused(tang, "还有", to=done.conversation) == "chat.ended"
    assert (await shop.said(chen, "还有一个问题")).conversation == done.conversation
    assert (await shop.state(done.conversation)).assignee == tang.id


async def test_a_blocked_customer_is_refused_also_his_first_line(shop: Shop):
    lead, chen, new = await shop.agent(role="lead"), await shop.customer("甲"), await shop.customer("乙")
    await shop.said(chen)
    for one in (chen, new):
        await shop.db.write(actions.do_block, one.id, viewer=lead.agent, reason="骂人")
        assert await shop.refused(one) == "chat.blocked"
    assert len(await shop.conversations()) == 1
    await shop.db.write(actions.do_unblock, chen.id, viewer=lead.agent)
    await shop.said(chen, "对不起")


async def _as_it_was(shop: Shop, what: str, chen: Person, done: Receipt) -> None:
    lead = await shop.agent("组长", role="lead")
    other = await shop.agent("小夏")
    if what == "transfer":
        await shop.db.write(actions.do_transfer, done.conversation, viewer=lead.agent, to=other.id)
    if what in ("end", "reopen"):
        await shop.db.write(actions.do_end_by_agent, done.conversation, viewer=lead.agent)
    if what == "reopen":
        await shop.said(chen, "又来了")
    if what == "block":
        await shop.db.write(actions.do_block, chen.id, viewer=lead.agent, reason="广告")


@pytest.mark.parametrize("what", ["nothing", "end", "reopen", "transfer", "block"])
async def test_a_retry_gets_the_first_receipt_whatever_happened_since(shop: Shop, what: str):
    tang, chen = await shop.agent(), await shop.customer()
    done = await shop.said(chen, "一", id="c-1")
    answer = await shop.said(tang, "二", to=done.conversation, id="a-1")
    await _as_it_was(shop, what, chen, done)
    before = await shop.lines(done.conversation)
    chen.lane, tang.lane = Lane(), Lane()
    again = await shop.said(chen, "一", id="c-1")
    echo = await shop.said(tang, "二", to=done.conversation, id="a-1")
    assert (again.conversation, again.seq, again.at, again.change) == (done.conversation, done.seq, done.at, None)
    assert (echo.seq, echo.at) == (answer.seq, answer.at)
    assert await shop.lines(done.conversation) == before


async def test_a_retry_in_the_same_group_is_the_same_line(shop: Shop):
    chen = await shop.customer()
    one, two = await shop.send(chen.says("一", shop=shop.id, id="x"), chen.says("一", shop=shop.id, id="x"))
    assert isinstance(one, Receipt)
    assert isinstance(two, Receipt)
    assert (one.seq, one.conversation) == (two.seq, two.conversation)


async def test_a_stored_line_stays_stored_when_it_could_not_be_said_again(shop: Shop):
    """The line it quoted was taken back meanwhile, or the limit is lower now: the sender must not say it twice."""
    chen = await shop.customer()
    done = await shop.said(chen, "一", id="x")
    again = await shop.said(chen, "一", id="x", refused=Invalid("chat.no_quote"))
    assert again.seq == done.seq


# ---------------------------------------------------------------- the order of a lane


def _too_fast() -> TooMany:
    return TooMany("chat.too_fast", retry_after=1)


async def test_lines_after_one_that_was_too_fast_wait_for_it(shop: Shop):
    chen = await shop.customer()
    results = await shop.send(
        chen.says("一", shop=shop.id),
        chen.says("二", shop=shop.id, id="2", refused=_too_fast()),
        chen.says("三", shop=shop.id, id="3"),
    )
    assert codes(results) == ["ok", "chat.too_fast", "chat.out_of_order"]
    assert all(isinstance(one, ZhangguiError) and one.retry for one in results[1:])
    results = await shop.send(
        chen.says("二", shop=shop.id, id="2", order=2), chen.says("三", shop=shop.id, id="3", order=3)
    )
    assert codes(results) == ["ok", "ok"]
    row = (await shop.conversations())[0]
    assert await shop.texts(row.id) == ["一", "二", "三"]


async def test_an_earlier_line_does_not_let_later_ones_pass_the_one_they_wait_for(shop: Shop):
    chen = await shop.customer()
    results = await shop.send(
        chen.says("二", shop=shop.id, order=2, refused=_too_fast()),
        chen.says("一", shop=shop.id, order=1),
        chen.says("三", shop=shop.id, order=3),
    )
    assert codes(results) == ["chat.too_fast", "ok", "chat.out_of_order"]


async def test_what_is_refused_for_good_keeps_nobody_waiting(shop: Shop):
    chen = await shop.customer()
    results = await shop.send(
        chen.says("一", shop=shop.id, refused=_too_fast()),
        chen.says("", shop=shop.id, order=1, refused=Invalid("chat.empty")),
        chen.says("二", shop=shop.id, order=2),
        chen.says("", shop=shop.id, order=3, refused=Invalid("chat.empty")),
        chen.says("三", shop=shop.id, order=4),
    )
    assert codes(results) == ["chat.too_fast", "chat.empty", "ok", "chat.empty", "ok"]


async def test_another_tab_is_another_lane(shop: Shop):
    chen = await shop.customer()
    await shop.send(chen.says("一", shop=shop.id, refused=_too_fast()))
    chen.lane = Lane()
    assert codes(await shop.send(chen.says("二", shop=shop.id))) == ["ok"]


def _disk_full(_tx: object, _rows: object) -> None:
    raise OSError(errno.ENOSPC, "No space left on device")


async def test_when_storage_fails_nothing_is_kept_and_the_order_holds(shop: Shop, monkeypatch: pytest.MonkeyPatch):
    chen = await shop.customer()
    await shop.said(chen, "一")
    with monkeypatch.context() as broken:
        broken.setattr(insert_messages, "run", _disk_full)
        lost = chen.says("二", shop=shop.id, id="2"), chen.says("三", shop=shop.id, id="3")
        assert all(isinstance(one, Unavailable) for one in await submit(shop.db, *lost))
    # the third comes first: it has to wait
    assert codes(await shop.send(chen.says("三", shop=shop.id, id="3", order=3))) == ["chat.out_of_order"]
    results = await shop.send(
        chen.says("二", shop=shop.id, id="2", order=2), chen.says("三", shop=shop.id, id="3", order=3)
    )
    assert codes(results) == ["ok", "ok"]
    row = (await shop.conversations())[0]
    assert await shop.texts(row.id) == ["一", "二", "三"]
    await shop.holds()


async def test_a_line_that_breaks_by_its_own_fault_harms_no_neighbour(shop: Shop, monkeypatch: pytest.MonkeyPatch):
    """It is refused for good, and who wrote it goes on."""
    chen, other = await shop.customer("甲"), await shop.customer("乙")

    def placed(state: object, spoken: object, *rest: object) -> object:
        if getattr(spoken, "text", "") == "坏":
            raise ValueError("cannot be")
        return place(state, spoken, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr("zhanggui.chat.sending.place", placed)
    results = await submit(
        shop.db, other.says("好", shop=shop.id), chen.says("坏", shop=shop.id), chen.says("还在", shop=shop.id)
    )
    assert [type(one).__name__ for one in results] == ["Receipt", "ValueError", "Receipt"]
    assert len(await shop.conversations()) == 2
    await shop.holds()


async def test_acknowledged_is_committed(shop: Shop):
    """Whoever reads after the answer finds the line, in the same state as the event told."""
    chen = await shop.customer()
    done = await shop.said(chen, "一")
    assert done.change is not None
    row = done.change.put["conversation"]
    assert getattr(row, "last_seq", None) == done.seq

    def counted(tx: Tx) -> int:
        return len(tx.rows("SELECT seq FROM message WHERE conversation = ?", (done.conversation,)))

    assert await shop.db.write(counted) == (await shop.state(done.conversation)).last_seq


async def test_a_repetition_that_fails_holds_nobody_up(shop: Shop, monkeypatch: pytest.MonkeyPatch):
    """An impatient page says a line again; it was stored and its answer is on the way, but the second copy fails."""
    chen, other = await shop.customer("甲"), await shop.customer("乙")
    await shop.said(chen, "一", id="1")
    with monkeypatch.context() as broken:
        broken.setattr(insert_messages, "run", _disk_full)
        again, new = chen.says("一", shop=shop.id, id="1", order=1), other.says("在吗", shop=shop.id)
        assert all(isinstance(one, Unavailable) for one in await submit(shop.db, again, new))
    assert chen.lane.broken_at == 1
    assert codes(await shop.send(chen.says("二", shop=shop.id, order=2))) == ["ok"]
