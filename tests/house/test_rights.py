"""Law: every way asks for exactly the right it names, and a change from a page that is not ours is refused first."""

from pathlib import Path

import pytest

from tests.house.scene import Scene, a_person, an_open_house
from tests.house.walk import Way, http_ways, ways
from tests.storefront.builders import Seated, a_browser
from tests.team.builders import code_of
from zhanggui.foundation.access import CSRF_HEADER, PERMISSIONS, Viewer
from zhanggui.foundation.ids import AgentId
from zhanggui.main import build_app
from zhanggui.settings import Settings

DESK = [way for way in http_ways() if way.desk]


def filled(way: Way) -> str:
    """A path that names nothing there is."""
    path = way.path
    for parameter in way.parameters:
        path = path.replace("{" + parameter + "}", "x_0000000000")
    return path


def somebody(*without: str) -> Viewer:
    """A person with every right but these."""
    return Viewer(AgentId("a_0"), "某人", "own", frozenset(PERMISSIONS) - set(without), csrf="c")


async def test_without_its_permission_a_way_is_shut(tmp_path: Path):
    app = build_app(Settings(data=tmp_path))
    answers = []
    async with a_browser(app, csrf="c") as browser:
        for way in DESK:
            if way.permission is not None:
                app.state.sessions = Seated(somebody(way.permission.name))
                answers.append((way.name, code_of(await browser.request(way.method, filled(way)))))
    assert len(answers) > 40
    assert [pair for pair in answers if pair[1] != (403, "access.forbidden")] == []


async def test_signed_out_means_401(tmp_path: Path):
    app = build_app(Settings(data=tmp_path))
    app.state.sessions = Seated(None)
    async with a_browser(app) as browser:
        answers = [(way.name, code_of(await browser.request(way.method, filled(way)))) for way in DESK]
    assert len(answers) > 50
    assert [pair for pair in answers if pair[1] != (401, "access.signed_out")] == []


@pytest.mark.parametrize("given", [None, "", "wrong", "ünlesbar"])
async def test_a_change_from_elsewhere_is_refused_before_anything_else(tmp_path: Path, given: str | None):
    app = build_app(Settings(data=tmp_path))
    app.state.sessions = Seated(somebody())
    unsafe = [way for way in DESK if way.unsafe]
    async with a_browser(app) as browser:
        headers = [] if given is None else [(CSRF_HEADER.encode(), given.encode())]
        answers = [
            (way.name, code_of(await browser.request(way.method, filled(way), headers=headers))) for way in unsafe
        ]
    assert len(answers) > 35
    assert [pair for pair in answers if pair[1] != (403, "access.csrf")] == []


async def test_csrf_counts_with_real_sessions(tmp_path: Path):
    async with an_open_house(tmp_path) as scene:
        del scene.victim.http.headers[CSRF_HEADER]
        answer = await scene.victim.post(f"/conversations/{scene.keys['conversation']}/end", {"reason": ""})
        assert code_of(answer) == (403, "access.csrf")
        assert (await scene.victim.get(f"/conversations/{scene.keys['conversation']}")).status_code == 200


async def test_socket_commands_ask_for_their_permission(tmp_path: Path):
    async with an_open_house(tmp_path) as scene:
        named = {way.path.split()[1] for way in ways() if way.method == "SOCKET" and way.permission is not None}
        refused = await commands_refused(scene, named)
        assert refused == named


async def commands_refused(scene: Scene, named: set[str]) -> set[str]:
    """The desk's commands that somebody without any right is refused."""
    page = await a_person(scene, "powerless")
    conversation = scene.keys["conversation"]
    said: dict[str, dict[str, object]] = {
        "send": {"id": "x", "seq": 1, "text": "x", "conversation": conversation},
        "read": {"conversation": conversation, "seq": 1},
        "typing": {"conversation": conversation, "on": True},
        "draft": {"conversation": conversation, "text": "x"},
        "watch": {"conversation": conversation, "on": True},
    }
    refused = set()
    async with scene.wire(page) as wire:
        for word in named:
            wire.say(word, **said[word])
            if [frame["code"] for frame in await wire.answers() if frame["t"] == "error"] == ["access.forbidden"]:
                refused.add(word)
    return refused
