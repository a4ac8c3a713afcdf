"""What the team room is given: unknown fields and wrong types are refused, never guessed at."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from zhanggui.team.rules import Presence
from zhanggui.team.shapes.shown import Language

# The outer fence only; the real lengths, with words a person understands, are in rules.py.
Text = Annotated[str, Field(max_length=1000)]
Secret = Annotated[str, Field(max_length=1000, repr=False)]
MaybeSecret = Annotated[str | None, Field(max_length=1000, repr=False)]
# An id, a role's key or a permission's name: nothing that a database could stumble over, U+0000 least of all.
KEY_SIGNS = r"^[a-z0-9_.]{1,64}$"
Key = Annotated[str, Field(pattern=KEY_SIGNS)]


class Given(BaseModel):
    """What a client sends: unknown fields and wrong types are refused, never guessed at."""

    model_config = ConfigDict(extra="forbid", strict=True)


class SetupIn(Given):
    """First owner and shop name."""

    shop_name: Text
    login: Text
    name: Text
    password: Secret
    language: Language = "zh-CN"
    token: Secret = ""


class LoginIn(Given):
    """Login and password; `code` is a TOTP or recovery code when the account asks for one."""

    login: Text
    password: Secret
    code: Annotated[str | None, Field(max_length=64, repr=False)] = None


class LocalLoginIn(Given):
    """Which owner; "" is the first one."""

    login: Text = ""


class MePatch(Given):
    """What an agent may change about himself."""

    name: Text | None = None
    nick: Text | None = None
    avatar: Text | None = None
    language: Language | None = None
    settings: dict[str, object] | None = None


class PasswordIn(Given):
    """Own password, with the old one as proof."""

    old: Secret
    new: Secret


class CodeIn(Given):
    """A six-digit code from the authenticator."""

    code: Annotated[str, Field(max_length=64, repr=False)]


class OwnPasswordIn(Given):
    """The own password as proof for something that weakens the account."""

    password: Secret


class PresenceIn(Given):
    """What colleagues shall see."""

    choice: Presence


class AgentIn(Given):
    """A new account; without `password` one is made up and shown once."""

    login: Text
    name: Text
    nick: Text = ""
    role: Key = "agent"
    groups: Annotated[list[Key], Field(max_length=100)] = []
    capacity: int | None = None
    password: MaybeSecret = None


class AgentPatch(Given):
    """What may be changed about an account; what is left out stays."""

    name: Text | None = None
    nick: Text | None = None
    role: Key | None = None
    groups: Annotated[list[Key], Field(max_length=100)] | None = None
    capacity: int | None = None


class PasswordResetIn(Given):
    """A new password for somebody else; left out = one is made up and shown once."""

    password: MaybeSecret = None
    totp_off: bool = False


class RoleIn(Given):
    """An own role."""

    name: Text
    permissions: Annotated[list[Key], Field(max_length=500)]


class RolePatch(Given):
    """What may be changed about an own role."""

    name: Text | None = None
    permissions: Annotated[list[Key], Field(max_length=500)] | None = None


class GroupIn(Given):
    """A new group, with its members if they are known already."""

    name: Text
    note: Text = ""
    members: Annotated[list[Key], Field(max_length=500)] = []


class GroupPatch(Given):
    """What may be changed about a group; `members` replaces all of them."""

    name: Text | None = None
    note: Text | None = None
    members: Annotated[list[Key], Field(max_length=500)] | None = None
