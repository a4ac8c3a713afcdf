"""What the store room announces.

Tags: `desk` everybody at the desk · `about:<customer>` whoever there has a conversation of this customer open ·
`customer:<id>` the buyer himself, who gets a `purchase` without what the desk notes.
`step` and `standing` are for the server's own rooms (reactions) and have no readers.
"""

from typing import Final

from zhanggui.foundation.events import Change, Face, event
from zhanggui.store.shapes import OrderView, ProductView, PurchaseView, ShopView, Standing, Step

ORDER_CHANGED: Final = event("order.changed", order=OrderView, purchase=PurchaseView, step=Step, standing=Standing)
PRODUCT_CHANGED: Final = event("product.changed", product=ProductView)
SHOP_CHANGED: Final = event("shop.changed", shop=ShopView)


def order_changed(view: OrderView, purchase: PurchaseView, standing: Standing, step: Step | None) -> Change:
    """An order was placed, took a step, or has another owner (then without `step`)."""
    put: dict[str, object] = {"order": view, "purchase": purchase, "standing": standing}
    if step is not None:
        put["step"] = step
    faces = (Face((f"about:{view.customer}",), ("order",)), Face((f"customer:{view.customer}",), ("purchase",)))
    return Change(ORDER_CHANGED, put=put, faces=faces, subject=view.id)


def product_changed(view: ProductView) -> Change:
    """A product's texts, price or stock."""
    return Change(PRODUCT_CHANGED, put={"product": view}, faces=(Face(("desk",), ("product",)),), subject=view.id)


def shop_changed(view: ShopView) -> Change:
    """A shop's name, greeting, hours or other settings; never its keys."""
    return Change(SHOP_CHANGED, put={"shop": view}, faces=(Face(("desk",), ("shop",)),), subject=view.id)
