"""The programs that are measured, each started afresh for a round and ended after it, and the load put on them."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.machine import cpu_seconds
from bench.stage import Stage, make_stage, plan_of

Figures = dict[str, Any]
HERE = Path(__file__).parent
OPEN_WIDE = {
    "ZHANGGUI_SENDS_PER_SECOND": "1000000",
    "ZHANGGUI_SENDS_BURST": "1000000",
    "ZHANGGUI_FRAMES_PER_SECOND": "1000000",
    "ZHANGGUI_LOG_LEVEL": "error",
}
"""Every feature on; only the limits of one sender are lifted, for the load is one sender to them."""


def loader() -> Path:
    """Compile the load program; it needs a C compiler."""
    compiler = shutil.which("cc") or shutil.which("gcc") or shutil.which("clang")
    if compiler is None:
        raise SystemExit("the bench needs a C compiler (cc)")
    target = Path(tempfile.gettempdir()) / f"zhanggui-load-{os.getuid()}"
    if not target.exists() or target.stat().st_mtime < (HERE / "load.c").stat().st_mtime:
        subprocess.run([compiler, "-O2", "-o", str(target), str(HERE / "load.c"), "-lm"], check=True)
    return target


@dataclass
class Program:
    """A running server."""

    process: subprocess.Popen[str]
    port: int
    plan: Path
    number: int

    def load(self, *options: object, seconds: float, warm: float = 1.0) -> Figures:
        """Put the load on it; returns its figures and the server's processor seconds: event loop, other threads."""
        words = ["--seconds", seconds, "--warm", warm, "--from", self.number, *options]
        begun = cpu_seconds(self.process.pid)
        command = [str(loader()), str(self.port), str(self.plan), *map(str, words)]
        answer = subprocess.run(command, capture_output=True, text=True, check=True)
        figures: Figures = json.loads(answer.stdout)
        used = cpu_seconds(self.process.pid)
        figures["loop_cpu"], figures["threads_cpu"] = used[0] - begun[0], used[1] - begun[1]
        return figures


@contextmanager
def product(*, agents: int, visitors: int, url: str = "") -> Iterator[tuple[Program, Stage, Path]]:
    """The product, with so many agents and visitors signed in beforehand."""
    with tempfile.TemporaryDirectory(prefix="zhanggui-bench-", dir=_disk()) as folder:
        data = Path(folder)
        stage = make_stage(url, data, agents=agents, visitors=visitors)
        plan = data / "plan"
        plan.write_text(plan_of(stage), encoding="utf-8")
        environment = {
            **os.environ,
            **OPEN_WIDE,
            "ZHANGGUI_DATA": folder,
            "ZHANGGUI_PORT": "0",
            "ZHANGGUI_DATABASE": url,
        }
        with _running([sys.executable, "-m", "bench.server"], environment) as process:
            assert process.stdout is not None
            port = int(process.stdout.readline())
            yield Program(process, port, plan, stage.number), stage, data


@contextmanager
def limit(pairs: int) -> Iterator[Program]:
    """The limit: the same sockets and disk, nothing else."""
    with tempfile.TemporaryDirectory(prefix="zhanggui-limit-", dir=_disk()) as folder:
        plan = Path(folder) / "plan"
        lines = [f's\t/s/{i}\t\t{{"t":"hello"}}\tm{i}-\nr\t/r/{i}\t\t{{"t":"hello"}}\t\n' for i in range(pairs)]
        plan.write_text("".join(lines), encoding="utf-8")
        port = _free_port()
        command = [sys.executable, "-m", "bench.limit", str(port), str(Path(folder) / "limit.db")]
        with _running(command, dict(os.environ)) as process:
            _wait_for(port)
            yield Program(process, port, plan, 0)


@contextmanager
def _running(command: list[str], environment: dict[str, str]) -> Iterator["subprocess.Popen[str]"]:
    process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True, cwd=HERE.parent)
    try:
        yield process
    finally:
        process.send_signal(signal.SIGINT)
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(5)
        if process.stdout is not None:
            process.stdout.close()


def _disk() -> str:
    """Where the data lies: on the disk that is measured, not in memory."""
    return os.environ.get("ZHANGGUI_BENCH_DIR", str(HERE.parent))


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_for(port: int) -> None:
    for _ in range(200):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise TimeoutError(f"nothing listens on {port}")
