"""What is measured when a host is lost, from fabricated runs."""

import time
import types
import unittest

from fleetlab.failover import Failover, percentile
from fleetjudge.evidence import Job, Run


class FailoverTest(unittest.TestCase):
    def idle(self, *runs):
        """The seconds noted, and the fires missed, of a job every 5 s after h1 died at 100."""
        fleet = types.SimpleNamespace(jobs=[Job("idle-0", 5), Job("skip-0", 5)], runs=lambda job: list(runs))
        measurement = Failover(10, 1, 600)
        measurement._idle(fleet, types.SimpleNamespace(name="h1"), 100)
        return measurement.seconds["idle"], measurement.missed

    @staticmethod
    def ran(fire, started, host="h2"):
        return Run("idle-0", fire, 1, 1, host, 7, started=started, ended=started + 0.1)

    def test_idle_is_the_latest_start_of_what_was_due_after_the_loss(self):
        self.assertEqual(([2.5], 0), self.idle(self.ran(95, 99.5), self.ran(105, 107.5), self.ran(110, 110.25)))

    def test_a_fire_that_nobody_started_is_counted_and_not_measured(self):
        self.assertEqual(([0.25], 1), self.idle(self.ran(110, 110.25)))

    def test_a_job_whose_lock_the_host_may_have_held_is_not_one_that_it_was_idle_to(self):
        self.assertEqual(([], 0), self.idle(self.ran(95, 99.5, "h1"), self.ran(105, 112)))

    def test_the_successor_of_a_run_is_the_same_fire_only_for_a_rerun(self):
        lost = [Run("rerun-0", 90, 1, 1, "h1", 7, started=91), Run("skip-0", 90, 1, 1, "h1", 7, started=92)]
        after = [
            Run("rerun-0", 90, 2, 1, "h2", 7, started=111),
            Run("skip-0", 110, 2, 1, "h2", 7, started=112),
            Run("skip-0", 120, 3, 1, "h3", 7, started=125),
        ]
        fleet = types.SimpleNamespace(
            runs=lambda: [*lost, *after],
            until=lambda condition, *_: condition() or self.fail("not taken over"),
            say=lambda _: None,
        )
        measurement = Failover(10, 1, 600)
        measurement._taken_over(fleet, lost, 100)
        self.assertEqual(([11], [12]), (measurement.seconds["rerun"], measurement.seconds["skip"]))

    def test_a_run_that_is_not_started_again_is_no_reason_to_lose_its_host(self):
        now = time.time()

        def victim(tries):
            """Whether a host is one to lose if its run of a rerun is this one of the fire's."""
            lost = [Run("rerun-0", 90, n, 1, "h2", 7, started=now - 100, last_beat=now - 99) for n in range(1, tries)]
            going = [Run(f"{kind}-0", 90, tries, 1, "h1", 7, started=now - 9, last_beat=now) for kind in ("rerun", "skip")]
            hosts = [types.SimpleNamespace(name=name, present=True) for name in ("h1", "h2")]
            return Failover._victim(types.SimpleNamespace(hosts=hosts, runs=lambda: [*lost, *going]))

        host, runs = victim(3)
        self.assertEqual(("h1", {"rerun-0", "skip-0"}), (host.name, {run.job for run in runs}))
        self.assertIsNone(victim(4))

    def test_percentiles_are_by_the_nearest_rank(self):
        self.assertEqual((10, 20), (percentile(range(1, 21), 50), percentile(range(1, 21), 99)))
        self.assertEqual(99, percentile(range(1, 101), 99))


if __name__ == "__main__":
    unittest.main()
