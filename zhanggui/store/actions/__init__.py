"""The only writers of the store room: each `do_*` changes rows and announces it, inside one transaction."""

from zhanggui.store.actions.catalog import (
    NewProduct,
    NewTemplate,
    NewVariant,
    do_add_product,
    do_add_template,
    do_new_secret,
    do_open_shop,
    do_patch_shop,
)
from zhanggui.store.actions.follow import follow_merge
from zhanggui.store.actions.orders import (
    SYSTEM,
    do_close_overdue,
    do_move_orders,
    do_place,
    do_reveal,
    do_step,
)

__all__ = [
    "SYSTEM",
    "NewProduct",
    "NewTemplate",
    "NewVariant",
    "do_add_product",
    "do_add_template",
    "do_close_overdue",
    "do_move_orders",
    "do_new_secret",
    "do_open_shop",
    "do_patch_shop",
    "do_place",
    "do_reveal",
    "do_step",
    "follow_merge",
]
