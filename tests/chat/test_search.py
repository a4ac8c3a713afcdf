"""Searching lines: two characters are enough, only what one may see, newest first, page by page."""

import itertools

import pytest

from tests.chat.search_builders import OWNER, a_reader, a_talk, found, hand_to, say, texts
from zhanggui.chat.access import sees
from zhanggui.chat.actions import do_recall
from zhanggui.chat.searching.indexing import Indexer
from zhanggui.chat.searching.queries import PAGE
from zhanggui.chat.searching.reach import readable, tags_of
from zhanggui.foundation.access import ROLES
from zhanggui.foundation.database import Database
from zhanggui.foundation.errors import Invalid

LINES = ["我想退货，怎么操作", "运费谁出", "退款什么时候到账", "订单 2024112800017 到哪了", "iPhone 15 手机壳有货吗"]


@pytest.mark.parametrize(
    ("query", "lines"),
    [
        ("退货", [0]),
        ("什么", [2]),
        ("怎么操作", [0]),
        ("退货 操作", [0]),
        ("操作 退货", [0]),
        ("退货 运费", []),
        ("退作", []),
        ("112800017", [3]),
        ("0017", [3]),
        ("IPHONE", [4]),
        ("ｉｐｈｏｎｅ １５", [4]),
        ("15 手", [4]),
        ("退", [2, 0]),
        ("，", [0]),
        ("没有说过", []),
        ('\' OR "x" & (', []),
        ("", []),
    ],
)
async def test_two_characters_find_a_line(db: Database, query: str, lines: list[int]):
    await a_talk(db, LINES)
    assert await texts(db, query) == [LINES[one] for one in lines]


async def test_a_hit_says_where_to_go(db: Database):
    talk = await a_talk(db, ["你好", "我要退货"], name="林女士")
    await Indexer(db).catch_up()
    (hit,) = (await found(db, "退货")).items
    assert (hit.conversation, hit.seq, hit.name, hit.text, hit.spans) == (talk, 2, "林女士", "我要退货", [(2, 4)])


async def test_a_recalled_line_is_gone_from_index_and_results(db: Database):
    talk = await a_talk(db, ["密码是小白兔"])
    seq = await say(db, talk, "小白兔很白")
    assert len(await texts(db, "小白兔")) == 2
    await db.write(do_recall, talk, seq, by="u_1", seconds=120)
    assert [hit.text for hit in (await found(db, "小白兔")).items] == ["密码是小白兔"]
    assert await texts(db, "白很") == []


async def test_notes_are_found_by_the_desk_and_system_lines_by_nobody(db: Database):
    talk = await a_talk(db, ["客户脾气急"], sender="agent", desk_only=1)
    await say(db, talk, "会话已转接", sender="system")
    assert await texts(db, "脾气") == ["客户脾气急"]
    assert await texts(db, "转接") == []


async def test_nobody_finds_what_he_may_not_see(db: Database):
    own = await a_talk(db, ["我的退货"], assignee="a_1")
    await a_talk(db, ["别人的退货"], assignee="a_2")
    await a_talk(db, ["本组的退货"], assignee="a_2", group="g_1")
    await a_talk(db, ["排队的退货"], assignee=None)
    me = a_reader("agent", "a_1")
    assert await texts(db, "退货", me) == ["排队的退货", "我的退货"]
    assert await texts(db, "退货", a_reader("agent", "a_1", "g_1")) == ["排队的退货", "本组的退货", "我的退货"]
    assert await texts(db, "退", a_reader("agent", "a_3", "g_9")) == ["排队的退货"]
    assert await texts(db, "退货", a_reader("viewer", "a_4")) == [
        "排队的退货", "本组的退货", "别人的退货", "我的退货",
    ]  # fmt: skip
    assert (await found(db, "退货", me)).items[1].conversation == own


async def test_a_conversation_handed_on_is_lost_at_once_and_found_by_the_next_soon(db: Database):
    talk = await a_talk(db, ["我要退货", "退货运费"], assignee="a_1")
    first, second = a_reader("agent", "a_1"), a_reader("agent", "a_2")
    assert len(await texts(db, "退货", first)) == 2
    await hand_to(db, talk, "a_2")
    assert (await found(db, "退货", first)).items == []
    assert await texts(db, "退货", second) == ["退货运费", "我要退货"]
    await hand_to(db, talk, None, group="g_1")
    assert len(await texts(db, "退货", first)) == 2
    await hand_to(db, talk, None, ended=True)
    assert await texts(db, "退货", first) == []


def test_the_index_knows_the_same_readers_as_access_does():
    owners = itertools.product(("a_1", "a_2", None), ("g_1", "g_2", None), ("open", "ended"))
    for role, (assignee, group, state) in itertools.product(ROLES, owners):
        viewer = a_reader(role, "a_1", "g_1")
        may = readable(viewer)
        by_index = may is None or not set(may).isdisjoint(tags_of(assignee=assignee, group=group, state=state))
        assert by_index == sees(viewer, assignee=assignee, group=group, state=state), (role, assignee, group, state)


@pytest.mark.parametrize("query", ["退货", "退"])
async def test_pages_show_every_line_once_newest_first(db: Database, query: str):
    said = [f"第{n}件退货" for n in range(PAGE * 2 + 7)]
    await a_talk(db, said)
    await Indexer(db).catch_up()
    seqs: list[int | None] = []
    cursor: str | None = ""
    while cursor is not None:
        page = await found(db, query, cursor=cursor)
        assert len(page.items) <= PAGE
        seqs += [hit.seq for hit in page.items]
        cursor = page.next
    assert sorted(seq or 0 for seq in seqs) == list(range(1, len(said) + 1))


async def test_newest_first_across_conversations(db: Database):
    old = await a_talk(db, ["退货甲"])
    await a_talk(db, ["退货乙"])
    await say(db, old, "退货丙")
    assert [text[-1] for text in await texts(db, "退货")] == ["丙", "乙", "甲"]


@pytest.mark.parametrize("cursor", ["x", "-1", "1e3", "٣", "9" * 30])
async def test_a_wrong_cursor_is_refused(db: Database, cursor: str):
    with pytest.raises(Invalid):
        await found(db, "退货", OWNER, cursor=cursor)
