"""Measures fleetcron: a fleet beside plain Quartz, one fire broken down, hot code, an idle agent, fail-over.

Prints tables, and with --json everything as one object. Judges nothing: it ends with status 0 if it could measure, 1 if
not, 2 if the command line is wrong. Numbers of different runs or machines do not compare; the ratios within one run do.
"""

import argparse
import json
import os
import platform
import signal
import sys
import time
from pathlib import Path

from . import failover, fire, fleet, idle, jmh
from .processes import Failed
from .report import Report
from .setup import prepare

PARTS = {"fleet": fleet, "fire": fire, "jmh": jmh, "idle": idle, "failover": failover}


def main():
    options = parse()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, interrupted)
    signal.signal(signal.SIGALRM, out_of_time)
    signal.alarm(options.limit * 60)
    try:
        status = measure(options)
    except Failed as failure:
        print(f"bench: {failure}", file=sys.stderr)
        status = 1
    return status


def measure(options):
    tools = sorted({tool for name in options.parts for tool in getattr(PARTS[name], "TOOLS", ())})
    kit = prepare(options.program, tools)
    keep = options.keep
    options.report = Report()
    result = {"machine": machine(kit), "parts": {}}
    options.report.machine(result["machine"])
    try:
        for name in options.parts:
            options.report.title(name, PARTS[name].__doc__)
            result["parts"][name] = PARTS[name].run(kit, options)
            options.report.part(name, result["parts"][name])
    except Failed:
        keep = True
        raise
    finally:
        signal.alarm(0)
        kit.remove(keep)
        if keep:
            print(f"\nThe evidence is in {kit.work}", flush=True)
        result["load_at_end"] = os.getloadavg()
        if options.json:
            options.json.write_text(json.dumps(result, indent=1) + "\n")
    return 0


def machine(kit):
    cpu = [line.split(":")[1].strip() for line in Path("/proc/cpuinfo").read_text().splitlines() if "model name" in line]
    release = (Path(kit.java).parent.parent / "release").read_text()
    return {
        "processors": os.cpu_count(),
        "cpu": cpu[0] if cpu else platform.machine(),
        "kernel": platform.release(),
        "java": next(line.split('"')[1] for line in release.splitlines() if line.startswith("JAVA_VERSION=")),
        "user": "root" if os.getuid() == 0 else "not root",
        "load": os.getloadavg(),
        "time": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
    }


def interrupted(number, _frame):
    for other in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(other, signal.SIG_IGN)
    print("bench: interrupted; ending what was started", file=sys.stderr, flush=True)
    raise SystemExit(128 + number)


def out_of_time(_number, _frame):
    raise Failed("not finished within the time limit (--limit)")


def rates(text):
    return sorted(int(word) for word in text.split(","))


def parse():
    parser = argparse.ArgumentParser(
        prog="packaging/tests/bench/run",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        epilog="\n".join(f"{name:9} {module.__doc__.splitlines()[0]}" for name, module in PARTS.items()),
    )
    add = parser.add_argument
    add("parts", nargs="*", metavar="PART", help=f"any of {', '.join(PARTS)}; all of them unless named")
    add("--instances", type=int, default=3, help="fleet, fire, failover: agents (%(default)s)")
    add("--rates", type=rates, default="10,20", help="fleet: jobs that fire every second, with commas (%(default)s)")
    add("--seconds", type=int, default=20, help="fleet, fire, idle: how long is measured each time (%(default)s)")
    add("--warm-up", type=int, default=10, help="fleet, fire, idle: seconds before that (%(default)s)")
    add("--times", type=int, default=1, help="fleet: tries of each row, of which medians are taken (%(default)s)")
    add("--faults", type=int, default=2, help="failover: agents killed idle, and as many mid-run (%(default)s)")
    add("--jobs", type=rates, default="100,10000", help="idle: jobs that are not due, with commas (%(default)s)")
    add("--once", action="store_true", help="jmh: only whether it works; the numbers mean nothing")
    add("--json", type=Path, metavar="FILE", help="writes all numbers there as well")
    add("--program", type=Path, metavar="FOLDER", help="another program folder than the one built from this tree")
    add("--limit", type=int, default=30, metavar="MINUTES", help="gives up after that time (%(default)s)")
    add("--keep", action="store_true", help="keeps logs, witness files and traces")
    options = parser.parse_args()
    unknown = [name for name in options.parts if name not in PARTS]
    if unknown:
        parser.error(f"no such part: {' '.join(unknown)}; there are {', '.join(PARTS)}")
    if not 1 <= options.instances <= 8:
        parser.error("--instances: 1 to 8")
    options.parts = options.parts or list(PARTS)
    return options


if __name__ == "__main__":
    sys.exit(main())
