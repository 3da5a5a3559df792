"""Clocks at -7 min, 0 and +7 min: each fire once, none before its time by the server's clock."""

HOSTS, SECONDS = 3, 80


def run(fleet):
    fleet.job("instant", every=5)
    fleet.job("longer", every=10, seconds=3)
    fleet.each(lambda host: host.shift_clock({"h1": -420, "h2": 0, "h3": 420}[host.name]))
    fleet.start_agents()
    fleet.wait(40)
    fleet.conclude()
    fleet.check(set(fleet.verdict.outcomes) == {"succeeded"}, f"not all succeeded: {fleet.verdict.outcomes}")
    hosts = sorted(run.host for run in fleet.runs())
    fleet.measure("runs by host", {name: hosts.count(name) for name in dict.fromkeys(hosts)})
    for name in ("h1", "h3"):
        fleet.check(fleet.alarms(fleet.host(name)), f"{name} is seven minutes off and its log does not warn of it")
