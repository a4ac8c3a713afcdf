"""Is the machine quiet enough to be believed? How fast it writes for good, and who else is busy on it."""

import os
import statistics
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

FSYNC_LIMIT = 0.0003
FOREIGN_LIMIT = 0.20


@dataclass(frozen=True)
class Quiet:
    """What was seen before a round: seconds of one fdatasync (median of 200), share of a core that others use."""

    fsync: float
    foreign: float

    @property
    def enough(self) -> bool:
        """Tell whether a round may begin."""
        return self.fsync <= FSYNC_LIMIT and self.foreign <= FOREIGN_LIMIT


def look() -> Quiet:
    """Write and sync 200 times, then watch the processors for half a second."""
    times = []
    with tempfile.NamedTemporaryFile(dir=Path.cwd()) as file:
        sync = getattr(os, "fdatasync", os.fsync)
        for _ in range(200):
            file.write(b"x" * 512)
            file.flush()
            begun = time.perf_counter()
            sync(file.fileno())
            times.append(time.perf_counter() - begun)
    return Quiet(statistics.median(times), _busy(0.5))


def _busy(seconds: float) -> float:
    before = _ticks()
    time.sleep(seconds)
    after = _ticks()
    return (after - before) / seconds / os.sysconf("SC_CLK_TCK") if before >= 0 else 0.0


def _ticks() -> int:
    """Ticks that all processors have worked; -1 where the system does not tell (not Linux)."""
    try:
        fields = Path("/proc/stat").read_text(encoding="ascii").split("\n", 1)[0].split()[1:]
    except OSError:
        return -1
    user, nice, system, _idle, _iowait, irq, softirq = map(int, fields[:7])
    return user + nice + system + irq + softirq


def cpu_seconds(pid: int) -> tuple[float, float]:
    """Processor seconds a process has used so far: (its event loop, which is the main thread; all other threads)."""
    whole, loop = _used(Path(f"/proc/{pid}/stat")), _used(Path(f"/proc/{pid}/task/{pid}/stat"))
    return loop, whole - loop


def _used(stat: Path) -> float:
    fields = stat.read_text(encoding="ascii").rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
