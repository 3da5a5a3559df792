"""When a scenario is begun once more: if the laboratory failed it, and never for what it found."""

import tempfile
import types
import unittest
from pathlib import Path
from unittest import mock

from fleetlab import runner
from fleetlab.budget import Item, Queue
from fleetlab.host import HostError, Starved
from fleetjudge.judge import Verdict
from fleetlab.pulse import Stall


class Stage:
    """Stands for a fleet; `boots` tells for each one in turn whether its hosts come up."""

    boots = ()

    def __init__(self, name, work, *_):
        self.work, self.failures, self.verdict, self.measured, self.stalls = Path(work), [], None, {}, []
        (self.work / "logs").mkdir(parents=True)

    def __enter__(self):
        if not next(Stage.boots):
            raise HostError("h1 did not boot")
        return self

    def __exit__(self, *_):
        pass

    def collect(self, *_):
        pass

    def measure(self, name, value):
        self.measured[name] = value


def run(boots, program, queue=None):
    """The row of one scenario on such hosts, and how often its program ran."""
    Stage.boots, ran, said = iter(boots), [], []
    module = types.SimpleNamespace(HOSTS=1, run=lambda fleet: (ran.append(fleet), program(fleet)))
    with tempfile.TemporaryDirectory() as folder, mock.patch.object(runner, "Fleet", Stage):
        the_runner = runner.Runner(None, 1, Path(folder) / "results", 1, False, said.append)
        return the_runner._one(folder, Item("name", 60), module, queue or Queue([], 10)), len(ran)


def breaks(fleet):
    fleet.failures.append("started twice")


def hangs(fleet):
    raise HostError("not within 60 s: a run")


def starved(fleet):
    fleet.stalls.append(Stall("h1", 10, 17))
    raise HostError("not within 60 s: a run")


class RunnerTest(unittest.TestCase):
    def test_begins_once_more_if_its_hosts_did_not_come_up_and_says_so(self):
        row, ran = run([False, True], lambda fleet: None)
        self.assertEqual((True, 1), (row.passed, ran))
        self.assertIn("begun twice, since at first", row.measured)

    def test_fails_if_they_do_not_come_up_twice(self):
        row, ran = run([False, False, True], lambda fleet: None)
        self.assertEqual(("not judged", 0), (row.result, ran))

    def test_repeats_nothing_that_began(self):
        for program in (breaks, hangs, lambda fleet: 1 / 0):
            row, ran = run([True, True], program)
            self.assertEqual(("FAILED", 1), (row.result, ran))

    def test_begins_once_more_and_no_more_what_was_starved(self):
        row, ran = run([True, True, True], starved)
        self.assertEqual(("not judged", 2), (row.result, ran))
        self.assertIn("h1 stood still for 7 s", row.starved)

    def test_a_host_that_does_not_answer_is_starved(self):
        def program(fleet):
            raise Starved("h1: no end after 60 s: true")

        row, ran = run([True, True], program)
        self.assertEqual(("not judged", 2), (row.result, ran))

    def test_passes_though_it_was_starved(self):
        row, ran = run([True, True], lambda fleet: fleet.stalls.append(Stall("h1", 10, 17)))
        self.assertEqual(("passed", 1), (row.result, ran))

    def test_no_starving_excuses_a_broken_guarantee(self):
        def program(fleet):
            fleet.verdict = Verdict(violations=["started twice: j"])
            starved(fleet)

        row, ran = run([True, True], program)
        self.assertEqual(("FAILED", 1), (row.result, ran))

    def test_begins_nothing_once_more_that_would_not_end_in_time(self):
        row, ran = run([True, True], starved, Queue([], 10, budget=50))
        self.assertEqual(("not judged", 1), (row.result, ran))

    def test_a_duration_is_for_scenarios_that_can_be_shortened(self):
        whole, asked = (runner.Runner(None, 1, "results", 1, False, print, duration=seconds) for seconds in (None, 1800))
        can, cannot = Item("13_chaos", 300, shorten=720), Item("03_host_lost", 105)
        self.assertEqual((1800, None), (asked._seconds(can), asked._seconds(cannot)))
        self.assertEqual((None, None), (whole._seconds(can), whole._seconds(cannot)))

    def test_the_core_first_and_the_rest_in_turn(self):
        core, long, rest = Item("core", 9, always=True), Item("long", 99, always=True), [Item(name, 50) for name in "abc"]
        names = lambda turn: [one.name for one in runner.order([rest[0], core, *rest[1:], long], turn)]
        self.assertEqual(["long", "core", "a", "b", "c"], names(0))
        self.assertEqual(["long", "core", "c", "a", "b"], names(5))
        self.assertEqual(["long", "a", "b", "c", "core"], names(None))


if __name__ == "__main__":
    unittest.main()
