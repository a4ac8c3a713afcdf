"""The day, continued: colleagues, roles, groups, signing in and out."""

import time

import pyotp

from tests.house.day import SYSTEM, Cast
from zhanggui.chat import actions as talk
from zhanggui.team import actions as desk
from zhanggui.team.actions import Arrival, TryKey
from zhanggui.team.shapes import AgentPatch, GroupIn, GroupPatch, MePatch, RoleIn, RolePatch


async def colleagues(cast: Cast) -> None:
    """People, roles and groups; whose rights change takes a new snapshot, everybody else goes on."""
    story, owner = cast.story, await cast.story.viewer(cast.owner)
    await story.does(desk.do_patch_me, owner.agent, patch=MePatch(nick="掌柜"))
    await story.does(desk.do_patch_agent, cast.li, actor=owner, patch=AgentPatch(nick="小李", capacity=5))
    group = await story.does(desk.do_create_group, actor=owner, new=GroupIn(name="售后", members=[cast.trainee]))
    await story.does(desk.do_patch_group, group.id, actor=owner, patch=GroupPatch(name="售后组", members=[cast.li]))
    talked = await story.customer_says(cast.ben, cast.shop, "退货")
    await story.does(talk.do_bulk, [talked], viewer=owner, what="transfer", to=group.id)
    await story.does(desk.do_delete_group, group.id, actor=owner)
    role = await story.does(
        desk.do_create_role, actor=owner, new=RoleIn(name="夜班", permissions=["chat.message.send"])
    )
    await story.does(desk.do_patch_agent, cast.trainee, actor=owner, patch=AgentPatch(role=role.id))
    more = RolePatch(permissions=["chat.conversation.read_own", "chat.conversation.take"])
    await story.does(desk.do_patch_role, role.id, actor=owner, patch=more)
    await story.does(desk.do_patch_agent, cast.trainee, actor=owner, patch=AgentPatch(role="trainee"))
    await story.does(desk.do_delete_role, role.id, actor=owner)
    await story.agent_says(cast.li, talked, "我来处理")
    await story.does(desk.do_disable_agent, cast.li, actor=owner)
    await story.does(desk.do_enable_agent, cast.li, actor=owner, limit=30)
    assert sum(page.resyncs for page in story.desks) < 25  # most went on without


async def sessions(cast: Cast) -> None:
    """Signing in and out: nobody else's page shows any of it but presence."""
    story, li = cast.story, await cast.story.viewer(cast.li)
    keys = [TryKey("k", ((5, 1000),))]
    await story.does_silently(desk.do_count_try, keys)
    await story.does_silently(desk.do_take_back_try, keys)
    await story.does_silently(desk.do_note_refused, agent_id=cast.li, address="127.0.0.1", why="password")

    def arrival(token: str) -> Arrival:
        return Arrival(
            agent_id=cast.li, verified="hash", code="", token=token, address="127.0.0.1", device="x", lifetime=10**9
        )

    ids = [await story.does(desk.do_sign_in, arrival(token), keys=keys) for token in ("t1", "t2", "t3")]
    await story.does_silently(desk.do_touch, ids[0], address="127.0.0.2")
    await story.does(desk.do_end_session, ids[0], actor=li)
    await story.does(desk.do_end_other_sessions, actor=li, kept=ids[1])
    await story.does(desk.do_change_password, viewer=li, verified="hash", password="hash2")
    secret = await story.does_silently(desk.do_totp_start, viewer=li)
    code = pyotp.TOTP(secret).at(int(time.time()))
    await story.does(desk.do_totp_confirm, viewer=li, code=code)
    await story.does(desk.do_totp_off, viewer=li, verified="hash2")
    await story.does(desk.do_reset_password, cast.li, actor=SYSTEM, password="hash3")
    await story.does(desk.do_sweep, idle=-1000)
