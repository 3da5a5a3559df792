"""The two sides of a comparison: a fleet of agents on this machine, and plain Quartz as the floor."""

import os
import socket
import time

from .processes import Failed, marks_file, wait_for
from . import witness

READY = 120  # seconds an agent may take to become ready on a busy machine
NAMES = ["alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta"]


def job_names(count):
    return [f"job-{n}" for n in range(count)]


def every_second(kit, count, log, milliseconds=None, seconds=1):
    """Job file text: so many jobs that fire every second, each with the witness as its command."""
    words = [str(kit.tools / "witness"), str(log), *([str(milliseconds)] if milliseconds else [])]
    return "jobs:\n" + "".join(
        f"  {name}:\n    every: {seconds}s\n    command: [{', '.join(words)}]\n" for name in job_names(count)
    )


def not_due(count):
    """Job file text: so many jobs, none of them due before the next 28 February."""
    return "jobs:\n" + "".join(
        f"  {name}:\n    schedule: '{n % 60} {n // 60 % 24} 28 2 *'\n    command: [/bin/true]\n"
        for n, name in enumerate(job_names(count))
    )


class Fleet:
    """Agents that share one local directory."""

    kind = "fleetcron"

    def __init__(self, kit, group, jobs):
        self.kit = kit
        self.group = group
        self.work = group.work
        self.main_file = self.work / "fleetcron.yaml"
        self.log = self.work / "witness.log"
        self.shared = self.work / "shared"
        self.state = self.work / "state"
        (self.work / "jobs.yaml").write_text(jobs)
        self.main_file.write_text(
            f"shared_dir: {self.shared}\nstorage: local\nstate_dir: {self.state}\njobs: [jobs.yaml]\n"
            "defaults: {working_dir: /}\n"  # not every user has a home
        )
        for file in (self.main_file, self.work / "jobs.yaml"):
            file.chmod(0o644)

    def start(self, count):
        """Starts so many agents at once and waits until each is ready. Returns the seconds that each of them took."""
        sockets = [self.launch(name) for name in NAMES[:count]]
        return [self.await_ready(*one) for one in sockets]

    def launch(self, name):
        path = str(self.kit.sockets / name)
        manager = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        manager.bind(path)
        environment = {k: v for k, v in os.environ.items() if not k.startswith("FLEETCRON_")}
        environment["NOTIFY_SOCKET"] = path
        words = [self.kit.fleetcron, "agent", "--config", self.main_file, "--instance", name]
        return manager, self.group.start(name, words, environment)

    def await_ready(self, manager, member):
        """sd_notify(3): an agent that can claim fires says READY=1."""
        deadline = time.monotonic() + READY
        manager.settimeout(0.5)
        with manager:
            while True:
                try:
                    if b"READY=1" in manager.recv(4096):
                        break
                except TimeoutError:
                    member.check()
                    if time.monotonic() > deadline:
                        raise Failed(f"{member.name} is not ready after {READY} s, see {member.log}") from None
        (self.kit.sockets / member.name).unlink()
        return time.time() - member.started

    def marks(self):
        return witness.parse(marks_file(self.log))


class Floor:
    """Plain Quartz with a RAM store, one instance, ProcessBuilder; the same jobs and the same command."""

    kind = "floor"
    # The launcher's own options, so that the two sides' Java is the same.
    OPTIONS = ["-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xms8m", "-Xmx192m", "-Xss512k", "-XX:-UsePerfData"]

    def __init__(self, kit, group, jobs):
        self.kit = kit
        self.group = group
        self.jobs = jobs
        self.log = group.work / "witness.log"

    def start(self, _count):
        classpath = f"{self.kit.classes}:{self.kit.program}/lib/*"
        main = ["io.fleetcron.bench.Floor", str(self.jobs), self.kit.tools / "witness", self.log]
        words = [self.kit.java, *self.OPTIONS, "-cp", classpath, *main]
        environment = {**os.environ, "MALLOC_ARENA_MAX": "1"}
        member = self.group.start("floor", words, environment)

        def ready():
            member.check()
            return "ready\n" in member.log.read_text()

        wait_for("the floor to be ready", READY, ready)
        return [time.time() - member.started]

    def marks(self):
        return witness.parse(marks_file(self.log))
