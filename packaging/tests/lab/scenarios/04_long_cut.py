"""Cable cut longer than the lease, mid-run: the run's whole tree is dead before any other host starts the job."""

from fleetjudge.faults import CUT

HOSTS, SECONDS, CORE = 3, 90, True


def run(fleet):
    fleet.job("long", every=30, seconds=27, on_lost="rerun")
    for n in range(fleet.sized(6)):
        fleet.job(f"steady-{n}", every=10, offset=n)
    fleet.start_agents()
    first = fleet.started("long", after=fleet.since)
    host = fleet.host(first.host)
    fleet.wait(2)
    cut = host.cut()
    died = fleet.dead(first).alive_until
    other = fleet.started("long", after=cut, elsewhere=host.name)
    fleet.measure("run dead", f"{died - cut:.1f} s after the cut (lease {fleet.server.lease} s)")
    fleet.measure("next start elsewhere", f"{other.started - cut:.1f} s after the cut, {other.started - died:.1f} s after the death")
    fleet.check(died < other.started, f"{first} died {died - other.started:.1f} s after {other} started")
    healed = host.mend()
    fleet.under_fault([host], cut, healed, CUT)
    again = fleet.until(lambda: [r for r in fleet.runs() if r.host == host.name and r.started > healed], 120, "rejoins")
    fleet.measure("cut host starts a run again", f"{again[0].started - healed:.1f} s after the cable was mended")
    fleet.conclude()
