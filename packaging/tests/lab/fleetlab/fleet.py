"""A scenario's stage: network, server, hosts with agents, jobs, and what was seen of them."""

import json
import math
import random
import re
import shutil
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

from fleetjudge import evidence, judge
from fleetjudge.asked import Wishes
from fleetjudge.faults import CUT, DIED, PAUSED, UNFIT, UNPROVEN, Fault, Faults
from fleetlab import nfs
from fleetlab.agent import Agent
from fleetlab.budget import seconds as seconds_of
from fleetlab.host import GUEST, Host, HostError, Starved
from fleetlab.machine import Machine
from fleetlab.network import Network
from fleetlab.pulse import PAUSE, Pulses

SHARED = f"{nfs.MOUNT}/fleet"


class Fleet:
    """Boots on entering, collects and tears everything down on leaving."""

    def __init__(self, name, work, hosts, program, seed, say, lease=nfs.LEASE_SECONDS, machine=None, seconds=None):
        self.name, self.work, self.program, self.seed = name, Path(work), program, seed
        self.count, self.say, self.lease = hosts, say, lease
        self.random = random.Random(seed)
        self.jobs, self.definitions, self.faults, self.failures, self.measured = [], {}, [], [], {}
        self.asked = []  # what people want of the fleet, for the judge
        self.since, self.verdict, self.settings, self.paused = None, None, {}, []
        self.machine, self.seconds, self.pulses = machine or Machine(), seconds, None
        self.prepare = lambda host: None  # what a host needs beyond the share, each time it has booted
        self._history, self._ages = "", {}

    def __enter__(self):
        for place in ("cmd", "logs", "local", "ledger", "pulse", "uml"):
            (self.work / place).mkdir(parents=True, exist_ok=True)
        self.network = Network(self.name)
        try:
            patience = self.machine.patience
            self.server = nfs.Server(self.network, self.work, self.lease, patience)
            self.hosts = [Host(self.network, self.work, f"h{n}", n + 1, patience=patience) for n in range(1, self.count + 1)]
            self.server.boot()
            for host in self.hosts:
                host.agent = Agent(host, self.program)
                host.boot()
            self.server.ready()
            self.server.serve()
            self.server.run(f"mkdir -p {nfs.EXPORT}/fleet {nfs.EXPORT}/witness")
            self.each(self.join)
            self.pulses = Pulses(self.work / "pulse", [self.server, *self.hosts])
            self.pulses.start()
        except BaseException:
            self.network.close()
            raise
        return self

    def __exit__(self, *_):
        self.pulses.stop()
        self.network.close()

    @property
    def stalls(self):
        """When its hosts had no processor time."""
        return self.pulses.stalls if self.pulses else []

    def sized(self, count, least=1):
        """So many of `count` jobs as the machine carries; the report says how many."""
        size = self.machine.sized(count, least)
        if size < count:
            self.measure("load", f"{size} of {count} jobs, since the machine carries no more")
        return size

    def join(self, host):
        """Waits for the host and mounts the share on it as EFS asks."""
        host.ready()
        nfs.mount(host)
        self.prepare(host)

    def each(self, action, hosts=None):
        """Does the same on several hosts at once; the results in their order."""
        hosts = self.hosts if hosts is None else hosts
        with ThreadPoolExecutor(len(hosts)) as pool:
            return list(pool.map(action, hosts))

    # Jobs and agents

    def job(self, name, every=5, seconds=0, exit=0, share=True, offset=None, since=0, **keys):
        """Adds a job that runs the witness for so many seconds every so many; `keys` go into its definition.

        With an `offset` (and `every` a divisor of 60) it is a cron line with seconds, else an interval.
        Without `share` its witness stays off the share: a job of every host must not depend on it. Before `since` nothing
        is due: agents may not know of it yet.
        """
        everywhere = tuple(host.name for host in self.hosts) if keys.get("run_on") == "every" else ()
        tolerance = seconds_of(keys["tolerance"]) if "tolerance" in keys else max(60, 2 * self.lease + 30)
        added = evidence.Job(name, every, keys.get("on_lost", "skip"), everywhere, offset or 0, since, tolerance, keys.get("run_group"))
        self.jobs.append(added)
        seconds_of_minute = ",".join(str(s) for s in range(offset or 0, 60, every))
        when = {"every": f"{every}s"} if offset is None else {"schedule": f"{seconds_of_minute} * * * * *"}
        self.definitions[name] = {
            **when,
            "command": ["/bin/bash", f"{GUEST}/witness.sh", str(seconds), str(exit)],
            "env": {"LAB_LOCAL": "/run/lab/local", "LAB_SHARE": f"{nfs.MOUNT}/witness" if share and not everywhere else ""},
            **keys,
        }
        return added

    def configure(self, host, **settings):
        host.agent.configure({"shared_dir": SHARED, **self.settings, **settings}, self.definitions)

    def start_agents(self, hosts=None, timeout=120):
        """Configures and starts agents and waits until the share shows them all as members; fires count from here."""
        hosts = self.hosts if hosts is None else hosts
        self.each(lambda host: (self.configure(host), host.agent.start()), hosts)
        self.until(lambda: {host.name for host in hosts} <= self.members(), timeout, "all agents are members", every=1)
        self.since = self.since or time.time() + 1

    def reload(self, hosts=None):
        """Gives these agents, or all, the jobs as they are now."""
        self.each(lambda host: (self.configure(host), host.agent.reload()), hosts)

    def members(self):
        """The ids of all instances that have a slot in the member table."""
        table = self.server.run(f"cat {nfs.EXPORT}/fleet/members/table 2>/dev/null", check=False)
        return set(re.findall(r'^{"instance":"([^"]*)"', table.replace("\0", ""), re.MULTILINE))

    # What was seen

    def wait(self, seconds):
        time.sleep(seconds)

    def until(self, condition, timeout, what, every=0.1):
        """Waits for the condition and returns its value; a HostError naming it after so many seconds, times the patience.

        A condition that asks a host has it start processes: such a one is looked at less often.
        """
        timeout = timeout * self.machine.patience
        end = time.monotonic() + timeout
        while not (value := condition()):
            if time.monotonic() > end:
                raise HostError(f"not within {timeout:.0f} s: {what}")
            time.sleep(every)
        return value

    def expect(self, condition, timeout, what):
        """Like `until`, but a failed check instead of the scenario's end; then the value is false."""
        try:
            return self.until(condition, timeout, what)
        except HostError as late:
            return self.check(False, str(late))

    def runs(self, job=None, share=()):
        """All runs so far on the machine's one clock, from the local witness files."""
        marks = [(entry.name, entry.stat().st_mtime - self._age(entry)) for entry in (self.work / "local").iterdir()]
        return [run for run in evidence.runs_of(marks, share) if job in (None, run.job)]

    def _age(self, mark):
        """How long the command had been there when it left this mark of its start: a shell starts slowly on a slow host."""
        if not mark.name.startswith("start,"):
            return 0
        if mark.name not in self._ages:
            content = mark.read_text()
            if not content.endswith("\n"):
                return 0
            self._ages[mark.name] = evidence.age(content)
        return self._ages[mark.name]

    @property
    def window(self):
        """How many seconds a run may live on after its paused host resumed: until its supervisor has had its turn."""
        return judge.WINDOW * self.machine.slower

    def running(self, job, host=None):
        """The job's runs that have started and not ended."""
        return [run for run in self.runs(job) if run.ended is None and host in (None, run.host)]

    def started(self, job, timeout=60, after=0.0, elsewhere=None):
        """Waits for a run of the job that began after that moment, on another host if asked; the run."""

        def found():
            runs = [run for run in self.runs(job) if run.started > after and run.host != elsewhere]
            return runs and runs[0]

        return self.until(found, timeout, f"{job} starts" + (f" elsewhere than on {elsewhere}" if elsewhere else ""))

    def seen(self, run):
        """The same run as its witness files tell it now."""
        same = (run.job, run.fire, run.token, run.attempt, run.host, run.pid)
        return next(r for r in self.runs() if (r.job, r.fire, r.token, r.attempt, r.host, r.pid) == same)

    def ended(self, run, timeout=60):
        """Waits for the run to end by itself; the run."""
        self.until(lambda: self.seen(run).ended, timeout, f"{run} ends")
        return self.seen(run)

    def dead(self, run, timeout=60):
        """Waits until nothing of the run has beaten for 1.5 s; the run. Its `alive_until` is then its death."""
        self.until(lambda: time.time() - self.seen(run).alive_until > 1.5, timeout, f"{run} is dead")
        return self.seen(run)

    def host(self, name):
        return next(host for host in self.hosts if host.name == name)

    def under_fault(self, hosts, begin, end=None, kind=PAUSED, job=None):
        """Tells the judge what was done to these hosts between these times, as far as it concerns a job."""
        self.faults += [Fault(host.name, begin, end or time.time(), kind, job) for host in hosts]

    def without_agent(self, hosts, begin, end=None):
        """Tells the judge that these hosts had no agent between these times, or one without the jobs."""
        self.under_fault(hosts, begin, end, UNFIT)

    def cut(self, host, while_cut):
        """Pulls the host's cable while the given function runs; the times of both, for the judge."""
        begin = host.cut()
        try:
            while_cut()
        finally:
            end = host.mend()
            self.under_fault([host], begin, end, CUT)
        return begin, end

    def pause(self, host, while_paused):
        """Pauses the host while the given function runs; the times of pause and resume, for the judge."""
        begin = host.pause()
        try:
            while_paused()
        finally:
            end = host.resume()
        self.under_fault([host], begin, end, PAUSED)
        self.paused.append((host.name, begin, end))
        return begin, end

    def step_clock(self, host, seconds):
        """Moves the host's clock; the time. To a run, a step forward is as long a time without a proof of its lock."""
        now = host.shift_clock(seconds)
        if seconds > 0:
            self.under_fault([host], now - seconds, now, UNPROVEN)
        return now

    def lose(self, host):
        """Ends the host as a power cut does; the time."""
        host.agent.expected = False
        died = host.lose()
        self.under_fault([host], died, math.inf, DIED)
        return died

    def restore(self, host):
        """Boots a lost host again, with an agent. A kernel hangs now and then while it loads modules: it is reset then."""
        host.boot()
        try:
            self.join(host)
        except Starved as late:
            self.say(f"{late}; reset")
            host.lose()
            host.boot()
            self.join(host)
        self.configure(host)
        host.agent.start()
        now = time.time()
        back = lambda fault: replace(fault, end=now) if (fault.host, fault.end) == (host.name, math.inf) else fault
        self.faults = [back(fault) for fault in self.faults]

    def check(self, holds, text):
        if not holds:
            self.failures.append(text)
        return holds

    def measure(self, name, value):
        self.measured[name] = value

    # The end

    def entries(self):
        """The fleet's history so far, from the instances' files on the share."""
        self._history = self.server.run(f"cat {nfs.EXPORT}/fleet/history/*/*.jsonl 2>/dev/null", check=False)
        return evidence.entries_of(self._history)

    def entry(self, run):
        """The history entry of this run, waited for."""

        def found():
            return [e for e in self.entries() if (e.job, e.fire, e.token) == (run.job, run.fire, run.token)]

        return self.until(found, 60, f"{run} is in history", every=1)[0]

    def alarms(self, host):
        """The host's agent log lines that an operator would be woken by."""
        return [line for line in host.agent.log().splitlines() if re.search(r"\b(ERROR|WARN(ING)?)\b", line)]

    def conclude(self, patience=40, until=None):
        """Waits until everything due by now is settled, at most so many seconds, and asks the judge."""
        until = until or time.time()
        end = time.monotonic() + patience * self.machine.patience
        while True:
            self.wait(3)
            entries = self.entries()
            share = self._share_marks()
            runs = self.runs(share=share)
            self.verdict = judge.judge(
                self.jobs, runs, entries, self.since, until, faults=self._known_faults(), wishes=Wishes(self.asked),
                limits=self.settings.get("run_groups", {}), paused=(*self.paused, *self._long_stalls()), window=self.window,
            )  # fmt: skip
            open_ones = [v for v in self.verdict.violations if v.startswith(("not settled", "not in history"))]
            if not open_ones or time.monotonic() > end:
                self._compare_history(entries)
                self._measure_lateness(runs)
                for host in self.hosts:
                    alive = not host.agent.expected or (host.process.poll() is None and host.agent.alive())
                    self.check(alive, f"the agent on {host.name} is gone: {host.agent.log()[-300:]}")
                return self.verdict

    def _long_stalls(self):
        """To a run, a host without processor time for long is a paused one: the judge takes it so."""
        return [(stall.host, stall.begin, stall.end) for stall in self.stalls if stall.end - stall.begin >= PAUSE]

    def _known_faults(self):
        """Also those of the machine: who has no processor time is paused, and a paused server is silent to all."""
        stalls = []
        for stall in self.stalls:
            names = [host.name for host in self.hosts] if stall.host == self.server.name else [stall.host]
            stalls += [Fault(name, stall.begin, stall.end, PAUSED) for name in names]
        agents = [host.name for host in self.hosts if host.agent.logs]
        return Faults([*self.faults, *stalls], agents, self.lease, self.machine.slower)

    def _compare_history(self, entries):
        """What the program tells as history must be what its instances' files say."""
        host = next(host for host in self.hosts if host.agent.expected)
        reported = set(evidence.entries_of(host.agent.history()))
        for entry in set(entries) - reported:
            self.check(False, f"`history` on {host.name} does not show {entry}")

    def _measure_lateness(self, runs):
        """How long after its scheduled time a fire's first start came, by the server's clock."""
        late = {}
        for run in runs:
            if run.server_started and run.fire >= self.since:
                key = (run.job, run.fire)
                late[key] = min(late.get(key, run.server_started), run.server_started)
        delays = sorted(at - fire for (_, fire), at in late.items())
        if delays:
            middle, last = delays[len(delays) // 2], delays[-1]
            self.measure("start after scheduled time", f"median {middle:.2f} s, latest {last:.2f} s")

    def _share_marks(self):
        listing = self.server.run(f"find {nfs.EXPORT}/witness -type f -printf '%f %C@\\n'")
        return [(name, float(at)) for name, at in (line.rsplit(" ", 1) for line in listing.splitlines())]

    def _operations(self):
        """NFS operations since the mount, by host, of those that answer."""

        def counted(host):
            try:
                return nfs.operations(host)
            except HostError as silent:
                return str(silent)

        return {host.name: counts for host, counts in zip(self.hosts, self.each(counted), strict=True)}

    def collect(self, into, everything=False):
        """Copies logs, witness files' times, NFS operations, ledger and history to the results folder, as far as can be."""
        shutil.rmtree(into, ignore_errors=True)
        shutil.copytree(self.work / "logs", into / "logs")
        local = sorted((e.stat().st_mtime, e.name) for e in (self.work / "local").iterdir())
        (into / "witness.txt").write_text("".join(f"{evidence.stamp(t)} {name}\n" for t, name in local))
        (into / "history.jsonl").write_text(self._history)
        known = {"seed": self.seed, "since": self.since, "paused": self.paused, "faults": [vars(fault) for fault in self.faults],
                 "asked": [vars(one) for one in self.asked],
                 "stalls": [vars(stall) for stall in self.stalls]}
        (into / "known.json").write_text(json.dumps({**known, "jobs": [vars(job) for job in self.jobs]}, indent=1))
        (into / "operations.json").write_text(json.dumps(self._operations(), indent=1))
        try:
            self.server.resume()
            self.server.run(f"cp -r {nfs.EXPORT}/fleet /run/lab/ledger/; true", 10)
            self.server.run(f"find {nfs.EXPORT}/witness -type f -printf '%C+ %f\\n' | sort >/run/lab/ledger/share.txt")
            shutil.copytree(self.work / "ledger", into / "ledger")
        except HostError as gone:
            (into / "ledger-missing.txt").write_text(str(gone))
        if everything:
            shutil.copytree(self.work, into / "work", ignore=shutil.ignore_patterns("uml"))
