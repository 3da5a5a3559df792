"""Which packages of the build the booted host gets."""

import os
import tempfile
import unittest
from pathlib import Path

from fleetlab import built


class BuiltTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.target = Path(folder.name)

    def put(self, *names, age=0):
        for name in names:
            (self.target / name).touch()
            os.utime(self.target / name, (1e9 - age, 1e9 - age))

    def test_those_of_the_machine_and_of_the_newest_build(self):
        for version, age in (("1.9.0", 100), ("1.10.0", 0)):
            self.put(f"fleetcron_{version}-1_arm64.deb", f"fleetcron_{version}-1_amd64.deb", age=age)
            self.put(f"fleetcron-{version}-1.aarch64.rpm", f"fleetcron-{version}-1.x86_64.rpm", age=age)
            self.put(f"fleetcron-{version}-linux-aarch64.tar.gz", f"fleetcron-{version}-linux-x86_64.tar.gz", age=age)
        found = built.find(self.target, "aarch64")
        self.assertEqual("1.10.0", found.version)
        self.assertEqual(
            ["fleetcron_1.10.0-1_arm64.deb", "fleetcron-1.10.0-1.aarch64.rpm", "fleetcron-1.10.0-linux-aarch64.tar.gz"], found.all
        )
        self.assertEqual("fleetcron_1.11.0-1_arm64.deb", found.next().deb)

    def test_names_what_is_missing(self):
        with self.assertRaisesRegex(LookupError, r"no fleetcron-\*-linux-x86_64"):
            built.find(self.target, "x86_64")
        self.put("fleetcron-1.0.0-linux-x86_64.tar.gz", "fleetcron-1.0.0-1.x86_64.rpm", "fleetcron_1.0.0-1_arm64.deb")
        with self.assertRaisesRegex(LookupError, "no fleetcron_1.0.0-1_amd64.deb in"):
            built.find(self.target, "x86_64")


if __name__ == "__main__":
    unittest.main()
