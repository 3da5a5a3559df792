"""What the last lines and the exit status say of scenarios that passed, failed, or could not be judged."""

import unittest

from fleetlab import report
from fleetlab.__main__ import status
from fleetlab.report import Row

PASSED, FAILED, STARVED = Row("a", True, 1), Row("b", False, 1), Row("c", False, 1, starved="its hosts were starved")


class ReportTest(unittest.TestCase):
    def test_closing_line(self):
        self.assertEqual("1 passed, 1 failed", report.closing([PASSED, FAILED]))
        self.assertEqual("1 passed, 0 failed, 1 not judged", report.closing([PASSED, STARVED]))

    def test_exit_status(self):
        for rows, by_hand, in_budget in (
            ([PASSED], 0, 0),
            ([PASSED, FAILED], 1, 1),
            ([FAILED, STARVED], 1, 1),
            ([PASSED, STARVED], 2, 0),
            ([STARVED], 2, 2),
        ):
            with self.subTest(rows=rows):
                self.assertEqual((by_hand, in_budget), (status(rows, None), status(rows, 900)))

    def test_what_was_left_out(self):
        self.assertEqual([], report.left_out([], "lab run", "for the budget"))
        self.assertEqual(
            ["left out, for the budget: b c; by hand: lab run a b c"], report.left_out(["b", "c"], "lab run", "for the budget", ["a"])
        )


if __name__ == "__main__":
    unittest.main()
