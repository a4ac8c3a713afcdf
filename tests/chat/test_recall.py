"""A line that was taken back is shown nowhere, keeps nobody waiting, and stays for the owner."""

import pytest

from tests.chat.builders import Person, Shop
from tests.team.builders import Clock
from zhanggui.chat import actions
from zhanggui.chat.extras import read_extras
from zhanggui.chat.frames import QuoteOf, Send
from zhanggui.chat.queries import message_at, page
from zhanggui.foundation.clock import SECOND
from zhanggui.foundation.errors import Conflict, Forbidden, NotFound, ZhangguiError
from zhanggui.foundation.events import Stored, face_for

SECRET = "密码是 1234-canary"


async def recall(shop: Shop, conversation: str, seq: int, by: Person) -> None:
    customer = None if by.viewer else by.id
    await shop.db.write(actions.do_recall, conversation, seq, by=by.id, seconds=120, customer=customer)


async def test_the_only_question_taken_back_keeps_nobody_waiting(shop: Shop):
    await shop.agent()
    chen = await shop.customer()
    done = await shop.said(chen, SECRET)  # greeting and "assigned" are stored after it
    await recall(shop, done.conversation, done.seq, chen)
    state = await shop.state(done.conversation)
    assert (state.unanswered, state.unread, state.waiting_since) == (0, 0, None)
    assert (state.last_text, state.last_kind) == ("", "recalled")


async def test_one_of_two_questions_taken_back_leaves_the_other(shop: Shop, clock: Clock):
    await shop.agent()
    chen = await shop.customer()
    first = await shop.said(chen, "一")
    clock.pass_by(SECOND)
    second = await shop.said(chen, "二")
    await recall(shop, first.conversation, first.seq, chen)
    state = await shop.state(first.conversation)
    assert (state.unanswered, state.unread, state.waiting_since, state.last_text) == (1, 1, second.at, "二")


async def test_an_answer_taken_back_is_none(shop: Shop):
    tang, chen = await shop.agent(), await shop.customer()
    done = await shop.said(chen, "一")
    answer = await shop.said(tang, SECRET, to=done.conversation)
    await recall(shop, done.conversation, answer.seq, tang)
    state = await shop.state(done.conversation)
    assert (state.unanswered, state.waiting_since) == (1, done.at)


async def test_a_note_taken_back_changes_no_count(shop: Shop):
    tang, chen = await shop.agent(), await shop.customer()
    done = await shop.said(chen, "一")
    note = await shop.said(tang, SECRET, to=done.conversation, kind="note")
    await recall(shop, done.conversation, note.seq, tang)
    state = await shop.state(done.conversation)
    assert (state.unanswered, state.last_text) == (1, "一")


async def quoting(shop: Shop, person: Person, talk: str, seq: int) -> str | None:
    """The quote of a line as it would be stored."""
    frame = Send(id="q", seq=1, text="这个", conversation=talk, quote=QuoteOf(conversation=talk, seq=seq))
    sender = "agent" if person.viewer else "customer"
    customer = "" if person.viewer else person.id
    _, quote = await shop.db.read(
        read_extras, frame, sender=sender, author=person.id, customer=customer, shop=shop.id
    )  # fmt: skip
    return quote


async def test_its_words_are_gone_from_pages_quotes_and_what_comes_after(shop: Shop):
    tang, chen = await shop.agent(), await shop.customer()
    talk = (await shop.said(chen, "一")).conversation
    slip = await shop.said(tang, SECRET, to=talk)
    reply = chen.says("什么密码", shop=shop.id)
    reply.spoken.quote = await quoting(shop, chen, talk, slip.seq)
    assert reply.spoken.quote is not None
    assert "canary" in reply.spoken.quote
    [done] = await shop.send(reply)
    assert not isinstance(done, ZhangguiError)
    heard: list[Stored] = []
    shop.db.committed = heard.extend
    await recall(shop, talk, slip.seq, tang)
    state = await shop.state(talk)
    for desk in (True, False):
        shown = await shop.db.read(page, state, desk=desk)
        assert "canary" not in repr([(m.text, m.body, bytes(m.quote or b"")) for m in shown.items])
    owner = await shop.db.read(page, state, recalled=True)
    assert SECRET in [line.text for line in owner.items]
    told = [one for one in heard if "message" in face_for(one, {f"customer:{chen.id}"})]
    assert [one.kind for one in told] == ["message.recalled", "message.changed"]
    assert not any("canary" in text for one in heard for text in one.put.values())
    with pytest.raises(NotFound):
        await quoting(shop, chen, talk, slip.seq)
    await shop.holds()


async def test_a_note_is_quoted_in_notes_only(shop: Shop):
    tang, chen = await shop.agent(), await shop.customer()
    talk = (await shop.said(chen)).conversation
    note = await shop.said(tang, SECRET, to=talk, kind="note")
    for person in (tang, chen):
        with pytest.raises(NotFound):
            await quoting(shop, person, talk, note.seq)


async def test_a_strangers_line_cannot_be_quoted(shop: Shop):
    await shop.agent()
    talk = (await shop.said(await shop.customer("甲"), SECRET)).conversation
    with pytest.raises(NotFound):
        await quoting(shop, await shop.customer("乙"), talk, 1)


async def test_only_ones_own_and_only_for_a_while(shop: Shop, clock: Clock):
    tang, chen = await shop.agent(), await shop.customer()
    done = await shop.said(chen, "一")
    with pytest.raises(Forbidden):
        await recall(shop, done.conversation, done.seq, tang)
    with pytest.raises(NotFound):
        await recall(shop, done.conversation, done.seq, await shop.customer("乙"))
    clock.pass_by(121 * SECOND)
    with pytest.raises(Conflict):
        await recall(shop, done.conversation, done.seq, chen)


async def test_how_far_each_side_has_read(shop: Shop):
    tang, xia, chen = await shop.agent(), await shop.agent("小夏", online=False), await shop.customer()
    first = await shop.said(chen, "一")
    second = await shop.said(chen, "二")
    talk = first.conversation
    await shop.db.write(actions.do_read_by_desk, talk, second.seq, by=xia.id)
    assert (await shop.state(talk)).unread == 2, "who only looks does not read for the desk"
    await shop.db.write(actions.do_read_by_desk, talk, first.seq, by=tang.id)
    assert (await shop.state(talk)).unread == 1
    await shop.db.write(actions.do_read_by_desk, talk, 10**6, by=tang.id)
    state = await shop.state(talk)
    assert (state.unread, state.desk_read, state.unanswered) == (0, state.last_seq, 2)
    await shop.db.write(actions.do_read_by_desk, talk, first.seq, by=tang.id)
    assert (await shop.state(talk)).desk_read == state.desk_read, "reading never goes back"
    answer = await shop.said(tang, "好", to=talk)
    await shop.db.write(actions.do_read_by_customer, talk, answer.seq, customer=chen.id)
    assert (await shop.state(talk)).customer_read == answer.seq
    with pytest.raises(NotFound):
        await shop.db.write(actions.do_read_by_customer, talk, answer.seq, customer="u_other")


async def test_the_record_of_a_recalled_line_has_lost_its_words(shop: Shop):
    chen = await shop.customer()
    done = await shop.said(chen, SECRET)
    await recall(shop, done.conversation, done.seq, chen)
    record = await shop.db.read(message_at, done.conversation, done.seq)
    assert (record.text, record.body, record.quote) == ("", None, None)
    assert record.recalled_at is not None
