"""The count of NFS operations per fire, winner and losers, with 3 and with 6 hosts."""

import time

from fleetlab import nfs

HOSTS, SECONDS, PERIOD, FIRES = 6, 190, 10, 6


def total(fleet, hosts, begin, end):
    """Operations by host and name between two times."""
    fleet.until(lambda: time.time() >= begin, 60, "begin")
    before = fleet.each(nfs.operations, hosts)
    fleet.until(lambda: time.time() >= end, 60, "end")
    after = fleet.each(nfs.operations, hosts)
    return {h.name: nfs.grown(b, a) for h, b, a in zip(hosts, before, after, strict=True)}


def add(sums, counts, factor=1):
    for name, n in counts.items():
        sums[name] = sums.get(name, 0) + n * factor


def measure(fleet, hosts):
    winner, losers, quiet = {}, {}, {}
    for _ in range(FIRES):
        fire = (time.time() // PERIOD + 1) * PERIOD
        around = total(fleet, hosts, fire - 1, fire + 3)
        rest = total(fleet, hosts, fire + 4, fire + 8)
        won = next(run.host for run in fleet.runs("one") if run.fire == fire)
        for host in hosts:
            add(winner if host.name == won else losers, around[host.name], 1 / FIRES)
            add(quiet, rest[host.name], 1 / FIRES / len(hosts))
    n, idle = len(hosts), sum(quiet.values())
    won, lost = sum(winner.values()) - idle, sum(losers.values()) / (n - 1) - idle
    fleet.measure(f"{n} hosts, winner", f"{won:.1f} operations per fire ({told(winner)} less {idle:.1f} idle)")
    fleet.measure(f"{n} hosts, each loser", f"{lost:.1f} ({told(losers)} by all {n - 1} less {idle:.1f} idle each)")
    fleet.measure(f"{n} hosts, sum", f"{won + lost * (n - 1):.1f} per fire; idle: {told(quiet)} per host in 4 s")
    fleet.check(won <= 7.5, f"{n} hosts: the winner needs {won:.1f} operations, more than 7")
    fleet.check(lost <= 4.5, f"{n} hosts: a loser needs {lost:.1f} operations, more than 4")
    return won + lost * (n - 1)


def told(counts):
    return " ".join(f"{name} {n:.1f}" for name, n in sorted(counts.items(), key=lambda item: -item[1]) if n >= 0.05)


def run(fleet):
    fleet.job("one", every=PERIOD, share=False)
    fleet.start_agents(fleet.hosts[:3])
    fleet.wait(PERIOD)
    three = measure(fleet, fleet.hosts[:3])
    fleet.start_agents(fleet.hosts[3:])
    fleet.wait(PERIOD)
    six = measure(fleet, fleet.hosts)
    fleet.check(six <= three + 4, f"the sum per fire grew from {three:.1f} with 3 hosts to {six:.1f} with 6")
    fleet.conclude()
