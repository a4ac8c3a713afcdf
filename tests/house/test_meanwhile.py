"""What changes in the moment between a look and the listening: nobody hears what he may no longer hear."""

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from tests.house.scene import Scene, an_open_house
from zhanggui.chat.lines import load_state
from zhanggui.realtime.frames import CLOSE_SIGNED_OUT

Happens = Callable[[], Awaitable[object]]


def once_after(monkeypatch: pytest.MonkeyPatch, owner: object, name: str, happens: Happens, *, first: str = "") -> None:
    """Let something happen between the answer of `owner.name` and its return, the first time (it is asked `first`)."""
    real, left = getattr(owner, name), [happens]

    async def overtaken(*given: Any, **more: Any) -> object:
        answer: object = await real(*given, **more)
        if left and first in (getattr(given[0], "__qualname__", "") if first else ""):
            await left.pop()()
        return answer

    monkeypatch.setattr(owner, name, overtaken)


async def test_whose_session_ends_while_his_socket_comes_in_stays_outside(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    async with an_open_house(tmp_path) as scene:
        house = scene.app.state.house
        wire = scene.wire(scene.victim)
        real = house.door.viewer

        async def leave() -> None:
            monkeypatch.setattr(house.door, "viewer", real)
            assert (await scene.victim.post("/logout")).status_code in (200, 204)

        once_after(monkeypatch, house.door, "viewer", leave)
        async with wire:
            assert (await wire.until("close"))["code"] == CLOSE_SIGNED_OUT
        assert not house.desk.peers


async def forgotten(scene: Scene) -> None:
    async with scene.visitor(scene.token) as browser:
        assert (await browser.post("/visit-api/forget")).status_code == 200


async def test_whose_token_dies_while_his_socket_comes_in_stays_outside(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    async with an_open_house(tmp_path) as scene:
        house = scene.app.state.house
        once_after(monkeypatch, house.database, "read", lambda: forgotten(scene), first="VisitDoor.admit")
        async with scene.widget(scene.token) as wire:
            assert (await wire.until("close"))["code"] == CLOSE_SIGNED_OUT
        assert not house.visit.peers


async def test_who_opens_a_talk_as_it_goes_into_other_hands_hears_nothing_of_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    async with an_open_house(tmp_path) as scene:
        house, talk = scene.app.state.house, scene.keys["conversation"]
        other = str(scene.stranger.me["agent"]["id"])  # type: ignore[index]

        async def hand_on() -> None:
            done = await scene.victim.post(f"/conversations/{talk}/transfer", {"to": other})
            assert done.status_code == 200, done.text

        async with scene.wire(scene.victim) as wire:
            once_after(monkeypatch, house.database, "read", hand_on, first=load_state.__qualname__)
            wire.say("watch", conversation=talk, on=True)
            codes = [frame["code"] for frame in await wire.answers() if frame["t"] == "error"]
            assert codes == ["chat.not_open"]
            assert not house.hub.readers(f"watch:{talk}")
