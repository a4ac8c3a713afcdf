"""Who hears what: faces, chains of numbers, replay from memory, buffers."""

import pytest

from tests.realtime.builders import Frame, Reader, a_hub, a_stored, join, numbers
from zhanggui.foundation.events import Stored
from zhanggui.realtime import hub as hubs
from zhanggui.realtime.hub import Hub, Origin


def test_an_empty_audience_is_nobody():
    hub = a_hub()
    reader = join(hub, "agent:1")
    hub.publish([a_stored(1), a_stored(2, ("", "row"))])
    assert reader.take() == []
    assert hub.last == 2


def test_each_reader_gets_the_face_meant_for_him():
    hub = a_hub()
    agent, boss, stranger = join(hub, "agent:1"), join(hub, "group:all"), join(hub, "agent:2")
    hub.publish([a_stored(1, ("agent:1", "row line"), ("group:all", "row"))])
    assert agent.take()[0]["put"] == {"row": {"id": "row1"}, "line": {"id": "line1"}}
    assert boss.take()[0]["put"] == {"row": {"id": "row1"}}
    assert stranger.take() == []


def test_who_is_named_twice_gets_one_frame_with_the_union():
    hub = a_hub()
    reader = join(hub, "agent:1", "group:all")
    hub.publish([a_stored(1, ("group:all", "row"), ("agent:1", "line row"))])
    frames = reader.take()
    assert len(frames) == 1
    assert set(frames[0]["put"]) == {"row", "line"}


def test_what_is_put_for_one_may_be_gone_for_another():
    hub = a_hub()
    new, old = join(hub, "agent:new"), join(hub, "agent:old")
    both = join(hub, "agent:new", "agent:old")
    hub.publish([a_stored(1, ("agent:new", "row"), ("agent:old", "gone"), gone=["conversation:c_1"])])
    assert "gone" not in new.take()[0]
    frame = old.take()[0]
    assert frame["gone"] == ["conversation:c_1"]
    assert "put" not in frame
    assert set(both.take()[0]["put"]) == {"row"}


def test_prev_is_the_last_number_sent_to_this_reader():
    hub = a_hub(at=10)
    one, other = join(hub, "a"), join(hub, "b")
    hub.publish([a_stored(11, ("a", "p")), a_stored(12, ("b", "p")), a_stored(13, ("a b", "p"))])
    hub.publish([a_stored(14, ("b", "p"))])
    assert numbers(one.take()) == [(11, 10), (13, 11)]
    assert numbers(other.take()) == [(12, 10), (13, 12), (14, 13)]


def test_who_is_not_live_yet_hears_nothing_and_misses_nothing():
    hub = a_hub()
    reader = Reader("a")
    hub.add(reader.subscription)
    hub.publish([a_stored(1, ("a", "p"))])
    assert reader.take() == []
    assert hub.resume(reader.subscription, 0)
    assert numbers(reader.take()) == [(1, 0)]


def test_nobody_goes_on_from_what_memory_has_lost_or_has_not_seen():
    hub = a_hub(memory=3)
    hub.publish([a_stored(n, ("a", "p")) for n in range(1, 8)])
    assert hub.floor == 4
    reader = Reader("a")
    for n in (-1, 0, 3, 8, 2**70):
        assert not hub.resume(reader.subscription, n), n
        assert not reader.subscription.live
        assert reader.take() == []
    assert hub.resume(reader.subscription, 4)
    assert numbers(reader.take()) == [(5, 4), (6, 5), (7, 6)]


def test_a_restarted_process_remembers_what_it_reads_back():
    hub = Hub(100)
    hub.start_at(9, [a_stored(n, ("a", "p")) for n in (7, 8, 9)])
    assert (hub.last, hub.floor) == (9, 6)
    reader = Reader("a")
    assert not hub.resume(reader.subscription, 5)
    assert hub.resume(reader.subscription, 6)
    assert numbers(reader.take()) == [(7, 6), (8, 7), (9, 8)]


def test_memory_keeps_no_number_of_a_change_it_forgot():
    hub = a_hub(memory=2)
    hub.publish([a_stored(n, (f"a:{n} b", "p")) for n in range(1, 50)])
    assert len(hub._memory) == 2
    assert set(hub._numbers) == {"a:48", "a:49", "b"}


def test_other_tags_hear_from_now_on_and_a_resume_fills_up():
    hub = a_hub()
    reader = join(hub, "a")
    hub.publish([a_stored(1, ("b", "p"))])
    hub.retag(reader.subscription, {"b"})
    hub.publish([a_stored(2, ("a", "p")), a_stored(3, ("b", "p"))])
    assert numbers(reader.take()) == [(3, 0)]
    assert hub.resume(reader.subscription, 0)
    assert numbers(reader.take()) == [(1, 0), (3, 1)]
    hub.remove(reader.subscription)
    hub.publish([a_stored(4, ("b", "p"))])
    assert reader.take() == []
    assert not hub.readers("a")
    assert not hub.readers("b")
    assert not hub._by_tag


def test_the_sender_finds_his_acknowledgement_in_his_event_and_nobody_else_does():
    hub = a_hub()
    mine, other = join(hub, "a"), join(hub, "a")
    origin = Origin(mine.subscription, "k1")
    change = a_stored(1, ("a", "p"), origin=origin)
    hub.publish([change])
    assert mine.take()[0]["ack"] == "k1"
    assert "ack" not in other.take()[0]
    assert origin.acked
    assert change.origin is None, "memory must not keep the socket"


def test_a_sender_who_may_not_hear_his_own_line_is_not_acknowledged_by_it():
    hub = a_hub()
    mine = join(hub, "b")
    origin = Origin(mine.subscription, "k1")
    hub.publish([a_stored(1, ("a", "p"), origin=origin)])
    assert not origin.acked


@pytest.mark.parametrize("limit", ["BUFFER_FRAMES", "BUFFER_CHARS"])
def test_who_cannot_keep_up_is_dropped_not_waited_for(monkeypatch: pytest.MonkeyPatch, limit: str):
    monkeypatch.setattr(hubs, limit, 5 if limit == "BUFFER_FRAMES" else 500)
    hub = a_hub()
    slow, quick = join(hub, "a"), join(hub, "a")
    heard: list[Frame] = []
    for n in range(1, 20):
        hub.publish([a_stored(n, ("a", "p"))])
        heard += quick.take()
    assert numbers(heard) == [(n, n - 1) for n in range(1, 20)]
    assert slow.subscription.lost
    assert not slow.subscription.live
    assert slow.take() == [], "half a chain is worth nothing"
    assert slow.subscription.chars == 0
    monkeypatch.undo()
    assert hub.resume(slow.subscription, 19)
    hub.publish([a_stored(20, ("a", "p"))])
    assert numbers(slow.take()) == [(20, 19)]
    assert not slow.subscription.lost


@pytest.mark.parametrize("limit", ["BUFFER_FRAMES", "BUFFER_CHARS"])
def test_more_than_the_buffer_holds_is_not_told_one_by_one(monkeypatch: pytest.MonkeyPatch, limit: str):
    hub = a_hub()
    hub.publish([a_stored(n, ("a", "p")) for n in range(1, 20)])
    monkeypatch.setattr(hubs, limit, 5 if limit == "BUFFER_FRAMES" else 500)
    reader = Reader("a")
    reader.subscription.push('{"t":"welcome"}')
    assert not hub.resume(reader.subscription, 1)
    assert [frame["t"] for frame in reader.take()] == ["welcome"], "what else waited stays"
    assert not reader.subscription.lost
    assert hub.resume(reader.subscription, 18)


def test_passing_frames_reach_who_is_live_once_and_nobody_later():
    hub = a_hub()
    one, me, both = join(hub, "a"), join(hub, "a"), join(hub, "a", "b")
    late = Reader("a")
    hub.add(late.subscription)
    hub.live(["a", "b"], '{"t":"live"}', without=me.subscription)
    assert [len(reader.take()) for reader in (one, me, both, late)] == [1, 0, 1, 0]
    assert hub.resume(late.subscription, 0)
    assert late.take() == []


def test_the_server_itself_hears_and_its_mistakes_harm_no_reader():
    hub = a_hub()
    heard: list[int] = []

    def mistaken(stored: Stored) -> None:
        raise ZeroDivisionError

    hub.on_control("test.happened", mistaken)
    hub.on_control("test.happened", lambda stored: heard.append(stored.n))
    reader = join(hub, "a")
    hub.publish([a_stored(1, ("a", "p")), a_stored(2, ("a", "p"))])
    assert heard == [1, 2]
    assert numbers(reader.take()) == [(1, 0), (2, 1)]


def test_text_is_made_once_for_all_readers_of_the_same_parts(monkeypatch: pytest.MonkeyPatch):
    made: list[tuple[str, ...]] = []
    real = hubs.tail_of

    def counted(stored: Stored, parts: tuple[str, ...]) -> str:
        made.append(parts)
        return real(stored, parts)

    monkeypatch.setattr(hubs, "tail_of", counted)
    hub = a_hub()
    readers = [join(hub, "a") for _ in range(50)] + [join(hub, "b") for _ in range(50)]
    hub.publish([a_stored(1, ("a", "row line"), ("b", "row"))])
    assert made == [("row", "line"), ("row",)]
    assert all(len(reader.take()) == 1 for reader in readers)
