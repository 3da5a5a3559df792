"""The count of NFS operations per fire, winner and losers, with 3 and with 6 hosts."""

import time

from fleetlab import nfs

HOSTS, SECONDS, PERIOD, FIRES = 6, 280, 10, 5


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


def measure(fleet, hosts):
    """Operations per fire: those of a window with one fire less those of an idle fleet of the same size."""
    n = len(hosts)
    fleet.definitions.pop("one", None)
    fleet.reload(hosts)
    fleet.wait(PERIOD)
    idle = {name: count / 2 for name, count in mean(window(fleet, hosts, 2 * PERIOD)[1].values()).items()}
    fleet.definitions["one"] = fleet.one
    fleet.reload(hosts)
    fleet.wait(PERIOD)
    won, lost = [], []
    for _ in range(FIRES):
        begin, counts = window(fleet, hosts, PERIOD - 0.5)
        first = next(run for run in fleet.runs("one") if run.fire > begin)
        for host in hosts:
            (won if host.name == first.host else lost).append(counts[host.name])
    winner, loser = less(mean(won), idle), less(mean(lost), idle)
    fleet.measure(f"{n} hosts, idle, per host in {PERIOD} s", told(idle))
    fleet.measure(f"{n} hosts, winner, per fire", told(winner))
    fleet.measure(f"{n} hosts, each loser, per fire", told(loser))
    total = sum(winner.values()) + sum(loser.values()) * (n - 1)
    fleet.measure(f"{n} hosts, sum per fire", f"{total:.1f}")
    fleet.check(sum(loser.values()) <= 4.5, f"{n} hosts: a loser needs {told(loser)}, more than 4")
    return total


def run(fleet):
    fleet.job("rare", every=86400, share=False)
    fleet.job("one", every=PERIOD, share=False)
    fleet.one = fleet.definitions["one"]
    fleet.start_agents(fleet.hosts[:3])
    three = measure(fleet, fleet.hosts[:3])
    fleet.start_agents(fleet.hosts[3:])
    six = measure(fleet, fleet.hosts)
    fleet.check(six <= three + 4, f"the sum per fire grew from {three:.1f} with 3 hosts to {six:.1f} with 6")
    fleet.since = time.time() - 3 * PERIOD
    fleet.conclude()
