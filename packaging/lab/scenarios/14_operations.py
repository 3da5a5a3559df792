"""The count of NFS operations per fire, winner and losers, with 3 and with 6 hosts."""

import time

from fleetlab import nfs

HOSTS, SECONDS, PERIOD, FIRES = 6, 240, 10, 6


def window(fleet, hosts, seconds):
    """Operations by host and name from half-way between two fires on, for so many seconds."""
    begin = (time.time() // PERIOD + 0.5) * PERIOD
    begin += PERIOD if begin < time.time() else 0
    fleet.until(lambda: time.time() >= begin, 60, "begin")
    before = fleet.each(nfs.operations, hosts)
    fleet.until(lambda: time.time() >= begin + seconds, 60, "end")
    after = fleet.each(nfs.operations, hosts)
    return begin, {h.name: nfs.grown(b, a) for h, b, a in zip(hosts, before, after, strict=True)}


def mean(counts):
    return {name: sum(c.get(name, 0) for c in counts) / len(counts) for c in counts for name in c}


def less(counts, others):
    return {name: n - others.get(name, 0) for name, n in counts.items()}


def told(counts):
    named = sorted(counts.items(), key=lambda item: -item[1])
    return f"{sum(counts.values()):.1f} ({' '.join(f'{name} {n:.1f}' for name, n in named if abs(n) >= 0.2)})"


def measure(fleet, hosts, idle):
    won, lost = [], []
    for _ in range(FIRES):
        begin, counts = window(fleet, hosts, PERIOD - 0.5)
        first = next(run for run in fleet.runs("one") if run.fire > begin)
        for host in hosts:
            (won if host.name == first.host else lost).append(counts[host.name])
    winner, loser = less(mean(won), idle), less(mean(lost), idle)
    fleet.measure(f"{len(hosts)} hosts, idle, per host and {PERIOD} s", told(idle))
    fleet.measure(f"{len(hosts)} hosts, winner, per fire", told(winner))
    fleet.measure(f"{len(hosts)} hosts, each loser, per fire", told(loser))
    total = sum(winner.values()) + sum(loser.values()) * (len(hosts) - 1)
    fleet.measure(f"{len(hosts)} hosts, sum per fire", f"{total:.1f}")
    fleet.check(sum(loser.values()) <= 4.5, f"{len(hosts)} hosts: a loser needs {told(loser)}, more than 4")
    return total


def idle(fleet, hosts):
    fleet.wait(5)
    return mean(window(fleet, hosts, 2 * PERIOD)[1].values())


def run(fleet):
    fleet.job("rare", every=86400, share=False)
    fleet.start_agents(fleet.hosts[:3])
    idle_3 = {name: n / 2 for name, n in idle(fleet, fleet.hosts[:3]).items()}
    fleet.start_agents(fleet.hosts[3:])
    idle_6 = {name: n / 2 for name, n in idle(fleet, fleet.hosts).items()}
    fleet.job("one", every=PERIOD, share=False)
    fleet.reload()
    fleet.since = time.time() + 5
    six = measure(fleet, fleet.hosts, idle_6)
    for host in fleet.hosts[3:]:
        host.agent.stop()
    fleet.wait(30)
    three = measure(fleet, fleet.hosts[:3], idle_3)
    fleet.check(six <= three + 4, f"the sum per fire grew from {three:.1f} with 3 hosts to {six:.1f} with 6")
    fleet.conclude()
