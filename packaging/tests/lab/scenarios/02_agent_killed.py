"""Agent SIGKILLed mid-run: the run goes on, nobody else starts, the recorded exit status is the true one."""

import re

HOSTS, SECONDS, CORE = 3, 90, True


def run(fleet):
    fleet.job("long", every=20, seconds=12, exit=3)
    fleet.start_agents()

    taken_back = fleet.started("long")
    host = fleet.host(taken_back.host)
    host.agent.kill()
    fleet.wait(4)
    host.agent.start()
    fleet.ended(taken_back)

    orphan = fleet.started("long", after=taken_back.started)
    fleet.host(orphan.host).agent.kill()
    fleet.ended(orphan)
    successor = fleet.started("long", after=orphan.started, elsewhere=orphan.host)
    fleet.ended(successor)

    fleet.conclude()
    log = fleet.host(taken_back.host).agent.log()
    reported = re.search(rf"run taken back job=long .*token={taken_back.token}\b", log)
    fleet.check(reported, f"the restarted agent did not take {taken_back} back")
    for case, run in (("agent restarted", taken_back), ("agent never restarted", orphan)):
        entry = fleet.entry(run)
        fleet.measure(case, f"{run} recorded as {entry.outcome} with exit {entry.exit}")
        fleet.check((entry.outcome, entry.exit) == ("failed", 3), f"{case}: {run}: {entry}, not failed with 3")
