"""What people ask of the fleet holds on every host: beside a cut, an agent that died, a clock that is wrong."""

import json
import time

from fleetjudge.asked import DRAINED, ENDED, LEFT_OUT, Asked
from fleetjudge.evidence import instant
from fleetjudge.faults import CUT

HOSTS, SECONDS = 3, 260


def run(fleet):
    fleet.job("paused", every=5)
    fleet.job("skipped", every=10)
    fleet.job("long", every=60, seconds=600)
    fleet.start_agents()
    fleet.started("paused", after=fleet.since)
    pauses_beside_a_cut(fleet)
    pauses_by_a_wrong_clock(fleet)
    skips(fleet)
    drains(fleet)
    kills(fleet)
    fleet.conclude(patience=60)


def ask(fleet, host, words, kind, of):
    """Asks it on that host; what was asked, and what the command says."""
    begin = time.time()
    said = host.agent.command(f"{words} --json --timeout 30s", timeout=90, check=True)
    # Both streams: what people should know besides goes to the other one.
    return Asked(kind, of, begin, time.time()), json.loads(next(line for line in said.splitlines() if line.startswith("{")))


def take_back(fleet, host, words, asked):
    """Asks that it be over; from then on it may be."""
    end = time.time()
    host.agent.command(f"{words} --timeout 30s", timeout=90, check=True)
    fleet.asked.append(asked.until(end))


def pauses_beside_a_cut(fleet):
    """A host that is cut off cannot read it before it is back; an agent that died reads it at its next start."""
    one, two, three = fleet.hosts
    cut = three.cut()
    asked, said = ask(fleet, one, "pause paused --forever --reason laboratory", LEFT_OUT, "paused")
    fleet.measure("pause", f"in force after {asked.known - asked.begin:.1f} s with one host cut off")
    fleet.check("h3" not in said["read_by"], f"it says that a host read it which is cut off: {said}")
    # What is asked holds from now on, so that the judge sees to it while the rest is tried.
    fleet.asked.append(asked)
    fleet.wait(15)
    fleet.under_fault([three], cut, three.mend(), CUT)
    begin = time.time()
    two.agent.kill()
    fleet.wait(5)
    two.agent.start()
    fleet.until(two.agent.alive, 60, "the agent is back", every=1)
    fleet.without_agent([two], begin)
    fleet.wait(20)
    fleet.asked.remove(asked)
    take_back(fleet, three, "resume paused", asked)
    again = fleet.started("paused", after=fleet.asked[-1].end)
    fleet.measure("resume", f"started again {again.started - fleet.asked[-1].end:.1f} s after it was called")


def pauses_by_a_wrong_clock(fleet):
    """The end of a pause is by the fleet's time, whatever the clock of the host says where it was asked for."""
    two = fleet.hosts[1]
    fleet.step_clock(two, -90)
    asked, said = ask(fleet, two, "pause paused --for 20s --reason laboratory", LEFT_OUT, "paused")
    end = instant(said["until"])
    fleet.check(asked.begin + 18 < end < asked.known + 22, f"20 s from {asked.begin:.0f} to {asked.known:.0f} end at {said['until']}")
    fleet.asked.append(asked.until(end))
    fleet.started("paused", after=end)
    fleet.step_clock(two, 90)


def skips(fleet):
    asked, _ = ask(fleet, fleet.hosts[2], "skip skipped --fires 2 --reason laboratory", LEFT_OUT, "skipped")
    fleet.started("skipped", after=asked.known + 10, timeout=90)
    fleet.wait(10)
    rows = [e for e in fleet.entries() if (e.job, e.outcome) == ("skipped", "skipped") and e.fire > asked.begin]
    left_out = [fire for e in rows for fire in range(int(e.fire), int(e.through or e.fire) + 1, 10)]
    fleet.check(len(left_out) == 2, f"{len(left_out)} fires were left out, not 2: {left_out}")
    fleet.asked.append(asked.until(max(left_out, default=asked.known)))


def drains(fleet):
    one, two, _ = fleet.hosts
    asked, _ = ask(fleet, two, "drain h1 --reason laboratory", DRAINED, "h1")
    fleet.wait(25)
    take_back(fleet, two, "undrain h1", asked)
    fleet.without_agent([one], asked.begin)


def kills(fleet):
    """Also where the agent beside the run is down: the request waits for it."""
    first = fleet.running("long")[-1]
    asked, said = ask(fleet, elsewhere(fleet, first), "kill long --reason laboratory", ENDED, "long")
    fleet.asked.append(asked.until(asked.known))
    dead = fleet.dead(first)
    fleet.measure("kill", f"dead {dead.alive_until - asked.begin:.1f} s after it was called")
    fleet.check(dead.alive_until < asked.known, f"the command said that it is dead, and it lived for {dead.alive_until - asked.known:.1f} s more")
    fleet.check(said["outcome"] == "killed", f"the command says: {said}")
    second = fleet.started("long", after=asked.known, timeout=120)
    host = fleet.host(second.host)
    begin = time.time()
    host.agent.kill()
    text = elsewhere(fleet, second).agent.command("kill long --wait 5s --reason laboratory --timeout 30s", timeout=90)
    fleet.measure("kill beside a dead agent", text.strip().splitlines()[-1][:200])
    fleet.check(fleet.seen(second).ended is None, "a run ended whose agent was down")
    host.agent.start()
    fleet.dead(second, timeout=90)
    fleet.without_agent([host], begin)
    fleet.asked.append(Asked(ENDED, "long", begin, end=time.time()))
    fleet.until(lambda: fleet.entry(second).outcome == "killed", 60, "the second one is on record as killed", every=1)


def elsewhere(fleet, run):
    return next(host for host in fleet.hosts if host.name != run.host)
