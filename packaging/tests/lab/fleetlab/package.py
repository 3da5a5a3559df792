"""`lab package`: the built packages on a booted host."""

import os
import shutil
import subprocess
import tempfile
import threading
import time
from pathlib import Path

from fleetlab import built, guard, machine, needs, network, newer, nfs, report
from fleetlab.booted import Booted
from fleetlab.budget import in_turn, turn_of_commit
from fleetlab.host import HostError, Starved
from fleetlab.life import GROUPS, SECONDS, STEPS, Life

# Runs must outlive steps in which a loaded machine starts Java several times before it lets anything else happen.
LEASE_SECONDS = 45
# How long it takes, on the reference machine, until the host can be asked something.
BOOT_SECONDS = 30
# Ends a host that hangs, also in a command without a limit of its own.
LIMIT_SECONDS = 2700
PACKAGES = {"rpm": "/usr/bin/rpmbuild", "rpm2cpio": "/usr/bin/rpm2archive", "man-db": "/usr/bin/man"}


def run(steps, target, say, budget=None, turn=None):
    """Takes these steps, or all; 0 if all is well, 1 if not, 2 if this machine cannot do it.

    With a budget in seconds, the first group of steps and of the others those that end within it, in turn.
    """
    needs.PACKAGES.update(PACKAGES)
    reason = needs.refusal() or _unknown(steps) or needs.install(say) or _java(say)
    try:
        packages = built.find(target)
    except LookupError as missing:
        reason = reason or str(missing)
    if reason:
        say(reason)
        return 2
    name = f"fcpkg-{os.getpid()}-"
    carries = machine.measure(f"{name}0")
    say(f"this machine: {carries}")
    turn = turn_of_commit() if turn is None else turn
    if budget:
        say(f"budget {budget} s, turn {turn}")
    plan = Plan(steps, carries, budget, turn)
    status = _on_a_host(name, plan, packages, target, say, carries)
    if status == 2 and plan.begin_again():
        say("beginning once more")
        status = _on_a_host(name, plan, packages, target, say, carries)
    for line in report.left_out(plan.left_out, "packaging/tests/lab/package", plan.why, GROUPS[0][:3]):
        print(line)
    return status


class Plan:
    """The steps to take, in their order. What would not end within the budget is left out, in `left_out`, by groups."""

    def __init__(self, steps, carries, budget=None, turn=0):
        self.budget, self._estimate, self._dropped = budget, carries.estimate, set()
        self._begin = time.monotonic()
        self.steps = tuple(steps or STEPS)
        self.taken, self.why = [], "for the budget"
        if budget:
            self._choose(in_turn(GROUPS[1:], turn))

    def _choose(self, groups):
        taken, left = list(GROUPS[0]), self.budget - self._seconds(GROUPS[0]) - self._estimate(BOOT_SECONDS)
        for group in groups:
            if self._seconds(group) <= left:
                taken += group
                left -= self._seconds(group)
        if len(taken) == len(STEPS) - 1:
            taken.append("reported")
        self.steps = tuple(step for step in STEPS if step in taken)
        self._dropped = set(STEPS) - set(taken)

    def _seconds(self, steps):
        return sum(self._estimate(SECONDS[step]) for step in steps)

    @property
    def left_out(self):
        """The steps that were left out, in their order; by hand they are taken after the first three, which all rely on."""
        return [step for step in STEPS if step in self._dropped]

    @property
    def limit(self):
        """Ends a host that hangs, also in a command without a limit of its own; in seconds."""
        return min(LIMIT_SECONDS, self.budget * 2) if self.budget else LIMIT_SECONDS

    def starved(self):
        """The host had no processor time: what is still to do is left out. The status: 2 if that is too much to pass."""
        self.why = "since this machine starved the host"
        self._dropped = {*self._dropped, *self.steps, "reported"} - set(self.taken) - set(GROUPS[0][:3])
        return 0 if self.budget and set(GROUPS[0]) <= set(self.taken) else 2

    def begin_again(self):
        """Whether there is time for a second attempt; what is then left out is decided again."""
        fits = self.budget is None or time.monotonic() - self._begin + self._seconds(GROUPS[0]) <= self.budget
        if fits:
            self._dropped -= set(self.steps)
            self.taken, self.why = [], "for the budget"
        return fits

    def skips(self, step):
        """Whether this step, at this moment, comes too late, so that its group is left out after all."""
        group = next((group for group in GROUPS[1:] if group[0] == step), None)
        late = self.budget and group and time.monotonic() - self._begin + self._seconds(group) > self.budget
        if late:
            self._dropped |= {*group, "reported"}
        return step in self._dropped


def _unknown(steps):
    unknown = [step for step in steps if step not in STEPS]
    return f"no step {' '.join(unknown)}; there are: {' '.join(STEPS)}" if unknown else None


def _java(say):
    """The package depends on a Java of Debian's; one that was unpacked by hand does not count for apt."""
    java = shutil.which("java")
    if java and subprocess.run(["dpkg", "-S", os.path.realpath(java)], capture_output=True).returncode == 0:
        return None
    needs.PACKAGES["default-jre-headless"] = "/usr/share/doc/default-jre-headless"
    return needs.install(say)


def _packages(target, work, packages):
    new = packages.next()
    for name in packages.all:
        shutil.copyfile(target / name, work / name)
    with tempfile.TemporaryDirectory() as scratch:
        newer.deb(work / packages.deb, work / new.deb, new.version, Path(scratch))
        newer.rpm(work / packages.rpm, work / new.rpm, new.version, Path(scratch))


def _on_a_host(prefix, plan, packages, target, say, carries):
    name, work = f"{prefix}1", Path(tempfile.mkdtemp(prefix="fleetcron-package-"))
    os.chmod(work, 0o755)
    for place in ("cmd", "logs", "pulse", "uml"):
        (work / place).mkdir()
    _packages(target, work, packages)
    guarded = guard.start(prefix, str(work))
    net = network.Network(name)
    limit = threading.Timer(plan.limit, lambda: (say(f"not done within {plan.limit} s: ending the hosts"), network.remove(name)))
    limit.daemon = True
    limit.start()
    try:
        server, host = nfs.Server(net, work, LEASE_SECONDS, carries.patience), Booted(net, work, 2, carries.patience)
        server.boot()
        host.boot()
        server.ready()
        server.serve()
        host.ready(180)
        life = Life(host, server, say, packages)
        life.prepare()
        for step in plan.steps:
            if plan.skips(step):
                continue
            begin = time.monotonic()
            getattr(life, step)()
            plan.taken.append(step)
            say(f"{step}: {time.monotonic() - begin:.0f} s")
        say("package: passed" if tuple(plan.taken) == STEPS else f"package: these steps passed: {' '.join(plan.taken)}")
        return 0
    except Starved as late:
        say(f"not judged: {late}; these steps passed: {' '.join(plan.taken)}")
        return plan.starved()
    except (HostError, LookupError) as broken:
        say(f"FAILED: {broken}")
        return 1
    finally:
        limit.cancel()
        shutil.copytree(work / "logs", target / "lab" / "package", dirs_exist_ok=True)
        net.close()
        guard.finish(guarded)
