"""Law: nobody reads or touches another agent's rows. Made from the walk: a new way is tried, or the law fails."""

from pathlib import Path

import pytest

from tests.house.scene import CANARY, PNG, Scene, an_open_house
from tests.house.walk import Way, http_ways, ways
from tests.team.builders import code_of
from zhanggui.foundation.database import Rx, metadata

PRIVATE = {"conversation": 404, "session_id": 404, "file_id": 404}
"""Path parameters that name what belongs to somebody: to everybody else it is not there."""

SHARED = {
    "customer": "every agent may read and arrange any customer (customers.customer.read, chat.customer.block)",
    "customer_id": "every agent may read any customer (customers.customer.read) and his orders (store.order.read)",
    "remark_id": "remarks are the desk's; who may remove one is tried in tests/customers",
    "order_id": "every agent may read any order (store.order.read), personal data masked",
    "product_id": "what is for sale is for everybody",
    "shop_id": "shops are the whole desk's",
    "label": "labels are the whole desk's",
    "agent_id": "colleagues know each other; who may change whom is tried in tests/team/test_rights.py",
    "role_id": "roles are the whole desk's",
    "group_id": "groups are the whole desk's",
}

FIELDS = {"conversation", "conversations", "ids", "file", "session"}
"""Fields of bodies that name what belongs to somebody; each way with one of them is tried by hand below."""

BODIES: dict[str, object] = {
    "transfer": {"to": "queue"}, "end": {}, "label": {"labels": []}, "snooze": {"until": None},
    "mark": {"pinned": True}, "recall": {"seq": 1}, "take": None, "reopen": None,
}  # fmt: skip
"""What a way that changes a conversation wants to be told, by the last word of its path."""

ORDER = "end reopen transfer take"
"""These change who may do what, and are tried last, in this order."""

DESK = [way for way in http_ways() if way.desk]


def test_every_path_parameter_is_known():
    named = {parameter for way in DESK for parameter in way.parameters}
    assert sorted(named - PRIVATE.keys() - SHARED.keys()) == []


def tried_by_path() -> list[Way]:
    return [way for way in DESK if set(way.parameters) & PRIVATE.keys()]


def path_of(way: Way, scene: Scene) -> str:
    path = way.path.removeprefix("/api")
    for parameter in way.parameters:
        path = path.replace("{" + parameter + "}", scene.keys[parameter])
    return path


def everything(rx: Rx) -> dict[str, list[str]]:
    """Every row there is, but for what merely being here moves (sessions, beats, numbers, the audit log)."""
    moving = {"desk_session", "audit_log", "event_log", "event_counter", "process_beat", "live_socket", "job_lease"}
    tables = [table for table in metadata.sorted_tables if table.name not in moving]
    return {table.name: sorted(str(tuple(row)) for row in rx.all(table.select())) for table in tables}


async def test_what_belongs_to_another_is_not_there(tmp_path: Path):
    tried = tried_by_path()
    assert len(tried) >= 11
    async with an_open_house(tmp_path) as scene:
        before = await scene.desk.db.read(everything)
        answers = {}
        for way in tried:
            body = BODIES[way.path.rsplit("/", 1)[1]] if way.method == "POST" else None
            answers[way.name] = (await scene.stranger.call(way.method, path_of(way, scene), body)).status_code
        assert answers == {way.name: 404 for way in tried}
        assert await scene.desk.db.read(everything) == before


async def test_the_same_calls_reach_their_owner(tmp_path: Path):
    """So that a 404 above is for the person, not for a wrong path or body."""
    async with an_open_house(tmp_path) as scene:
        tried = [way for way in tried_by_path() if "conversation" in way.parameters]
        tried.sort(key=lambda way: ORDER.find(way.path.rsplit("/", 1)[1]))
        for way in tried:
            body = BODIES[way.path.rsplit("/", 1)[1]] if way.method == "POST" else None
            answer = await scene.victim.call(way.method, path_of(way, scene), body)
            assert answer.status_code in (200, 204, 403, 409), (way.name, answer.text)
            assert answer.status_code != 403 or code_of(answer)[1] == "chat.recall_not_yours", (way.name, answer.text)


@pytest.mark.parametrize("who", ["stranger", "nobody"])
async def test_nothing_that_can_be_read_holds_anothers_words(tmp_path: Path, who: str):
    """Every list and record the desk can get, with whatever name of the victim's fits, and with every state."""
    async with an_open_house(tmp_path) as scene:
        page, own = getattr(scene, who), scene.victim
        leaks = []
        told_to_owner = 0
        for way in DESK:
            if way.method == "GET" and all(parameter in scene.keys for parameter in way.parameters):
                for query in ("", "?scope=group,all", f"?customer={scene.keys['customer']}", f"?q={CANARY}"):
                    leaks += [way.name] * (CANARY in (await page.get(path_of(way, scene) + query)).text)
                told_to_owner += CANARY in (await own.get(path_of(way, scene))).text
        assert leaks == []
        assert told_to_owner >= 3  # the desk, the conversation, its lines


def fields_of(app_description: dict[str, object]) -> set[str]:
    """ "METHOD path field" of every body or query field that names what belongs to somebody."""
    found: set[str] = set()
    paths, schemas = app_description["paths"], app_description["components"]["schemas"]  # type: ignore[index]
    for path, methods in paths.items():  # type: ignore[attr-defined]
        for method, operation in methods.items():
            names = {one["name"] for one in operation.get("parameters", []) if one["in"] == "query"}
            for content in operation.get("requestBody", {}).get("content", {}).values():
                shape = content["schema"]
                shape = schemas[shape["$ref"].rsplit("/", 1)[1]] if "$ref" in shape else shape
                names |= shape.get("properties", {}).keys()
            found |= {f"{method.upper()} {path} {name}" for name in names & FIELDS}
    return found


async def test_what_a_body_names_is_tried_as_well(tmp_path: Path):
    async with an_open_house(tmp_path) as scene:
        named = {name for name in fields_of(scene.app.openapi()) if name.split()[1].startswith("/api/")}
        assert named == {
            "POST /api/conversations/bulk ids",
            "POST /api/files conversation",
            "POST /api/files file",  # the bytes themselves
        }
        theirs, before = scene.keys["conversation"], await scene.desk.db.read(everything)
        for what in ("end", "transfer", "queue"):
            done = await scene.stranger.post("/conversations/bulk", {"ids": [theirs], "do": what, "to": "queue"})
            assert done.json() == {theirs: "chat.not_open"}
        sent = {"file": ("x.png", PNG, "image/png")}
        answer = await scene.stranger.http.post("/api/files", data={"conversation": theirs}, files=sent)
        assert code_of(answer) == (404, "chat.not_open")
        started = await scene.stranger.post("/conversations", {"customer": scene.keys["customer"]})
        assert code_of(started) == (404, "chat.not_open")
        assert (await scene.stranger.post("/handover", {"to": "queue"})).json() == {"count": 1}  # his own one only
        after = await scene.desk.db.read(everything)
        assert [row for row in after["conversation"] if theirs in row] == [
            row for row in before["conversation"] if theirs in row
        ]


async def test_a_file_opens_to_those_who_may_see_it(tmp_path: Path):
    async with an_open_house(tmp_path) as scene:
        file = scene.keys["file_id"]
        for name in ("secret.png", "thumb"):
            assert (await scene.victim.http.get(f"/files/{file}/{name}")).status_code == 200
            for page in (scene.stranger, scene.nobody, scene.desk.page()):
                assert (await page.http.get(f"/files/{file}/{name}")).status_code == 404
                assert (await page.http.get(f"/files/{file}/{name}?k=made-up")).status_code == 404


async def test_no_socket_command_reaches_anothers_conversation(tmp_path: Path):
    async with an_open_house(tmp_path) as scene:
        theirs = scene.keys["conversation"]
        said: dict[str, dict[str, object]] = {
            "send": {"id": "x1", "seq": 1, "text": "x", "conversation": theirs},
            "read": {"conversation": theirs, "seq": 1},
            "typing": {"conversation": theirs, "on": True},
            "draft": {"conversation": theirs, "text": "x"},
            "watch": {"conversation": theirs, "on": True},
        }
        words = {way.path.split()[1] for way in _desk_commands()}
        assert words == said.keys()
        before = await scene.desk.db.read(everything)
        async with scene.wire(scene.victim) as own, scene.wire(scene.stranger) as wire:
            await own.answers()
            for word, fields in said.items():
                wire.say(word, **fields)
                assert (await wire.until("error"))["code"] == "chat.not_open", word
            assert [frame for frame in await own.answers() if frame["t"] in ("event", "live")] == []
        assert await scene.desk.db.read(everything) == before


def _desk_commands() -> list[Way]:
    return [way for way in ways() if way.method == "SOCKET" and way.path.startswith("/ws/desk")]
