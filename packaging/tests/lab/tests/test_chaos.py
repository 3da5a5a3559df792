"""Which faults come follows from the seed alone."""

import random
import unittest
from itertools import islice

from fleetlab.chaos import rounds

HOSTS, FAULTS, BESIDE = ["h1", "h2", "h3"], ["full", "frozen", "killed"], ["cut", "paused"]


class ChaosTest(unittest.TestCase):
    def drawn(self, seed, beside=(), count=300):
        return list(islice(rounds(random.Random(seed), HOSTS, FAULTS, beside), count))

    def test_the_same_seed_gives_the_same_faults(self):
        for beside in ((), BESIDE):
            self.assertEqual(self.drawn(7, beside), self.drawn(7, beside))
            self.assertNotEqual(self.drawn(7, beside), self.drawn(8, beside))

    def test_every_fault_comes_to_every_host(self):
        seen = {(fault, host) for chosen, _ in self.drawn(7, BESIDE) for fault, host, _ in chosen}
        self.assertEqual({(fault, host) for fault in (*FAULTS, *BESIDE) for host in HOSTS}, seen)

    def test_faults_beside_each_other_are_on_different_hosts(self):
        both = [chosen for chosen, _ in self.drawn(7, BESIDE) if len(chosen) == 2]
        self.assertTrue(150 < len(both) < 250)
        for (one, here, _), (other, there, _) in both:
            self.assertNotEqual(here, there)
            self.assertTrue(one in FAULTS and other in BESIDE)

    def test_without_any_to_come_beside_they_come_one_by_one(self):
        self.assertEqual({1}, {len(chosen) for chosen, _ in self.drawn(7)})


if __name__ == "__main__":
    unittest.main()
