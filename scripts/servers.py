"""Lend the suite a PostgreSQL and a NATS when none answers: own folder, own port, gone afterwards.

Nothing is started when the usual ones answer, when ZHANGGUI_TEST_POSTGRES / ZHANGGUI_TEST_NATS name others, or when the
programs are not installed (the tests then say that they were skipped).
"""

import asyncio
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

import asyncpg

POSTGRES = "postgresql://postgres@127.0.0.1:{port}/postgres"
PATIENCE = 30.0


@contextmanager
def servers() -> Iterator[dict[str, str]]:
    """Environment variables that lead the tests to what was started; servers stop when the block ends."""
    with ExitStack() as stack:
        environment = {}
        if (
            "ZHANGGUI_TEST_POSTGRES" not in os.environ
            and not postgres_answers(5432)
            and (programs := postgres_programs())
        ):
            environment["ZHANGGUI_TEST_POSTGRES"] = stack.enter_context(postgres(programs))
        if "ZHANGGUI_TEST_NATS" not in os.environ and not listens(4222) and (program := shutil.which("nats-server")):
            environment["ZHANGGUI_TEST_NATS"] = stack.enter_context(nats(program))
        yield environment


def postgres_programs() -> Path | None:
    """The folder of initdb and postgres; Debian keeps them off the PATH."""
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"), key=lambda p: int(p.parts[-3]))
    found = shutil.which("postgres")
    return debian[-1].parent if debian else Path(found).resolve().parent if found else None


def someone() -> str | None:
    """PostgreSQL refuses to run as root, so root lends it another user; None = as ourselves."""
    if os.geteuid() != 0:
        return None
    names = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in names else "nobody"


@contextmanager
def postgres(programs: Path) -> Iterator[str]:
    """A PostgreSQL with an empty cluster; yields its address. Not durable on purpose: the tests kill us, not it."""
    user, port = someone(), free_port()
    with tempfile.TemporaryDirectory(prefix="zhanggui-postgres-", ignore_cleanup_errors=True) as folder:
        if user:
            shutil.chown(folder, user)
        data = Path(folder) / "data"
        make: list[str | Path] = [
            programs / "initdb",
            "-D",
            data,
            "--username=postgres",
            "--auth=trust",
            "--encoding=UTF8",
            "--locale=C",
        ]
        subprocess.run(make, user=user, cwd=folder, check=True, stdout=subprocess.DEVNULL)
        options = {"listen_addresses": "127.0.0.1", "max_connections": "200", "fsync": "off", "full_page_writes": "off"}
        settings = [word for name, value in options.items() for word in ("-c", f"{name}={value}")]
        serve: list[str | Path] = [programs / "postgres", "-D", data, "-p", str(port), "-k", folder, *settings]
        with ExitStack() as stack:
            log = stack.enter_context((Path(folder) / "log").open("wb"))
            process = stack.enter_context(subprocess.Popen(serve, user=user, cwd=folder, stderr=log))
            stack.enter_context(stopping(process))
            wait_until(lambda: postgres_answers(port), "PostgreSQL")
            yield POSTGRES.format(port=port)


@contextmanager
def nats(program: str) -> Iterator[str]:
    """A NATS server without storage; yields its address."""
    port = free_port()
    serve = [program, "--addr", "127.0.0.1", "--port", str(port)]
    with subprocess.Popen(serve, stderr=subprocess.DEVNULL) as it, stopping(it):
        wait_until(lambda: listens(port), "NATS")
        yield f"nats://127.0.0.1:{port}"


@contextmanager
def stopping(process: subprocess.Popen[bytes]) -> Iterator[None]:
    """End a process we started, also when the block fails; SIGINT is PostgreSQL's fast shutdown."""
    try:
        yield
    finally:
        process.send_signal(signal.SIGINT)
        with suppress(subprocess.TimeoutExpired):
            process.wait(20)
        process.kill()


def postgres_answers(port: int) -> bool:
    """True when user postgres may enter without a password."""

    async def ask() -> None:
        await (await asyncpg.connect(POSTGRES.format(port=port), timeout=3)).close()

    try:
        asyncio.run(ask())
    except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, TimeoutError):
        return False
    return True


def listens(port: int) -> bool:
    """True when something accepts connections there."""
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def free_port() -> int:
    """A port nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_until(ready: Callable[[], bool], name: str) -> None:
    """Wait for a server to come up, or say which one did not."""
    deadline = time.monotonic() + PATIENCE
    while not ready():
        if time.monotonic() > deadline:
            raise TimeoutError(f"{name} did not come up within {PATIENCE:.0f} s")
        time.sleep(0.1)
