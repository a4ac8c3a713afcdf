"""Does what was said still stand as it was said? The hash chain of every conversation, walked from its first line."""

import hashlib
from collections.abc import Iterable, Iterator
from itertools import groupby
from pathlib import Path

from sqlalchemy import Connection, select

from zhanggui.chat.files import path_of
from zhanggui.chat.state import chain, chain_meta, hash_text
from zhanggui.chat.tables import attachment, conversation, message
from zhanggui.foundation.database import AnyRow


def broken_chains(connection: Connection) -> Iterator[str]:
    """Return a line for each conversation whose lines are not what they were; memory stays bounded.

    A line whose text was erased by right has no salt any more: its text hash stands for it, and the chain still holds.
    """
    c = message.c
    wanted = select(conversation.c.id, conversation.c.last_seq, conversation.c.digest)
    ends = {row.id: (row.last_seq, bytes(row.digest)) for row in connection.execute(wanted)}
    lines = (
        select(
            c.conversation, c.seq, c.at, c.sender, c.by, c.kind, c.client_id, c.text, c.body, c.salt, c.text_hash,
            c.digest,
        )
        .order_by(c.conversation, c.seq)
    )  # fmt: skip
    with connection.execute(lines, execution_options={"yield_per": 1000}) as rows:
        for key, said in groupby(rows, key=lambda row: row.conversation):
            problem = _walk(key, said, ends.pop(key, (0, b"")))
            if problem:
                yield problem
    for key, (last_seq, _) in ends.items():
        if last_seq:
            yield f"conversation {key}: {last_seq} lines are missing"


def _walk(key: str, said: Iterable[AnyRow], end: tuple[int, bytes]) -> str | None:
    expected, digest = 0, hashlib.sha256(key.encode()).digest()
    for row in said:
        expected += 1
        if row.seq != expected:
            return f"conversation {key}: line {expected} is missing"
        text_hash = bytes(row.text_hash)
        if row.salt is not None and hash_text(bytes(row.salt), row.text, row.body) != text_hash:
            return f"conversation {key}: line {row.seq} was changed"
        meta = chain_meta(key, row.seq, row.at, row.sender, row.by, row.kind, row.client_id)
        digest = chain(digest, meta, text_hash)
        if digest != bytes(row.digest):
            return f"conversation {key}: the chain breaks at line {row.seq}"
    if (expected, digest) != end:
        return f"conversation {key}: ends at line {expected}, should end at {end[0]}"
    return None


def missing_files(connection: Connection, data: Path) -> Iterator[str]:
    """Return a line for each attachment whose bytes are gone."""
    wanted = select(attachment.c.id, attachment.c.store)
    with connection.execute(wanted, execution_options={"yield_per": 1000}) as rows:
        for row in rows:
            if not path_of(data, row.store).is_file():
                yield f"attachment {row.id}: its file is missing"
