"""Does what was said still stand as it was said? The hash chain of every conversation, walked from its first line."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import Connection, select

from zhanggui.chat.files import path_of
from zhanggui.chat.state import chain, chain_meta, hash_text
from zhanggui.chat.tables import attachment, conversation, message
from zhanggui.foundation.database import AnyRow

AT_ONCE = 1000


class Finding(NamedTuple):
    """Something that is not as it was written: its code, and what its words want."""

    code: str
    args: Mapping[str, object]


def broken_chains(connection: Connection) -> Iterator[Finding]:
    """Return a finding for each conversation whose lines are not what they were; memory stays bounded.

    A line whose text was erased by right has no salt any more: its text hash stands for it, and the chain still holds.
    """
    c = message.c
    lines = (
        select(
            c.conversation, c.seq, c.at, c.sender, c.by, c.kind, c.client_id, c.text, c.body, c.salt, c.text_hash,
            c.digest, conversation.c.last_seq, conversation.c.digest.label("end"),
        )
        .join(conversation, conversation.c.id == c.conversation)
        .order_by(c.conversation, c.seq)
    )  # fmt: skip
    with connection.execute(lines, execution_options={"yield_per": AT_ONCE}) as rows:
        for key, said in groupby(rows, key=lambda row: row.conversation):
            found = _walk(key, said)
            if found is not None:
                yield found
    yield from _emptied(connection)


def _walk(key: str, said: Iterable[AnyRow]) -> Finding | None:
    expected, digest = 0, hashlib.sha256(key.encode()).digest()
    end = (0, b"")
    for row in said:
        expected += 1
        if row.seq != expected:
            return _found("check.line_missing", key, expected)
        text_hash = bytes(row.text_hash)
        if row.salt is not None and hash_text(bytes(row.salt), row.text, row.body) != text_hash:
            return _found("check.line_changed", key, row.seq)
        meta = chain_meta(key, row.seq, row.at, row.sender, row.by, row.kind, row.client_id)
        digest = chain(digest, meta, text_hash)
        if digest != bytes(row.digest):
            return _found("check.chain_broken", key, row.seq)
        end = (row.last_seq, bytes(row.end))
    if (expected, digest) != end:
        return _found("check.end_differs", key, expected, last=end[0])
    return None


def _emptied(connection: Connection) -> Iterator[Finding]:
    said = select(message.c.seq).where(message.c.conversation == conversation.c.id).exists()
    lost = select(conversation.c.id).where(conversation.c.last_seq > 0, ~said)
    with connection.execute(lost, execution_options={"yield_per": AT_ONCE}) as rows:
        for row in rows:
            yield _found("check.line_missing", row.id, 1)


def _found(code: str, key: str, seq: int, **more: object) -> Finding:
    return Finding(code, {"conversation": key, "seq": seq, **more})


def missing_files(connection: Connection, data: Path) -> Iterator[Finding]:
    """Return a finding for each attachment whose bytes are gone."""
    wanted = select(attachment.c.id, attachment.c.store)
    with connection.execute(wanted, execution_options={"yield_per": AT_ONCE}) as rows:
        for row in rows:
            if not path_of(data, row.store).is_file():
                yield Finding("check.file_missing", {"attachment": row.id})
