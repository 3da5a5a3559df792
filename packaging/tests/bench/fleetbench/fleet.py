"""The whole fleet at a rate, and the floor at the same rate in the same run: started, missed, latencies, cost."""

import os
import statistics
import time

from . import accounting
from .accounting import ControlGroup
from .numbers import median, milliseconds, percentile
from .processes import Group
from .sides import Fleet, Floor, every_second, job_names
from .witness import judged

SATURATED = 1.0  # seconds: the p99 beyond which a side does not keep up
LOSSES = 0.01  # the part of due fires not started beyond which it does not either: their latency has no number
GRACE = 5  # seconds that the last fires of the window may take to start
BUSY = 0.92  # of the processors, or of one thread: nothing is left
# In the order of the report.
MEDIANS = ["p50_ms", "p95_ms", "p99_ms", "max_ms", "cpu_main", "cpu_children", "cpu", "resident_mib", "others"]


def run(kit, options):
    """Every rate on both sides. A side that is saturated is not measured at higher rates."""
    rows, saturated = [], set()
    group = ControlGroup(f"fleetbench-{os.getpid()}")
    counting = f"Processor time is counted by {'a control group' if group.path else 'subreapers: ' + group.why_not}."
    group.remove()
    for rate in options.rates:
        for kind in ("floor", "fleetcron"):
            if kind in saturated:
                continue
            tries = [measure(kit, options, kind, rate, n) for n in range(options.times)]
            row = combined(tries)
            rows.append(row)
            options.report.fleet_row(row)
            if not keeps_up(row):
                saturated.add(kind)
        if len(saturated) == 2:
            break
    return {"rows": rows, "ratios": ratios(rows), "highest": highest(rows), "counting": counting}


def measure(kit, options, kind, rate, attempt):
    work = kit.folder(f"{kind}-{rate}-{attempt}")
    with Group(kit.tools, work) as group:
        log = work / "witness.log"
        if kind == "floor":
            side = Floor(kit, group, rate)
        else:
            side = Fleet(kit, group, every_second(kit, rate, log))
        ready = side.start(options.instances)
        time.sleep(options.warm_up)
        # Just before a second begins: what is due by the first sample has started, what is due later has not.
        time.sleep((0.95 - time.time() % 1) % 1)
        before = group.sample()
        time.sleep(max(0, before.at + options.seconds - time.time()))
        after = group.sample()
        resident = group.resident()
        verdict = settle(side, rate, before.at, after.at)
    return row_of(kind, rate, options, verdict, before, after, resident, ready)


def settle(side, rate, since, until):
    """Judges again until nothing is missing or the time for that is over."""
    deadline = time.monotonic() + GRACE
    while True:
        verdict = judged(job_names(rate), 1, side.marks(), since, until)
        if not verdict.not_started or time.monotonic() > deadline:
            return verdict
        time.sleep(0.2)


def row_of(kind, rate, options, verdict, before, after, resident, ready):
    seconds = after.at - before.at
    fires = verdict.once + verdict.doubled
    main, total = after.main - before.main, after.total - before.total
    by_reaper = after.total_by_reaper - before.total_by_reaper
    busy = after.machine_busy - before.machine_busy
    capacity = seconds * os.cpu_count()
    per_thousand = 1000 / fires if fires else None
    row = {
        "side": kind,
        "rate": rate,
        "due": verdict.due,
        "once": verdict.once,
        "doubled": verdict.doubled,
        "missed": verdict.not_started,
        "early": verdict.early,
        "unexpected": verdict.unexpected,
        **{f"p{p}_ms": milliseconds(percentile(verdict.latencies, p)) for p in (50, 95, 99)},
        "max_ms": milliseconds(percentile(verdict.latencies, 100)),
        "cpu_main": per_thousand and main * per_thousand,
        "cpu_children": per_thousand and (total - main) * per_thousand,
        "cpu": per_thousand and total * per_thousand,
        "cpu_by_reaper": per_thousand and by_reaper * per_thousand,
        "resident_mib": statistics.mean(now for now, _ in resident),
        "resident_peak_mib": max(most for _, most in resident),
        "ready_s": max(ready),
        "busy": busy / capacity,
        "steal": (after.machine_steal - before.machine_steal) / capacity,
        "own": total / capacity,
        "others": max(0, busy - total) / capacity,
        "load": os.getloadavg()[0],
        "thread": busiest_thread(before, after),
        "warnings": [],
    }
    if accounting.implausible(total, busy):
        row["warnings"].append(f"counted {total:.1f} s of processor time, the machine was busy for {busy:.1f} s")
    if abs(total - by_reaper) > 0.1 * total + 0.2:
        row["warnings"].append(f"control group {total:.1f} s, subreapers {by_reaper:.1f} s")
    row["limit"] = limit(row)
    return row


def busiest_thread(before, after):
    """The thread of a scheduler that was busy for the largest part of the time."""
    seconds = after.at - before.at
    used = [(spent - before.threads.get(key, (name, 0))[1], name) for key, (name, spent) in after.threads.items()]
    spent, name = max(used)
    return {"name": name, "busy": spent / seconds}


def keeps_up(row):
    started_in_time = row["p99_ms"] is not None and row["p99_ms"] <= SATURATED * 1000
    return started_in_time and row["missed"] <= LOSSES * row["due"]


def limit(row):
    """What stands in the way of a higher rate, as far as these numbers tell; None if the side keeps up."""
    if keeps_up(row):
        return None
    if row["p99_ms"] is None:
        return "unknown: nothing started"
    if row["busy"] + row["steal"] > BUSY:
        main = row["own"] * row["cpu_main"] / row["cpu"] if row["cpu"] else 0
        parts = f"schedulers {main:.0%}, children {row['own'] - main:.0%}, others {row['others']:.0%}"
        return f"processors ({row['busy']:.0%} busy: {parts}; {row['steal']:.0%} taken by the hypervisor)"
    if row["thread"]["busy"] > BUSY:
        return f"thread {row['thread']['name']} ({row['thread']['busy']:.0%} of one processor)"
    return f"neither processors ({row['busy']:.0%} busy) nor a thread: waiting (locks, disk, limit of runs)"


def combined(tries):
    """One row of several tries: medians of what is measured, sums of what is counted."""
    row = dict(tries[0])
    for key in MEDIANS + ["busy", "own", "steal", "resident_peak_mib", "ready_s", "load", "cpu_by_reaper"]:
        row[key] = median([one[key] for one in tries])
    for key in ("due", "once", "doubled", "missed", "early", "unexpected"):
        row[key] = sum(one[key] for one in tries)
    row["warnings"] = [warning for one in tries for warning in one["warnings"]]
    row["limit"] = next((one["limit"] for one in tries if one["limit"]), None)
    row["tries"] = tries if len(tries) > 1 else []
    return row


def ratios(rows):
    """Per rate, the fleet's number divided by the floor's."""
    by_side = {(row["side"], row["rate"]): row for row in rows}
    found = []
    for (side, rate), row in by_side.items():
        floor = by_side.get(("floor", rate))
        if side == "fleetcron" and floor:
            found.append({"rate": rate, **{key: ratio(row[key], floor[key]) for key in ("p50_ms", "p99_ms", "cpu")}})
    return found


def ratio(ours, theirs):
    return ours / theirs if ours is not None and theirs else None


def highest(rows):
    """Per side, the highest rate measured at which it kept up."""
    kept = [row for row in rows if keeps_up(row)]
    return {side: max((r["rate"] for r in kept if r["side"] == side), default=None) for side in ("floor", "fleetcron")}
