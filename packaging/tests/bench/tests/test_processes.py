"""The C programs: nothing that a scheduler leaves behind goes uncounted or outlives it."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import unittest
from pathlib import Path

from fleetbench import accounting, witness
from fleetbench.processes import Group, wait_for
from fleetbench.setup import HERE, compile_c

SPIN = "i=0; while [ $i -lt 400000 ]; do i=$((i + 1)); done"


@unittest.skipUnless(shutil.which("cc"), "needs a C compiler")
class SubreaperTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory(prefix="fleetbench-test-")
        cls.addClassCleanup(folder.cleanup)
        cls.work = Path(folder.name)
        for name in ("subreaper", "witness"):
            compile_c(HERE / "c" / f"{name}.c", cls.work / name)

    def group(self):
        return Group(self.work, self.work)

    def start(self, group, script):
        return group.start("scheduler", ["/bin/sh", "-c", script], dict(os.environ))

    def gone(self, pid):
        one = accounting.stat(f"/proc/{pid}")
        return one is None or one.state in "ZX"

    def written(self, name):
        file = self.work / name
        return int(wait_for(name, 10, lambda: file.exists() and file.read_text().strip()))

    def test_counts_an_orphan_that_nobody_else_waits_for(self):
        with self.group() as group:
            # setsid and a dead parent: no descendant of the scheduler any more, but one of the subreaper.
            self.start(group, f"(setsid sh -c '{SPIN}; echo 1 >{self.work}/spun' &); sleep 600")
            self.written("spun")
            wait_for("the orphan to be reaped", 10, lambda: accounting.stat(f"/proc/{group.members[0].reaper}").waited > 0)
            sample = group.sample()
            self.assertGreater(sample.total_by_reaper - sample.main, 0.03)
            self.assertAlmostEqual(sample.total, sample.total_by_reaper, delta=0.3 * sample.total + 0.05)

    def test_ends_what_ignores_signals_and_left_its_session(self):
        with self.group() as group:
            script = f'setsid sh -c \'trap "" TERM; (trap "" TERM; sleep 600) & echo $! >{self.work}/orphan; wait\' & wait'
            self.start(group, script)
            orphan = self.written("orphan")
            self.assertFalse(self.gone(orphan))
        self.assertTrue(self.gone(orphan))

    def test_what_a_killed_scheduler_started_lives_until_the_end(self):
        with self.group() as group:
            scheduler = self.start(group, f"setsid sleep 600 & echo $! >{self.work}/left; wait")
            left = self.written("left")
            scheduler.kill()
            wait_for("the scheduler's death", 10, lambda: not scheduler.alive())
            self.assertFalse(self.gone(left))
        self.assertTrue(self.gone(left))

    def test_nothing_is_left_when_the_benchmark_is_killed(self):
        words = [self.work / "subreaper", self.work / "note", "-", "/bin/sh", "-c", "sleep 600"]
        code = f"import subprocess, time; subprocess.Popen({[str(word) for word in words]}); time.sleep(600)"
        with subprocess.Popen([sys.executable, "-c", code]) as benchmark:
            scheduler = self.written("note")
            benchmark.send_signal(signal.SIGKILL)
        wait_for("the scheduler's death", 10, lambda: self.gone(scheduler))

    def test_witnesses_do_not_mix_their_lines(self):
        log = self.work / "witness.log"
        environment = {"FLEETCRON_JOB": "a", "FLEETCRON_FIRE": "1970-01-01T00:00:01Z"}
        before = time.time()
        all_of_them = [subprocess.Popen([self.work / "witness", log, "1"], env=environment) for _ in range(50)]
        self.assertEqual([0] * 50, [one.wait() for one in all_of_them])
        marks = witness.parse(log.read_text().splitlines())
        self.assertEqual((50, 50), tuple(sum(mark.kind == kind for mark in marks) for kind in ("start", "end")))
        self.assertTrue(all(before - 0.1 <= mark.at <= time.time() for mark in marks))


if __name__ == "__main__":
    unittest.main()
