"""Every setting of the server, in one typed class; nothing else reads the environment.

Read from the environment (`ZHANGGUI_PORT=8080`), a `.env` file in the working folder, and `zhanggui.toml` in the data
folder, in this order of precedence; the command line's options come before all. A wrong one is named at start.
"""

import os
import tomllib
from pathlib import Path
from typing import Literal

from pydantic import Field, ValidationError
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict, TomlConfigSettingsSource


class Settings(BaseSettings):
    """What can be set, with its default; the descriptions are what docs/operations.md shows."""

    model_config = SettingsConfigDict(
        env_prefix="ZHANGGUI_", env_file=".env", env_file_encoding="utf-8", extra="ignore"
    )

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


PREFIX = "ZHANGGUI_"
FILE = "zhanggui.toml"
NOT_OURS = ("ZHANGGUI_TEST_", "ZHANGGUI_API_OUT")


class WrongSettings(Exception):
    """Settings that cannot be meant; `problems` has one line for each: which, where from, what is wrong."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("; ".join(problems))
        self.problems = problems


def load_settings(**given: object) -> Settings:
    """Return the settings, or raise WrongSettings with every problem at once. `given`: options of the command line."""
    options = {name: value for name, value in given.items() if value is not None}
    folder = Path(str(options.get("data") or os.environ.get(PREFIX + "DATA") or "data"))
    problems = _unknown_names(folder / FILE)
    try:
        settings = Settings(**options)  # type: ignore[arg-type]
    except ValidationError as error:
        problems += [_told(item["loc"], item["msg"], options, folder) for item in error.errors()]
        raise WrongSettings(problems) from None
    except tomllib.TOMLDecodeError as error:
        raise WrongSettings([*problems, f"{folder / FILE}: {error}"]) from None
    if problems:
        raise WrongSettings(problems)
    return settings


def _unknown_names(file: Path) -> list[str]:
    known = set(Settings.model_fields)
    names = [name for name in os.environ if name.startswith(PREFIX) and not name.startswith(NOT_OURS)]
    problems = [f"{name}: unknown setting" for name in names if name.removeprefix(PREFIX).lower() not in known]
    try:
        written = tomllib.loads(file.read_text(encoding="utf-8")) if file.is_file() else {}
    except (tomllib.TOMLDecodeError, UnicodeDecodeError):
        return problems  # said once, by whoever reads it for good
    return problems + [f"{file}: {name}: unknown setting" for name in written if name not in known]


def _told(loc: tuple[int | str, ...], what: str, options: dict[str, object], folder: Path) -> str:
    name = str(loc[0]) if loc else "?"
    if name in options:
        return f"--{name}: {what}"
    variable = PREFIX + name.upper()
    if variable in os.environ:
        return f"{variable}={os.environ[variable]!r}: {what}"
    return f"{folder / FILE} (or .env): {name}: {what}"
