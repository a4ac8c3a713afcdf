"""`make bench`: every workload against its limit or aim, a table, and the figures as JSON.

make bench            about fifteen minutes
make bench QUICK=1    an honest small run in under three minutes: fewer and shorter rounds, the same programs
"""

import json
import os
import platform
import subprocess
import sys
import tempfile
from pathlib import Path

from bench import workloads
from bench.machine import look
from bench.programs import Figures
from zhanggui.foundation.clock import now_ms, to_datetime

RESULTS = Path(__file__).parent / "results"


def main() -> int:
    """Run what is asked for, print the table, keep the figures."""
    quick = os.environ.get("QUICK", "") not in ("", "0") or "QUICK" in sys.argv[1:]
    print(f"{'quick' if quick else 'full'} run; machine: {look()}", flush=True)
    found: Figures = {"machine": platform.platform(), "cores": os.cpu_count(), "quick": quick, "W1": {}}
    rounds, seconds = (2, 2.0) if quick else (5, 2.0)
    for count in (100,) if quick else (1, 100, 1000):
        found["W1"][str(count)] = workloads.pairs(count, rounds=rounds, seconds=seconds, tell=_tell)
    found["W2"] = {
        str(rate): workloads.open_loop(rate, seconds=6 if quick else 60)
        for rate in ((2000,) if quick else (100, 500, 2000))
    }
    if not quick:
        found["W3"] = workloads.crowd(buyers=8_000, seconds=30)
        found["W4"] = workloads.storm(buyers=8_000, seconds=30)
    with tempfile.TemporaryDirectory() as folder:
        count = 2_000 if quick else 10_000
        found["snapshot"] = workloads.desk_snapshot(
            conversations=count, times=20 if quick else 100, folder=Path(folder)
        )
    if not quick:
        from bench import search

        found["search"] = search.run(quick=False)
        found["W7"] = _crash()
    _print_table(found)
    RESULTS.mkdir(exist_ok=True)
    target = RESULTS / f"{to_datetime(now_ms()).strftime('%Y%m%d-%H%M%S')}.json"
    target.write_text(json.dumps(found, indent=1, ensure_ascii=False, default=str) + "\n", encoding="utf-8")
    print(f"\nkept in {target.relative_to(Path.cwd()) if target.is_relative_to(Path.cwd()) else target}")
    return 0


def _crash() -> str:
    """W7: the power cut, a hundred times on each engine (`make test` does twenty)."""
    environment = {**os.environ, "ZHANGGUI_TEST_KILLS": "100"}
    command = [sys.executable, "-m", "pytest", "-q", "tests/crash", "-k", "killed", "--timeout=3600"]
    done = subprocess.run(command, env=environment, check=False, capture_output=True, text=True)
    return done.stdout.strip().splitlines()[-1]


def _print_table(found: Figures) -> None:
    print(f"\n{'what':<34}{'figure':>14}  against")
    for count, one in found["W1"].items():
        ratio, bare = one["ratio_to_limit"], f"of the limit's {one['limit_rate']:.0f}/s; floor 0.30, aim 0.50"
        spread = f"{ratio['median']:.2f} ({ratio['min']:.2f}–{ratio['max']:.2f})"
        _row(f"W1 {count} durable pairs", f"{one['rate']:.0f}/s", f"{spread} {bare}")
        for part, name in (("loop", "event loop"), ("threads", "writer and readers")):
            ours, theirs = (one["cpu_us_a_line"][who][part] for who in ("product", "limit"))
            _row(f"   {name}, processor a line", f"{ours:.0f} µs", f"the limit's {theirs:.0f} µs (with its opening)")
    for rate, one in found["W2"].items():
        _row(f"W2 {rate}/s over 1,000 pairs, p99", f"{one['p99']:.1f} ms", f"50 ms; p50 {one['p50']:.1f} ms")
    for name in ("W3", "W4"):
        if name in found:
            one = found[name]
            seen = f"p50 {one['p50']:.1f} ms, gaps {one['gaps']}, doubled {one['doubled']}, resyncs {one['resyncs']}"
            _row(f"{name} {one['connections']} sockets, p99", f"{one['p99']:.1f} ms", seen)
    if "W3" in found:
        one = found["W3"]
        _row("   memory a connection", f"{one['kib_a_connection']:.0f} KiB", f"40 KiB; {one['mib']:.0f} of 1,024 MiB")
    one = found["snapshot"]
    _row(
        f"snapshot, {one['conversations']} open, p99", f"{one['p99_ms']:.0f} ms", f"150 ms; p50 {one['p50_ms']:.0f} ms"
    )
    if "W7" in found:
        _row("W7 killed 100 times", "", found["W7"])


def _row(what: str, figure: str, against: str) -> None:
    print(f"{what:<34}{figure:>14}  {against}")


def _tell(line: str) -> None:
    print(line, flush=True)


if __name__ == "__main__":
    sys.exit(main())
