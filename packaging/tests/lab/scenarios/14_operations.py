"""The count of NFS operations: idle, per fire for winner and losers, and for output; with 3 and with 6 hosts."""

import time
from dataclasses import replace
from statistics import median

from fleetlab import nfs
from fleetlab.host import GUEST, HostError

HOSTS, SECONDS, FIRES = 6, 600, 3
# For three hosts alone.
SHORTEST = 330
# What an agent does without a fire comes round in this time: a beat every 5 s, the server's time at every third.
PERIOD, BEATS = 15, 3
# So long that a run which a busy machine draws out is short still: it has no heartbeat.
LEASE = 60
# What one fire may cost, in operations; a fraction more, because losers are counted by a mean over a few windows. Only
# the next two in rank look, so three more hosts add none of their looks.
WINNER, LOSER, SUM_GROWTH, IDLE_GROWTH, SLACK = 7, 4, 1, 1, 0.5
# Beside that, a client asks whether each of the three directories above the lock file has changed if it last did so more than
# 30 to 60 s ago, acdirmin in nfs(5): so the first fire of a host after that time pays for all others.
DIRECTORIES, ASKED = 3, "GETATTR"
# How long after its command's end a run is settled, and stands in history, also on a busy machine.
SETTLING = 2.5


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


def middle(counts):
    """What most windows hold: now and then one catches a beat more or less, which has nothing to do with the fire."""
    return {name: median(c.get(name, 0) for c in counts) for c in counts for name in c}


def less(counts, others):
    return {name: counts.get(name, 0) - others.get(name, 0) for name in {**counts, **others}}


def total(counts):
    return sum(counts.values())


def reported(counts):
    named = sorted(counts.items(), key=lambda item: -item[1])
    return f"{total(counts):.1f} ({' '.join(f'{name} {n:.1f}' for name, n in named if abs(n) >= 0.2)})"


def beats(counts, number):
    """Whether a host that writes beats alone had this number of them: now and then a window catches one more or less."""
    return counts.get("WRITE", 0) == number


def idling(fleet, hosts):
    """What a host does in one period without a fire."""
    only(fleet, hosts, None)
    for _ in range(FIRES):
        usual = [c for c in window(fleet, hosts, 2 * PERIOD)[1].values() if beats(c, 2 * BEATS)]
        if usual:
            return {name: count / 2 for name, count in middle(usual).items()}
    raise HostError(f"in {FIRES} windows no host wrote {2 * BEATS} beats")


def only(fleet, hosts, job):
    """Gives the hosts no other job than this one, and waits until they have settled on it."""
    fleet.definitions = {"rare": fleet.all["rare"], **({job: fleet.all[job]} if job else {})}
    fleet.reload(hosts)
    fleet.wait(PERIOD)


def per_fire(fleet, hosts, job, idle):
    """What a fire of this job costs the host that runs it, and each of the others: above what idling costs.

    On a busy machine a run may reach beyond its window, or into it from the one before: such windows do not count.
    """
    only(fleet, hosts, job)
    won, lost = [], []
    for _ in range(3 * FIRES):
        begin, counts = window(fleet, hosts, PERIOD)
        winner = only_winner(fleet.runs(job), begin, begin + PERIOD)
        if winner:
            won.append(counts[winner])
            lost += [c for name, c in counts.items() if name != winner and beats(c, BEATS)]
        if len(won) >= FIRES and lost:
            return less(middle(won), idle), less(mean(lost), idle)
    raise HostError(f"in {3 * FIRES} windows only {len(won)} held one whole run of {job}")


def only_winner(runs, begin, end):
    """The host of the one run that began and was settled between these times; nothing without one."""
    seen = [run for run in runs if run.started < end and (run.ended is None or run.ended > begin - SETTLING)]
    whole = len(seen) == 1 and seen[0].started > begin and seen[0].ended and seen[0].ended < end - SETTLING
    return seen[0].host if whole else None


def measure(fleet, hosts):
    """Measures and checks one size of the fleet; the operations of all hosts per fire, and of an idle host."""
    n = len(hosts)
    idle = idling(fleet, hosts)
    winner, loser = per_fire(fleet, hosts, "silent", idle)
    directories = winner.pop(ASKED, 0)
    output = less(per_fire(fleet, hosts, "telling", idle)[0], {**winner, ASKED: directories})
    everybody = total(winner) + total(loser) * (n - 1)
    fleet.measure(f"{n} hosts, idle, per host in {PERIOD} s", reported(idle))
    fleet.measure(f"{n} hosts, winner, per fire", reported(winner))
    fleet.measure(f"{n} hosts, winner, directories above the lock file", f"{directories:.1f}")
    fleet.measure(f"{n} hosts, each loser, per fire", reported(loser))
    fleet.measure(f"{n} hosts, all together, per fire", f"{everybody:.1f}")
    fleet.measure(f"{n} hosts, output, per run that has any", reported(output))
    fleet.check(total(winner) <= WINNER + SLACK, f"{n} hosts: the winner needs {reported(winner)}, more than {WINNER}")
    asked = directories <= DIRECTORIES + SLACK
    fleet.check(asked, f"{n} hosts: the winner asks for attributes {directories:.1f} times, more than the {DIRECTORIES} directories need")
    fleet.check(total(loser) <= LOSER + SLACK, f"{n} hosts: a loser needs {reported(loser)}, more than {LOSER}")
    return everybody, total(idle)


def run(fleet):
    fleet.job("rare", every=86400, share=False)
    fleet.job("telling", every=PERIOD, share=False)
    fleet.job("silent", every=PERIOD, share=False)
    fleet.definitions["silent"]["command"] = ["/bin/bash", "-c", f"exec /bin/bash {GUEST}/witness.sh 0 >/dev/null"]
    # Every host opens its history at its first settlement, which no later fire pays for again.
    fleet.job("warm", every=PERIOD, run_on="every")
    fleet.all, begin = fleet.definitions, time.time()
    fleet.start_agents(fleet.hosts[:3])
    fleet.wait(2 * PERIOD)
    three, idle_of_three = measure(fleet, fleet.hosts[:3])
    hosts = fleet.hosts[:3]
    if fleet.seconds is None or fleet.seconds >= SECONDS:
        hosts = fleet.hosts
        grows_little(fleet, three, idle_of_three)
    else:
        fleet.measure("6 hosts", "not measured, for the budget")
        names = tuple(host.name for host in hosts)
        fleet.jobs = [replace(job, everywhere=names) if job.everywhere else job for job in fleet.jobs]
    fleet.definitions = fleet.all
    fleet.reload(hosts)
    fleet.wait(PERIOD)
    fleet.since = time.time()
    fleet.without_agent(fleet.hosts, begin)  # all this time most jobs were not configured
    fleet.wait(PERIOD)
    fleet.conclude()


def grows_little(fleet, three, idle_of_three):
    """Measures all six hosts, and compares."""
    fleet.definitions = fleet.all
    fleet.start_agents(fleet.hosts[3:])
    fleet.wait(2 * PERIOD)
    six, idle_of_six = measure(fleet, fleet.hosts)
    fleet.check(six <= three + SUM_GROWTH, f"the sum per fire grew from {three:.1f} with 3 hosts to {six:.1f} with 6")
    fleet.check(
        idle_of_six <= idle_of_three + IDLE_GROWTH,
        f"an idle host's operations grew from {idle_of_three:.1f} with 3 hosts to {idle_of_six:.1f} with 6",
    )
