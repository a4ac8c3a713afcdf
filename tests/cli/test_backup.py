"""One file makes a shop whole again, on either engine; nothing is overwritten unasked, nothing half done."""

import asyncio
import json
import stat
import zipfile
from pathlib import Path

import pytest

from tests.cli.builders import a_shop, change, command, content, files, told
from tests.places import Place
from zhanggui.cli import keeping
from zhanggui.foundation.database import moving
from zhanggui.foundation.database.sqlite import driver_module
from zhanggui.foundation.holding import Holding


@pytest.fixture
def backup(shop: Place, tmp_path: Path) -> Path:
    """A backup of the shop."""
    done = command(shop, "db", "backup", str(tmp_path / "shop.zip"))
    assert done.exit_code == 0, done.output
    assert f"{len(content(shop)['message'])} messages, 1 orders" in done.output
    return tmp_path / "shop.zip"


def made_of(backup: Path, target: Path, **changed: bytes | None) -> Path:
    """The same archive with some members said otherwise, or (None) left out."""
    with zipfile.ZipFile(backup) as source, zipfile.ZipFile(target, "w") as copy:
        for name in source.namelist():
            data = changed.get(name.replace("/", "_").replace(".", "_"), source.read(name))
            if data is not None:
                copy.writestr(name, data)
    return target


def test_a_backup_holds_everything_for_its_owner_alone(shop: Place, backup: Path):
    assert stat.S_IMODE(backup.stat().st_mode) & 0o077 == 0
    with zipfile.ZipFile(backup) as archive:
        names = set(archive.namelist())
        manifest = json.loads(archive.read("manifest.json"))
    assert {"zhanggui.toml", "pictures/p01.svg", "files/ab/0123456789ab"} < names
    assert {f"tables/{table.name}.jsonl" for table in moving.tables()} < names
    assert manifest["tables"]["message"]["rows"] == len(content(shop)["message"])
    assert manifest["tables"]["message"]["form"]["columns"]["salt"] == "bytes"


def test_restored_into_an_empty_folder_it_is_the_same_shop(shop: Place, backup: Path, tmp_path: Path):
    new = Place("", tmp_path / "new")
    done = command(new, "db", "restore", str(backup))
    assert done.exit_code == 0, done.output
    assert told(new) == told(shop)
    assert files(new) == files(shop)
    assert (new.data / "zhanggui.toml").read_text(encoding="utf-8") == "capacity = 7\n"
    assert command(new, "db", "check").exit_code == 0
    assert list(new.data.rglob("*.part*")) == []


def number(place: Place) -> int:
    """The number of the last change."""
    [line] = content(place)["event_counter"]
    return int(json.loads(line)[1])


def test_numbers_leap_so_that_every_open_page_begins_afresh(home: Place, tmp_path: Path):
    assert command(home, "db", "backup", str(tmp_path / "shop.zip")).exit_code == 0
    seen = [number(home)]
    for _ in range(2):
        assert command(home, "db", "restore", str(tmp_path / "shop.zip"), "--force").exit_code == 0
        seen.append(number(home))
    assert seen[0] < 1_000 < 1_700_000_000_000 < seen[1] < seen[2] < 2**53
    assert command(home, "db", "check").exit_code == 0


def test_nothing_is_overwritten_unasked(shop: Place, backup: Path):
    change(shop, "DELETE FROM draft")
    before = content(shop)
    refused = command(shop, "db", "restore", str(backup))
    assert refused.exit_code == 1
    assert "--force" in refused.output
    assert content(shop) == before
    again = command(shop, "db", "backup", str(backup))
    assert (again.exit_code, "exists already" in again.output) == (1, True)


def test_forced_it_is_as_it_was(shop: Place, backup: Path):
    before = told(shop)
    change(shop, "UPDATE message SET text = 'forged'")
    (shop.data / "files" / "ab" / "0123456789ab").unlink()
    (shop.data / "zhanggui.toml").write_text("capacity = 8\n", encoding="utf-8")
    done = command(shop, "db", "restore", str(backup), "--force")
    assert done.exit_code == 0, done.output
    assert told(shop) == before
    assert "files/ab/0123456789ab" in files(shop)
    assert (shop.data / "zhanggui.toml").read_text(encoding="utf-8") == "capacity = 8\n"
    assert (shop.data / "zhanggui.toml.restored").read_text(encoding="utf-8") == "capacity = 7\n"


def test_what_was_overwritten_at_home_is_kept(home: Place, tmp_path: Path):
    assert command(home, "db", "backup", str(tmp_path / "shop.zip")).exit_code == 0
    change(home, "UPDATE message SET text = 'later'")
    later = content(home)
    assert command(home, "db", "restore", str(tmp_path / "shop.zip"), "--force").exit_code == 0
    [kept] = [one for one in (home.data / "backups").iterdir() if one.suffix == ".db"]
    assert content(Place(f"sqlite:///{kept}", home.data)) == later


def test_a_damaged_database_can_be_restored_over(home: Place, tmp_path: Path):
    before = told(home)
    assert command(home, "db", "backup", str(tmp_path / "shop.zip")).exit_code == 0
    (home.data / "zhanggui.db").write_bytes(b"rubbish" * 1000)
    for side in ("-wal", "-shm"):
        (home.data / f"zhanggui.db{side}").unlink(missing_ok=True)
    refused = command(home, "db", "restore", str(tmp_path / "shop.zip"))
    assert (refused.exit_code, "Traceback" in refused.output) == (1, False)
    assert command(home, "db", "restore", str(tmp_path / "shop.zip"), "--force").exit_code == 0
    assert told(home) == before


def test_a_log_left_behind_is_not_played_into_the_restored_database(home: Place, tmp_path: Path):
    assert command(home, "db", "backup", str(tmp_path / "shop.zip")).exit_code == 0
    before = told(home)
    connection = driver_module.connect(str(home.data / "zhanggui.db"), isolation_level=None)
    connection.execute("UPDATE message SET text = 'from the log'")
    log = (home.data / "zhanggui.db-wal").read_bytes()
    connection.close()
    (home.data / "zhanggui.db").unlink()
    (home.data / "zhanggui.db-wal").write_bytes(log)
    assert len(log) > 4096
    assert command(home, "db", "restore", str(tmp_path / "shop.zip"), "--force").exit_code == 0
    assert told(home) == before


def test_a_running_server_keeps_restore_out(home: Place, tmp_path: Path):
    assert command(home, "db", "backup", str(tmp_path / "shop.zip")).exit_code == 0
    before = content(home)
    with Holding(home.data):
        refused = command(home, "db", "restore", str(tmp_path / "shop.zip"), "--force")
    assert refused.exit_code == 1
    assert "running server" in refused.output
    assert content(home) == before


def wrong_archives(backup: Path, folder: Path) -> dict[str, tuple[Path, str]]:
    """What is no backup, or none any more, with what is said of it."""
    with zipfile.ZipFile(backup) as archive:
        manifest = json.loads(archive.read("manifest.json"))
        messages = archive.read("tables/message.jsonl")
    text = folder / "text.zip"
    text.write_bytes(b"hello")
    short = folder / "short.zip"
    short.write_bytes(backup.read_bytes()[:-300])
    newer = json.dumps({**manifest, "revision": "9000"}).encode()
    strange = json.dumps({**manifest, "tables": {"message": {"form": {"columns": {"id": "x"}, "key": []}, "rows": 0, "sha256": ""}}})  # fmt: skip  # noqa: E501
    no = "not a backup"
    return {
        "text": (text, no),
        "cut short": (short, no),
        "no manifest": (made_of(backup, folder / "1.zip", manifest_json=None), no),
        "a list": (made_of(backup, folder / "2.zip", manifest_json=b"[]"), no),
        "strange kind": (made_of(backup, folder / "3.zip", manifest_json=strange.encode()), no),
        "newer": (made_of(backup, folder / "4.zip", manifest_json=newer), "newer"),
        "a table is missing": (made_of(backup, folder / "5.zip", tables_message_jsonl=None), no),
        "not JSON": (made_of(backup, folder / "6.zip", tables_message_jsonl=b"{\n"), no),
        "a line is missing": (
            made_of(backup, folder / "7.zip", tables_message_jsonl=messages.split(b"\n", 1)[1]), "not what it was",
        ),
        "a word was changed": (
            made_of(backup, folder / "8.zip", tables_message_jsonl=messages.replace("在吗".encode(), "不在".encode())),
            "not what it was",
        ),
    }  # fmt: skip


def test_what_is_no_backup_changes_nothing(shop: Place, backup: Path, tmp_path: Path):
    before, kept = content(shop), files(shop)
    for name, (wrong, said) in wrong_archives(backup, tmp_path).items():
        refused = command(shop, "db", "restore", str(wrong), "--force")
        assert refused.exit_code == 1, name
        assert said in refused.output, (name, refused.output)
    assert content(shop) == before
    assert files(shop) == kept


def test_names_that_lead_out_of_the_folder_are_not_followed(home: Place, tmp_path: Path):
    assert command(home, "db", "backup", str(tmp_path / "shop.zip")).exit_code == 0
    with zipfile.ZipFile(tmp_path / "shop.zip", "a") as archive:
        for name in ("files/../../evil", "../evil", "/evil", "files//evil", "files/c:evil", "serve.lock", "evil"):
            archive.writestr(name, b"evil")
    new = Place("", tmp_path / "deep" / "new")
    assert command(new, "db", "restore", str(tmp_path / "shop.zip")).exit_code == 0
    assert [one for one in tmp_path.rglob("*") if one.is_file() and one.read_bytes() == b"evil"] == []


def test_a_backup_of_an_earlier_version_is_restored_and_brought_up_to_date(empty: Place, tmp_path: Path):
    old = Place("", tmp_path / "old")
    asyncio.run(old.upgraded(to="0001"))
    change(old, "UPDATE event_counter SET n = 41")
    asyncio.run(old.does(lambda connection: keeping.write_backup(connection, old.data, tmp_path / "old.zip")))
    done = command(empty, "db", "restore", str(tmp_path / "old.zip"))
    assert done.exit_code == 0, done.output
    assert number(empty) > 41
    assert command(empty, "db", "upgrade").exit_code == 0
    assert command(empty, "db", "check").exit_code == 0


def test_without_room_nothing_is_left_that_looks_like_a_backup(
    home: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    def full(archive: zipfile.ZipFile, data: Path) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(keeping, "_write_files", full)
    refused = command(home, "db", "backup", str(tmp_path / "shop.zip"))
    assert refused.exit_code == 1
    assert "No space left" in refused.output
    assert [one.name for one in tmp_path.iterdir() if one.is_file()] == []


def test_without_room_a_restore_leaves_everything_as_it_was(
    home: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    assert command(home, "db", "backup", str(tmp_path / "shop.zip")).exit_code == 0
    change(home, "UPDATE message SET text = 'later'")
    before, kept = content(home), files(home)

    def full(*args: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(moving, "load", full)
    refused = command(home, "db", "restore", str(tmp_path / "shop.zip"), "--force")
    assert "No space left" in refused.output
    assert content(home) == before
    assert files(home) == kept
    assert [one.name for one in home.data.rglob("*.part")] == []


def test_a_mistyped_folder_is_not_made(tmp_path: Path):
    refused = command(Place("", tmp_path / "typo"), "db", "backup", str(tmp_path / "shop.zip"))
    assert refused.exit_code == 1
    assert "No database" in refused.output
    assert not (tmp_path / "typo").exists()


def test_two_shops_do_not_mix(home: Place, tmp_path: Path):
    """Files of another shop in the folder count as data, too."""
    assert command(home, "db", "backup", str(tmp_path / "shop.zip")).exit_code == 0
    other = a_shop(Place("", tmp_path / "other"))
    for side in ("", "-wal", "-shm"):
        (other.data / f"zhanggui.db{side}").unlink(missing_ok=True)
    assert "--force" in command(other, "db", "restore", str(tmp_path / "shop.zip")).output
