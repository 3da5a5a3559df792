"""Nothing is begun that would not end in time, what must be done is done, and each has its turn."""

import subprocess
import tempfile
import unittest

from fleetlab.budget import Item, Queue, in_turn, seconds, turn_of_commit
from fleetlab.machine import REFERENCE, Machine


class BudgetTest(unittest.TestCase):
    def test_durations(self):
        self.assertEqual([900, 90, 900, 3600], [seconds(text) for text in ("900", "90s", "15m", "1h")])
        for text in ("", "m", "-5m", "15 m", "1.5h"):
            with self.assertRaises(ValueError):
                seconds(text)

    def test_each_has_its_turn_to_begin(self):
        self.assertEqual({"a", "b", "c"}, {in_turn(["a", "b", "c"], turn)[0] for turn in range(100, 103)})
        self.assertEqual(["c", "a", "b"], in_turn(["a", "b", "c"], 5))
        self.assertEqual([], in_turn([], 5))

    def test_the_turn_is_the_commits(self):
        with tempfile.TemporaryDirectory() as folder:
            self.assertEqual(0, turn_of_commit(f"{folder}/none"))
            git = ["git", "-C", f"{folder}/whole", "-c", "user.name=n", "-c", "user.email=n@example.org"]
            subprocess.run(["git", "init", "-q", f"{folder}/whole"], check=True)
            for _ in range(3):
                subprocess.run([*git, "commit", "-q", "--allow-empty", "-m", "c"], check=True)
            self.assertEqual(3, turn_of_commit(f"{folder}/whole"))
            subprocess.run(["git", "clone", "-q", "--depth=1", f"file://{folder}/whole", f"{folder}/part"], check=True)
            self.assertGreaterEqual(turn_of_commit(f"{folder}/part"), 0)

    def test_leaves_out_what_would_not_end_in_time_but_not_the_core(self):
        queue = Queue([Item("core", 100, always=True), Item("long", 70), Item("short", 30)], 10, budget=60)
        self.assertEqual("core", queue.next(0, 0).name)
        self.assertEqual("short", queue.next(25, 0).name)
        self.assertIsNone(queue.next(26, 0))
        self.assertEqual(["long"], [item.name for item in queue.left_out])

    def test_leaves_nothing_out_without_a_budget(self):
        queue = Queue([Item("a", 1e9)], 10)
        self.assertEqual("a", queue.next(1e9, 0).name)

    def test_no_more_kernels_than_the_machine_carries(self):
        queue = Queue([Item("big", 9, 6), Item("small", 9, 3)], 5)
        self.assertEqual("big", queue.next(0, 0).name, "alone, even one that is too big")
        self.assertIsNone(queue.next(0, 6))
        self.assertEqual("small", queue.next(0, 2).name)

    def test_the_core_is_not_kept_waiting_by_smaller_ones(self):
        queue = Queue([Item("core", 9, 6, always=True), Item("small", 9, 1)], 7)
        self.assertIsNone(queue.next(0, 4))
        self.assertEqual("core", queue.next(0, 0).name)

    def test_once_more_if_there_is_time(self):
        self.assertTrue(Queue([], 1, budget=60).again(Item("a", 30), 30))
        self.assertFalse(Queue([], 1, budget=60).again(Item("a", 30), 31))


class MachineTest(unittest.TestCase):
    def test_a_slow_machine_gets_less_and_has_more_time(self):
        fast, slow = Machine(REFERENCE * 2), Machine(REFERENCE / 3)
        self.assertEqual((10, 3), (fast.kernels, slow.kernels))
        self.assertEqual((6, 2, 1), (fast.sized(6), slow.sized(6), slow.sized(1)))
        self.assertLess(fast.patience, slow.patience)
        self.assertLess(fast.estimate(60), slow.estimate(60))


if __name__ == "__main__":
    unittest.main()
