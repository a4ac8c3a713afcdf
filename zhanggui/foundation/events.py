"""Changes and who may read them.

Every change of the desk is a `Change`: a kind from the one list of events, full records of what it changed (`put`),
keys of what is no longer there (`gone`) and its faces: which tags read which parts. A change has one number; each
reader sees the face meant for him; an empty audience is nobody. The generic rule for every client is "put replaces
the record, gone removes it", so that snapshot + events = fresh snapshot.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import msgspec

KINDS: dict[str, dict[str, type]] = {}
GONE = "gone"


class Face(msgspec.Struct, frozen=True, gc=False):
    """One view of a change: every reader with one of `tags` gets the parts named (`gone` for the removed keys).

    Kept by the ten thousands and never part of a cycle: the garbage collector need not look at it.
    """

    tags: tuple[str, ...]
    parts: tuple[str, ...]


@dataclass(slots=True)
class Change:
    """Something that happened, announced once, in the same transaction as the rows it changed.

    `at` (ms UTC) is given when its action announces it, `n` when its group is committed; until then they are 0.
    `origin` is handed through to the stored change and never written: the socket that caused it finds its
    acknowledgement by it.
    """

    kind: str
    put: Mapping[str, object] = field(default_factory=dict)
    faces: tuple[Face, ...] = ()
    gone: tuple[str, ...] = ()
    subject: str = ""
    n: int = 0
    origin: object = None
    at: int = 0


class Stored(msgspec.Struct, gc=False):
    """A committed change: its number `n` (commit order), time (ms UTC) and its parts as JSON, once for all readers."""

    n: int
    at: int
    kind: str
    subject: str
    faces: tuple[Face, ...]
    put: Mapping[str, str]
    gone: tuple[str, ...]
    origin: object = None


class _Body(msgspec.Struct):
    faces: list[tuple[list[str], list[str]]]
    put: dict[str, msgspec.Raw]
    gone: list[str]


_encode = msgspec.json.Encoder().encode
_decode_body = msgspec.json.Decoder(_Body).decode


def event(kind: str, **parts: type) -> str:
    """Declare an event with the record types of its parts; returns the kind so that a room can name it."""
    if KINDS.setdefault(kind, parts) != parts:
        raise ValueError(f"event {kind} is declared twice")
    return kind


def encode_parts(change: Change) -> dict[str, str]:
    """Return the parts of a change as JSON texts. A kind nobody declared is a programming error (KeyError)."""
    _ = KINDS[change.kind]
    return {name: _encode(record).decode() for name, record in change.put.items()}


def encode_body(faces: tuple[Face, ...], put: Mapping[str, str], gone: tuple[str, ...]) -> str:
    """Return what the delivery log stores: faces, parts and removed keys as one JSON text."""
    head = _encode([(face.tags, face.parts) for face in faces]).decode()
    parts = ",".join([f'"{name}":{body}' for name, body in put.items()])
    removed = _encode(gone).decode() if gone else "[]"
    return f'{{"faces":{head},"put":{{{parts}}},"gone":{removed}}}'


def decode_stored(n: int, at: int, kind: str, subject: str, body: str) -> Stored:
    """Return a row of the delivery log as it was when committed."""
    decoded = _decode_body(body)
    faces = tuple(Face(tags=tuple(tags), parts=tuple(parts)) for tags, parts in decoded.faces)
    put = {name: bytes(raw).decode() for name, raw in decoded.put.items()}
    return Stored(n=n, at=at, kind=kind, subject=subject, faces=faces, put=put, gone=tuple(decoded.gone))


def face_for(stored: Stored, tags: frozenset[str] | set[str]) -> tuple[str, ...]:
    """Return the parts a reader with these tags gets: the union over every face that names one of them."""
    parts: list[str] = []
    for face in stored.faces:
        if not tags.isdisjoint(face.tags):
            parts.extend(part for part in face.parts if part not in parts)
    return tuple(parts)


Reaction = Callable[..., None]


class Reactions:
    """What higher rooms do, inside the same transaction, when a lower room announces something.

    main.py connects them; the room that announces never knows. A reaction is `fn(tx, change)`.
    """

    def __init__(self) -> None:
        self._by_kind: dict[str, list[Reaction]] = {}

    def on(self, kind: str, reaction: Reaction) -> None:
        """Let `reaction` run for every announced change of this kind."""
        _ = KINDS[kind]
        self._by_kind.setdefault(kind, []).append(reaction)

    def to(self, kind: str) -> list[Reaction]:
        """Return the reactions to this kind, in the order they were connected."""
        return self._by_kind.get(kind, [])
