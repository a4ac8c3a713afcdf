"""The one family of errors a person may meet.

    ZhangguiError                 code, status, args for the message, the field it is about
    ├── Invalid          422      what was given cannot be meant
    ├── Unauthenticated  401      nobody is signed in
    ├── Forbidden        403      signed in, but not allowed
    ├── NotFound         404      not there, or not yours: the answer is the same on purpose
    ├── Conflict         409      the state does not allow it (already ended, already taken)
    ├── TooLarge         413      more than the limit says
    ├── TooMany          429      too fast; `retry_after` seconds
    └── Unavailable      503      for the moment not possible (disk full, restarting): nothing was stored

Each carries a `code` such as `team.agent_limit`; the words for it, in Chinese and English, are in the room's
`words.py` and are chosen at the edge by the reader's language. An error is never a place for personal data.
"""

from typing import ClassVar


class ZhangguiError(Exception):
    """A refusal or failure that a person is told about in his own language."""

    status: ClassVar[int] = 400
    retry: ClassVar[bool] = False

    def __init__(self, code: str, *, field: str | None = None, **args: object) -> None:
        super().__init__(code)
        self.code = code
        self.field = field
        self.args_for_words: dict[str, object] = args


class Invalid(ZhangguiError):
    """What was given cannot be meant: wrong type, length, shape."""

    status = 422


class Unauthenticated(ZhangguiError):
    """Nobody is signed in, or the session has ended."""

    status = 401


class Forbidden(ZhangguiError):
    """Signed in, but the role does not allow it."""

    status = 403


class NotFound(ZhangguiError):
    """Not there, or not yours; nobody learns which."""

    status = 404


class Conflict(ZhangguiError):
    """The present state does not allow it."""

    status = 409


class TooLarge(ZhangguiError):
    """More than the limit says."""

    status = 413


class TooMany(ZhangguiError):
    """Too fast. `retry_after` is in seconds."""

    status = 429
    retry = True

    def __init__(self, code: str, *, retry_after: float, **args: object) -> None:
        super().__init__(code, field=None, **args, retry_after=max(1, round(retry_after)))
        self.retry_after = retry_after


class Unavailable(ZhangguiError):
    """For the moment not possible; nothing was stored, trying again is right."""

    status = 503
    retry = True
