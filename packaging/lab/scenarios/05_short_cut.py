"""Cable cut shorter than the lease: nothing is killed, nothing doubled."""

HOSTS, SECONDS = 3, 75


def run(fleet):
    fleet.job("long", every=20, seconds=14)
    fleet.job("steady", every=5)
    fleet.start_agents()
    first = fleet.started("long", after=fleet.since)
    fleet.wait(2)
    host = fleet.host(first.host)
    host.cut()
    fleet.wait(4)
    host.mend()
    ended = fleet.ended(first)
    fleet.check(ended.exit == 0, f"{first} ended with {ended.exit}")
    fleet.wait(10)
    fleet.conclude()
    fleet.check(not {"killed", "lost"} & set(fleet.verdict.outcomes), "a run was killed or lost")
