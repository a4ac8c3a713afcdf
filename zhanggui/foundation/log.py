"""Logs: an event name and fields, one line each; never message text, secrets or personal data."""

import logging
import sys

import structlog

_SECRET_WORDS = ("password", "token", "secret", "cookie", "authorization", "csrf", "code", "text")


def _mask(_: object, __: str, fields: structlog.typing.EventDict) -> structlog.typing.EventDict:
    """Blank what must never be written, whatever a caller passed."""
    for name in fields:
        if name != "event" and any(word in name.lower() for word in _SECRET_WORDS):
            fields[name] = "[hidden]"
    return fields


def configure(level: str = "info", *, as_json: bool = False) -> None:
    """Set up logging once at start: readable lines by default, JSON for machines."""
    renderer: structlog.typing.Processor = (
        structlog.processors.JSONRenderer(ensure_ascii=False)
        if as_json
        else structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
    )
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _mask,
            structlog.processors.format_exc_info,
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelName(level.upper())),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
