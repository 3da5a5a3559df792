"""Wall clock stepped ahead of the boot clock: a run that can prove its lock goes on, one that cannot is ended at once."""

from fleetjudge.faults import FENCES

HOSTS, SECONDS = 3, 240
# So long that what the wall clock ends and what the boot clock ends are far apart.
LEASE = 60
STEP = 2 * LEASE


def run(fleet):
    """As a hypervisor leaves a guest whose boot clock it stopped: only a step of the wall clock tells of the pause."""
    fleet.job("long", every=60, seconds=30, on_lost="rerun")
    fleet.start_agents()

    proven = fleet.started("long", 120, after=fleet.since)
    fleet.wait(2)
    host = fleet.host(proven.host)
    fleet.step_clock(host, STEP)
    fleet.ended(proven)
    outcome = fleet.entry(proven).outcome
    fleet.check(outcome == "succeeded", f"the server knew the lock of {proven}, which is recorded as {outcome}")
    fleet.step_clock(host, -STEP)

    silent = fleet.started("long", 120, after=proven.started)
    fleet.wait(2)
    host = fleet.host(silent.host)
    stepped = []

    def step():
        stepped.append(fleet.step_clock(host, STEP))
        fleet.dead(silent)

    cut, _ = fleet.cut(host, step)
    silent = fleet.seen(silent)
    fleet.step_clock(host, -STEP)
    fleet.measure("ended", f"{silent.alive_until - stepped[0]:.1f} s after the step, {silent.alive_until - cut:.1f} s after the cut")
    soon = silent.ended is None and silent.alive_until - cut < FENCES * LEASE
    fleet.check(soon, f"the step did not end {silent}, which the cut alone ends {FENCES * LEASE:.0f} s later at the earliest")
    fleet.conclude(patience=120)
