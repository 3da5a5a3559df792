"""Schedulers as child processes, each under a subreaper, so that all they start is counted and ended with them."""

import os
import signal
import subprocess
import time
from pathlib import Path

from . import accounting
from .accounting import ControlGroup, Sample


class Failed(Exception):
    """The benchmark cannot go on; the text says why."""


def wait_for(what, seconds, condition, step=0.02):
    """Waits until condition() is true and returns its value."""
    deadline = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > deadline:
            raise Failed(f"waited {seconds:.0f} s for {what}, in vain")
        time.sleep(step)


class Scheduler:
    """One scheduler process (an agent, or the floor) under its own subreaper."""

    def __init__(self, tools, work, name, words, environment, group):
        self.name = name
        self.log = work / f"{name}.log"
        self._note = work / f"{name}.pid"
        self._note.unlink(missing_ok=True)
        self.started = time.time()
        with open(self.log, "ab") as log:
            self._reaper = subprocess.Popen(
                [tools / "subreaper", self._note, group.path or "-", *words],
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        self.pid = int(wait_for(f"{name} to start", 10, self._noted))

    def _noted(self):
        text = self._note.read_text() if self._note.exists() else ""
        return text if text.endswith("\n") else None

    @property
    def reaper(self):
        return self._reaper.pid

    def alive(self):
        one = accounting.stat(f"/proc/{self.pid}")
        return one is not None and one.state not in "ZX"

    def check(self):
        if not self.alive():
            raise Failed(f"{self.name} ended by itself; its log ends with:\n{self.log.read_text()[-2000:]}")

    def kill(self):
        """SIGKILL to the scheduler alone; what it started stays. Returns when, on the machine's clock."""
        self.check()
        at = time.time()
        os.kill(self.pid, signal.SIGKILL)
        return at

    def stop(self):
        """SIGTERM first, then SIGKILL to whatever is left; the subreaper does it and ends as the last one."""
        if self._reaper.poll() is None:
            self._reaper.send_signal(signal.SIGTERM)
            try:
                self._reaper.wait(30)
            except subprocess.TimeoutExpired:
                raise Failed(f"{self.name}: processes that SIGKILL does not end, below {self.reaper}") from None


class Group:
    """All schedulers of one side, counted together. A context manager: leaving it ends them."""

    def __init__(self, tools, work):
        self.tools = tools
        self.work = work
        self.control_group = ControlGroup(f"fleetbench-{os.getpid()}")
        self.members = []

    def start(self, name, words, environment):
        member = Scheduler(self.tools, self.work, name, words, environment, self.control_group)
        self.members.append(member)
        return member

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for member in self.members:
            try:
                member.stop()
            except Failed as failure:
                print(f"bench: {failure}", flush=True)
        self.control_group.remove()

    def sample(self):
        sample = Sample(at=time.time())
        for member in self.members:
            member.check()
            sample.main += accounting.stat(f"/proc/{member.pid}").own
            sample.total_by_reaper += accounting.stat(f"/proc/{member.reaper}").waited
            sample.threads.update(accounting.threads(member.pid))
        below = accounting.descendants(member.reaper for member in self.members)
        sample.total_by_reaper += sum(one.own + one.waited for one in below)
        grouped = self.control_group.path
        sample.total = self.control_group.seconds() if grouped else sample.total_by_reaper
        sample.machine_busy, sample.machine_steal = accounting.machine()
        return sample

    def resident(self):
        """Per scheduler, in MiB: resident now, and the most so far."""
        return [accounting.resident(member.pid) for member in self.members]


def marks_file(path: Path):
    """The whole lines of a witness file; none if nothing was written yet."""
    if not path.exists():
        return []
    text = path.read_text()
    return text[: text.rfind("\n") + 1].splitlines()
