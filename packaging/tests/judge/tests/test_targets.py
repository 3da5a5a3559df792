"""Targets against fabricated runs."""

import unittest

from fleetjudge import targets
from fleetjudge.evidence import Job, Run

JOB = Job("job", 100, tolerance=20)


def run(started, ended=True, job="job"):
    return Run(job, started, 1, 1, "h1", 7, started, None, started + 3 if ended else None)


def classes(*runs, until=350):
    return targets.classes([JOB], runs, 0, until)


class TargetsTest(unittest.TestCase):
    def sizes(self, found):
        return [len(found.complete), len(found.incomplete), len(found.missed), len(found.extra)]

    def test_one_complete_run_in_each_window(self):
        self.assertEqual(self.sizes(classes(run(100), run(220), run(325))), [3, 0, 0, 0])

    def test_no_run_is_missed(self):
        found = classes(run(100), run(300))
        self.assertEqual((found.missed, self.sizes(found)), ((("job", 200),), [2, 0, 1, 0]))

    def test_a_run_after_the_window_is_extra_and_does_not_help(self):
        self.assertEqual(self.sizes(classes(run(100), run(225.5), run(300))), [2, 0, 1, 1])

    def test_a_run_before_its_time_is_extra(self):
        self.assertEqual(self.sizes(classes(run(99), run(200), run(300))), [2, 0, 1, 1])

    def test_two_runs_in_one_window(self):
        self.assertEqual(self.sizes(classes(run(100), run(104), run(200), run(300))), [3, 0, 0, 1])

    def test_a_run_that_did_not_end_satisfies_nothing(self):
        self.assertEqual(self.sizes(classes(run(100, ended=False), run(200), run(300))), [2, 1, 1, 0])

    def test_a_second_run_after_one_that_did_not_end(self):
        self.assertEqual(self.sizes(classes(run(100, ended=False), run(115), run(200), run(300))), [3, 1, 0, 0])

    def test_a_window_that_is_not_over_asks_nothing(self):
        self.assertEqual(self.sizes(classes(run(100), run(200), until=324)), [2, 0, 0, 0])
        self.assertEqual(self.sizes(classes(run(100), run(200), until=325)), [2, 0, 1, 0])

    def test_what_was_due_before_all_knew_the_job_is_left_out(self):
        late = Job("job", 100, tolerance=20, since=150)
        self.assertEqual(self.sizes(targets.classes([late], [run(100), run(200), run(300)], 0, 350)), [2, 0, 0, 0])

    def test_other_jobs_runs_do_not_count(self):
        self.assertEqual(self.sizes(classes(run(100, job="other"), run(200), run(300)))[:3], [2, 0, 1])


if __name__ == "__main__":
    unittest.main()
