"""Host paused between its claim and its command, beyond the lease: the command is not started after the resume."""

HOSTS, SECONDS, CORE = 3, 75, True


def claimed_only(fleet):
    """A host whose agent has told of a start that no witness has seen yet."""
    for host in fleet.hosts:
        told = host.agent.log().count("run started job=late ")
        if told > len([run for run in fleet.runs("late") if run.host == host.name]):
            return host
    return None


def run(fleet):
    fleet.job("late", every=20, seconds=3, on_lost="rerun")
    fleet.start_agents()
    host = fleet.until(lambda: claimed_only(fleet), 200, "a claim whose command has not started")
    before = len(fleet.runs("late"))
    paused, resumed = fleet.pause(host, lambda: fleet.wait(22))
    fleet.wait(15)
    others = [run for run in fleet.runs("late") if paused < run.started < resumed and run.host != host.name]
    mine = [run for run in fleet.runs("late")[before:] if run.host == host.name and run.started > paused]
    late = [run for run in mine if others and run.token < others[-1].token]
    fleet.measure("run meanwhile", "; ".join(map(str, others)) or "nothing")
    for run in late:
        fleet.check(False, f"{run} started {run.started - resumed:.1f} s after the resume, though {others[-1]} ran before")
    fleet.check(others, "nobody took the fire over: the pause was too short to show anything")
    fleet.conclude()
