"""The tables must hold what could not be measured as well."""

import contextlib
import io
import unittest
from types import SimpleNamespace

from fleetjudge.judge import Verdict

from fleetbench import fleet
from fleetbench.accounting import Sample
from fleetbench.failover import percentiles
from fleetbench.report import Report, number


def printed(call, *arguments):
    with contextlib.redirect_stdout(io.StringIO()) as output:
        call(*arguments)
    return output.getvalue()


class ReportTest(unittest.TestCase):
    def row(self, verdict, total=3.0, by_reaper=3.0, busy=4.0):
        before = Sample(at=100.0, threads={(1, 1): ("main", 0.0)})
        after = Sample(1.0, total, by_reaper, busy, 0.0, 110.0, {(1, 1): ("main", 0.5), (1, 2): ("new", 0.2)})
        return fleet.row_of("floor", 10, SimpleNamespace(), verdict, before, after, [(50, 60), (70, 80)], [0.5, 0.7])

    def test_a_row(self):
        row = self.row(Verdict(due=100, once=98, doubled=2, latencies=[0.01] * 98 + [0.2] * 2))
        self.assertEqual((10.0, 20.0, 30.0), (row["cpu_main"], row["cpu_children"], row["cpu"]))
        self.assertEqual((60, 80, 0.7), (row["resident_mib"], row["resident_peak_mib"], row["ready_s"]))
        self.assertEqual({"name": "main", "busy": 0.05}, row["thread"])
        self.assertEqual([], row["warnings"])
        text = printed(Report().fleet_row, row)
        self.assertRegex(text, r"floor +10 +100 +98 +2 +0 \| +10 +10 +200 +200 +\| +30\.0 +10\.0 +20\.0 \| +60 \|")

    def test_nothing_started(self):
        text = printed(Report().fleet_row, self.row(Verdict(due=100, not_started=100)))
        self.assertRegex(text, r"100 +0 +0 +100 \| +- +- +- +- +\| +- +- +- \|")
        self.assertIn("nothing started", text)

    def test_counts_that_disagree(self):
        verdict = Verdict(due=1, once=1, latencies=[0.1])
        self.assertIn("subreapers 3.0 s", printed(Report().fleet_row, self.row(verdict, total=9.0, busy=10.0)))
        self.assertIn("busy for 4.0 s", printed(Report().fleet_row, self.row(verdict, total=9.0, by_reaper=9.0)))

    def test_nobody_took_over(self):
        row = {key: 0 for key in ("faults", "due", "once", "missed", "doubled", "late", "overlapping", "unended")}
        row |= {"fault": "idle", "latest_ms": None}
        row |= {key: percentiles([]) for key in ("first_fire_late_ms", "started_elsewhere_ms")}
        self.assertIn("late by -/-/-", printed(Report()._failover, {"rows": [row]}))

    def test_number(self):
        self.assertEqual(["    -", "  1.5"], [number(None, 5), number(1.49999, 5, 1)])


if __name__ == "__main__":
    unittest.main()
