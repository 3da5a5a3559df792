"""Runs scenarios, two at a time, each on a fleet of its own."""

import importlib.util
import os
import shutil
import tempfile
import threading
import time
import traceback
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from fleetlab import guard, nfs, report
from fleetlab.fleet import Fleet
from fleetlab.host import HostError
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


class Runner:
    """`say` takes progress lines; `results` is the folder for what is collected, per scenario."""

    def __init__(self, program, seed, results, parallel, keep, say):
        self.program, self.seed, self.results = program, seed, Path(results)
        self.parallel, self.keep, self.say = parallel, keep, say
        self._numbers, self._lock, self._stopping = iter(range(1, 1000)), threading.Lock(), False

    def run(self, paths):
        """One row per scenario, in the given order; the longest ones start first."""
        modules = [(path.stem, load(path)) for path in paths]
        longest_first = sorted(modules, key=lambda item: -getattr(item[1], "SECONDS", 0))
        folder = tempfile.mkdtemp(prefix="fleetcron-lab-")
        os.chmod(folder, 0o755)
        guarded = guard.start(PREFIX, folder)
        pool = ThreadPoolExecutor(self.parallel)
        try:
            waiting = [pool.submit(self._one, folder, *item) for item in longest_first]
            rows = {row.name: row for row in (future.result() for future in waiting)}
        except KeyboardInterrupt:
            # The threads cannot be interrupted; without their hosts they have nothing left to do.
            self._stopping = True
            self.say("interrupted: ending every host")
            guard.finish(guarded)
            os._exit(130)
        guard.finish(guarded)
        return [rows[path.stem] for path in paths]

    def _one(self, folder, name, module):
        """The scenario's row; it is begun once more if its own hosts did not come up, and never for any other reason."""
        row = self._try(folder, name, name, module)
        if not row.began:
            self.say(f"{name}: the laboratory's hosts did not come up, beginning once more: {row.problems[0]}")
            again = self._try(folder, name, f"{name}-again", module)
            again.measured = {"begun twice, since at first": row.problems[0], **again.measured}
            row = again
        (self.results / name).mkdir(parents=True, exist_ok=True)
        (self.results / name / "report.txt").write_text(report.table([row]) + "\n")
        self.say(f"{name}: {'passed' if row.passed else 'FAILED'} in {row.seconds:.0f} s")
        return row

    def _try(self, folder, name, place, module):
        with self._lock:
            if self._stopping:
                return Row(name, False, 0)
            number = next(self._numbers)
        begin, began = time.monotonic(), False
        fleet = Fleet(f"{PREFIX}{number}", Path(folder) / place, module.HOSTS, self.program, self.seed, lambda text: self.say(f"{name}: {text}"), getattr(module, "LEASE", nfs.LEASE_SECONDS))
        problems = []
        try:
            with fleet:
                began = True
                try:
                    module.run(fleet)
                except HostError as broken:
                    problems.append(str(broken))
                finally:
                    fleet.collect(self.results / name, self.keep)
        except HostError as broken:
            problems.append(str(broken))
            shutil.copytree(fleet.work / "logs", self.results / f"{name}-not-up", dirs_exist_ok=True)
        except Exception:
            began = True
            problems.append(traceback.format_exc())
        problems += fleet.failures + (fleet.verdict.violations if fleet.verdict else [])
        return Row(name, not problems, time.monotonic() - begin, fleet.verdict, fleet.measured, problems, began)
