"""All agents down for a while: each catch-up policy."""

import time

HOSTS, SECONDS = 3, 150


def run(fleet):
    every = 20 if fleet.machine.slower < 2 else 30  # an agent must be up well within it
    for policy in ("none", "latest", "all"):
        within = {} if policy == "none" else {"within": "1h"}
        fleet.job(policy, every=every, tolerance="2s", catch_up={"policy": policy, **within})
    fleet.start_agents()
    fleet.wait(every + 2)
    fleet.each(lambda host: host.agent.stop())
    fleet.until(lambda: not any(host.agent.alive() for host in fleet.hosts), 60, "the agents end")
    down = time.time()
    fleet.wait(2 * every + 5)
    fleet.until(lambda: 1 < time.time() % every < 2, every + 2, "just after a fire, so that the agents are up long before the next")
    up = time.time()
    fleet.each(lambda host: host.agent.start())
    fleet.without_agent(fleet.hosts, down, up)
    fleet.wait(every + 5)
    fleet.conclude()
    missed_fires = set(fleet.jobs[0].due(down + 1, up))
    for policy, expected in (("none", 0), ("latest", 1), ("all", len(missed_fires))):
        late = [run for run in fleet.runs(policy) if run.fire in missed_fires and run.started > up]
        fleet.measure(policy, f"{len(late)} of {len(missed_fires)} fires of the down time were run late")
        fleet.check(len(late) == expected, f"{policy}: {len(late)} late runs, not {expected}")
        newest = [run.fire for run in late] == [max(missed_fires)]
        fleet.check(policy != "latest" or newest, f"latest: ran {late}")
