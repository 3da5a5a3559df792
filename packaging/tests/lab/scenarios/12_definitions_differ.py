"""Hosts with different job definitions: warned on both, named."""

HOSTS, SECONDS = 2, 80


def run(fleet):
    fleet.job("alike", every=5)
    fleet.job("differs", every=5)
    one, two = fleet.hosts
    fleet.start_agents([one])
    fleet.definitions["differs"]["timeout"] = "1m"
    fleet.start_agents([two])

    def warned(host, other):
        return [line for line in fleet.alarms(host) if "differs" in line and other.name in line]

    for host, other in ((one, two), (two, one)):
        lines = fleet.until(lambda h=host, o=other: warned(h, o), 60, f"{host.name} warns, naming differs and {other.name}")
        fleet.measure(f"warned on {host.name}", lines[0][:200])
        fleet.check(not any("alike" in line for line in lines), f"{host.name} warns of a job that is the same: {lines}")
    fleet.conclude()
    fleet.check(set(fleet.verdict.outcomes) <= {"succeeded", "skipped"}, f"fires were lost or missed: {fleet.verdict.outcomes}")
