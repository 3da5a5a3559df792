"""Share full, read-only, EDQUOT and ENOLCK: fail closed, alarm once per change of state, recover by itself."""

import time

from fleetjudge.faults import HINDERED, UNFIT

HOSTS, SECONDS = 3, 270


def alarms_of(fleet, host):
    """Alarms but for what is reported once for each: how a fire ended, that a run was fenced, that hosts' reloads differ in time."""
    others = ("fire settled", "run fenced", "job definitions differ")
    return [line for line in fleet.alarms(host) if not any(words in line for words in others)]


def healthy(host):
    """Whether the last word of the host's log about the storage is a good one."""
    said = [line for line in host.agent.log().splitlines() if "storage unhealthy" in line or "storage healthy again" in line]
    return not said or "storage healthy again" in said[-1]


def quiet_and_back(fleet, name, hosts, refused, begin, end, seconds=15):
    """Runs a fault for some seconds: no start on these hosts if locks are refused, few alarms, starts afterwards."""
    before = {host.name: len(alarms_of(fleet, host)) for host in hosts}
    begun = time.time()
    begin()
    fleet.wait(2)
    since = time.time()
    fleet.wait(seconds)
    # A host may have no turn for some fires; it alarms at its first one.
    noticed = lambda: all(len(alarms_of(fleet, host)) > before[host.name] for host in hosts)
    fleet.expect(noticed, 45, f"{name}: an alarm on {' and '.join(host.name for host in hosts)}")
    until = time.time()
    end()
    fleet.under_fault(hosts, begun, kind=UNFIT if refused else HINDERED)
    names = {host.name for host in hosts}
    during = [run for run in fleet.runs() if run.host in names and since < run.fire and run.started < until]
    fleet.check(not (refused and during), f"{name}: started all the same: {[str(run) for run in during][:2]}")
    after = lambda: [r.started for r in fleet.runs() if r.host in names and r.fire > until]
    back = fleet.expect(after, 120, f"{name}: recovers") or [float("nan")]
    for host in hosts:
        fleet.expect(lambda host=host: healthy(host), 60, f"{name}: the log of {host.name} says that all is well again")
    alarms = max(len(alarms_of(fleet, host)) - before[host.name] for host in hosts)
    fleet.measure(name, f"{len(during)} starts, at most {alarms} alarms on a host, back after {back[0] - until:.1f} s")
    # One that names the first error, and one for each further kind of file that meets it.
    fleet.check(alarms <= 4, f"{name}: {alarms} alarms on one host in {seconds} s")


def fill(fleet):
    """A job that has a lock file is recorded in place. One that comes now finds no room for its own, and must not start."""
    fleet.server.fill()
    fleet.job("fresh", every=5, since=time.time() + 10)
    fleet.reload()
    full = time.time()
    fleet.wait(10)
    early = [run for run in fleet.runs("fresh") if run.started < full + 10]
    fleet.check(not early, f"started without a record: {list(map(str, early))[:2]}")


def ends_meanwhile(fleet):
    """A run that goes on for longer than the lease on a share that is read-only, and then ends, keeps its lock and its outcome."""
    fleet.job("ending", every=30, seconds=13, on_lost="rerun", since=time.time() + 10)
    fleet.reload()
    run = fleet.started("ending", 90)
    begin = time.time()
    fleet.server.read_only(True)
    fleet.ended(run)
    fleet.wait(10)
    fleet.server.read_only(False)
    fleet.under_fault(fleet.hosts, begin, kind=UNFIT)
    entry = fleet.entry(run)
    fleet.measure("run that ends while the share is read-only", f"{entry.outcome} with {entry.exit}")
    fleet.check(entry.outcome == "succeeded", f"{run} is recorded as {entry.outcome}")


def run(fleet):
    for n in range(fleet.sized(4)):
        fleet.job(f"steady-{n}", every=5, offset=n)
    fleet.start_agents()
    fleet.started("steady-0", after=fleet.since)
    server, one = fleet.server, fleet.host("h1")
    full = time.time()
    quiet_and_back(fleet, "share full", fleet.hosts, False, lambda: fill(fleet), server.make_room)
    fleet.under_fault(fleet.hosts, full, kind=UNFIT, job="fresh")  # no host could make its lock file
    fleet.started("fresh")
    quiet_and_back(fleet, "share read-only", fleet.hosts, True, lambda: server.read_only(True), lambda: server.read_only(False))
    for error in ("EDQUOT", "ENOLCK"):
        begin = lambda error=error: one.agent.refuse_locks(error)
        quiet_and_back(fleet, f"{error} on one host", [one], True, begin, one.agent.grant_locks)
    ends_meanwhile(fleet)
    fleet.conclude()
