"""The workload of the published test of Chronos: random jobs are added while random halves of the hosts are cut off."""

import time

from fleetjudge import targets
from fleetjudge.faults import CUT

HOSTS, SECONDS, SHORTEST = 5, 420, 300

# What comes before the first job and after the last fault, in seconds.
AROUND = 120
JOBS = 24


def add_job(fleet, number):
    """As there: up to 9 s long, 10 to 29 s late at most, and so far apart that no two of its windows overlap."""
    choose = fleet.random
    duration, epsilon = choose.randrange(10), 10 + choose.randrange(20)
    every = duration + epsilon + targets.FORGIVEN + choose.randrange(30)
    name = f"job-{number:02}"
    fleet.job(name, every, duration, tolerance=f"{epsilon}s", on_lost="rerun", since=time.time() + 10 * fleet.machine.slower)
    fleet.reload()


def run(fleet):
    fleet.job("first", 60, tolerance="30s", on_lost="rerun")
    fleet.start_agents()
    phase = ((fleet.seconds or SECONDS) - AROUND) / 5
    begin, number, away, cuts = time.time(), 0, [], 0
    most = fleet.sized(JOBS, 6)
    while (now := time.time()) < begin + 5 * phase:
        wanted = int((now - begin) / phase) % 2 == 1
        if wanted and not away:
            half = fleet.random.sample(fleet.hosts, fleet.random.choice([2, 3]))
            fleet.say(f"cut off: {' '.join(host.name for host in half)}")
            away, cuts = list(zip(half, fleet.each(lambda host: host.cut(), half), strict=True)), cuts + 1
        elif away and not wanted:
            mend(fleet, away)
            away = []
        if number < most and now - begin > number * 4.5 * phase / most:
            add_job(fleet, number)
            number += 1
        fleet.wait(1)
    if away:
        mend(fleet, away)
    fleet.wait(60)
    judge(fleet, cuts)


def mend(fleet, away):
    for (host, begin), end in zip(away, fleet.each(lambda one: one[0].mend(), away), strict=True):
        fleet.under_fault([host], begin, end, CUT)
    fleet.say("all together again")


def judge(fleet, cuts):
    read = time.time()
    fleet.conclude(patience=90)
    found = targets.classes(fleet.jobs, fleet.runs(), fleet.since, read, fleet.machine.slower)
    fleet.measure("partitions", cuts)
    fleet.measure("targets", str(found))
    lost = {(entry.job, entry.fire) for entry in fleet.entries() if entry.outcome == "lost"}
    for target in found.missed:
        fleet.check(target in lost, f"missed without a run that was lost in a partition: {target[0]} {target[1]:.0f}")
    for extra in found.extra:
        fleet.check((extra.job, extra.fire) in lost, f"an extra run whose fire was not lost before: {extra}")
    fleet.check(len(found.complete) >= 10, f"too few targets to say anything: {found}")
