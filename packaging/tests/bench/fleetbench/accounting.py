"""Processor time and memory of a group of processes, read from /proc and, where one can be made, from a control group.

Two counts of the same thing:
- the control group's cpu.stat (version 2; exists without any controller): the kernel adds up what ran in the group,
  whoever waited for it. Preferred.
- the subreapers': what their dead descendants used (cutime and cstime of proc(5)), and for those alive their own time and
  that of the children they waited for. Needs no privilege. It misses only children whose parent ignores SIGCHLD.
Both must be plausible against what /proc/stat says the whole machine did.
"""

import os
import time
from dataclasses import dataclass, field
from pathlib import Path

TICK = os.sysconf("SC_CLK_TCK")
PAGE = os.sysconf("SC_PAGE_SIZE")
# /proc/stat counts by sampling at each tick; allow for that.
TOLERANCE = 0.15
SLACK = 0.5


@dataclass
class Stat:
    """What proc_pid_stat(5) says, times in seconds."""

    pid: int
    name: str
    state: str
    parent: int
    own: float
    waited: float


@dataclass
class Sample:
    """Processor seconds since some beginning; the differences of two samples mean something."""

    main: float = 0.0  # the schedulers' own processes
    total: float = 0.0  # they and all their descendants
    total_by_reaper: float = 0.0
    machine_busy: float = 0.0
    machine_steal: float = 0.0
    at: float = 0.0
    threads: dict = field(default_factory=dict)  # (pid, tid) -> (name, seconds)


def stat(path):
    """The Stat of /proc/PID or of /proc/PID/task/TID; None if it is gone."""
    try:
        text = (Path(path) / "stat").read_text(errors="replace")
    except (FileNotFoundError, ProcessLookupError):
        return None
    before, _, after = text.rpartition(")")
    pid, _, name = before.partition(" (")
    fields = after.split()
    user, system, children_user, children_system = (int(value) / TICK for value in fields[11:15])
    return Stat(int(pid), name, fields[0], int(fields[1]), user + system, children_user + children_system)


def used(pid):
    """Processor seconds of a process, its dead threads included: exact, where /proc counts in hundredths.

    The clock's number is that of clock_getcpuclockid(3), which Python does not have.
    """
    return time.clock_gettime((~pid << 3) | 2)


def alive(pid):
    return Path(f"/proc/{pid}").exists()


def all_processes():
    found = (stat(entry) for entry in Path("/proc").iterdir() if entry.name.isdigit())
    return [one for one in found if one]


def descendants(roots):
    """All live descendants of the processes with these ids, without the roots themselves."""
    children = {}
    for one in all_processes():
        children.setdefault(one.parent, []).append(one)
    found, left = [], list(roots)
    while left:
        for child in children.get(left.pop(), []):
            found.append(child)
            left.append(child.pid)
    return found


def machine():
    """Seconds that all processors were busy, and were taken away by the hypervisor, since the start of the machine."""
    fields = [int(value) / TICK for value in Path("/proc/stat").read_text().splitlines()[0].split()[1:]]
    user, nice, system, _, _, irq, softirq, steal = (fields + [0] * 8)[:8]
    return user + nice + system + irq + softirq, steal


def threads(pid):
    found = {}
    for entry in Path(f"/proc/{pid}/task").glob("*"):
        one = stat(entry)
        if one:
            found[pid, one.pid] = one.name, one.own
    return found


def resident(pid):
    """Resident memory in MiB: now, and the most so far."""
    sizes = dict(line.split(":", 1) for line in Path(f"/proc/{pid}/status").read_text().splitlines() if ":" in line)
    return int(sizes["VmRSS"].split()[0]) / 1024, int(sizes["VmHWM"].split()[0]) / 1024


def mapped(pid):
    """Memory in KiB: of this process alone, and with its share of what others map as well."""
    sizes = {"Private_Clean": 0, "Private_Dirty": 0, "Pss": 0}
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()[1:]:
        name, _, size = line.partition(":")
        if name in sizes:
            sizes[name] = int(size.split()[0])
    return sizes["Private_Clean"] + sizes["Private_Dirty"], sizes["Pss"]


def switches(pid):
    """Context switches of each thread: every wake-up of a thread makes one when it goes back to sleep."""
    found = {}
    for entry in Path(f"/proc/{pid}/task").glob("*"):
        try:
            lines = (entry / "status").read_text().splitlines()
        except (FileNotFoundError, ProcessLookupError):
            continue
        counts = [int(line.split()[1]) for line in lines if "ctxt_switches" in line]
        found[int(entry.name)] = sum(counts)
    return found


class ControlGroup:
    """A group of our own for counting, below the one we are in. Without the right to make one, `path` is None."""

    def __init__(self, name):
        self.path = None
        self.why_not = "no control group file system of version 2"
        for line in Path("/proc/self/mountinfo").read_text().splitlines():
            fields, _, rest = line.partition(" - ")
            if rest.split()[0] == "cgroup2":
                self._make(Path(fields.split()[4]), name)
                return

    def _make(self, mount, name):
        own = next(line[3:] for line in Path("/proc/self/cgroup").read_text().splitlines() if line.startswith("0::"))
        path = mount / own.strip("/") / name
        try:
            for old in path.parent.glob("fleetbench-*"):
                if not alive(old.name.split("-")[-1]):
                    old.rmdir()  # left by a benchmark that was killed
            path.mkdir()
            self.path = path
        except OSError as error:
            self.why_not = f"cannot make {path}: {error.strerror}"

    def seconds(self):
        lines = (self.path / "cpu.stat").read_text().splitlines()
        return next(int(line.split()[1]) for line in lines if line.startswith("usage_usec")) / 1e6

    def remove(self):
        if not self.path:
            return
        for child in sorted(self.path.rglob("*/"), reverse=True):
            if child.is_dir():
                child.rmdir()
        try:
            self.path.rmdir()
        except OSError as error:
            print(f"bench: could not remove {self.path}: {error.strerror}")


def implausible(side, machine_busy):
    """Whether a side cannot have used that much processor time on a machine that was busy for so long."""
    return side > machine_busy * (1 + TOLERANCE) + SLACK
