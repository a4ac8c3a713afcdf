"""What can be done with conversations: the only writers of the chat room."""

from zhanggui.chat.actions.arrange import (
    do_block,
    do_create_label,
    do_draft,
    do_label,
    do_mark,
    do_patch_label,
    do_remove_label,
    do_snooze,
    do_unblock,
)
from zhanggui.chat.actions.follow import follow_agent, follow_customer, follow_group, follow_merge, follow_order
from zhanggui.chat.actions.keeping import do_forget_files, do_keep_file
from zhanggui.chat.actions.life import (
    do_bulk,
    do_end_by_agent,
    do_end_quiet,
    do_hand_over,
    do_reopen_by_agent,
    do_start,
    do_take,
    do_transfer,
)
from zhanggui.chat.actions.reading import do_read_by_customer, do_read_by_desk
from zhanggui.chat.actions.recall import do_recall

__all__ = [
    "do_block",
    "do_bulk",
    "do_create_label",
    "do_draft",
    "do_end_by_agent",
    "do_end_quiet",
    "do_forget_files",
    "do_hand_over",
    "do_keep_file",
    "do_label",
    "do_mark",
    "do_patch_label",
    "do_read_by_customer",
    "do_read_by_desk",
    "do_recall",
    "do_remove_label",
    "do_reopen_by_agent",
    "do_snooze",
    "do_start",
    "do_take",
    "do_transfer",
    "do_unblock",
    "follow_agent",
    "follow_customer",
    "follow_group",
    "follow_merge",
    "follow_order",
]
