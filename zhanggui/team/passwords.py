"""Password hashes: argon2id in its own threads, at most two at once, so that a rush of logins neither blocks the
event loop nor eats the memory (64 MiB a hash)."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from zhanggui.foundation.errors import Unavailable
from zhanggui.team.secrets import new_token

AT_ONCE: Final = 2
LINE_LENGTH: Final = 60
"""How many may wait: 60 × 0.1 s / 2 = 3 s. Whoever comes later is told to try again instead of piling up."""


class Hasher:
    """Makes and checks password hashes without holding up the event loop."""

    def __init__(self, hasher: PasswordHasher | None = None) -> None:
        self._argon2 = hasher or PasswordHasher()
        self._threads = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="zhanggui-argon2")
        self._waiting = 0
        # Checked in place of an unknown or disabled login, so that the answer takes as long as a real one.
        self._nobody = self._argon2.hash(new_token())

    async def hash(self, password: str) -> str:
        """Return the hash to keep."""
        return await self._run(password, None) or ""

    async def verify(self, kept: str | None, password: str) -> bool:
        """Tell whether the password is the right one; `kept` None (nobody) takes as long and is never right."""
        found = await self._run(password, kept or self._nobody)
        return found is not None and kept is not None

    def is_old(self, kept: str) -> bool:
        """Was this hash made with weaker parameters than today's?"""
        return self._argon2.check_needs_rehash(kept)

    def close(self) -> None:
        """Let the threads end."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    async def _run(self, password: str, kept: str | None) -> str | None:
        if self._waiting >= LINE_LENGTH:
            raise Unavailable("team.busy")
        self._waiting += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, self._work, password, kept)
        finally:
            self._waiting -= 1

    def _work(self, password: str, kept: str | None) -> str | None:
        if kept is None:
            return self._argon2.hash(password)
        try:
            self._argon2.verify(kept, password)
        except (VerificationError, InvalidHashError, UnicodeError):
            return None
        return kept
