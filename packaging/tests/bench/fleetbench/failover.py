"""Fail-over on local storage: an agent killed with SIGKILL, idle and mid-run. Missing, doubled, late; how soon others start.

Two fleets, one after the other. Idle: ten short jobs every second; the victim's share is what it ran in the seconds before.
Mid-run: one job whose command takes most of its period; the victim is whoever runs it. After each fault the victim is
started again. A command outlives its agent, so nothing is owed a second start.
"""

import time

from .numbers import milliseconds, percentile
from .processes import Group, wait_for
from .sides import READY, Fleet, every_second, job_names
from .witness import judged, shares

IDLE_JOBS = 10
BEFORE = 5  # seconds whose fires tell whose share a job is
AFTER = 8  # seconds watched after a fault
LATE = 1.0  # seconds after which a start counts as late
LONG_PERIOD = 5
LONG_RUN_MS = 3000
GRACE = 5


def run(kit, options):
    idle = scenario(kit, options, "idle", job_names(IDLE_JOBS), 1, None, idle_fault)
    mid_run = scenario(kit, options, "mid-run", job_names(1), LONG_PERIOD, LONG_RUN_MS, mid_run_fault)
    return {"rows": [idle, mid_run]}


def scenario(kit, options, name, jobs, every, run_ms, fault):
    work = kit.folder(f"failover-{name}")
    with Group(kit.tools, work) as group:
        side = Fleet(kit, group, every_second(kit, len(jobs), work / "witness.log", run_ms, every))
        side.start(max(2, options.instances))
        time.sleep(max(BEFORE, options.warm_up))
        begin, until, delays = time.time(), time.time(), []
        for _ in range(options.faults):
            killed_at, victim = fault(side, group)
            until = killed_at + max(AFTER, 2 * every)
            time.sleep(max(0, until - time.time()))
            delays += taken_over(side.marks(), jobs, victim.name, killed_at, every)
            victim.stop()
            group.members.remove(victim)
            side.await_ready(*side.launch(victim.name))
        time.sleep(GRACE)
        marks = side.marks()
    verdict = judged(jobs, every, marks, begin, until)
    starts = [mark for mark in marks if mark.kind == "start" and begin < mark.fire <= until]
    ends = {(m.job, m.fire, m.token) for m in marks if m.kind == "end"}
    unended = sum((m.job, m.fire, m.token) not in ends for m in starts) if run_ms else 0
    return {
        "fault": name,
        "faults": options.faults,
        "due": verdict.due,
        "once": verdict.once,
        "missed": verdict.not_started,
        "doubled": verdict.doubled,
        "late": sum(one > LATE for one in verdict.latencies),
        "overlapping": verdict.overlapping,
        "unended": unended,
        "latest_ms": milliseconds(percentile(verdict.latencies, 100)),
        "first_fire_late_ms": percentiles([late for late, _ in delays]),
        "started_elsewhere_ms": percentiles([after for _, after in delays]),
    }


def percentiles(values):
    """p50, p99 and the largest, in milliseconds."""
    return [milliseconds(percentile(values, p)) for p in (50, 99, 100)]


def idle_fault(side, group):
    """Kills the agent that ran most recently, between two seconds, when the short commands of the last one are over."""
    time.sleep((0.7 - time.time() % 1) % 1)
    now = time.time()
    ran = shares(mark for mark in side.marks() if mark.at > now - BEFORE)
    victim = max(group.members, key=lambda member: ran.get(member.name, 0))
    return victim.kill(), victim


def mid_run_fault(side, group):
    """Kills the agent whose run began last, a second after that."""
    seen = len(side.marks())

    def begun():
        new = [mark for mark in side.marks()[seen:] if mark.kind == "start"]
        return new[-1] if new else None

    start = wait_for("a run to begin", READY, begun)
    time.sleep(max(0, start.at + 1 - time.time()))
    victim = next(member for member in group.members if member.name == start.instance)
    return victim.kill(), victim


def taken_over(marks, jobs, victim, killed_at, every):
    """For each job of the victim's share: how late its first fire after the kill started elsewhere, and how long after."""
    found = []
    starts = sorted((mark for mark in marks if mark.kind == "start"), key=lambda mark: mark.at)
    for job in jobs:
        before = [m for m in starts if m.job == job and killed_at - max(BEFORE, 2 * every) < m.at <= killed_at]
        after = [m for m in starts if m.job == job and m.fire > killed_at and m.instance != victim]
        if before and before[-1].instance == victim and after:
            found.append((after[0].at - after[0].fire, after[0].at - killed_at))
    return found
