"""An idle agent: processor time, wake-ups and memory with jobs that are not due; start to ready and to the first fire."""

import time

from . import accounting
from .numbers import median
from .processes import Group, wait_for
from .sides import Fleet, every_second, not_due

STARTS = 3  # of which medians are taken


def run(kit, options):
    rows = []
    for jobs in options.jobs:
        row = idle(kit, options, jobs)
        rows.append(row)
        options.report.idle_row(row)
    starts = [first_fire(kit, agents) for agents in sorted({1, options.instances})]
    return {"rows": rows, "starts": starts}


def idle(kit, options, jobs):
    work = kit.folder(f"idle-{jobs}")
    with Group(kit.tools, work) as group:
        side = Fleet(kit, group, not_due(jobs))
        (ready,) = side.start(1)
        agent = group.members[0]
        at_start = accounting.used(agent.pid)
        time.sleep(options.warm_up)
        before, slept = group.sample(), accounting.switches(agent.pid)
        time.sleep(options.seconds)
        after, woken = group.sample(), accounting.switches(agent.pid)
        minutes = (after.at - before.at) / 60
        now, most = accounting.resident(agent.pid)
    return {
        "jobs": jobs,
        "ready_s": ready,
        "cpu_to_ready_s": at_start,
        "cpu_s_per_minute": (after.total - before.total) / minutes,
        # Of threads that live through the window; a thread that began in it counts from its beginning.
        "wake_ups_per_minute": sum(n - slept.get(tid, 0) for tid, n in woken.items()) / minutes,
        "threads": len(woken),
        "resident_mib": now,
        "resident_peak_mib": most,
    }


def first_fire(kit, agents):
    """So many agents started together with ten jobs that fire every second: seconds until the first command runs."""
    ready, fire, late = [], [], []
    for attempt in range(STARTS):
        work = kit.folder(f"start-{agents}-{attempt}")
        with Group(kit.tools, work) as group:
            side = Fleet(kit, group, every_second(kit, 10, work / "witness.log"))
            launched = time.time()
            ready.append(max(side.start(agents)))
            marks = wait_for("the first fire", 60, side.marks)
            first = min(marks, key=lambda mark: mark.at)
            fire.append(first.at - launched)
            late.append(first.at - first.fire)
    return {
        "agents": agents,
        "ready_s": median(ready),
        "first_fire_s": median(fire),
        "first_fire_late_s": median(late),
    }
