"""Cable cut for a quarter of the lease: nothing is killed, nothing doubled."""

HOSTS, SECONDS = 3, 75
# TCP sends again what was lost after 0.2, 0.6, 1.4, 3.0, 6.2 s: a cut of this length is over for it after 3.0 s, one of
# 4 s perhaps after 6.2 s only. With the last beat before it up to a sixth of the lease ago, that could reach the three
# quarters of the lease after which a run must be ended.
CUT = 2.5


def run(fleet):
    fleet.job("long", every=20, seconds=14)
    fleet.job("steady", every=5)
    fleet.start_agents()
    first = fleet.started("long", after=fleet.since)
    fleet.wait(2)
    host = fleet.host(first.host)
    host.cut()
    fleet.wait(CUT)
    host.mend()
    ended = fleet.ended(first)
    fleet.check(ended.exit == 0, f"{first} ended with {ended.exit}")
    fleet.wait(10)
    fleet.conclude()
    fleet.check(not {"killed", "lost"} & set(fleet.verdict.outcomes), "a run was killed or lost")
