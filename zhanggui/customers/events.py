"""What the customers room announces.

Tags: `about:<customer>` whoever at the desk has a conversation of this customer open · `control` the server itself.
Customers never hear these: the record carries the desk's remarks.
"""

from typing import Final

from zhanggui.customers.shapes import CustomerView, Merged, VisitorNow
from zhanggui.foundation.events import GONE, Change, Face, event

CUSTOMER_CHANGED: Final = event("customer.changed", customer=CustomerView)
CUSTOMER_MERGED: Final = event("customer.merged", customer=CustomerView, merged=Merged)
VISITOR_CHANGED: Final = event("visitor.changed", visitor=VisitorNow)


def customer_changed(view: CustomerView) -> Change:
    """A customer's card changed; the chat room keeps name, picture, known and trade of its rows equal."""
    faces = (Face((f"about:{view.id}",), ("customer",)),)
    return Change(CUSTOMER_CHANGED, put={"customer": view}, faces=faces, subject=view.id)


def customer_merged(view: CustomerView, merged: Merged) -> Change:
    """The anonymous `merged.former` (also the subject) is `view` now; other rooms move what is theirs."""
    faces = (
        Face((f"about:{merged.into}", f"about:{merged.former}"), ("customer",)),
        Face((f"about:{merged.former}",), (GONE,)),
        Face(("control",), ("merged",)),
    )
    gone = (f"customer:{merged.former}",)
    put = {"customer": view, "merged": merged}
    return Change(CUSTOMER_MERGED, put=put, faces=faces, gone=gone, subject=merged.former)


def visitor_changed(visitor: str) -> Change:
    """A browser has another token, or none any more; every process looks after its sockets."""
    put = {"visitor": VisitorNow(visitor=visitor)}
    return Change(VISITOR_CHANGED, put=put, faces=(Face(("control",), ("visitor",)),), subject=visitor)
