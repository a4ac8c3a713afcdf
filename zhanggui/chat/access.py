"""Who may see and do what with conversations: the permissions, and the one place for row access."""

from sqlalchemy import ColumnElement, false, or_, true

from zhanggui.chat.tables import conversation
from zhanggui.foundation.access import Permission, Viewer

_ALL = ("owner", "lead", "agent", "trainee", "viewer")
_DESK = ("owner", "lead", "agent", "trainee")
_LEADS = ("owner", "lead")

READ_OWN = Permission("chat.conversation.read_own", "查看自己的会话", "See own conversations", _ALL)
READ_GROUP = Permission("chat.conversation.read_group", "查看本组会话", "See conversations of own groups", ("owner", "lead", "agent", "viewer"))  # fmt: skip  # noqa: E501
READ_ALL = Permission(
    "chat.conversation.read_all", "查看全部会话", "See all conversations", ("owner", "lead", "viewer")
)
READ_RECALLED = Permission("chat.message.read_recalled", "查看撤回的内容", "See recalled lines", ("owner",))
SEND = Permission("chat.message.send", "回复客户", "Answer customers", _DESK)
SEND_ANY = Permission("chat.message.send_any", "在他人的会话里回复", "Answer in others' conversations", _LEADS)
NOTE = Permission("chat.message.note", "写内部备注", "Write internal notes", _DESK)
TAKE = Permission("chat.conversation.take", "接起排队会话", "Take from the queue", _DESK)
START = Permission("chat.conversation.start", "主动联系客户", "Start a conversation", ("owner", "lead", "agent"))
TRANSFER = Permission("chat.conversation.transfer", "转接会话", "Transfer conversations", _DESK)
END = Permission("chat.conversation.end", "结束会话", "End conversations", _DESK)
ARRANGE = Permission("chat.conversation.arrange", "整理会话（标签、稍后、置顶）", "Arrange (label, snooze, pin)", _DESK)
BLOCK = Permission("chat.customer.block", "拉黑客户", "Block customers", ("owner", "lead", "agent"))
LABELS = Permission("chat.label.manage", "管理标签", "Manage labels", _LEADS)
SEARCH = Permission("chat.message.search", "搜索消息", "Search messages", _ALL)
UPLOAD = Permission("chat.file.upload", "发送文件", "Send files", _DESK)


def visible(viewer: Viewer) -> ColumnElement[bool]:
    """Return the condition on `conversation` that this person may read: own, the queue, the groups', or all."""
    if viewer.may(READ_ALL):
        return true()
    allowed: list[ColumnElement[bool]] = []
    if viewer.may(READ_OWN):
        allowed.append(conversation.c.assignee == viewer.agent)
    if viewer.may(TAKE):
        allowed.append(conversation.c.assignee.is_(None) & (conversation.c.state == "open"))
    if viewer.may(READ_GROUP) and viewer.groups:
        allowed.append(conversation.c.group_id.in_(sorted(viewer.groups)))
    return or_(*allowed) if allowed else false()


def sees(viewer: Viewer, *, assignee: str | None, group: str | None, state: str) -> bool:
    """Tell, for a conversation already at hand, what `visible` says in SQL."""
    if viewer.may(READ_ALL) or (viewer.may(READ_OWN) and assignee == viewer.agent):
        return True
    if viewer.may(TAKE) and assignee is None and state == "open":
        return True
    return viewer.may(READ_GROUP) and group is not None and group in viewer.groups


def tags_of(viewer: Viewer, scope: frozenset[str]) -> frozenset[str]:
    """Return the tags a desk subscription of this person listens to; `scope` asks for group and all lists."""
    tags = {"desk", f"agent:{viewer.agent}"}
    if viewer.may(TAKE):
        tags.add("queue")
    if "group" in scope and viewer.may(READ_GROUP):
        tags.update(f"group:{group}" for group in viewer.groups)
    if "all" in scope and viewer.may(READ_ALL):
        tags.add("all")
    return frozenset(tags)
