"""What clients hold: tables filled by a snapshot and kept by events, as the desk's page and the widget keep them."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import msgspec

from zhanggui.channels.visit import Visit, visit
from zhanggui.chat import queries
from zhanggui.chat.access import tags_of
from zhanggui.chat.desk import snapshot
from zhanggui.chat.lines import load_state
from zhanggui.chat.state import row_of
from zhanggui.customers import queries as customers
from zhanggui.customers.shapes import Merged
from zhanggui.foundation.access import Viewer
from zhanggui.foundation.database import Rx
from zhanggui.foundation.events import Stored, face_for
from zhanggui.foundation.ids import AgentId
from zhanggui.realtime.hub import tail_of
from zhanggui.team import access as team_access
from zhanggui.team import queries as team

Record = dict[str, Any]
Tables = dict[str, dict[str, Record]]


def plain(record: object) -> Any:
    """A record as a client reads it."""
    return msgspec.json.decode(msgspec.json.encode(record))


def key_of(record: Record) -> str:
    """As `keyOf` in web/src/realtime/tables.ts."""
    return str(record["id"]) if "id" in record else f"{record['conversation']}/{record['seq']}"


def by_key(records: Iterable[object]) -> dict[str, Record]:
    """Records as a table."""
    return {key_of(record): record for record in map(plain, records)}


def viewer_of(rx: Rx, agent: str) -> Viewer | None:
    """An agent with his rights as they are now; None when he is shut out."""
    view = team.view(rx, agent)
    if view.state != "active":
        return None
    return Viewer(
        AgentId(agent), view.name, view.role, team_access.permissions_of(rx, view.role), frozenset(view.groups)
    )


def apply(tables: Tables, stored: Stored, tags: set[str]) -> Record:
    """The generic rule: put replaces, gone removes. Returns what was put."""
    parts = face_for(stored, tags)
    if not parts:
        return {}
    frame = msgspec.json.decode("{" + tail_of(stored, parts))
    for part, record in frame.get("put", {}).items():
        if part in tables:
            tables[part][key_of(record)] = record
    for reference in frame.get("gone", []):
        table, _, key = reference.partition(":")
        tables.get(table, {}).pop(key, None)
    put: Record = frame.get("put", {})
    return put


def joined(changes: list[Stored]) -> set[str]:
    """The customers, both, that turned out to be one: whoever looks at either is told to take everything anew."""
    merged = [msgspec.json.decode(one.put["merged"], type=Merged) for one in changes if one.kind == "customer.merged"]
    return {str(who) for one in merged for who in (one.former, one.into)}


@dataclass
class DeskPage:
    """A page of the desk: its lists, and the one conversation that stands open on it."""

    agent: str
    scope: frozenset[str] = frozenset()
    watching: str = ""
    viewer: Viewer | None = None
    tables: Tables = field(default_factory=dict)
    about: str = ""
    resyncs: int = 0

    def begin(self, rx: Rx) -> None:
        """Take the snapshot."""
        self.viewer = viewer_of(rx, self.agent)
        self.tables = self.fresh(rx)
        state = load_state(rx, self.watching) if self.watching else None
        self.about = "" if state is None else state.customer

    def fresh(self, rx: Rx) -> Tables:
        """What a page opened now would hold."""
        if self.viewer is None:
            return {}
        taken = snapshot(rx, self.viewer, self.scope).tables
        tables = {name: by_key(getattr(taken, name)) for name in taken.__struct_fields__}
        if self.watching:
            tables |= self._opened(rx)
        return tables

    def _opened(self, rx: Rx) -> Tables:
        assert self.viewer is not None
        state = queries.one_for(rx, self.watching, self.viewer)
        card = customers.view(rx, state.customer)
        return {"message": by_key(queries.page(rx, state).items), "customer": by_key([card])}

    def hear(self, rx: Rx, changes: list[Stored], now: Viewer | None) -> None:
        """Apply what this page is sent. `now` is its person with today's rights: changed ones mean a new snapshot."""
        had = self.viewer
        afresh = now is None or had is None or (now.permissions, now.groups) != (had.permissions, had.groups)
        if now is None or afresh or self.about in joined(changes):
            self.resyncs += 1
            self.begin(rx)
            return
        tags = set(tags_of(now, self.scope))
        if self.watching:
            tags |= {f"watch:{self.watching}", f"about:{self.about}"}
        for stored in changes:
            apply(self.tables, stored, tags)

    def differences(self, rx: Rx) -> list[str]:
        """Where this page and a fresh one differ.

        Ended conversations may stay (the list of ended ones shows them), but only as they are; what they repeat of
        their customer's card is told for open ones only, and read with the conversation when one is opened.
        """
        fresh, held = self.fresh(rx), {name: dict(table) for name, table in self.tables.items()}
        for key, row in list(held.get("conversation", {}).items()):
            state = load_state(rx, key)
            if row["state"] == "ended" and state is not None and own(row) == own(plain(row_of(state))):
                del held["conversation"][key]
        for key, line in list(held.get("message", {}).items()):
            if line["conversation"] != self.watching and key not in fresh.get("message", {}):
                del held["message"][key]  # of another of his conversations
        if "customer" in held:
            held["customer"] = {key: card for key, card in held["customer"].items() if key == self.about}
        return [text for name in fresh for text in unequal(name, held[name], fresh[name])]


@dataclass
class WidgetPage:
    """A customer's widget: his talk and its lines."""

    visitor: str
    customer: str = ""
    tables: Tables = field(default_factory=dict)
    comebacks: int = 0

    def begin(self, rx: Rx) -> None:
        """Enter."""
        now = self._visit(rx)
        self.customer = now.customer.id
        self.tables = self._shown(now)

    def _visit(self, rx: Rx) -> Visit:
        who = customers.visitor_of(rx, self.visitor)
        assert who is not None
        return visit(rx, who, "")

    def _shown(self, now: Visit) -> Tables:
        talk = {} if now.conversation is None else {now.conversation.id: known(plain(now.conversation))}
        return {"talk": talk, "message": by_key(now.messages)}

    def hear(self, rx: Rx, changes: list[Stored]) -> None:
        """Apply what this widget is sent; one that turns out to be somebody else is closed and comes in again."""
        renewed = ("visitor.changed", self.visitor) in {(stored.kind, stored.subject) for stored in changes}
        if renewed or self.customer in joined(changes):
            self.comebacks += 1
            self.begin(rx)
            return
        for stored in changes:
            put = apply(self.tables, stored, {f"customer:{self.customer}", f"visitor:{self.visitor}"})
            talks = self.tables["talk"]
            for key, talk in talks.items():
                talks[key] = known(talk)
            if "message" in put:
                self._line(put["message"])

    def _line(self, line: Record) -> None:
        """Who answers has read: the widget knows that by itself."""
        talk = self.tables["talk"].get(line["conversation"])
        if talk is not None and line["sender"] == "agent" and line["recalled_at"] is None:
            talk["desk_read"] = max(talk["desk_read"], line["seq"])

    def differences(self, rx: Rx) -> list[str]:
        """Where this widget and a fresh one differ; of talks only the present one counts."""
        fresh = self._shown(self._visit(rx))
        held = {
            "talk": {key: self.tables["talk"].get(key, {}) for key in fresh["talk"]},
            "message": self.tables["message"],
        }
        return [text for name in fresh for text in unequal(name, held[name], fresh[name])]


def known(talk: Record) -> Record:
    """What a widget keeps of a talk: the place in the queue passes by, its own reading it knows, lines it counts.

    Who served in a talk that is over is told as he was called then.
    """
    parts = ("id", "state", "desk_read") if talk["state"] == "ended" else ("id", "state", "desk_read", "agent")
    return {part: talk[part] for part in parts}


CARD = {"customer", "name", "avatar", "known", "trade", "blocked"}
"""What a conversation's row repeats of its customer's card."""


def own(row: Record) -> Record:
    """What a conversation's row says of the conversation itself."""
    return {part: value for part, value in row.items() if part not in CARD}


def unequal(name: str, held: dict[str, Record], fresh: dict[str, Record]) -> list[str]:
    """What is wrong with a table, a line for each record."""
    lines = [f"{name} {key} should not be held any more" for key in held.keys() - fresh.keys()]
    lines += [f"{name} {key} is missing" for key in fresh.keys() - held.keys()]
    for key in held.keys() & fresh.keys():
        wrong = {part: (held[key].get(part), fresh[key].get(part)) for part in {*held[key], *fresh[key]}}
        wrong = {part: pair for part, pair in wrong.items() if pair[0] != pair[1]}
        if wrong:
            lines.append(f"{name} {key} is stale (held, fresh): {wrong}")
    return lines
