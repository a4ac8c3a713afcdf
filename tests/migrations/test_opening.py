"""What `serve` does before it opens: make, copy and upgrade, or refuse."""

import asyncio
import stat
import sys
from pathlib import Path

import pytest
from sqlalchemy import text

from tests.places import ENGINES, Place
from zhanggui import migrations
from zhanggui.foundation.database import open_database
from zhanggui.foundation.database.sqlite import driver_module
from zhanggui.foundation.errors import Conflict
from zhanggui.foundation.keys import do_key
from zhanggui.migrations import opening


async def stands(place: Place) -> tuple[str, str | None]:
    """How its schema stands."""
    return await migrations.state(place.url, place.data)


async def prepare(place: Place) -> None:
    """What the server does first."""
    await opening.prepare(place.url, place.data)


async def test_a_fresh_place_gets_a_database_that_opens(empty: Place):
    await prepare(empty)
    assert await stands(empty) == ("current", migrations.head())
    database = open_database(empty.url, empty.data)
    await database.start()
    try:
        assert len(await database.write(do_key, "files")) > 20
    finally:
        await database.stop()
    assert not (empty.data / "backups").exists()


async def test_a_current_one_is_left_alone(empty: Place):
    await empty.upgraded()
    await empty.does(lambda c: c.execute(text("UPDATE event_counter SET n = 9")), writes=True)
    await prepare(empty)
    assert await empty.does(lambda c: c.execute(text("SELECT n FROM event_counter")).scalar()) == 9
    assert not (empty.data / "backups").exists()


async def test_an_older_file_is_copied_whole_then_upgraded(tmp_path: Path):
    place = await Place("", tmp_path).upgraded(to="0001")
    await place.does(lambda c: c.execute(text("UPDATE event_counter SET n = 5")), writes=True)
    await prepare(place)
    assert await stands(place) == ("current", migrations.head())
    [copy] = (tmp_path / "backups").iterdir()
    assert copy.name.startswith("zhanggui-0001-")
    assert copy.suffix == ".db"
    assert stat.S_IMODE(copy.stat().st_mode) & 0o077 == 0
    old = Place(f"sqlite:///{copy}", tmp_path)
    assert await stands(old) == ("older", "0001")
    assert await old.does(lambda c: c.execute(text("SELECT n FROM event_counter")).scalar()) == 5


@pytest.mark.parametrize("empty", ENGINES[1:], indirect=True)
async def test_an_older_server_is_refused_with_the_command(empty: Place):
    await empty.upgraded(to="0001")
    with pytest.raises(Conflict, match=r"migrations\.upgrade_needed") as refused:
        await prepare(empty)
    assert refused.value.args_for_words == {"found": "0001", "known": migrations.head()}
    assert await stands(empty) == ("older", "0001")


async def test_a_newer_one_is_refused(empty: Place):
    await empty.upgraded()
    await empty.does(lambda c: c.execute(text("UPDATE alembic_version SET version_num = '9000'")), writes=True)
    with pytest.raises(Conflict, match=r"migrations\.newer"):
        await prepare(empty)
    assert await stands(empty) == ("newer", "9000")


async def test_without_room_for_the_copy_nothing_is_upgraded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    place = await Place("", tmp_path).upgraded(to="0001")
    real = driver_module.connect

    def no_room(path: str, *more: object, **options: object) -> object:
        if path.endswith(".part"):
            raise driver_module.OperationalError("database or disk is full")
        return real(path, *more, **options)

    monkeypatch.setattr(driver_module, "connect", no_room)
    with pytest.raises(driver_module.OperationalError, match="full"):
        await prepare(place)
    monkeypatch.undo()
    assert list((tmp_path / "backups").iterdir()) == []
    assert await stands(place) == ("older", "0001")


async def test_an_old_library_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(opening, "version_problem", lambda: "SQLite 3.40.0 is older than 3.51.3")
    with pytest.raises(Conflict, match=r"migrations\.sqlite_too_old"):
        await opening.prepare("", tmp_path)
    assert not (tmp_path / "zhanggui.db").exists()


UPGRADE = (
    "import asyncio, sys; from pathlib import Path; from zhanggui import migrations;"
    "asyncio.run(migrations.upgrade(sys.argv[1], Path(sys.argv[2])))"
)


@pytest.mark.slow
async def test_two_upgraders_do_not_collide(empty: Place):
    command = [sys.executable, "-c", UPGRADE, empty.url, str(empty.data)]
    both = [await asyncio.create_subprocess_exec(*command) for _ in range(2)]
    assert [await one.wait() for one in both] == [0, 0]
    assert await stands(empty) == ("current", migrations.head())
    assert await empty.does(lambda c: c.execute(text("SELECT count(*) FROM event_counter")).scalar()) == 1
