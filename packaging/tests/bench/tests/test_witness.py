"""What is read from the commands' log, and the arithmetic of the tables."""

import unittest

from fleetbench.numbers import median, percentile
from fleetbench.witness import judged, parse, shares


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


class JudgedTest(unittest.TestCase):
    """That the judge gets what the lines say; ../judge has the tests of the judge."""

    def verdict(self, *lines):
        return judged(["a"], 1, parse(lines), 0.5, 3.5)

    def test_sound_evidence(self):
        found = self.verdict(line(1), line(1, 0.2, kind="end"), line(2, token=2), line(3, token=3), line(4, token=4))
        self.assertEqual((3, 3, []), (found.due, found.once, found.violations))
        self.assertEqual([0.1, 0.1, 0.1], [round(one, 6) for one in found.latencies])

    def test_plain_quartz_has_no_tokens(self):
        self.assertEqual([], self.verdict(*(line(n, token="-") for n in (1, 2, 3))).violations)

    def test_every_count(self):
        lines = [line(1), line(1, 1.5, kind="end"), line(2, -0.001, token=2), line(2, 0.3, token=3, instance="beta", pid=8)]
        found = self.verdict(*lines, line(3, job="other"))
        self.assertEqual((3, 1, 1, 1), (found.due, found.once, found.doubled, found.not_started))
        self.assertEqual((1, 2), (found.early, found.overlapping))
        self.assertIn("unknown job: other", found.violations)

    def test_shares(self):
        self.assertEqual({"alpha": 2, "beta": 1}, shares(parse([line(1), line(2), line(3, instance="beta")])))


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
