"""Runs scenarios, as many at a time as the machine carries, each on a fleet of its own."""

import importlib.util
import os
import shutil
import subprocess
import tempfile
import threading
import time
import traceback
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from pathlib import Path

from fleetjudge.judge import UNEXCUSED
from fleetlab import guard, nfs, report
from fleetlab.budget import Item, Queue, in_turn
from fleetlab.fleet import Fleet
from fleetlab.host import HostError, Starved
from fleetlab.machine import Machine
from fleetlab.report import Row

SCENARIOS = Path(__file__).resolve().parent.parent / "scenarios"
PREFIX = f"fclab-{os.getpid()}-"


def available():
    """Scenario modules by name, in the order of their numbers."""
    return {path.stem: path for path in sorted(SCENARIOS.glob("[0-9]*_*.py"))}


def load(path):
    spec = importlib.util.spec_from_file_location(f"scenario_{path.stem}", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def item(name, module, machine):
    """What the scenario takes on this machine. `CORE` ones guard the guarantee itself, `SHORTEST` is what one can do with."""
    shortest = getattr(module, "SHORTEST", module.SECONDS)
    core = getattr(module, "CORE", False)
    return Item(name, machine.estimate(shortest), module.HOSTS + 1, core, module.SECONDS if shortest < module.SECONDS else 0)


def order(items, turn=None):
    """Without a turn the longest first; else the core, longest first, then the rest from the one whose turn it is."""
    longest_first = sorted(items, key=lambda one: -max(one.seconds, one.shorten))
    if turn is None:
        return longest_first
    return [one for one in longest_first if one.always] + in_turn([one for one in items if not one.always], turn)


class Runner:
    """`say` takes progress lines; `results` is the folder for what is collected, per scenario.

    `duration` is how many seconds those scenarios take that can be shortened; None: as many as they say.
    With a `budget` in seconds nothing is begun that would not end within it but for the core; what was not begun is in
    `left_out` then.
    """

    def __init__(self, program, seed, results, parallel, keep, say, machine=None, budget=None, turn=None, duration=None):
        self.program, self.seed, self.results = program, seed, Path(results)
        self.parallel, self.keep, self.say = parallel, keep, say
        self.machine, self.budget, self.turn, self.duration = machine or Machine(), budget, turn, duration
        self.left_out = []
        self._numbers, self._lock, self._stopping = iter(range(1, 1000)), threading.Lock(), False
        self._begin = time.monotonic()

    @property
    def elapsed(self):
        return time.monotonic() - self._begin

    def run(self, paths):
        """One row per scenario that was run, in the given order."""
        return self.run_modules({path.stem: load(path) for path in paths})

    def run_modules(self, modules):
        items = [item(name, module, self.machine) for name, module in modules.items()]
        queue = Queue(order(items, self.turn if self.budget else None), self.machine.kernels, self.budget)
        folder = tempfile.mkdtemp(prefix="fleetcron-lab-")
        os.chmod(folder, 0o755)
        guarded = guard.start(PREFIX, folder)
        try:
            self._share_classes(folder)
            rows = self._all(queue, modules, folder)
        except KeyboardInterrupt:
            # The threads cannot be interrupted; without their hosts they have nothing left to do.
            self._stopping = True
            self.say("interrupted: ending every host")
            guard.finish(guarded)
            os._exit(130)
        guard.finish(guarded)
        self.left_out = [one.name for one in queue.left_out]
        return [rows[name] for name in modules if name in rows]

    def _share_classes(self, folder):
        """Uses a copy of the program with its class data made ready, as an installed one has: its agents start sooner."""
        if self.program is None or not (self.program / "bin" / "share-classes").exists():
            return
        copy = Path(folder) / "program"
        shutil.copytree(self.program, copy)
        made = subprocess.run([copy / "bin" / "share-classes"], capture_output=True, text=True, stdin=subprocess.DEVNULL)
        if made.returncode:
            self.say(f"no class data made ready, agents will start slowly: {made.stderr.strip()[-200:]}")
        self.program = copy

    def _all(self, queue, modules, folder):
        rows, running = {}, {}
        with ThreadPoolExecutor(self.parallel) as pool:
            while queue.waiting or running:
                while len(running) < self.parallel:
                    one = queue.next(self.elapsed, sum(other.kernels for other in running.values()))
                    if one is None:
                        break
                    running[pool.submit(self._one, folder, one, modules[one.name], queue)] = one
                ended, _ = wait(running, return_when=FIRST_COMPLETED)
                for future in ended:
                    rows[running.pop(future).name] = future.result()
        return rows

    def _one(self, folder, one, module, queue):
        """The scenario's row. It is begun once more if the laboratory failed it, and never for what it found.

        That is if its hosts did not come up, or had no processor time and nothing is broken that this does not excuse.
        """
        name = one.name
        row = self._try(folder, one, name, module)
        if row.starved and queue.again(one, self.elapsed):
            self.say(f"{name}: {row.starved}, beginning once more: {row.problems[0]}")
            again = self._try(folder, one, f"{name}-again", module)
            again.measured = {"begun twice, since at first": f"{row.starved}: {row.problems[0]}", **again.measured}
            row = again
        (self.results / name).mkdir(parents=True, exist_ok=True)
        (self.results / name / "report.txt").write_text(report.table([row]) + "\n")
        self.say(f"{name}: {row.result} in {row.seconds:.0f} s")
        return row

    def _seconds(self, one):
        """How long a scenario that can be shortened may take: as long as was asked, all of it, or what is left of the budget."""
        if self.duration and one.shorten:
            return self.duration
        whole = self.machine.estimate(one.shorten)
        return min(whole, max(one.seconds, self.budget - self.elapsed)) / whole * one.shorten if self.budget and whole else None

    def _try(self, folder, one, place, module):
        name = one.name
        with self._lock:
            if self._stopping:
                return Row(name, False, 0)
            number = next(self._numbers)
        begin, began = time.monotonic(), False
        fleet = Fleet(
            f"{PREFIX}{number}", Path(folder) / place, module.HOSTS, self.program, self.seed, lambda text: self.say(f"{name}: {text}"),
            getattr(module, "LEASE", nfs.LEASE_SECONDS), self.machine, self._seconds(one),
        )  # fmt: skip
        problems, starved = [], ""
        try:
            with fleet:
                began = True
                try:
                    module.run(fleet)
                except HostError as broken:
                    problems.append(str(broken))
                    starved = "a host did not answer" if isinstance(broken, Starved) else ""
                finally:
                    fleet.collect(self.results / name, self.keep)
        except HostError as broken:
            problems.append(str(broken))
            starved = starved if began else "the laboratory's hosts did not come up"
            shutil.copytree(fleet.work / "logs", self.results / f"{name}-not-up", dirs_exist_ok=True)
        except Exception:
            began = True
            problems.append(traceback.format_exc())
        violations = fleet.verdict.violations if fleet.verdict else []
        problems += fleet.failures + violations
        if fleet.stalls:
            worst = max(fleet.stalls, key=lambda stall: stall.end - stall.begin)
            fleet.measure("without processor time", f"{len(fleet.stalls)} times, the longest: {worst}")
            starved = starved or f"its hosts were starved ({worst})"
        if not problems or any(text.startswith(UNEXCUSED) for text in violations):
            starved = ""
        return Row(name, not problems, time.monotonic() - begin, fleet.verdict, fleet.measured, problems, starved)
