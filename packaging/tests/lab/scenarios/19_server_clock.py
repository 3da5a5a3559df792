"""Server's clock an hour ahead, then set right: all hosts say so, nothing starts or is settled until then, nothing early or twice."""

import time

from fleetlab import nfs
from fleetjudge.faults import UNFIT

HOSTS, SECONDS = 3, 200
AHEAD, QUIET = 3600, 20


def telling(fleet):
    """How many members say in the table that the server's clock is wrong."""
    table = fleet.server.run(f"cat {nfs.EXPORT}/fleet/members/table")
    return sum("the clock of the file server is" in line for line in table.splitlines())


def run(fleet):
    fleet.job("steady", every=5)
    fleet.job("long", every=30, seconds=20, on_lost="rerun")
    fleet.start_agents()
    going_on = fleet.started("long", 90, after=fleet.since)

    wrong = fleet.server.shift_clock(AHEAD)
    fleet.until(lambda: telling(fleet) == HOSTS, 60, "all hosts say that the server's clock is wrong", every=1)
    noticed = time.time()
    fleet.measure("found out by all", f"{noticed - wrong:.1f} s after the step")
    fleet.wait(QUIET)
    begun = [str(run) for run in fleet.runs() if run.fire > noticed]
    fleet.check(not begun, f"started by a clock that is known to be wrong: {begun[:3]}")
    settled = [str(entry) for entry in fleet.entries() if entry.fire > noticed]
    fleet.check(not settled, f"settled by a clock that is known to be wrong: {settled[:3]}")

    right = fleet.server.shift_clock(-AHEAD)
    fleet.until(lambda: [r for r in fleet.runs("steady") if r.started > right], 90, "starts again")
    fleet.until(lambda: telling(fleet) == 0, 60, "nobody says so any more", every=1)
    fleet.under_fault(fleet.hosts, wrong, kind=UNFIT)
    fleet.wait(15)
    fleet.conclude()
    # The share's marks carry the clock that was wrong: only the machine's tells whether anything came before its time.
    early = [str(run) for run in fleet.runs() if run.started < run.fire - 1]
    fleet.check(not early, f"started before their time: {early[:3]}")
    ahead = [str(entry) for entry in fleet.entries() if entry.fire > time.time()]
    fleet.check(not ahead, f"settled before their time: {ahead[:3]}")
    outcome = fleet.entry(going_on).outcome
    fleet.check(outcome == "succeeded", f"{going_on}, which the clock does not concern, is recorded as {outcome}")
