"""Arranging one's desk: marks, labels, snooze, drafts, and keeping a customer out."""

import json
from collections.abc import Sequence

from sqlalchemy import delete, select, update
from sqlalchemy.dialects import postgresql, sqlite

from zhanggui.chat.actions.reach import access_conversation
from zhanggui.chat.events import DRAFT_CHANGED, LABEL_CHANGED, LABEL_REMOVED, MARK_CHANGED
from zhanggui.chat.lines import add_system_line, load_state, save_state
from zhanggui.chat.opening import announce_changed, open_state
from zhanggui.chat.shapes import Draft, Label, Mark, Row
from zhanggui.chat.state import labels_of, row_of
from zhanggui.chat.tables import blocked_customer, conversation, draft, label, mark
from zhanggui.customers import queries as customers
from zhanggui.customers.actions import do_mark_blocked
from zhanggui.foundation import audit
from zhanggui.foundation.access import Viewer
from zhanggui.foundation.database import Tx
from zhanggui.foundation.errors import Conflict, Invalid, NotFound
from zhanggui.foundation.events import GONE, Change, Face
from zhanggui.foundation.ids import new_id

COLORS = ("red", "orange", "yellow", "green", "teal", "blue", "purple", "grey")
LABEL_LENGTH = 20


def _upsert(tx: Tx, table: object, values: dict[str, object], keys: Sequence[str]) -> None:
    insert = sqlite.insert if tx.dialect == "sqlite" else postgresql.insert
    statement = insert(table).values(**values)  # type: ignore[arg-type]
    changed = {name: statement.excluded[name] for name in values if name not in keys}
    tx.execute(statement.on_conflict_do_update(index_elements=list(keys), set_=changed))


def do_mark(
    tx: Tx, conversation_id: str, *, viewer: Viewer, pinned: bool | None = None, starred: bool | None = None
) -> Mark:
    """Pin or star a conversation for oneself; None leaves as it is."""
    access_conversation(tx, conversation_id, viewer)
    query = select(mark.c.pinned, mark.c.starred).where(
        mark.c.agent == viewer.agent, mark.c.conversation == conversation_id
    )
    found = tx.one(query)
    now_pinned = bool(found[0]) if pinned is None and found else bool(pinned)
    now_starred = bool(found[1]) if starred is None and found else bool(starred)
    values: dict[str, object] = {
        "agent": viewer.agent, "conversation": conversation_id, "pinned": int(now_pinned), "starred": int(now_starred),
    }  # fmt: skip
    _upsert(tx, mark, values, ("agent", "conversation"))
    record = Mark(conversation_id, now_pinned, now_starred)
    face = Face((f"agent:{viewer.agent}",), ("mark",))
    tx.announce(Change(MARK_CHANGED, put={"mark": record}, faces=(face,), subject=conversation_id))
    return record


def do_draft(tx: Tx, conversation_id: str, text: str, *, viewer: Viewer) -> None:
    """Keep what an agent has begun to write; an empty text forgets it. His other pages see it."""
    access_conversation(tx, conversation_id, viewer)
    tag = f"agent:{viewer.agent}"
    if text:
        values: dict[str, object] = {
            "agent": viewer.agent, "conversation": conversation_id, "text": text, "at": tx.now,
        }  # fmt: skip
        _upsert(tx, draft, values, ("agent", "conversation"))
        record = Draft(conversation_id, text, tx.now)
        tx.announce(Change(DRAFT_CHANGED, put={"draft": record}, faces=(Face((tag,), ("draft",)),)))
        return
    gone = tx.execute(
        delete(draft).where(draft.c.agent == viewer.agent, draft.c.conversation == conversation_id)
    ).rowcount
    if gone:
        tx.announce(Change(DRAFT_CHANGED, faces=(Face((tag,), (GONE,)),), gone=(f"draft:{conversation_id}",)))


def do_label(tx: Tx, conversation_id: str, labels: Sequence[str], *, viewer: Viewer) -> Row:
    """Set a conversation's labels; each must exist."""
    state = access_conversation(tx, conversation_id, viewer)
    wanted = list(dict.fromkeys(labels))
    known = {str(row[0]) for row in tx.all(select(label.c.id).where(label.c.id.in_(wanted)))} if wanted else set()
    if len(known) != len(wanted):
        raise NotFound("chat.no_label", field="labels")
    state.labels = json.dumps(wanted)
    save_state(tx, state)
    announce_changed(tx, state)
    return row_of(state)


def do_snooze(tx: Tx, conversation_id: str, until: int | None, *, viewer: Viewer) -> Row:
    """Put a conversation aside until a moment (ms UTC), or None to have it back; a new customer line wakes it too."""
    state = access_conversation(tx, conversation_id, viewer)
    if state.state != "open":
        raise Conflict("chat.ended")
    if until is not None and until <= tx.now:
        raise Invalid("chat.snooze_past", field="until")
    state.snoozed_until = until
    save_state(tx, state)
    announce_changed(tx, state)
    return row_of(state)


def do_block(tx: Tx, customer: str, *, viewer: Viewer, reason: str, until: int | None = None) -> None:
    """Keep a customer from writing, for a time or until let in again; audited."""
    card = customers.card(tx, customer)
    if card is None:
        raise NotFound("chat.not_open")
    values: dict[str, object] = {
        "customer": card.id, "at": tx.now, "by": viewer.agent, "reason": reason, "until": until,
    }  # fmt: skip
    _upsert(tx, blocked_customer, values, ("customer",))
    _show_blocked(tx, card.shop, card.id, blocked=True)
    audit.note(tx, viewer, "chat.customer.blocked", object_id=card.id, detail={"reason": reason, "until": until})


def do_unblock(tx: Tx, customer: str, *, viewer: Viewer) -> None:
    """Let a customer write again; audited."""
    card = customers.card(tx, customer)
    if card is None:
        raise NotFound("chat.not_open")
    tx.execute(delete(blocked_customer).where(blocked_customer.c.customer == card.id))
    _show_blocked(tx, card.shop, card.id, blocked=False)
    audit.note(tx, viewer, "chat.customer.unblocked", object_id=card.id)


def _show_blocked(tx: Tx, shop: str, customer: str, *, blocked: bool) -> None:
    tx.execute(update(conversation).where(conversation.c.customer == customer).values(blocked=int(blocked)))
    do_mark_blocked(tx, customer, blocked=blocked)
    state = open_state(tx, shop, customer)
    if state is not None:
        add_system_line(tx, state, "blocked" if blocked else "unblocked", desk_only=True)
        announce_changed(tx, state)


def _check_label(tx: Tx, name: str, color: str, *, but: str = "") -> str:
    name = name.strip()
    if not 1 <= len(name) <= LABEL_LENGTH or color not in COLORS:
        raise Invalid("chat.empty", field="name" if color in COLORS else "color")
    taken = tx.one(select(label.c.id).where(label.c.name == name, label.c.id != but))
    if taken is not None:
        raise Conflict("chat.label_taken", field="name")
    return name


def _announce_label(tx: Tx, record: Label) -> Label:
    face = Face(("desk",), ("label",))
    tx.announce(Change(LABEL_CHANGED, put={"label": record}, faces=(face,), subject=record.id))
    return record


def do_create_label(tx: Tx, name: str, color: str) -> Label:
    """Make a label for everybody."""
    name = _check_label(tx, name, color)
    record = Label(new_id("l", at=tx.now), name, color)
    tx.execute(label.insert().values(id=record.id, name=name, color=color))
    return _announce_label(tx, record)


def do_patch_label(tx: Tx, label_id: str, name: str, color: str) -> Label:
    """Rename or recolour a label."""
    if tx.one(select(label.c.id).where(label.c.id == label_id)) is None:
        raise NotFound("chat.no_label")
    name = _check_label(tx, name, color, but=label_id)
    tx.execute(update(label).where(label.c.id == label_id).values(name=name, color=color))
    return _announce_label(tx, Label(label_id, name, color))


def do_remove_label(tx: Tx, label_id: str) -> None:
    """Remove a label, also from every open conversation that carries it."""
    if not tx.execute(delete(label).where(label.c.id == label_id)).rowcount:
        raise NotFound("chat.no_label")
    carrying = select(conversation.c.id).where(conversation.c.labels.like(f'%"{label_id}"%'))
    for row in tx.all(carrying):
        state = load_state(tx, str(row[0]))
        if state is not None:
            kept = [item for item in labels_of(state) if item != label_id]
            state.labels = json.dumps(kept)
            save_state(tx, state)
            if state.state == "open":
                announce_changed(tx, state)
    tx.announce(Change(LABEL_REMOVED, faces=(Face(("desk",), (GONE,)),), gone=(f"label:{label_id}",)))
