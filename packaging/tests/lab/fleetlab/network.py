"""One network namespace with a bridge, and one tap device per host; nothing leaves it."""

import os
import signal
import subprocess
import time
from pathlib import Path


def ip(*words):
    done = subprocess.run(["ip", *words], capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(f"ip {' '.join(words)}: {done.stderr.strip()}")
    return done.stdout


class Network:
    """Named after the laboratory's process and a number, so that two laboratories never meet."""

    def __init__(self, name):
        self.name = name
        ip("netns", "add", name)
        ip("-n", name, "link", "add", "br0", "type", "bridge", "forward_delay", "0")
        ip("-n", name, "link", "set", "br0", "up")

    def plug(self, tap):
        ip("-n", self.name, "tuntap", "add", "dev", tap, "mode", "tap")
        ip("-n", self.name, "link", "set", tap, "master", "br0", "up")

    def cable(self, tap, up):
        ip("-n", self.name, "link", "set", tap, "up" if up else "down")

    def close(self):
        remove(self.name)


def names(prefix):
    """The namespaces whose name starts with the prefix."""
    listed = (line.split()[0] for line in ip("netns", "list").splitlines() if line.strip())
    return [name for name in listed if name.startswith(prefix)]


def remove(name, deadline_seconds=20):
    """Ends every process in the namespace by its id, then the namespace; bounded in time."""
    end = time.monotonic() + deadline_seconds
    found = set()
    while time.monotonic() < end:
        # A process that is ending has already left the namespace, so those seen before are asked for too.
        found |= {int(pid) for pid in ip("netns", "pids", name).split()}
        found = {pid for pid in found if _kill(pid)}
        if not found:
            break
        time.sleep(0.05)
    ip("netns", "delete", name)


def _kill(pid):
    """Whether there still was such a process."""
    try:
        os.kill(pid, signal.SIGKILL)
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (ProcessLookupError, FileNotFoundError):
        return False
