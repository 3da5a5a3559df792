"""What this machine carries: how many processes a second its hosts start. Loads, time limits and estimates follow from it."""

import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from fleetlab import guard
from fleetlab.host import Host
from fleetlab.network import Network

# Process starts a second, over two hosts at once, of the machine on which the scenarios' SECONDS were measured.
REFERENCE = 150
STARTS = 120
# The kernels that such a machine runs side by side without one starving the other.
KERNELS = 10


class Machine:
    """`slower` is how many times slower than the reference it is: 1 for one that is as fast or faster."""

    def __init__(self, starts_per_second=REFERENCE):
        self.starts_per_second = starts_per_second
        self.slower = max(1.0, REFERENCE / starts_per_second)

    @property
    def kernels(self):
        """How many kernels may run at once; a fleet that needs more runs alone."""
        return max(1, int(KERNELS / self.slower))

    @property
    def patience(self):
        """By what a time limit is multiplied. The measure is one moment's, so that there is some reserve."""
        return min(6.0, max(1.5, 1.5 * self.slower))

    def estimate(self, seconds):
        """How long what takes this many seconds on the reference takes here: about a sixth of it is work, the rest is waiting."""
        return seconds * (1 + (self.slower - 1) / 6)

    def sized(self, count, least=1):
        """So many of `count` jobs as this machine carries."""
        return max(least, min(count, round(count / self.slower)))

    def __str__(self):
        return (
            f"{self.starts_per_second:.0f} process starts a second in two hosts, {self.slower:.1f} times slower than the reference:"
            f" up to {self.kernels} kernels at once, time limits times {self.patience:.1f}"
        )


def measure(name):
    """Boots two hosts in a network of that name and has both start processes."""
    work = tempfile.mkdtemp(prefix="fleetcron-lab-")
    guarded = guard.start(name, work)
    try:
        network = Network(name)
        for place in ("cmd", "logs", "pulse", "uml"):
            (Path(work) / place).mkdir()
        hosts = [Host(network, Path(work), f"m{n}", n) for n in (1, 2)]
        for host in hosts:
            host.boot()
        for host in hosts:
            host.ready(180)
        with ThreadPoolExecutor(len(hosts)) as pool:
            return Machine(len(hosts) * STARTS / max(pool.map(_seconds, hosts)))
    finally:
        guard.finish(guarded)


def _seconds(host):
    begin = time.monotonic()
    host.run(f"n=0; while [ $n -lt {STARTS} ]; do /bin/true; n=$((n + 1)); done", 240)
    return time.monotonic() - begin
