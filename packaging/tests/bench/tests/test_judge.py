"""The judge must count each kind of wrong start in fabricated evidence, and none in sound evidence."""

import unittest

from fleetbench.judge import due_times, judge, median, overlapping, parse, percentile, shares


def line(second, late=0.1, job="a", kind="start", token=1, instance="alpha", pid=7):
    return f"{kind} {job} 1970-01-01T00:00:{second:02}Z {token} {instance} {pid} {second + late:.9f}\n"


class ParseTest(unittest.TestCase):
    def test_reads_all_fields(self):
        (mark,) = parse(["start job-1 2026-11-23T02:30:00Z 17 alpha 4711 1795401000.250000000\n"])
        self.assertEqual(
            ("start", "job-1", 1795401000.0, "17", "alpha", 4711, 1795401000.25),
            (mark.kind, mark.job, mark.fire, mark.token, mark.instance, mark.pid, mark.at),
        )

    def test_refuses_what_is_not_a_whole_line(self):
        for torn in (
            "start a 1970-01-01T00:00:01Z 1 alpha 7\n",
            "begin" + line(1)[5:],
            line(1).strip() + line(2),
            "\n",
        ):
            with self.subTest(torn), self.assertRaisesRegex(ValueError, "not a witness line"):
                parse([torn])


class DueTest(unittest.TestCase):
    def test_the_first_moment_is_outside_and_the_last_inside(self):
        self.assertEqual([11, 12], due_times(1, 10, 12))
        self.assertEqual([10, 11], due_times(1, 9.95, 11.95))

    def test_multiples_of_the_period(self):
        self.assertEqual([10, 15], due_times(5, 9.9, 19.9))
        self.assertEqual([], due_times(5, 10, 14.9))


class JudgeTest(unittest.TestCase):
    def verdict(self, *lines, jobs=("a",), since=0.5, until=3.5):
        return judge(jobs, 1, parse(lines), since, until)

    def counts(self, *lines, **more):
        found = self.verdict(*lines, **more)
        return found.due, found.once, found.doubled, found.missed, found.early, found.unexpected

    def test_sound_evidence(self):
        self.assertEqual((3, 3, 0, 0, 0, 0), self.counts(line(1), line(2), line(3)))

    def test_nothing_started(self):
        self.assertEqual((3, 0, 0, 3, 0, 0), self.counts())

    def test_doubled_on_two_instances(self):
        lines = [line(1), line(2), line(2, instance="beta", token=2, pid=8), line(3)]
        self.assertEqual((3, 2, 1, 0, 0, 0), self.counts(*lines))

    def test_doubled_under_one_token(self):
        self.assertEqual((3, 2, 1, 0, 0, 0), self.counts(line(1), line(2), line(2), line(3)))

    def test_started_three_times_is_one_doubled_fire(self):
        self.assertEqual((3, 2, 1, 0, 0, 0), self.counts(line(1), line(2), line(2), line(2), line(3)))

    def test_missed_is_per_job(self):
        lines = [line(1), line(2), line(3), line(1, job="b"), line(3, job="b")]
        self.assertEqual((6, 5, 0, 1, 0, 0), self.counts(*lines, jobs=("a", "b")))

    def test_a_double_does_not_hide_a_miss(self):
        self.assertEqual((3, 1, 1, 1, 0, 0), self.counts(line(1), line(1), line(3)))

    def test_early(self):
        self.assertEqual((3, 3, 0, 0, 1, 0), self.counts(line(1), line(2, late=-0.001), line(3)))

    def test_a_fire_that_no_job_has(self):
        self.assertEqual((3, 3, 0, 0, 0, 1), self.counts(line(1), line(2), line(3), line(2, job="other")))

    def test_fires_outside_the_window_do_not_count(self):
        self.assertEqual((3, 3, 0, 0, 0, 0), self.counts(*(line(n) for n in range(0, 6))))

    def test_the_edges_of_the_window(self):
        self.assertEqual((2, 2, 0, 0, 0, 0), self.counts(line(1), line(2), line(3), since=1, until=3))

    def test_ends_are_no_starts(self):
        self.assertEqual((3, 2, 0, 1, 0, 0), self.counts(line(1), line(2, kind="end"), line(3)))

    def test_latency_is_that_of_the_first_start(self):
        found = self.verdict(line(1, late=0.3), line(2, late=0.2), line(2, late=0.9), line(3, late=0.1))
        self.assertEqual([0.1, 0.2, 0.3], [round(one, 6) for one in found.latencies])
        self.assertAlmostEqual(0.2, found.percentile(50))
        self.assertAlmostEqual(0.3, found.percentile(99))

    def test_shares(self):
        self.assertEqual({"alpha": 2, "beta": 1}, shares(parse([line(1), line(2), line(3, instance="beta")])))


class OverlapTest(unittest.TestCase):
    def run_of(self, second, lasts, **more):
        return [line(second, **more), line(second, late=0.1 + lasts, kind="end", **more)]

    def test_one_after_the_other(self):
        self.assertEqual(0, overlapping(parse(self.run_of(1, 0.8) + self.run_of(2, 0.8))))

    def test_side_by_side(self):
        marks = parse(self.run_of(1, 5) + self.run_of(2, 0.5, token=2, instance="beta", pid=8))
        self.assertEqual(1, overlapping(marks))

    def test_other_jobs_do_not_overlap(self):
        self.assertEqual(0, overlapping(parse(self.run_of(1, 5) + self.run_of(2, 0.5, job="b"))))


class PercentileTest(unittest.TestCase):
    def test_nearest_rank(self):
        values = [15, 20, 35, 40, 50]
        self.assertEqual([15, 20, 20, 35, 50], [percentile(values, p) for p in (5, 30, 40, 50, 100)])

    def test_of_a_hundred(self):
        values = list(range(100, 0, -1))
        self.assertEqual([50, 95, 99, 100, 1], [percentile(values, p) for p in (50, 95, 99, 100, 0)])

    def test_one_value_and_none(self):
        self.assertEqual(3, percentile([3], 99))
        self.assertIsNone(percentile([], 50))

    def test_median(self):
        self.assertEqual([2, 2.5, None], [median([3, 1, 2]), median([4, 1, 2, 3]), median([None])])


if __name__ == "__main__":
    unittest.main()
