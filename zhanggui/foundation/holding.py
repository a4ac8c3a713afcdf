"""Who holds a data folder: one server at a time, and how the machine's own command line finds it.

The lock is the operating system's, so it is gone with the process, however that ends.
"""

import json
import os
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Self

LOCK = "serve.lock"
LOCAL = "local.json"
HEADER = "X-Zhanggui-Local"


class Held(Exception):
    """Another process holds the folder."""


if os.name == "nt":  # pragma: no cover
    import msvcrt

    def _lock(file: IO[bytes]) -> None:
        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined,unused-ignore]

else:
    import fcntl

    def _lock(file: IO[bytes]) -> None:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)


class Holding:
    """`with Holding(folder):` the folder is ours until the block ends; raises Held when it is somebody else's."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.token = secrets.token_urlsafe(32)
        self._file: IO[bytes] | None = None

    def __enter__(self) -> Self:
        self._folder.mkdir(parents=True, exist_ok=True)
        file = (self._folder / LOCK).open("ab")
        try:
            _lock(file)
        except OSError as error:
            file.close()
            raise Held(str(self._folder)) from error
        self._file = file
        return self

    def __exit__(self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: object) -> None:
        (self._folder / LOCAL).unlink(missing_ok=True)
        if self._file is not None:
            self._file.close()

    def tell(self, url: str) -> None:
        """Write down where we listen (as this machine reaches it), and the token of the command line, for the folder's
        owner alone."""
        path = self._folder / LOCAL
        path.unlink(missing_ok=True)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            json.dump({"url": url, "token": self.token}, file)


@dataclass(frozen=True, slots=True)
class Serving:
    """The server that holds a folder."""

    url: str
    token: str


def who_serves(folder: Path) -> Serving | None:
    """Return the server that holds this folder, or None when it does not say (not serving, or about to)."""
    try:
        found = json.loads((folder / LOCAL).read_text(encoding="utf-8"))
        return Serving(str(found["url"]), str(found["token"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None
