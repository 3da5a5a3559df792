"""Which steps the booted host takes within a budget: its first group always, whole groups of the rest, in their order."""

import unittest

from fleetlab.life import GROUPS, SECONDS, STEPS, Life
from fleetlab.machine import REFERENCE, Machine
from fleetlab.package import BOOT_SECONDS, Plan


def plan(budget, turn=0, slower=1):
    return Plan((), Machine(REFERENCE / slower), budget, turn)


class PlanTest(unittest.TestCase):
    def test_the_groups_hold_each_step_once_in_their_order(self):
        listed = [step for group in GROUPS for step in group]
        self.assertEqual(sorted([*listed, "reported"]), sorted(STEPS))
        for group in GROUPS:
            self.assertEqual(list(group), [step for step in STEPS if step in group])
        for step in STEPS:
            self.assertTrue(callable(getattr(Life, step)))

    def test_all_without_a_budget_or_with_a_large_one(self):
        self.assertEqual((STEPS, []), (plan(None).steps, plan(None).left_out))
        self.assertEqual((STEPS, []), (plan(9000).steps, plan(9000).left_out))

    def test_the_first_group_always(self):
        self.assertEqual(GROUPS[0], plan(1).steps)

    def test_whole_groups_within_the_budget_in_order_and_each_in_turn(self):
        seen = set()
        for turn in range(len(GROUPS) - 1):
            for slower in (1, 3):
                steps = plan(600, turn, slower).steps
                self.assertEqual(list(steps), [step for step in STEPS if step in steps])
                for group in GROUPS:
                    self.assertIn(len(set(group) & set(steps)), (0, len(group)))
                seconds = Machine(REFERENCE / slower).estimate(sum(SECONDS[step] for step in steps) + BOOT_SECONDS)
                self.assertLessEqual(seconds, 600)
                if slower == 1:
                    seen |= set(steps)
        self.assertEqual(set(STEPS) - {"reported"}, seen - {"reported"})

    def test_names_what_it_left_out(self):
        self.assertEqual([step for step in STEPS if step not in GROUPS[0]], plan(1).left_out)

    def test_leaves_out_the_group_that_comes_too_late(self):
        late = plan(600)
        group = next(group for group in GROUPS[1:] if group[0] in late.steps)
        self.assertFalse(late.skips("install"))
        self.assertFalse(late.skips(group[0]))
        late._begin -= 600
        for step in group:
            self.assertTrue(late.skips(step))
            self.assertIn(step, late.left_out)
        self.assertFalse(late.skips("killed"))

    def test_a_starved_host_leaves_the_rest_out_once_the_first_group_is_done(self):
        starved = plan(600)
        self.assertEqual(2, starved.starved())
        self.assertTrue(starved.begin_again())
        starved.taken = list(GROUPS[0])
        self.assertEqual(0, starved.starved())
        self.assertEqual({*STEPS} - set(GROUPS[0]), set(starved.left_out))
        starved._begin -= 600
        self.assertFalse(starved.begin_again())

    def test_a_starved_host_is_no_pass_by_hand(self):
        starved = plan(None)
        starved.taken = list(STEPS[:-1])
        self.assertEqual(2, starved.starved())


if __name__ == "__main__":
    unittest.main()
