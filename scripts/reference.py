"""Write or check docs/reference.md: every setting, command, permission, way in, event, frame and word, from the code.

python scripts/reference.py --write      (make reference)
python scripts/reference.py --check      (part of make laws)
"""

import os
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from types import UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

HOME = Path(__file__).resolve().parent.parent
PAGE = HOME / "docs" / "reference.md"
INTRODUCTION = """# Reference

Made from the code by `make reference`; a change here is overwritten. What the parts mean together is told in
[protocol.md](protocol.md), [operations.md](operations.md), [security.md](security.md) and [house.md](house.md).
"""
CLOSES = {
    "CLOSE_MALFORMED": "a frame could not be read, or too many were not valid",
    "CLOSE_SIGNED_OUT": "no session or token, or it has ended: sign in, then come again",
    "CLOSE_ORIGIN": "this site may not open the socket",
    "CLOSE_HELLO_LATE": "no hello within ten seconds",
    "CLOSE_REPLACED": "kept for clients: the same device is open elsewhere",
    "CLOSE_TOO_LARGE": "a frame above the limit",
    "CLOSE_TOO_FAST": "more frames a second than the limit",
    "CLOSE_RESTARTING": "this process ends, or the identity was renewed: come again soon",
    "CLOSE_VERSION": "a protocol version that is not spoken: reload the page",
}


EVENT = (
    "`event`",
    "`n` int, `prev` int, `ack` str (only to whose line it is), `at` int, `kind` str, `put` object or "
    "`gone` list of str",
    "A change: every part of `put` replaces a record, every `table:key` of `gone` removes one. `prev` is the last `n` "
    "sent to this socket: another one means that something is missing.",
)
"""Written by hand where it is sent, not from a record."""


def table(head: Iterable[str], rows: Iterable[Iterable[object]]) -> str:
    """A Markdown table."""
    names = list(head)
    lines = [" | ".join(names), " | ".join("---" for _ in names)]
    lines += [" | ".join(str(cell).replace("|", "\\|").replace("\n", " ") for cell in row) for row in rows]
    return "\n".join(f"| {line} |" for line in lines) + "\n"


def spelled(kind: object) -> str:
    """A type as it is written."""
    if kind is None or kind is type(None):
        return "null"
    origin, inner = get_origin(kind), get_args(kind)
    if origin is Literal:
        return " or ".join(f'"{one}"' for one in inner)
    if origin in (UnionType, Union):
        return " or ".join(map(spelled, inner))
    if origin is not None:
        return f"{spelled(origin)} of {', '.join(map(spelled, inner))}"
    return str(getattr(kind, "__name__", kind))


def settings() -> str:
    """Every setting."""
    from pydantic_core import PydanticUndefined

    from zhanggui.settings import PREFIX, Settings

    rows = []
    for name, field in Settings.model_fields.items():
        default = "" if field.default is PydanticUndefined else field.default
        shown = f"`{default}`" if str(default) else "(empty)"
        rows.append((f"`{name}`", f"`{PREFIX}{name.upper()}`", spelled(field.annotation), shown, field.description))
    return "## Settings\n\n" + table(("name", "environment", "type", "default", "meaning"), rows)


def commands() -> str:
    """Every command with its help."""
    import click

    from zhanggui.cli import main

    def walk(command: click.Command, parent: click.Context | None, name: str) -> Iterator[str]:
        context = click.Context(command, parent=parent, info_name=name, terminal_width=100)
        yield f"```\n{command.get_help(context).rstrip()}\n```\n"
        for inner_name, inner in sorted(getattr(command, "commands", {}).items()):
            yield f"### `{context.command_path} {inner_name}`\n"
            yield from walk(inner, context, inner_name)

    return "## Command line\n\n" + "\n".join(walk(main, None, "zhanggui"))


def permissions() -> str:
    """Every permission and the built-in roles that hold it."""
    from zhanggui.foundation.access import PERMISSIONS, ROLES

    head = ("permission", "中文", "English", *ROLES)
    rows = (
        (f"`{one.name}`", one.zh, one.en, *("✓" if role in one.roles or role == "owner" else "" for role in ROLES))
        for one in sorted(PERMISSIONS.values(), key=lambda one: one.name)
    )
    return "## Permissions\n\nAn own role holds what is chosen for it.\n\n" + table(head, rows)


def entrances() -> str:
    """Every way in with its guard, on one page."""
    from tests.house.walk import ways

    rows = []
    for way in sorted(ways(), key=lambda way: (way.path, way.method)):
        guard = f"`{way.permission.name}`" if way.permission else way.signed_in or way.public
        kind = "permission" if way.permission else "signed in" if way.signed_in else "public"
        rows.append((f"`{way.method} {way.path}`", kind, guard))
    return "## Ways in\n\n" + table(("way", "guard", "permission, or why none"), rows)


def events() -> str:
    """Every event kind with its parts."""
    from zhanggui.foundation.events import KINDS

    rows = (
        (f"`{kind}`", ", ".join(f"`{part}`: {spelled(record)}" for part, record in parts.items()) or "(gone only)")
        for kind, parts in sorted(KINDS.items())
    )
    return "## Events\n\n" + table(("kind", "parts"), rows)


def frames() -> str:
    """What is said on the sockets, and the close codes."""
    from zhanggui.chat import frames as chat
    from zhanggui.main import build_app
    from zhanggui.realtime import frames as ground
    from zhanggui.reception.queue import QueuePlace

    doors = (one.door for one in build_app().state.house.endpoints)
    said = {"every socket": [ground.Hello, ground.From, ground.Ping]}
    said |= {f"`{door.path}`": [command.frame for command in door.commands] for door in doors}
    mine = [(f"`{tag(one)}`", who, fields(one), first_line(one)) for who, kinds in said.items() for one in kinds]
    told = (
        ground.Welcome,
        ground.Resync,
        ground.Ack,
        ground.Error,
        ground.Pong,
        ground.Bye,
        chat.TypingNow,
        QueuePlace,
    )
    theirs = [(f"`{tag(one)}`", fields(one), first_line(one)) for one in told] + [EVENT]
    closes = {name: code for name, code in vars(ground).items() if name.startswith("CLOSE_")}
    codes = [(code, CLOSES[name]) for name, code in sorted(closes.items(), key=lambda pair: pair[1])]
    return (
        f"## Frames\n\nProtocol version {ground.VERSION}; the word stands under `t`.\n\n### From clients\n\n"
        + table(("word", "where", "fields", "meaning"), mine)
        + "\n### From the server\n\n"
        + table(("word", "fields", "meaning"), theirs)
        + "\n### Close codes\n\n"
        + table(("code", "meaning"), codes)
    )


def tag(frame: Any) -> str:  # noqa: ANN401  a msgspec class
    """The word of a frame on the wire."""
    return str(frame.__struct_config__.tag)


def fields(frame: Any) -> str:  # noqa: ANN401
    """The fields of a frame, by the names they have on the wire."""
    hints = get_type_hints(frame)
    names = zip(frame.__struct_encode_fields__, frame.__struct_fields__, strict=True)
    return ", ".join(f"`{wire}` {spelled(hints[name])}" for wire, name in names)


def first_line(record: object) -> str:
    """The promise of a docstring."""
    return (record.__doc__ or "").strip().split("\n")[0]


def spoken() -> str:
    """Every refusal and line in both languages."""
    from zhanggui.cli.words import WORDS
    from zhanggui.foundation import words

    words.register(WORDS)
    rows = ((f"`{code}`", *pair) for code, pair in sorted(words.known().items()))
    return "## Words\n\nCodes of refusals and of lines the system says.\n\n" + table(("code", "中文", "English"), rows)


def page() -> str:
    """The whole page."""
    import zhanggui.main  # every room, so that all permissions, events and words are known

    zhanggui.main.register_words()
    parts = (settings(), commands(), permissions(), entrances(), events(), frames(), spoken())
    return "\n".join((INTRODUCTION, *parts))


def main() -> int:
    """Do what the only argument says; 0 when everything fits."""
    os.environ["LC_ALL"] = "en"  # the command line answers in the terminal's language
    sys.path.insert(0, str(HOME))
    if sys.argv[1:] == ["--write"]:
        PAGE.write_text(page(), encoding="utf-8", newline="\n")
        return 0
    if sys.argv[1:] != ["--check"]:
        print(__doc__)
        return 2
    if not PAGE.is_file() or PAGE.read_text(encoding="utf-8") != page():
        print("docs/reference.md is not fresh, run `make reference`")
        return 1
    print("reference is fresh")
    return 0


if __name__ == "__main__":
    sys.exit(main())
