"""What is counted of processes: dead ones that nobody but the subreaper waited for included."""

import os
import signal
import subprocess
import unittest

from fleetbench import accounting
from fleetbench.accounting import descendants, implausible, stat, switches


class StatTest(unittest.TestCase):
    def test_a_name_with_blanks_and_parentheses(self):
        read, write = os.pipe()
        child = os.fork()
        if child == 0:
            with open("/proc/self/comm", "w") as name:
                name.write("a) (b c")
            os.write(write, b"x")
            while True:
                signal.pause()
        try:
            os.read(read, 1)
            one = stat(f"/proc/{child}")
            self.assertEqual((child, "a) (b c", os.getpid()), (one.pid, one.name, one.parent))
        finally:
            os.kill(child, 9)
            os.waitpid(child, 0)
            os.close(read)
            os.close(write)

    def test_waited_for_time_counts(self):
        before = stat("/proc/self").waited
        subprocess.run(["/bin/sh", "-c", "i=0; while [ $i -lt 300000 ]; do i=$((i + 1)); done"], check=True)
        self.assertGreater(stat("/proc/self").waited, before)

    def test_gone(self):
        child = subprocess.Popen(["/bin/true"])
        child.wait()
        self.assertIsNone(stat(f"/proc/{child.pid}"))


class DescendantsTest(unittest.TestCase):
    def test_grandchildren_and_no_strangers(self):
        with subprocess.Popen(["/bin/sh", "-c", "sleep 60 & echo $!; wait"], stdout=subprocess.PIPE, text=True) as shell:
            grandchild = int(shell.stdout.readline())
            try:
                self.assertEqual({grandchild}, {one.pid for one in descendants([shell.pid])})
            finally:
                os.kill(grandchild, 9)


class PlausibleTest(unittest.TestCase):
    def test_a_side_is_not_busier_than_the_machine(self):
        self.assertFalse(implausible(10, 10.5))
        self.assertFalse(implausible(0.3, 0.0))
        self.assertTrue(implausible(20, 10))

    def test_machine_and_threads(self):
        self.assertGreater(accounting.machine()[0], 0)
        self.assertIn(os.getpid(), switches(os.getpid()))


if __name__ == "__main__":
    unittest.main()
