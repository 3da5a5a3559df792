"""Runs by hand on other hosts, and groups of jobs: beside a cut, agents that die before the start, a clock that is wrong."""

import json
import time
from concurrent.futures import ThreadPoolExecutor

from fleetjudge.asked import RUN, Asked
from fleetjudge.evidence import instant
from fleetlab import nfs

HOSTS, SECONDS = 3, 150
KEPT = 600  # seconds that a request can be claimed


def run(fleet):
    fleet.settings["run_groups"] = {"alone": 1, "pair": 2}
    fleet.job("long", every=30, offset=0, seconds=14, run_group="alone")
    fleet.job("short", every=30, offset=5, seconds=1, run_group="alone")
    for name in ("one", "two", "three"):
        fleet.job(name, every=20, seconds=4, run_group="pair")
    fleet.job("asked", every=300, seconds=10)
    fleet.start_agents()
    with ThreadPoolExecutor(2) as pool:
        waits_for_the_lost_slot(fleet, fleet.started("long", after=fleet.since))
        target_dies(fleet, pool)
        someone_dies(fleet, pool)
        wrong_clock(fleet)
    fleet.conclude()
    together = most_at_once([run for run in fleet.runs() if run.job in ("one", "two", "three")])
    fleet.check(together == 2, f"{together} of three jobs ran at once: the limit of 2 was not tried")


def waits_for_the_lost_slot(fleet, holder):
    """Who holds the group's only slot is cut off: the other job starts once that run is dead, and no sooner."""
    host = fleet.host(holder.host)
    begin, _ = fleet.cut(host, lambda: fleet.started("short", after=holder.started, elsewhere=holder.host, timeout=45))
    after = fleet.started("short", after=begin, elsewhere=holder.host)
    dead = fleet.seen(holder).alive_until
    used = after.started - begin
    fleet.measure("slot of a host that was cut off", f"its run was dead after {dead - begin:.1f} s, the slot used after {used:.1f} s")


def ask(fleet, host, name, on):
    """Asks for a run on that host; what the command says in the end, which has status 75 while nothing has begun."""
    target = None if on == "any" else on
    fleet.asked.append(Asked(RUN, "asked", time.time(), name=name, host=target))
    said = host.agent.command(f"run asked --on {on} --id {name} --env LAB_REQUEST={name} --json --timeout 30s", timeout=120)
    return json.loads(next(line for line in said.splitlines() if line.startswith("{")))


def of(fleet, name):
    return [run for run in fleet.runs("asked") if run.request == name]


def begun(fleet, name, timeout=60):
    return fleet.until(lambda: of(fleet, name), timeout, f"the run asked for as {name} begins")[0]


def pending(fleet, name):
    """Waits until that request is in the table which all agents read."""
    table = lambda: fleet.server.run(f"cat {nfs.EXPORT}/fleet/control/table", check=False)
    fleet.until(lambda: f'"id":"{name}"' in table(), 60, f"{name} is asked for", every=0.5)


def target_dies(fleet, pool):
    """The one host that may start it has read the request, cannot begin yet, and loses its agent: the next one begins it."""
    one, two, three = fleet.hosts
    pool.submit(ask, fleet, three, "first", "h1")
    first = begun(fleet, "first")
    answer = pool.submit(ask, fleet, one, "second", "h2")
    pending(fleet, "second")
    begin = time.time()
    two.agent.kill()
    if fleet.ended(first).ended > begin:
        fleet.wait(3)
        fleet.check(not of(fleet, "second"), "a run began elsewhere, or without the agent that it was asked of")
    two.agent.start()
    second = begun(fleet, "second")
    fleet.without_agent([two], begin)
    state = answer.result()["state"]
    fleet.measure("run --on a host whose agent died", f"began {second.started - begin:.1f} s after that; the command says: {state}")


def someone_dies(fleet, pool):
    """One agent of three dies while any may begin the request: another does, and asked again it is the same request."""
    one, two, three = fleet.hosts
    before = begun(fleet, "second")
    answer = pool.submit(ask, fleet, three, "third", "any")
    pending(fleet, "third")
    begin = time.time()
    one.agent.kill()
    third = begun(fleet, "third")
    one.agent.start()
    fleet.check(third.started >= fleet.seen(before).alive_until, f"{third} began beside {before}")
    waited = third.started - fleet.seen(before).alive_until
    fleet.measure("run --on any", f"began {waited:.1f} s after the run before it; the command says: {answer.result()['state']}")
    again = two.agent.command("run asked --on any --id third --env LAB_REQUEST=third --json --timeout 30s", timeout=120)
    fleet.check(f'"token":{third.token}' in again, f"asked again with the same id: {again}")
    fleet.without_agent([one], begin)


def wrong_clock(fleet):
    """How long a request can be claimed is by the fleet's time, whatever the clocks say where it is asked for and begun."""
    two, three = fleet.hosts[1:]
    fleet.step_clock(two, -90)
    fleet.step_clock(three, 90)
    called = time.time()
    for said in fleet.each(lambda host: ask(fleet, host, f"of-{host.name}", host.name), [two, three]):
        until = instant(said["until"])
        fleet.check(called - 3 < until - KEPT < time.time() + 3, f"asked at {called:.0f}, can be claimed until {said['until']}: {said}")
    for host in (two, three):
        begun(fleet, f"of-{host.name}")
    fleet.step_clock(two, 90)
    fleet.step_clock(three, -90)


def most_at_once(runs):
    return max((sum(other.started <= run.started < other.alive_until for other in runs) for run in runs), default=0)
