"""A host that stands still is seen, one that is paused on purpose is not."""

import types
import unittest

from fleetlab.pulse import Pulses


class PulseTest(unittest.TestCase):
    def setUp(self):
        self.host = types.SimpleNamespace(name="h1", present=True)
        self.pulses = Pulses(None, [self.host])

    def reported(self):
        return [(stall.begin, stall.end) for stall in self.pulses.stalls]

    def test_a_steady_pulse_is_no_stall(self):
        for second in range(10):
            self.pulses.look(self.host, second, second + 0.5)
        self.assertEqual([], self.reported())

    def test_a_stall_that_is_over_and_one_that_goes_on(self):
        self.pulses.look(self.host, 1, 1.5)
        for now in (2, 4.5, 7):
            self.pulses.look(self.host, 1, now)
        self.assertEqual([(1, 7)], self.reported())
        self.pulses.look(self.host, 8, 8.1)
        self.assertEqual([(1, 8)], self.reported())
        self.pulses.look(self.host, 8, 13)
        self.assertEqual([(1, 8), (8, 13)], self.reported())

    def test_a_stall_between_two_looks(self):
        self.pulses.look(self.host, 1, 1.5)
        self.pulses.look(self.host, 9, 9.1)
        self.assertEqual([(1, 9)], self.reported())

    def test_a_pause_is_no_stall(self):
        self.pulses.look(self.host, 1, 1.5)
        self.host.present = False
        for now in (5, 20):
            self.pulses.look(self.host, 1, now)
        self.host.present = True
        self.pulses.look(self.host, 21, 21.5)
        self.assertEqual([], self.reported())


if __name__ == "__main__":
    unittest.main()
