"""The workloads. Each returns plain figures; what they mean against limits and aims stands in `__main__`."""

import asyncio
import statistics
import time
from collections.abc import Callable
from pathlib import Path

from bench.machine import look
from bench.programs import Figures, limit, product
from bench.stage import Stage, make_stage
from zhanggui.chat.desk import snapshot
from zhanggui.foundation.access import Viewer, role_permissions
from zhanggui.foundation.database import open_database
from zhanggui.foundation.ids import AgentId

Tell = Callable[[str], None]
GENERATOR_LIMIT = 0.5
"""Half a core: a load program busier than that measures itself."""
TRIES = 3


def pairs(count: int, *, rounds: int, seconds: float, tell: Tell) -> Figures:
    """W1: durable pairs in closed loop; the product against the limit, turn by turn. Ratio = product / limit."""
    ours: list[Figures] = []
    theirs: list[Figures] = []
    ratios: list[float] = []
    discarded = 0
    for number in range(rounds):
        bare, full, again = _pair(count, seconds=seconds)
        discarded += again
        check(full)
        ours.append(full)
        theirs.append(bare)
        ratios.append(full["rate"] / bare["rate"])
        tell(f"  W1 {count} pairs, round {number + 1}: {full['rate']:.0f}/s of {bare['rate']:.0f}/s = {ratios[-1]:.2f}")
    return {
        "pairs": count,
        "rate": statistics.median(one["rate"] for one in ours),
        "limit_rate": statistics.median(one["rate"] for one in theirs),
        "ratio_to_limit": {"median": statistics.median(ratios), "min": min(ratios), "max": max(ratios)},
        "cpu_us_a_line": {"product": _cpu(ours), "limit": _cpu(theirs)},
        "p50_ms": statistics.median(one["p50"] for one in ours),
        "p99_ms": statistics.median(one["p99"] for one in ours),
        "rounds": len(ours),
        "discarded": discarded,
    }


def _pair(count: int, *, seconds: float) -> tuple[Figures, Figures, int]:
    """One turn of limit and product, again while the machine is restless; returns how many turns did not count."""
    discarded = 0
    while True:
        quiet = look()
        with limit(count) as program:
            bare = program.load(seconds=seconds)
        with product(agents=count, visitors=count) as (server, _, _):
            full = server.load(seconds=seconds, warm=1.0 + count / 500)
        void = max(bare["client_cpu"], full["client_cpu"]) > GENERATOR_LIMIT
        if (quiet.enough and not void) or discarded == TRIES:
            return bare, full, discarded
        discarded += 1


def open_loop(rate: int, *, seconds: float) -> Figures:
    """W2: so many lines a second over 1,000 pairs, as chance spaces them; ages count from when a line was due."""
    with product(agents=200, visitors=1000) as (server, _, _):
        return check(server.load("--rate", rate, seconds=seconds, warm=2))


def crowd(*, buyers: int, seconds: float) -> Figures:
    """W3: buyers and 200 agents, 500 lines a second, a hundredth of all reconnecting each second; memory a socket."""
    with product(agents=200, visitors=buyers) as (server, _, _):
        empty = _memory(server.process.pid)
        found = server.load("--rate", 500, "--reconnect", (buyers + 200) / 100, seconds=seconds, warm=3)
        found["kib_a_connection"] = (_peak(server.process.pid) - empty) / (buyers + 200)
        found["mib"] = _peak(server.process.pid) / 1024
        return found


def storm(*, buyers: int, seconds: float) -> Figures:
    """W4: everybody is cut at once and comes back within ten seconds, asking for what he missed, under 500 lines/s."""
    with product(agents=200, visitors=buyers) as (server, _, _):
        return server.load("--rate", 500, "--storm", 10, seconds=seconds, warm=3)


def desk_snapshot(*, conversations: int, times: int, folder: Path) -> Figures:
    """The workbench with so many open conversations: the whole snapshot of a lead, in ms."""
    stage = make_stage("", folder, agents=200, visitors=conversations)
    took = asyncio.run(_snapshots(stage, folder, times))
    took.sort()
    return {"conversations": conversations, "p50_ms": took[len(took) // 2], "p99_ms": took[int(len(took) * 0.99)]}


async def _snapshots(stage: Stage, folder: Path, times: int) -> list[float]:
    from zhanggui.foundation.answers import answer

    database = open_database("", folder)
    await database.start()
    viewer = Viewer(AgentId(stage.seats[0].agent), "lead", "lead", role_permissions("lead"))
    took: list[float] = []
    for _ in range(times):
        begun = time.perf_counter()
        answer(await database.read(snapshot, viewer, frozenset({"all", "group"})))
        took.append((time.perf_counter() - begun) * 1e3)
    await database.stop()
    return took


def _cpu(runs: list[Figures]) -> dict[str, float]:
    """Microseconds of processor a line, in the event loop and in the other threads (the writer above all)."""
    return {
        part: statistics.median(one[f"{part}_cpu"] / max(1, one["sent"]) * 1e6 for one in runs)
        for part in ("loop", "threads")
    }


def check(found: Figures) -> Figures:
    """Refuse figures of a run in which something was lost: speed without the promise is none."""
    lost = found["sent"] - found["received"]
    if lost or found["errors"] or found["gaps"] or found["doubled"]:
        raise SystemExit(f"the promise was broken: {lost} lost, {found}")
    return found


def _memory(pid: int) -> float:
    return _status(pid, "VmRSS")


def _peak(pid: int) -> float:
    return _status(pid, "VmHWM")


def _status(pid: int, name: str) -> float:
    """A process's memory in KiB."""
    for line in Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines():
        if line.startswith(name):
            return float(line.split()[1])
    return 0.0
