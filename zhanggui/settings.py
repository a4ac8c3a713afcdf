"""Every setting of the server, in one typed class; nothing else reads the environment.

Read from the environment (`ZHANGGUI_PORT=8080`), a `.env` file in the working folder, and `zhanggui.toml` in the data
folder, in this order of precedence; the command line's options come before all. A wrong one is named at start.
"""

import os
import tomllib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Literal
from urllib.parse import urlsplit

from pydantic import Field, ValidationError, field_validator
from pydantic_core import PydanticCustomError
from pydantic_settings import (
    BaseSettings,
    DotEnvSettingsSource,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

PREFIX = "ZHANGGUI_"
FILE = "zhanggui.toml"
ENV_FILE = ".env"
NOT_OURS = ("ZHANGGUI_TEST_", "ZHANGGUI_API_OUT")
ADDRESSES = ("database", "nats_url")


def is_database(url: str) -> bool:
    """Tell whether this can be the address of a database: the home file (""), another file, or a PostgreSQL server."""
    if url in ("", "sqlite"):
        return True
    if url.startswith("sqlite:///"):
        return len(url) > len("sqlite:///")
    try:
        parts = urlsplit(url)
        return parts.scheme in ("postgresql", "postgres") and (parts.port or 1) > 0 and len(parts.path) > 1
    except ValueError:  # a port that is no number
        return False


class Settings(BaseSettings):
    """What can be set, with its default; the descriptions are what docs/operations.md shows."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, env_file=ENV_FILE, env_file_encoding="utf-8", extra="ignore")

    data: Path = Field(Path("data"), description="folder of the database file, uploads, keys and logins")
    database: str = Field("", description='"" = SQLite file in the data folder, or postgresql://user@host/name')
    broker: Literal["auto", "memory", "postgres", "nats"] = Field(
        "auto", description="wakes other processes: memory on SQLite, NOTIFY or NATS on PostgreSQL"
    )
    nats_url: str = Field("nats://127.0.0.1:4222", description="the NATS server, when broker is nats")
    host: str = Field("127.0.0.1", description="address to listen on")
    port: int = Field(8600, ge=0, le=65535, description="port to listen on; 0 takes a free one")
    public_url: str = Field("", description="the address people use, when a proxy stands in front (https://…)")
    trusted_proxies: str = Field("", description="addresses or networks whose X-Forwarded-For is believed, by comma")
    agent_limit: int = Field(30, ge=1, description="how many sub-accounts may exist besides the owner")
    session_hours: int = Field(12, ge=1, description="a session ends after so many hours without use")
    session_days: int = Field(14, ge=1, description="a session ends after so many days in any case")
    end_after_minutes: int = Field(30, ge=1, description="a quiet conversation ends by itself after so many minutes")
    reopen_hours: int = Field(24, ge=0, description="a new line within so many hours reopens the last conversation")
    capacity: int = Field(20, ge=1, description="open conversations an agent takes when none is set for him")
    recall_seconds: int = Field(120, ge=0, description="how long a line can be recalled")
    text_limit: int = Field(4000, ge=100, le=20000, description="longest text of one line, in characters")
    file_limit_mb: int = Field(20, ge=1, description="largest file, in MiB")
    video_limit_mb: int = Field(50, ge=1, description="largest short video of a customer, in MiB")
    sends_per_second: float = Field(5.0, gt=0, description="lines a second one customer may keep up")
    sends_burst: int = Field(20, ge=1, description="lines one customer may send at once before that limit counts")
    agent_sends_per_second: float = Field(20.0, gt=0, description="lines a second one agent may keep up")
    frames_per_second: float = Field(100.0, gt=0, description="frames a second one socket may keep up; more closes it")
    nudge_seconds: int = Field(10, ge=1, description="time between two nudges of one customer")
    event_days: int = Field(7, ge=1, description="how long the delivery log is kept")
    heartbeat_seconds: int = Field(25, ge=5, le=55, description="a socket that is silent twice as long is closed")
    frame_limit: int = Field(65536, ge=4096, description="largest frame from a client, in bytes")
    log_level: Literal["debug", "info", "warning", "error"] = Field("info", description="what is logged")
    log_json: bool = Field(False, description="log lines as JSON")
    language: Literal["zh-CN", "en"] = Field("zh-CN", description="language where nobody has chosen one")
    demo: bool = Field(False, description="a demo folder: listens on loopback only, offers the demo storefront")

    @field_validator("database")
    @classmethod
    def _database(cls, value: str) -> str:
        if not is_database(value):
            raise PydanticCustomError("not_a_database", 'give "", postgresql://user@host/name or sqlite:///path')
        return value

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Options first, then environment, `.env`, and the file in the data folder."""
        given = init_settings()
        folder = Path(str(given.get("data") or os.environ.get("ZHANGGUI_DATA") or "data"))
        file = TomlConfigSettingsSource(settings_cls, toml_file=folder / "zhanggui.toml")
        return init_settings, env_settings, dotenv_settings, file


@dataclass(frozen=True, slots=True)
class Problem:
    """A setting that cannot be meant: where it stands, what kind of mistake it is, and that in English."""

    where: str
    kind: str
    what: str
    wanted: Mapping[str, object] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.where}: {self.what}"


class WrongSettings(Exception):
    """Settings that cannot be meant; `problems` tells of each: which, where from, what is wrong."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("; ".join(map(str, problems)))
        self.problems = problems


def load_settings(**given: object) -> Settings:
    """Return the settings, or raise WrongSettings with every problem at once. `given`: options of the command line."""
    options = {name: value for name, value in given.items() if value is not None}
    file = Path(str(options.get("data") or os.environ.get(PREFIX + "DATA") or "data")) / FILE
    problems: list[Problem] = []
    written = _read(file, lambda: tomllib.loads(file.read_text(encoding="utf-8")), problems)
    dotted = _read(Path(ENV_FILE), lambda: DotEnvSettingsSource(Settings).env_vars, problems)
    if not problems:
        problems = _unknown_names(file, written, dotted)
        try:
            settings = Settings(**options)  # type: ignore[arg-type]
        except ValidationError as error:
            problems += [_told(item, _where(str(item["loc"][0]), options, file, dotted)) for item in error.errors()]
        else:
            if not problems:
                return settings
    raise WrongSettings(problems)


def _read(file: Path, read: Callable[[], Mapping[str, object]], problems: list[Problem]) -> Mapping[str, object]:
    try:
        return read() if file.is_file() else {}
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
        problems.append(Problem(str(file), "unreadable", str(error), {"said": str(error)}))
        return {}


def _unknown_names(file: Path, written: Mapping[str, object], dotted: Mapping[str, object]) -> list[Problem]:
    known = set(Settings.model_fields)

    def unknown(names: Iterable[str]) -> list[str]:
        ours = [name for name in names if name.upper().startswith(PREFIX) and not name.upper().startswith(NOT_OURS)]
        return [name for name in ours if name[len(PREFIX) :].lower() not in known]

    places = unknown(os.environ) + [f"{ENV_FILE}: {name.upper()}" for name in unknown(dotted)]
    places += [f"{file}: {name}" for name in written if name not in known]
    return [Problem(place, "unknown", "unknown setting") for place in places]


def _where(name: str, options: Mapping[str, object], file: Path, dotted: Mapping[str, object]) -> str:
    """Return where the value that counts stands; an address is not shown, it may hold a password."""
    variable = PREFIX + name.upper()
    if name in options:
        return f"--{name}"
    if variable in os.environ:
        return variable if name in ADDRESSES else f"{variable}={os.environ[variable]!r}"
    return f"{ENV_FILE}: {variable}" if variable.lower() in dotted else f"{file}: {name}"


def _told(item: "ErrorDetails", where: str) -> Problem:
    return Problem(where, item["type"], item["msg"], item.get("ctx", {}))
