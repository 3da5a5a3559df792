"""The laboratory's command line: lab list | lab selftest | lab run | lab failover | lab package."""

import argparse
import random
import signal
import sys
import time
import types
import unittest
from pathlib import Path

from fleetlab import budget, failover, machine, needs, package, report, runner

HOME = Path(__file__).resolve().parent.parent
TARGET = HOME.parent.parent / "target"


def parser():
    top = argparse.ArgumentParser(
        prog="lab", description="Runs fleetcron on a fleet of real kernels on a real NFSv4.1 mount, under faults."
    )
    commands = top.add_subparsers(dest="command", required=True, metavar="list|selftest|run|failover|package")
    commands.add_parser("list", help="list the scenarios")
    commands.add_parser("selftest", help="test what needs no kernels")
    run = commands.add_parser("run", help="run scenarios; exits with 1 if an invariant broke, 2 if it cannot run here")
    run.add_argument("scenarios", nargs="*", metavar="SCENARIO", help="number or name, or all (the default)")
    run.add_argument("--seed", type=int, help="replay the random choices of an earlier run")
    run.add_argument("--duration", type=budget.seconds, metavar="TIME", help="how long scenarios of random faults take, e.g. 30m")
    run.add_argument("--parallel", type=int, default=2, metavar="N", help="fleets at a time, at most (2)")
    in_budget(run, "begin nothing that would not end in this time, e.g. 15m, but for the core; the rest in turn")
    of_program(run)
    run.add_argument("--keep", action="store_true", help="keep every file of the fleets' work folders in the results too")
    lost = commands.add_parser("failover", help="measure how soon the others start what a lost host would have")
    lost.add_argument("--lease", type=int, default=10, metavar="SECONDS", help="of the file server (%(default)s)")
    lost.add_argument("--faults", type=int, default=20, metavar="N", help="hosts to lose (%(default)s)")
    lost.add_argument("--limit", type=budget.seconds, metavar="TIME", help="end after this time, with fewer faults (12m; 40m from 11 s on)")
    of_program(lost)
    life = commands.add_parser("package", help="the built packages on a host booted with systemd; exit status as for run")
    life.add_argument("steps", nargs="*", metavar="STEP", help="steps to take, in order (all)")
    in_budget(life, "take the steps of the core, and of the rest what fits into this time, e.g. 10m, in turn")
    return top


def of_program(command):
    command.add_argument("--program", type=Path, default=TARGET / "fleetcron", help="program folder to test (%(default)s)")
    command.add_argument("--results", type=Path, default=TARGET / "lab", help="folder for logs and ledgers (%(default)s)")


def in_budget(command, reported):
    command.add_argument("--budget", type=budget.seconds, metavar="TIME", help=reported)
    command.add_argument("--turn", type=int, metavar="N", help="whose turn it is of the rest (the number of commits)")


def chosen(wanted):
    """Paths of the scenarios named by number or name; SystemExit(2) on a name that is none."""
    every = runner.available()
    if not wanted or "all" in wanted:
        return list(every.values())
    paths = []
    for name in wanted:
        found = [path for stem, path in every.items() if stem == name or stem.split("_")[0].lstrip("0") == name.lstrip("0")]
        if not found:
            sys.exit(say(f"no scenario {name}; there are: {' '.join(every)}"))
        paths += found
    return paths


def say(text):
    print(f"{time.strftime('%H:%M:%S')} lab: {text}", file=sys.stderr, flush=True)
    return 2


def show_list():
    for name, path in runner.available().items():
        print(f"{name:24} {runner.load(path).__doc__.strip().splitlines()[0]}")
    return 0


def run(arguments):
    paths = chosen(arguments.scenarios)
    needs_program = any(not getattr(runner.load(path), "DOCUMENTS_ONLY", False) for path in paths)
    if cannot(arguments.program, needs_program):
        return 2
    seed = random.SystemRandom().randrange(1 << 32) if arguments.seed is None else arguments.seed
    say(f"seed {seed}")
    carries = measured()
    turn = budget.turn_of_commit() if arguments.turn is None else arguments.turn
    if arguments.budget:
        say(f"budget {arguments.budget} s, turn {turn}")
    the_runner = runner.Runner(
        arguments.program.resolve(), seed, arguments.results, arguments.parallel, arguments.keep, say, carries, arguments.budget,
        turn, arguments.duration,
    )  # fmt: skip
    rows = the_runner.run(paths)
    print(report.table(rows))
    unjudged = [row.name for row in rows if row.starved]
    for line in (
        *report.left_out(unjudged, "packaging/tests/lab/lab run", "since this machine starved them twice"),
        *report.left_out(the_runner.left_out, "packaging/tests/lab/lab run", "for the budget"),
    ):
        print(line)
    print(report.closing(rows))
    return status(rows, arguments.budget)


def cannot(program, needs_program=True):
    """Whether it cannot be done here, and says why; installs what is missing."""
    reason = needs.refusal()
    if not reason and needs_program and not (program / "bin" / "fleetcron").exists():
        reason = f"no program in {program}; build it with `mvn package`"
    reason = reason or needs.install(say)
    return bool(reason and say(reason))


def measured():
    carries = machine.measure(f"{runner.PREFIX}0")
    say(f"this machine: {carries}")
    return carries


def fail_over(arguments):
    """Prints the table, and leaves all numbers in the results folder."""
    if cannot(arguments.program):
        return 2
    carries = measured()
    limit = arguments.limit or failover.usual_limit(arguments.lease)
    measurement = failover.Failover(arguments.lease, arguments.faults, limit)
    module = types.SimpleNamespace(HOSTS=failover.HOSTS, SECONDS=limit, LEASE=arguments.lease, CORE=True, run=measurement.run)
    name = f"failover-{arguments.lease}s"
    # A budget of one run: it is not begun once more.
    the_runner = runner.Runner(arguments.program.resolve(), 0, arguments.results, 1, False, say, carries, limit, 0)
    rows = the_runner.run_modules({name: module})
    measurement.write(arguments.results / name / "numbers.json")
    print(report.table(rows))
    print(report.closing(rows))
    return status(rows, None)


def status(rows, in_budget):
    """1 if something failed, 2 if this machine starved what was to be judged; within a budget only if that was all."""
    if any(not row.passed and not row.starved for row in rows):
        return 1
    starved = [row for row in rows if row.starved]
    return 2 if starved and (not in_budget or len(starved) == len(rows)) else 0


def selftest():
    tests = unittest.defaultTestLoader.discover(str(HOME / "tests"), top_level_dir=str(HOME))
    result = unittest.TextTestRunner(verbosity=0).run(tests)
    return 0 if result.wasSuccessful() and result.testsRun else 1


def main():
    arguments = parser().parse_args()
    for stop in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(stop, signal.default_int_handler)
    actions = {
        "list": show_list,
        "selftest": selftest,
        "run": lambda: run(arguments),
        "failover": lambda: fail_over(arguments),
        "package": lambda: package.run(arguments.steps, TARGET, say, arguments.budget, arguments.turn),
    }
    return actions[arguments.command]()


if __name__ == "__main__":
    sys.exit(main())
