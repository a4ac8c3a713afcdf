"""What a backup says of itself."""

from dataclasses import dataclass

import msgspec

from zhanggui.foundation.database.moving import Form, table_of
from zhanggui.foundation.errors import Invalid


@dataclass(frozen=True, slots=True)
class Told:
    """What the backup tells of one table."""

    form: Form
    rows: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """Which version wrote it, under which revision of the schema, when (ms UTC), and every table in loading order."""

    zhanggui: str
    revision: str
    at: int
    tables: dict[str, Told]

    @classmethod
    def read(cls, written: bytes) -> "Manifest":
        """Return what was written; Invalid when it is not a manifest."""
        try:
            found = msgspec.json.decode(written, type=cls)
            for name, told in found.tables.items():
                table_of(name, told.form)
        except (msgspec.DecodeError, ValueError):
            raise Invalid("cli.no_backup") from None
        return found

    def written(self) -> bytes:
        """Return it as JSON that a person can read, too."""
        return msgspec.json.format(msgspec.json.encode(self), indent=1)

    def counts(self) -> dict[str, int]:
        """Return rows by table."""
        return {name: told.rows for name, told in self.tables.items()}
