"""The only writers of the customers room: each `do_*` changes rows and announces it, inside one transaction."""

from zhanggui.customers.actions.desk import (
    do_add_remark,
    do_mark_blocked,
    do_patch,
    do_remove_remark,
    do_reveal,
    do_set_tags,
    do_take_standing,
)
from zhanggui.customers.actions.follow import follow_order
from zhanggui.customers.actions.visitors import (
    KnownCustomer,
    do_forget,
    do_identify,
    do_make_known,
    do_make_visitor,
    do_see_visitor,
)

__all__ = [
    "KnownCustomer",
    "do_add_remark",
    "do_forget",
    "do_identify",
    "do_make_known",
    "do_make_visitor",
    "do_mark_blocked",
    "do_patch",
    "do_remove_remark",
    "do_reveal",
    "do_see_visitor",
    "do_set_tags",
    "do_take_standing",
    "follow_order",
]
