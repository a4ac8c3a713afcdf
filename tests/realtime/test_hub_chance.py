"""Any changes, any tags, cut anywhere: what a reader hears is the log filtered for him."""

import json

from hypothesis import given
from hypothesis import strategies as st

from tests.realtime.builders import Frame, Reader, a_hub, join
from zhanggui.foundation.events import Face, Stored, face_for

TAGS = ["a", "b", "c", "d"]
PARTS = ["row", "line", "talk", "gone"]
faces = st.builds(
    lambda tags, parts: Face(tuple(tags), tuple(parts)),
    st.lists(st.sampled_from(TAGS), unique=True, max_size=3),
    st.lists(st.sampled_from(PARTS), unique=True, min_size=1, max_size=3),
)
logs = st.lists(st.lists(faces, max_size=3), max_size=25)


def _log(given_faces: list[list[Face]]) -> list[Stored]:
    put = {part: f'{{"id":"{part}"}}' for part in PARTS[:3]}
    return [
        Stored(n, 1000 + n, "test.happened", "s", tuple(some), put, ("conversation:c_1",))
        for n, some in enumerate(given_faces, 1)
    ]


def _seen(log: list[Stored], tags: frozenset[str], after: int) -> list[Frame]:
    """What a reader must have heard: worked out from the log alone, by the rule of the events."""
    prev, frames = after, []
    for stored in log[after:]:
        if any(not tags.isdisjoint(face.tags) for face in stored.faces):
            parts = [part for part in face_for(stored, tags) if part != "gone"]
            frame: Frame = {"t": "event", "n": stored.n, "prev": prev, "at": stored.at, "kind": stored.kind}
            frame |= {"put": {part: {"id": part} for part in parts}} if parts else {"gone": ["conversation:c_1"]}
            frames.append(frame)
            prev = stored.n
    return frames


@given(
    given_faces=logs,
    tags=st.frozensets(st.sampled_from(TAGS)),
    points=st.lists(st.integers(0, 25), min_size=2, max_size=6),
    memory=st.integers(1, 30),
)
def test_what_a_reader_hears_is_the_log_filtered_for_him_wherever_he_is_cut_off(
    given_faces: list[list[Face]], tags: frozenset[str], points: list[int], memory: int
):
    """He comes at the first point, and at each later one his connection is cut; he goes on with another one."""
    log = _log(given_faces)
    start, *cuts = sorted(min(point, len(log)) for point in points)
    hub = a_hub(memory=memory)
    hub.publish(log[:start])
    n, heard = start, list[Frame]()
    reader = join(hub, *tags, after=start)
    for cut in [*cuts, len(log)]:
        hub.publish(log[hub.last : cut])
        heard += reader.take()
        n = heard[-1]["n"] if heard else start
        hub.remove(reader.subscription)
        reader = Reader(*tags)
        hub.add(reader.subscription)
        if not hub.resume(reader.subscription, n):
            assert n < hub.floor
            return
    assert heard + reader.take() == _seen(log, tags, start)


@given(
    given_faces=logs, changes=st.lists(st.tuples(st.integers(0, 25), st.frozensets(st.sampled_from(TAGS))), max_size=5)
)
def test_rights_that_change_on_the_way_count_from_their_moment(
    given_faces: list[list[Face]], changes: list[tuple[int, frozenset[str]]]
):
    log = _log(given_faces)
    hub, tags, expected = a_hub(), frozenset[str](), list[Frame]()
    reader = join(hub)
    for point, wanted in [*sorted(changes, key=lambda change: change[0]), (len(log), frozenset[str]())]:
        before, after = hub.last, max(hub.last, min(point, len(log)))
        hub.publish(log[before:after])
        expected += _seen(log[:after], tags, before)
        hub.retag(reader.subscription, wanted)
        tags = wanted
    heard = reader.take()
    assert [frame["n"] for frame in heard] == [frame["n"] for frame in expected]
    assert [frame["prev"] for frame in heard] == [0, *(frame["n"] for frame in heard)][: len(heard)]
    assert [frame.get("put") for frame in heard] == [frame.get("put") for frame in expected]


@given(st.text(), st.lists(faces, min_size=1, max_size=3))
def test_every_frame_is_one_json_object(text: str, some: list[Face]):
    put = {part: json.dumps({"text": text}) for part in PARTS[:3]}
    stored = Stored(1, 2, "test.happened", "s", tuple(some), put, ("conversation:c_1",))
    hub = a_hub()
    reader = join(hub, *TAGS)
    hub.publish([stored])
    for frame in reader.take():
        assert all(record == {"text": text} for record in frame.get("put", {}).values())
