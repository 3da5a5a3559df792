"""One fire broken down: processes, execs, system calls and file operations of the winner, the losers and the run.

One job fires every five seconds. A first phase without tracing gives latency and processor time; then strace follows all
agents and all that they start. In the half of each period in which nothing is due the agents' own background work is
counted; it is subtracted. Times under strace are longer than without it: what counts is which step takes what part.
"""

import os
import signal
import subprocess
import time
from collections import Counter
from pathlib import Path

from fleetjudge.evidence import Job

from . import accounting, trace
from .numbers import median, milliseconds, percentile
from .processes import Failed, Group, wait_for
from .sides import Fleet, every_second
from .witness import judged

TOOLS = ("strace",)
PERIOD = 5
FEWEST = 4  # fires in each phase
LEAD = 0.05  # seconds before the scheduled time from which work counts as the fire's


def run(kit, options):
    fires = max(FEWEST, options.seconds // PERIOD)
    work = kit.folder("fire")
    with Group(kit.tools, work) as group:
        side = Fleet(kit, group, every_second(kit, 1, work / "witness.log", seconds=PERIOD))
        side.start(options.instances)
        time.sleep(options.warm_up)
        result = untraced(group, side, fires)
        if os.getuid() != 0 and scope() > 0:
            result["not_measured"] = "strace may not attach to agents: needs root, or 0 in kernel.yama.ptrace_scope"
        else:
            result.update(traced(group, side, fires, work / "trace"))
    result["supervision"] = supervision(kit)
    return result


def supervision(kit):
    """Memory in KiB of the two processes that a run has besides its command, while it lasts."""
    with Group(kit.tools, kit.folder("supervision")) as group:
        side = Fleet(kit, group, "jobs:\n  long:\n    every: 1s\n    command: [/bin/sleep, '600']\n")
        side.start(1)
        processes = wait_for("a run", 60, lambda: supervisors(side.state))
        time.sleep(1)  # whatever it still does at its start
        sizes = [accounting.mapped(pid) for pid in processes]
    return {"own_kib": sum(own for own, _ in sizes), "pss_kib": sum(pss for _, pss in sizes)}


def supervisors(state):
    """The guard and the supervisor of the one run, once its command is there."""
    noted = [line.split() for file in state.glob("**/runs/*/pids") for line in file.read_text().splitlines() if line.strip()]
    found = {role: int(pid) for role, pid, *_ in noted}
    return [found["guard"], found["supervisor"]] if len(found) == 3 else None


def scope():
    setting = Path("/proc/sys/kernel/yama/ptrace_scope")
    return int(setting.read_text()) if setting.exists() else 0


def middle():
    """Sleeps until the idle half of a period begins."""
    time.sleep((PERIOD / 2 - time.time() % PERIOD) % PERIOD)


def untraced(group, side, fires):
    middle()
    before = group.sample()
    time.sleep(fires * PERIOD)
    after = group.sample()
    verdict = judged(["job-0"], PERIOD, side.marks(), before.at, after.at)
    main, total = after.main - before.main, after.total - before.total
    return {
        "fires": fires,
        "seconds_per_fire": PERIOD,
        "once": verdict.once,
        "p50_ms": milliseconds(percentile(verdict.latencies, 50)),
        "cpu_ms_agents": main * 1000 / fires,
        "cpu_ms_run": (total - main) * 1000 / fires,
    }


def traced(group, side, fires, file):
    threads = {member.pid: {int(tid) for tid in os.listdir(f"/proc/{member.pid}/task")} for member in group.members}
    middle()
    words = ["strace", "-f", "-ttt", "-y", "-s", "64", "-o", file, *(f"-p{pid}" for pid in threads)]
    with subprocess.Popen(words, stdin=subprocess.DEVNULL, stderr=open(file.with_suffix(".err"), "wb")) as strace:
        try:
            wait_for("strace to attach", 20, lambda: file.exists() and file.stat().st_size > 0)
            time.sleep(1)
            middle()
            begin = time.time()
            time.sleep(fires * PERIOD)
        finally:
            strace.send_signal(signal.SIGINT)
            strace.wait(20)
    found = trace.parse(file.read_text(errors="replace").splitlines())
    times = Job("job-0", PERIOD).due(begin, begin + fires * PERIOD)
    places = {"share": str(side.shared), "state": str(side.state)}
    return breakdown(found, threads, times, places, str(side.kit.tools / "witness"))


def breakdown(found, threads, times, places, witness):
    """Means per fire for each role, and medians of when each step happened after the scheduled time."""
    agents = {pid: trace.members(found, known) for pid, known in threads.items()}
    of_runs = trace.below(found, set().union(*agents.values()))
    roles = {"winner": Role(), "loser": Role(), "run": Role()}
    steps, losers = [], 0
    for fire in times:
        window = [call for call in found.calls if fire - LEAD <= call.at < fire - LEAD + PERIOD]
        busy = [call for call in window if call.at < fire - LEAD + PERIOD / 2]
        idle = [call for call in window if call.at >= fire - LEAD + PERIOD / 2]
        winner = next((pid for pid, tids in agents.items() if any(starts_process(found, c, tids) for c in busy)), None)
        if winner is None:
            continue
        losers += len(agents) - 1
        for pid, tids in agents.items():
            role = roles["winner" if pid == winner else "loser"]
            role.add((call for call in busy if call.tid in tids), places, found, 1)
            role.add((call for call in idle if call.tid in tids), places, found, -1)
        run = [call for call in window if call.tid in of_runs]
        roles["run"].add(run, places, found, 1)
        first = sum(starts_process(found, c, agents[winner]) for c in busy)
        roles["winner"].count["processes"] -= first  # what an agent starts belongs to the run
        roles["run"].count["processes"] += first
        steps.append(timeline(found, fire, busy, run, agents[winner], places, witness))
    if not steps:
        raise Failed("the trace shows no fire")
    per = {"winner": len(steps), "loser": max(1, losers), "run": len(steps)}
    return {
        "traced_fires": len(steps),
        "roles": {name: role.means(per[name]) for name, role in roles.items() if name != "loser" or losers},
        "steps_ms": {name: median([one[name] for one in steps]) for name in steps[0]},
    }


def starts_process(found, call, tids):
    child = call.result
    return call.tid in tids and call.name in trace.STARTS and child in found.is_thread and not found.is_thread[child]


class Role:
    """What one role does per fire."""

    def __init__(self):
        self.count = Counter()
        self.calls = Counter()
        self.files = {}

    def add(self, calls, places, found, sign):
        for call in calls:
            self.calls[call.name] += sign
            if call.name in trace.STARTS and call.result in found.is_thread:
                self.count["threads" if found.is_thread[call.result] else "processes"] += sign
            self.count["execs"] += sign * len(trace.execs([call]))
            where = trace.place(call, places)
            if where:
                self.files.setdefault(where, Counter())[call.name] += sign

    def means(self, fires):
        def mean(counter):
            return {name: round(n / fires, 1) for name, n in counter.most_common() if round(n / fires, 1) > 0}

        return {
            **{name: self.count[name] / fires for name in ("processes", "execs", "threads")},
            "system_calls": sum(self.calls.values()) / fires,
            "calls": mean(self.calls),
            "files": {where: mean(names) for where, names in self.files.items()},
        }


def timeline(found, fire, busy, run, winner, places, witness):
    """Milliseconds after the scheduled time; None for a step that was not seen."""

    def after(at):
        return None if at is None else milliseconds(at - fire)

    def returned(calls):
        return after(next((call.returned or call.at for call in calls), None))

    own = [call for call in busy if call.tid in winner]
    on_share = [call for call in own if trace.place(call, places) == "share"]
    spawn = next((call.at for call in own if starts_process(found, call, winner)), None)
    command = next((call for call in trace.execs(run) if call.text.startswith(f'"{witness}"')), None)
    ends = [found.ended[tid] for tid in {call.tid for call in run} if tid in found.ended]
    return {
        "lock granted": returned(call for call in on_share if call.name == "flock" and call.result == 0),
        "first write to the share synced": returned(call for call in on_share if call.name in ("fdatasync", "fsync")),
        "first process of the run": after(spawn),
        "its program runs": returned(trace.execs(run)),
        "command runs": command and returned([command]),
        "command ended": command and after(found.ended.get(command.tid)),
        "last process of the run ended": after(max(ends, default=None)),
        "agent's last operation on the share": after(on_share[-1].at if on_share else None),
    }
