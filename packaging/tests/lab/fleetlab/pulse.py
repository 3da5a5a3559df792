"""Sees when a host that should run stands still for want of processor time: its pulse, a file, stops growing."""

import threading
import time
from dataclasses import dataclass

# Agents of hosts that stand still for less than this go on as if nothing were: a lease is 10 s, an answer of the share is
# waited for at least so long.
STALL = 3.0
# So long a stall is to a run what a pause of the whole host is: the lease may pass in it.
PAUSE = 5.0


@dataclass
class Stall:
    """A host without processor time from `begin` to `end`, in seconds since the epoch."""

    host: str
    begin: float
    end: float

    def __str__(self):
        return f"{self.host} stood still for {self.end - self.begin:.0f} s"


class Pulses:
    """What is seen of these hosts between `start` and `stop`; hosts that are paused or lost are not looked at."""

    def __init__(self, folder, hosts):
        self.folder, self.hosts, self.stalls = folder, hosts, []
        self._last, self._open = {}, {}
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def start(self):
        self._thread.start()

    def stop(self):
        self._end.set()
        self._thread.join()

    def _watch(self):
        while not self._end.wait(0.5):
            for host in self.hosts:
                path = self.folder / host.name
                if path.exists():
                    self.look(host, path.stat().st_mtime, time.time())

    def look(self, host, beat, now):
        """Notes the host's last beat as of now."""
        if not host.present:
            self._last[host.name] = now
            self._open.pop(host.name, None)
            return
        last = self._last.get(host.name, beat)
        until = beat if beat > last else now
        if until - last > STALL:
            stall = self._open.get(host.name)
            if stall is None or stall.begin != last:
                stall = self._open[host.name] = Stall(host.name, last, until)
                self.stalls.append(stall)
            stall.end = until
        self._last[host.name] = max(last, beat)
