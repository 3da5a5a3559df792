"""When a scenario is begun once more: if its own hosts did not come up, and never for what it found."""

import tempfile
import types
import unittest
from pathlib import Path
from unittest import mock

from fleetlab import runner
from fleetlab.host import HostError


class Stage:
    """Stands for a fleet; `boots` tells for each one in turn whether its hosts come up."""

    boots = ()

    def __init__(self, name, work, *_):
        self.work, self.failures, self.verdict, self.measured = Path(work), [], None, {}
        (self.work / "logs").mkdir(parents=True)

    def __enter__(self):
        if not next(Stage.boots):
            raise HostError("h1 did not boot")
        return self

    def __exit__(self, *_):
        pass

    def collect(self, *_):
        pass


def run(boots, program):
    """The row of one scenario on such hosts, and how often its program ran."""
    Stage.boots, ran, said = iter(boots), [], []
    module = types.SimpleNamespace(HOSTS=1, run=lambda fleet: (ran.append(fleet), program(fleet)))
    with tempfile.TemporaryDirectory() as folder, mock.patch.object(runner, "Fleet", Stage):
        the_runner = runner.Runner(None, 1, Path(folder) / "results", 1, False, said.append)
        return the_runner._one(folder, "name", module), len(ran)


def breaks(fleet):
    fleet.failures.append("started twice")


def hangs(fleet):
    raise HostError("not within 60 s: a run")


class RunnerTest(unittest.TestCase):
    def test_begins_once_more_if_its_hosts_did_not_come_up_and_says_so(self):
        row, ran = run([False, True], lambda fleet: None)
        self.assertEqual((True, 1), (row.passed, ran))
        self.assertIn("begun twice, since at first", row.measured)

    def test_fails_if_they_do_not_come_up_twice(self):
        row, ran = run([False, False, True], lambda fleet: None)
        self.assertEqual((False, 0), (row.passed, ran))

    def test_repeats_nothing_that_began(self):
        for program in (breaks, hangs, lambda fleet: 1 / 0):
            row, ran = run([True, True], program)
            self.assertEqual((False, 1), (row.passed, ran))


if __name__ == "__main__":
    unittest.main()
