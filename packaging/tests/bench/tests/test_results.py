"""What is made of single measurements: medians, ratios, saturation, whose share a job was."""

import unittest

from fleetbench import fleet
from fleetbench.failover import taken_over
from fleetbench.witness import Mark


def row(side, rate, p50, p99, cpu=2.0, **more):
    values = dict.fromkeys(fleet.MEDIANS, 1.0) | {"p50_ms": p50, "p99_ms": p99, "cpu": cpu, "cpu_main": cpu / 2}
    values |= dict.fromkeys(("doubled", "missed", "early", "unexpected"), 0) | {"due": 200, "once": 200}
    values |= {"side": side, "rate": rate, "busy": 0.5, "own": 0.2, "steal": 0, "load": 1, "resident_peak_mib": 1}
    values |= {
        "ready_s": 1,
        "cpu_by_reaper": cpu,
        "warnings": [],
        "limit": None,
        "thread": {"name": "main", "busy": 0.1},
    }
    return values | more


class FleetTest(unittest.TestCase):
    def test_ratios_are_of_the_same_rate(self):
        rows = [
            row("floor", 10, 5, 20),
            row("fleetcron", 10, 15, 30, 6),
            row("floor", 20, 6, 20),
            row("fleetcron", 50, 9, 9),
        ]
        self.assertEqual([{"rate": 10, "p50_ms": 3.0, "p99_ms": 1.5, "cpu": 3.0}], fleet.ratios(rows))

    def test_medians_of_what_is_measured_sums_of_what_is_counted(self):
        found = fleet.combined([row("floor", 10, p50, 9, missed=n) for n, p50 in enumerate((7, 1, 3))])
        self.assertEqual((3, 3), (found["p50_ms"], found["missed"]))

    def test_highest_rate_that_kept_up(self):
        rows = [row("floor", 10, 1, 1), row("floor", 50, 1, 1000), row("floor", 200, 1, 1001)]
        self.assertEqual({"floor": 50, "fleetcron": None}, fleet.highest(rows))

    def test_missed_fires_mean_that_it_does_not_keep_up(self):
        self.assertTrue(fleet.keeps_up(row("floor", 10, 1, 1, missed=2)))
        self.assertFalse(fleet.keeps_up(row("floor", 10, 1, 1, missed=3)))

    def test_limit(self):
        self.assertIsNone(fleet.limit(row("floor", 1, 1, 1000)))
        self.assertIn("processors", fleet.limit(row("floor", 1, 1, 1001, busy=0.95)))
        self.assertIn("loop", fleet.limit(row("floor", 1, 1, 1001, thread={"name": "loop", "busy": 0.99})))
        self.assertIn("waiting", fleet.limit(row("floor", 1, 1, 1001)))
        self.assertIn("nothing started", fleet.limit(row("floor", 1, None, None)))


class FailoverTest(unittest.TestCase):
    def start(self, job, fire, instance, late=0.25):
        return Mark("start", job, fire, "1", instance, 7, fire + late)

    def test_the_share_is_what_the_victim_ran_last(self):
        marks = [
            self.start("a", 10, "alpha"),
            self.start("b", 10, "beta"),
            self.start("a", 11, "beta", late=0.5),
            self.start("b", 11, "beta"),
        ]
        self.assertEqual([(0.5, 1.0)], taken_over(marks, ["a", "b"], "alpha", 10.5, 1))

    def test_a_job_that_moved_before_is_not_its_share(self):
        marks = [self.start("a", 9, "alpha"), self.start("a", 10, "beta"), self.start("a", 11, "beta")]
        self.assertEqual([], taken_over(marks, ["a"], "alpha", 10.5, 1))

    def test_a_late_start_of_a_fire_due_before_the_kill_is_not_the_first_after_it(self):
        marks = [self.start("a", 9, "alpha"), self.start("a", 10, "beta", late=0.7), self.start("a", 11, "beta")]
        self.assertEqual([(0.25, 0.75)], taken_over(marks, ["a"], "alpha", 10.5, 1))


if __name__ == "__main__":
    unittest.main()
