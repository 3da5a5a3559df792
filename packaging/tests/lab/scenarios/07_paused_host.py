"""Host paused beyond the lease, then resumed: its run is killed at once, its writes do not damage the ledger."""

HOSTS, SECONDS = 3, 130


def run(fleet):
    fleet.job("long", every=30, seconds=25, on_lost="rerun")
    fleet.job("steady", every=5)
    fleet.start_agents()
    first = fleet.started("long", after=fleet.since)
    fleet.wait(2)
    host = fleet.host(first.host)
    paused, resumed = fleet.pause(host, lambda: (fleet.started("long", after=first.started, elsewhere=host.name), fleet.wait(2)))
    other = fleet.started("long", after=first.started, elsewhere=host.name)
    fleet.wait(3)
    window = max(0, fleet.dead(first).alive_until - resumed)
    fleet.measure("started elsewhere", f"{other.started - paused:.1f} s after the pause")
    fleet.measure("paused run lived on for", f"{window:.2f} s after the resume")
    fleet.check(window < fleet.window, f"{first} lived on for {window:.1f} s after the resume")
    fleet.check(other.token > first.token, f"the tokens of {first} and {other} do not tell them apart")
    fleet.until(lambda: [r for r in fleet.runs() if r.host == host.name and r.started > resumed], 90, "rejoins")
    fleet.conclude()
