"""Run the whole suite in stages and close with one tally, because no single runner sees all of it.

    python scripts/suite.py [stage ...]      stages: everyday postgres nats journeys slow web

Every stage runs, whatever an earlier one said. A stage without tests is fine; a skipped test is named loudly, and with
CI=true a skip in `postgres` or `journeys` fails the suite: a machine that checks must have both.
"""

import os
import subprocess
import sys
import time
import xml.etree.ElementTree as ET
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from servers import servers

HOME = Path(__file__).resolve().parent.parent
REPORTS = HOME / ".make" / "reports"
NO_TESTS = 5  # pytest's exit code for "collected nothing"
# Whole files go to one worker: what a file sets up once is set up once.
SIDE_BY_SIDE = ("-n", str(min(4, max(2, os.cpu_count() or 2))), "--dist=loadfile")


@dataclass(frozen=True, kw_only=True)
class Stage:
    """One run of one runner: which tests, how many seconds they should take, whether CI needs all of them."""

    name: str
    command: Sequence[str]
    folder: Path = HOME
    limit: float
    needed: bool = False


@dataclass(kw_only=True)
class Outcome:
    """What a stage said: counts from its JUnit report, `broken` when the runner itself failed."""

    stage: Stage
    seconds: float = 0.0
    passed: int = 0
    failed: int = 0
    broken: bool = False
    skips: Counter[str] = field(default_factory=Counter)

    @property
    def bad(self) -> bool:
        """True when the suite may not be called green."""
        return self.broken or bool(self.failed) or (self.stage.needed and bool(self.skips) and in_ci())


def in_ci() -> bool:
    """True on a machine that checks for others."""
    return os.environ.get("CI", "").lower() in {"1", "true", "yes"}


def report_of(name: str) -> Path:
    """Where the JUnit report of a stage stands."""
    return REPORTS / f"{name}.xml"


def pytest_stage(name: str, marks: str, *options: str, limit: float, needed: bool = False) -> Stage:
    """A stage of pytest: the tests with these marks."""
    command = [sys.executable, "-m", "pytest", "-q", "-m", marks, f"--junitxml={report_of(name)}", *options]
    return Stage(name=name, command=command, limit=limit, needed=needed)


def stages() -> list[Stage]:
    """All stages in order: what fails most often and soonest comes first."""
    vitest = ["npm", "test", "--silent", "--", "--reporter=default", "--reporter=junit"]
    return [
        pytest_stage("everyday", "not (slow or postgres or nats or browser or crash)", *SIDE_BY_SIDE, limit=60),
        Stage(name="web", command=[*vitest, f"--outputFile.junit={report_of('web')}"], folder=HOME / "web", limit=60),
        pytest_stage("postgres", "postgres", *SIDE_BY_SIDE, limit=180, needed=True),
        pytest_stage("nats", "nats and not postgres", limit=120),
        pytest_stage("journeys", "browser", "--timeout=180", limit=300, needed=True),
        pytest_stage("slow", "(slow or crash) and not (postgres or nats or browser)", "--timeout=300", limit=240),
    ]


def run(stage: Stage) -> Outcome:
    """Run one stage with its output on the screen and read its report."""
    print(f"\n──── {stage.name}", flush=True)
    report_of(stage.name).unlink(missing_ok=True)
    begun = time.monotonic()
    code = subprocess.run(stage.command, cwd=stage.folder, stdin=subprocess.DEVNULL, check=False).returncode
    outcome = Outcome(stage=stage, seconds=time.monotonic() - begun)
    read_report(outcome)
    outcome.broken = code not in {0, NO_TESTS} and not outcome.failed
    return outcome


def read_report(outcome: Outcome) -> None:
    """Count the cases of a JUnit report; a missing one counts nothing (the exit code tells)."""
    path = report_of(outcome.stage.name)
    if not path.exists():
        return
    for case in ET.parse(path).iter("testcase"):  # noqa: S314  (written by our own run)
        skipped = case.find("skipped")
        if case.find("failure") is not None or case.find("error") is not None:
            outcome.failed += 1
        elif skipped is None:
            outcome.passed += 1
        elif skipped.get("type") != "pytest.xfail":
            outcome.skips[skipped.get("message") or "no reason given"] += 1


def tell(outcomes: Sequence[Outcome]) -> None:
    """Print the table, every skip, every stage that took too long, and last the plain tally."""
    print(f"\n{'stage':<10}{'passed':>8}{'failed':>8}{'skipped':>9}{'seconds':>9}")
    for o in outcomes:
        skipped = o.skips.total()
        late = f"  over its {o.stage.limit:.0f} s" if o.seconds > o.stage.limit else ""
        broken = "  BROKEN" if o.broken else ""
        print(f"{o.stage.name:<10}{o.passed:>8}{o.failed:>8}{skipped:>9}{o.seconds:>9.1f}{late}{broken}")
    for o in outcomes:
        for reason, count in o.skips.items():
            word = "FAILED BY SKIPPING" if o.stage.needed and in_ci() else "SKIPPED"
            print(f"!! {word} {count} in {o.stage.name}: {reason}")
    unwanted = sum(o.broken + (o.skips.total() if o.bad and not o.failed and not o.broken else 0) for o in outcomes)
    line = f"{sum(o.passed for o in outcomes)} passed, {sum(o.failed for o in outcomes) + unwanted} failed"
    (REPORTS / "tally").write_text(line + "\n", encoding="utf-8")
    print(line, flush=True)


def main(names: Sequence[str]) -> int:
    """Run the named stages, or all; 0 when green."""
    chosen = [stage for stage in stages() if not names or stage.name in names]
    if unknown := set(names) - {stage.name for stage in chosen}:
        print(f"no such stage: {', '.join(sorted(unknown))}")
        return 2
    REPORTS.mkdir(parents=True, exist_ok=True)
    with servers() as addresses:
        os.environ.update(addresses)
        outcomes = [run(stage) for stage in chosen]
    tell(outcomes)
    return int(any(o.bad for o in outcomes))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
