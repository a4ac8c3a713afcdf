"""Keeping the index: nothing is skipped, whoever writes, whenever it stops, whatever was forgotten."""

import asyncio

import pytest
from sqlalchemy import delete, select, update

from tests.chat.search_builders import OWNER, a_reader, a_talk, found, hand_to, say, texts
from zhanggui.chat.searching import batches, indexing
from zhanggui.chat.searching.batches import standing
from zhanggui.chat.searching.indexing import Indexer
from zhanggui.chat.searching.tables import line, state
from zhanggui.foundation.database import Database, Tx, open_database
from zhanggui.foundation.database.moving import clear
from zhanggui.foundation.database.schema import event_log

POSTGRES_ONLY = pytest.param("postgresql", marks=[pytest.mark.postgres, pytest.mark.xdist_group("postgres")])


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Portions so small that every seam is crossed."""
    monkeypatch.setattr(batches, "LINES", 3)
    monkeypatch.setattr(batches, "CHANGES", 2)
    monkeypatch.setattr(indexing, "AT_ONCE", 2)


async def count(db: Database) -> int:
    return len(await db.read(lambda rx: rx.all(select(line.c.id))))


@pytest.mark.usefixtures("small")
async def test_lines_said_before_during_and_after_the_first_walk_are_found(db: Database):
    talks = [await a_talk(db, [f"退货{n}甲", f"退货{n}乙"]) for n in range(5)]
    indexer = Indexer(db, holder="test")
    for n in range(9):
        await indexer._step()
        await say(db, talks[n % 5], f"退货中{n}")
    await indexer.catch_up()
    await say(db, talks[0], "退货完")
    assert len(await texts(db, "退货")) == 5 * 2 + 9 + 1
    assert await indexer.catch_up() == 0


@pytest.mark.usefixtures("small")
async def test_a_conversation_that_changes_hands_during_the_walk_ends_with_its_new_agent(db: Database):
    talk = await a_talk(db, [f"退货{n}" for n in range(8)], assignee="a_1")
    for steps in range(6):
        await db.write(indexing.do_clear)
        await hand_to(db, talk, "a_1")
        indexer = Indexer(db)
        for _ in range(steps):
            await indexer._step()
        await hand_to(db, talk, "a_2")
        await indexer.catch_up()
        assert len((await found(db, "退货", a_reader("agent", "a_2"))).items) == 8, steps


async def test_what_was_half_done_is_done_again(db: Database):
    talk = await a_talk(db, ["退货一"])
    await texts(db, "退货")
    await say(db, talk, "退货二")
    portion = await db.read(lambda rx: batches.next_portion(rx, at) if (at := standing(rx)) else None)
    assert portion is not None
    assert await db.write(indexing.do_put, portion, portion.entries, holder="test")
    assert await texts(db, "退货") == ["退货二", "退货一"]
    assert await count(db) == 2


async def test_one_process_indexes_at_a_time_and_a_dead_one_is_taken_over(db: Database):
    talk = await a_talk(db, ["退货一"])
    first, second = Indexer(db, holder="first"), Indexer(db, holder="second")
    await first.catch_up()
    await say(db, talk, "退货二")
    assert await second.catch_up() == 0
    await db.write(lambda tx: tx.execute(update(state).values(until=tx.now - 1)))
    assert await second.catch_up() == 1
    await say(db, talk, "退货三")
    assert await first.catch_up() == 0


async def test_a_portion_read_before_another_process_went_on_is_thrown_away(db: Database):
    talk = await a_talk(db, ["退货一"])
    await texts(db, "退货")
    await say(db, talk, "退货二")
    stale = await db.read(lambda rx: batches.next_portion(rx, at) if (at := standing(rx)) else None)
    assert stale is not None
    await texts(db, "退货")
    assert not await db.write(indexing.do_put, stale, stale.entries, holder="test")
    assert not await db.write(indexing.do_note, stale, holder="test")


async def test_changes_forgotten_by_the_log_make_it_walk_anew(db: Database):
    talk = await a_talk(db, ["退货一"], assignee="a_1")
    await texts(db, "退货")
    await say(db, talk, "退货二")
    await hand_to(db, talk, "a_2")
    await db.write(lambda tx: tx.execute(delete(event_log)))
    assert await texts(db, "退货", a_reader("agent", "a_2")) == ["退货二", "退货一"]
    assert await count(db) == 2


async def test_an_index_of_another_past_is_thrown_away(db: Database):
    await a_talk(db, ["退货一"])
    await texts(db, "退货")

    def restore(tx: Tx) -> None:
        tx.wrote = True
        clear(tx.connection)
        tx.run("INSERT INTO event_counter (id, n) VALUES (1, 0)")

    await db.write(restore)
    assert await count(db) == 0
    await a_talk(db, ["退货二"])
    assert await texts(db, "退货") == ["退货二"]


async def test_rebuilding_finds_the_same(db: Database):
    await a_talk(db, ["退货一", "退货二"])
    before = await texts(db, "退货")
    assert await Indexer(db, holder="test").rebuild() == 2
    assert await texts(db, "退货") == before


async def test_many_lines_of_one_millisecond_have_places_of_their_own(db: Database):
    keys = {(f"c_{n}", 1): 1_000 for n in range(600)}
    ids = await db.read(batches._fresh_ids, keys)
    assert len(set(ids.values())) == 600
    assert min(ids.values()) >= 1_000 << 8


@pytest.mark.usefixtures("small")
async def test_indexing_rests_longer_than_it_works(db: Database, monkeypatch: pytest.MonkeyPatch):
    await a_talk(db, [f"退货{n}" for n in range(9)])
    slept: list[float] = []
    real = asyncio.sleep

    async def sleep(seconds: float) -> None:
        slept.append(seconds)
        await real(0)

    monkeypatch.setattr(asyncio, "sleep", sleep)
    loop = asyncio.get_running_loop()
    began = loop.time()
    assert await Indexer(db, rest=4).catch_up() == 9
    took = loop.time() - began
    assert len(slept) >= 4
    assert took <= sum(slept) <= 4 * took


@pytest.mark.parametrize("db", [POSTGRES_ONLY], indirect=True)
async def test_two_processes_write_and_index_and_nothing_is_skipped(db: Database):
    other = open_database(db.url, None)  # type: ignore[arg-type]
    await other.start()
    try:
        talks = [await a_talk(db, ["退货零"]) for _ in range(4)]
        await Indexer(db, holder="one").catch_up()

        async def talk_on(where: Database, talk: str) -> None:
            for n in range(12):
                await say(where, talk, f"退货{n}")

        indexers = [Indexer(db, holder="one"), Indexer(other, holder="two")]
        writing = [talk_on(where, talk) for where, talk in zip([db, other, db, other], talks, strict=True)]
        work = asyncio.gather(*writing)
        while not work.done():
            await asyncio.gather(*(one.catch_up() for one in indexers))
            await asyncio.sleep(0.005)
        await work
        await indexers[0].catch_up()
        await indexers[1].catch_up()
        assert await count(db) == 4 * 13
        seen = [await found(db, f"退货{n}", OWNER) for n in range(12)]
        assert min(len(page.items) for page in seen) >= 4
    finally:
        await other.stop()
