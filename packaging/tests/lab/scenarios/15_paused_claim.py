"""Host paused between its claim and its command, beyond the lease: the command is not started after the resume."""

import re

from fleetlab.host import Starved

ATTEMPTS = 3
HOSTS, SECONDS, CORE = 3, 75, True


def claimed_only(fleet, known):
    """A host whose agent has reported a start that no witness has seen yet, but for those of these tokens."""
    seen = {str(run.token) for run in fleet.runs("late")}
    for host in fleet.hosts:
        reported = set(re.findall(r"run started job=late .*\btoken=(\d+)", host.agent.log()))
        if reported - seen - known:
            known |= reported
            return host
    return None


def run(fleet):
    fleet.job("late", every=20, seconds=3, on_lost="rerun")
    fleet.start_agents()
    known = set()
    for _ in range(ATTEMPTS):
        if paused_in_time(fleet, known):
            break
    else:
        raise Starved(f"in {ATTEMPTS} attempts the command had always begun before the pause")
    fleet.conclude()


def paused_in_time(fleet, known):
    """Pauses a host that has claimed a fire, and checks; false if its command turns out to have begun just before."""
    host = fleet.until(lambda: claimed_only(fleet, known), 200, "a claim whose command has not started", every=0.02)
    paused, resumed = fleet.pause(host, lambda: fleet.wait(22))
    fleet.wait(15)
    runs = fleet.runs("late")
    others = [run for run in runs if paused < run.started < resumed and run.host != host.name]
    begun = [run for run in runs if run.host == host.name and run.started <= paused < run.alive_until]
    fleet.measure("run meanwhile", "; ".join(map(str, others)) or "nothing")
    if begun:
        fleet.measure("paused too late", "; ".join(map(str, begun)))
        return False
    for run in runs:
        late = run.host == host.name and run.started > resumed and others and run.token < others[-1].token
        fleet.check(not late, f"{run} started {run.started - resumed:.1f} s after the resume, though {others and others[-1]} ran before")
    fleet.check(others, "nobody took the fire over: the pause was too short to show anything")
    return True
