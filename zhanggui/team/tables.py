"""What the team room keeps: agents, what they prove themselves with, roles, groups, sessions, presence, throttles."""

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Integer, SmallInteger, Table, Text

from zhanggui.foundation.database import Instant, Json, metadata

agent = Table(
    "agent",
    metadata,
    Column("id", Text, primary_key=True),
    Column("login", Text, nullable=False, unique=True),
    Column("name", Text, nullable=False),
    Column("nick", Text, nullable=False),
    Column("avatar", Text, nullable=False),
    Column("role", Text, nullable=False, index=True),
    Column("capacity", Integer, nullable=False),
    Column("state", Text, nullable=False),
    Column("language", Text, nullable=False),
    Column("settings", Json, nullable=False),
    Column("presence", Text, nullable=False),
    Column("open", Integer, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("signed_in_at", Instant),
    Column("disabled_at", Instant),
)
"""A person at the desk. `role` is the key of a built-in role or the id of an own one; `presence` is his own choice;
`open` counts his open conversations (kept by the chat room through `do_count_open`)."""

credential = Table(
    "credential",
    metadata,
    Column("agent_id", Text, ForeignKey("agent.id"), primary_key=True),
    Column("password", Text, nullable=False),
    Column("must_change", SmallInteger, nullable=False),
    Column("changed_at", Instant, nullable=False),
    Column("totp_secret", Text),
    Column("totp_pending", Text),
    Column("totp_step", BigInteger, nullable=False),
)
"""How an agent proves himself, apart from `agent` so that no list can ever carry a hash. `totp_step` is the last
time step used: a code works once."""

recovery_code = Table(
    "recovery_code",
    metadata,
    Column("agent_id", Text, ForeignKey("agent.id"), primary_key=True),
    Column("digest", Text, primary_key=True),
)
"""Unused recovery codes, as SHA-256; a used one is deleted."""

known_address = Table(
    "known_address",
    metadata,
    Column("agent_id", Text, ForeignKey("agent.id"), primary_key=True),
    Column("address", Text, primary_key=True),
    Column("seen_at", Instant, nullable=False),
)
"""Where an agent has signed in from: his own places have their own throttle, so that strangers cannot lock him out."""

role = Table(
    "role",
    metadata,
    Column("id", Text, primary_key=True),
    Column("name", Text, nullable=False, unique=True),
    Column("permissions", Json, nullable=False),
    Column("created_at", Instant, nullable=False),
)
"""Roles the owner made himself; the built-in five are in code and follow new permissions by themselves."""

team_group = Table(
    "team_group",
    metadata,
    Column("id", Text, primary_key=True),
    Column("name", Text, nullable=False, unique=True),
    Column("note", Text, nullable=False),
    Column("created_at", Instant, nullable=False),
)

group_member = Table(
    "group_member",
    metadata,
    Column("group_id", Text, ForeignKey("team_group.id"), primary_key=True),
    Column("agent_id", Text, ForeignKey("agent.id"), primary_key=True),
    Index("ix_group_member_agent_id", "agent_id"),
)

desk_session = Table(
    "desk_session",
    metadata,
    Column("id", Text, primary_key=True),
    Column("digest", Text, nullable=False, unique=True),
    Column("agent_id", Text, ForeignKey("agent.id"), nullable=False, index=True),
    Column("created_at", Instant, nullable=False),
    Column("seen_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
    Column("address", Text, nullable=False),
    Column("device", Text, nullable=False),
)
"""Who is signed in. `digest` is the SHA-256 of the cookie's token; a session that ended has no row."""

live_socket = Table(
    "live_socket",
    metadata,
    Column("agent_id", Text, ForeignKey("agent.id"), primary_key=True),
    Column("process", Text, primary_key=True),
    Column("sockets", Integer, nullable=False),
    Index("ix_live_socket_process", "process"),
)
"""How many sockets an agent has open in each server process."""

process_beat = Table(
    "process_beat",
    metadata,
    Column("process", Text, primary_key=True),
    Column("beat_at", Instant, nullable=False),
)
"""When each server process last said that it lives; the sockets of a silent one do not count."""

throttle = Table(
    "throttle",
    metadata,
    Column("key", Text, primary_key=True),
    Column("failures", Integer, nullable=False),
    Column("last_at", Instant, nullable=False, index=True),
)
"""Failed tries per account and per address."""

installation = Table(
    "installation",
    metadata,
    Column("one", Integer, primary_key=True, autoincrement=False),
    Column("owner_id", Text, nullable=False),
    Column("set_up_at", Instant, nullable=False),
)
"""At most one row (`one` = 1): the shop has been set up. The primary key decides between two who try at once."""
