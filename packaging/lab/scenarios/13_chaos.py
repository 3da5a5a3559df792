"""Chaos: 10 minutes, or what the budget leaves, of random faults on 5 hosts with up to 20 jobs at 5 to 30 s periods."""

import time

HOSTS, SECONDS, SHORTEST = 5, 720, 300
# What there is before and after the faults.
AROUND = 120


def cut(fleet, host, seconds):
    begin = host.cut()
    fleet.wait(seconds)
    fleet.under_fault([host], begin, host.mend())


def pause(fleet, host, seconds):
    fleet.pause(host, lambda: fleet.wait(seconds))


def lose(fleet, host, seconds):
    fleet.lose(host)
    fleet.wait(seconds)
    host.boot()
    fleet.join(host)
    fleet.configure(host)
    host.agent.start()


def without(fleet, hosts, end, seconds):
    since = time.time()
    fleet.each(end, hosts)
    fleet.wait(seconds)
    fleet.each(lambda host: host.agent.start(), hosts)
    fleet.without_agent(hosts, since)


def kill_agent(fleet, host, seconds):
    without(fleet, [host], lambda host: host.agent.kill(), seconds)


def stop_agent(fleet, host, seconds):
    without(fleet, [host], lambda host: host.agent.stop(), seconds)


def all_down(fleet, host, seconds):
    without(fleet, fleet.hosts, lambda host: host.agent.stop(), seconds)


def differ(fleet, host, seconds):
    """One host has another definition of a job for a while: each agent goes by its own."""
    same, name = fleet.definitions, min(fleet.definitions)
    fleet.definitions = {**same, name: {**same[name], "timeout": "1h"}}
    fleet.reload([host])
    fleet.wait(seconds)
    fleet.definitions = same
    fleet.reload([host])


def no_locks(fleet, host, seconds):
    """As EFS answers beyond its quota, or a server without memory."""
    since = time.time()
    host.agent.refuse_locks(fleet.random.choice(["EDQUOT", "ENOLCK"]))
    fleet.wait(seconds)
    host.agent.grant_locks()
    fleet.under_fault([host], since)


def skew(fleet, host, seconds):
    host.shift_clock(seconds - 10)


def restart_server(fleet, host, seconds):
    # A fault of every host: a client connects again 3 s or more after the end of its connection, then reclaims. That
    # nothing is lost by it when nothing else happens is what scenario 6 shows.
    since = time.time()
    fleet.server.restart(down_seconds=seconds / 10)
    fleet.under_fault(fleet.hosts, since)


def everywhere(fleet, begin, end, seconds):
    since = time.time()
    begin()
    fleet.wait(seconds)
    end()
    fleet.under_fault(fleet.hosts, since)


def fill(fleet, host, seconds):
    everywhere(fleet, fleet.server.fill, fleet.server.make_room, seconds / 2)


def read_only(fleet, host, seconds):
    everywhere(fleet, lambda: fleet.server.read_only(True), lambda: fleet.server.read_only(False), seconds / 2)


def hang(fleet, host, seconds):
    everywhere(fleet, fleet.server.pause, fleet.server.resume, seconds / 2)


def keep_up(fleet, counts):
    """Starts agents again that refused to start during a fault, as the service manager does; none may have crashed."""
    expected = [host for host in fleet.hosts if host.agent.expected]
    for host, alive in zip(expected, fleet.each(lambda host: host.agent.alive(), expected), strict=True):
        if not alive:
            last = (host.agent.log().splitlines() or [""])[-1]
            fleet.check("agent not started" in last, f"the agent on {host.name} is gone: {last}")
            host.agent.start()
            counts["refused to start, started again"] = counts.get("refused to start, started again", 0) + 1


FAULTS = [cut, cut, pause, pause, lose, kill_agent, kill_agent, stop_agent, all_down, skew, differ]
FAULTS += [restart_server, fill, read_only, hang, no_locks]


def run(fleet):
    choose = fleet.random
    # On 2 cores a test host starts few processes a second: about one fire a second in all, and not in bursts.
    periods = [5, 10, 10, 15, 15, 15] + [20] * 6 + [30] * 8
    size = fleet.sized(len(periods), 6)
    for n, every in enumerate(periods):
        seconds = round(every * choose.choice([0, 0, 0.1, 0.5, 1.2]))
        on_lost, status = choose.choice(["skip", "rerun"]), choose.choice([0, 0, 3])
        # Of a smaller load every period is a part, and the seed's faults are the same.
        if (n + 1) * size // len(periods) > n * size // len(periods):
            fleet.job(f"job-{n:02}", every, seconds, status, offset=(3 * n) % every, on_lost=on_lost)
    fleet.start_agents()
    end, counts = time.time() + (fleet.seconds or SECONDS) - AROUND, {}
    while time.time() < end:
        fault, host, seconds = choose.choice(FAULTS), choose.choice(fleet.hosts), choose.uniform(2, 25)
        fleet.say(f"{fault.__name__} {host.name} {seconds:.0f} s")
        counts[fault.__name__] = counts.get(fault.__name__, 0) + 1
        fault(fleet, host, seconds)
        fleet.wait(choose.uniform(1, 10))
        keep_up(fleet, counts)
    fleet.measure("faults", counts)
    fleet.wait(40)
    fleet.conclude(patience=90)
