"""What the desk and other rooms write about a customer."""

from decimal import Decimal

from zhanggui.customers import access, events, queries, rules
from zhanggui.customers.shapes import CustomerPatch, CustomerView, PersonalField, Remark, Revealed, Trade
from zhanggui.customers.tables import customer, customer_tag, remark
from zhanggui.foundation.access import Viewer
from zhanggui.foundation.audit import Actor, note
from zhanggui.foundation.database import Tx
from zhanggui.foundation.errors import Forbidden, Invalid, NotFound
from zhanggui.foundation.ids import new_id


def do_patch(tx: Tx, customer_id: str, *, actor: Actor, patch: CustomerPatch) -> CustomerView:
    """Change a customer's name or profile; what is None stays."""
    before = _access(tx, customer_id)
    values: dict[str, object] = {}
    if patch.name is not None:
        values["name"] = rules.clean_name(patch.name)
    if patch.profile is not None:
        values["profile"] = rules.clean_profile(patch.profile)
    values = {name: value for name, value in values.items() if value != getattr(before, name)}
    if not values:
        return before
    named = {"named": 1} if "name" in values else {}
    tx.execute(customer.update().where(customer.c.id == before.id).values(values | named))
    note(tx, actor, "customers.customer.changed", object_id=before.id, detail={"fields": sorted(values)})
    return _tell(tx, before.id)


def do_add_remark(tx: Tx, customer_id: str, *, actor: Actor, text: str) -> Remark:
    """Keep a remark under the writer's name."""
    about = _access(tx, customer_id)
    kept = Remark(id=new_id("x", at=tx.now), at=tx.now, by=str(actor.agent), name=actor.name, text=rules.clean_remark(text))  # fmt: skip  # noqa: E501
    values = {"id": kept.id, "at": kept.at, "by": kept.by, "name": kept.name, "text": kept.text}
    tx.execute(remark.insert().values(customer=about.id, **values))
    _tell(tx, about.id)
    return kept


def do_remove_remark(tx: Tx, customer_id: str, remark_id: str, *, viewer: Viewer) -> None:
    """Take a remark away: one's own, or anybody's with the permission for it."""
    about = _access(tx, customer_id)
    found = queries.one_remark(tx, about.id, remark_id)
    if found is None:
        raise NotFound("customers.remark_unknown")
    if found.by != viewer.agent and not viewer.may(access.REMARK_ANY):
        raise Forbidden("customers.remark_not_yours")
    tx.execute(remark.delete().where(remark.c.id == remark_id))
    note(tx, viewer, "customers.remark.removed", object_id=about.id, detail={"remark": remark_id, "by": found.by})
    _tell(tx, about.id)


def do_set_tags(tx: Tx, customer_id: str, *, tags: list[str]) -> CustomerView:
    """Let the customer have exactly these tags."""
    before = _access(tx, customer_id)
    wanted = rules.clean_tags(tags)
    if wanted == before.tags:
        return before
    tx.execute(customer_tag.delete().where(customer_tag.c.customer == before.id))
    for tag in wanted:
        tx.execute(customer_tag.insert().values(customer=before.id, tag=tag))
    return _tell(tx, before.id)


def do_reveal(tx: Tx, customer_id: str, *, actor: Actor, field: PersonalField, reason: str) -> Revealed:
    """Show a phone number or address in full; the log keeps who saw it and why (never the value)."""
    about = _access(tx, customer_id)
    stated = rules.clean_reason(reason)
    personal = queries.personal(tx, about.id) or {}
    if field not in personal:
        raise Invalid("customers.unknown", field="field")
    note(tx, actor, "customers.personal.revealed", object_id=about.id, detail={"field": field, "reason": stated})
    return Revealed(field=field, value=personal[field])


def do_take_standing(tx: Tx, customer_id: str, *, trade: Trade | None, orders_count: int, spent: Decimal) -> None:
    """Keep what the store says of this customer's orders; announced when it is new."""
    found = queries.view(tx, customer_id)
    if found is None or (found.trade, found.orders_count, found.spent) == (trade, orders_count, f"{spent:.2f}"):
        return
    values = {"trade": trade, "orders_count": orders_count, "spent": spent}
    tx.execute(customer.update().where(customer.c.id == found.id).values(values))
    _tell(tx, found.id)


def do_mark_blocked(tx: Tx, customer_id: str, *, blocked: bool) -> None:
    """Keep whether the chat room takes lines of this customer; announced when it is new."""
    found = queries.view(tx, customer_id)
    if found is None or found.blocked == blocked:
        return
    tx.execute(customer.update().where(customer.c.id == found.id).values(blocked=int(blocked)))
    _tell(tx, found.id)


def _access(tx: Tx, customer_id: str) -> CustomerView:
    found = queries.view(tx, customer_id)
    if found is None:
        raise NotFound("customers.unknown")
    return found


def _tell(tx: Tx, customer_id: str) -> CustomerView:
    view = queries.view(tx, customer_id)
    assert view is not None  # noqa: S101  written above, in this transaction
    tx.announce(events.customer_changed(view))
    return view
