"""What the desk keeps of a customer, and what it gets to see."""

import pytest
from sqlalchemy import select

from tests.customers.builders import a_customer, a_viewer
from zhanggui.customers import queries, rules
from zhanggui.customers.actions import (
    do_add_remark,
    do_mark_blocked,
    do_patch,
    do_remove_remark,
    do_reveal,
    do_set_tags,
)
from zhanggui.customers.shapes import CustomerPatch
from zhanggui.foundation.database import Database
from zhanggui.foundation.database.schema import audit_log
from zhanggui.foundation.errors import Forbidden, Invalid, NotFound


async def test_personal_data_is_masked_everywhere(db: Database) -> None:
    known = await a_customer(db)
    view = await db.read(queries.view, known)
    assert view is not None
    assert view.phone == "138****0001"
    assert view.address == "静安区南****"
    log = str(await db.read(lambda rx: rx.rows("SELECT body FROM event_log")))
    assert "13800000001" not in log
    assert "288" not in log


async def test_a_look_at_personal_data_is_audited_without_it(db: Database) -> None:
    known = await a_customer(db)
    shown = await db.write(do_reveal, known, actor=a_viewer(), field="phone", reason=" 核对收件人 ")
    assert shown.value == "13800000001"
    lines = await db.read(lambda rx: rx.all(select(audit_log)))
    assert [(line.action, line.object) for line in lines] == [("customers.personal.revealed", known)]
    assert lines[0].detail == {"field": "phone", "reason": "核对收件人"}


async def test_no_look_without_a_reason(db: Database) -> None:
    known = await a_customer(db)
    with pytest.raises(Invalid, match="reason"):
        await db.write(do_reveal, known, actor=a_viewer(), field="phone", reason=" \u200b ")


async def test_remarks_are_ones_own(db: Database) -> None:
    known = await a_customer(db)
    kept = await db.write(do_add_remark, known, actor=a_viewer(agent="a_1"), text="  工作日寄公司\r\n周末寄家 ")
    assert kept.text == "工作日寄公司\n周末寄家"
    with pytest.raises(Forbidden):
        await db.write(do_remove_remark, known, kept.id, viewer=a_viewer("agent", agent="a_2"))
    other = await a_customer(db, external_id="u2")
    with pytest.raises(NotFound):
        await db.write(do_remove_remark, other, kept.id, viewer=a_viewer("owner"))
    await db.write(do_remove_remark, known, kept.id, viewer=a_viewer("lead", agent="a_2"))
    view = await db.read(queries.view, known)
    assert view is not None
    assert view.remarks == []


@pytest.mark.parametrize(
    ("patch", "code"),
    [
        (CustomerPatch(name=" \u200b"), "customers.name"),
        (CustomerPatch(name="长" * 41), "customers.name"),
        (CustomerPatch(profile={"": "x"}), "customers.profile_field"),
        (CustomerPatch(profile={"身高": "1" * 301}), "customers.profile_value"),
        (CustomerPatch(profile={f"k{i}": "x" for i in range(31)}), "customers.profile_many"),
    ],
)
async def test_bad_profiles_are_refused(db: Database, patch: CustomerPatch, code: str) -> None:
    known = await a_customer(db)
    with pytest.raises(Invalid, match=code):
        await db.write(do_patch, known, actor=a_viewer(), patch=patch)


@pytest.mark.parametrize("tags", [[""], ["长" * 17], [f"t{i}" for i in range(21)]])
async def test_bad_tags_are_refused(db: Database, tags: list[str]) -> None:
    known = await a_customer(db)
    with pytest.raises(Invalid):
        await db.write(do_set_tags, known, tags=tags)


async def test_tags_replace(db: Database) -> None:
    known = await a_customer(db)
    await db.write(do_set_tags, known, tags=["急", "老客", "急"])
    view = await db.write(do_set_tags, known, tags=["老客"])
    assert view.tags == ["老客"]


async def test_nobody_is_not_found(db: Database) -> None:
    for write in (
        lambda tx: do_patch(tx, "u_0", actor=a_viewer(), patch=CustomerPatch(name="x")),
        lambda tx: do_set_tags(tx, "u_0", tags=[]),
        lambda tx: do_add_remark(tx, "u_0", actor=a_viewer(), text="x"),
        lambda tx: do_reveal(tx, "u_0", actor=a_viewer(), field="phone", reason="x"),
    ):
        with pytest.raises(NotFound):
            await db.write(write)


async def test_found_by_name_phone_tail_and_shop_id(db: Database) -> None:
    known = await a_customer(db)
    await a_customer(db, external_id="u2", name="老周", phone="13800000002")
    for text in ("小姐", "0001", "13800000001", "u1"):
        assert [card.id for card in await db.read(queries.find, text)] == [known], text
    assert await db.read(queries.find, "%") == []


async def test_blocked_is_shown(db: Database) -> None:
    known = await a_customer(db)
    await db.write(do_mark_blocked, known, blocked=True)
    view = await db.read(queries.view, known)
    assert view is not None
    assert view.blocked


def test_html_stays_text() -> None:
    assert rules.clean_name("<script>alert(1)</script>") == "<script>alert(1)</script>"
