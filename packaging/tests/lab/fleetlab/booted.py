"""A host booted with systemd, and what a test asks of a service on it."""

import time

from fleetlab.host import Host, HostError

SERVICE = "fleetcron"


def expect(holds, what):
    if not holds:
        raise HostError(f"not so: {what}")


class Booted(Host):
    """The host's own tree in memory, the laboratory's folder at /lab, systemd as process 1."""

    init = "systemd.sh"

    def __init__(self, network, work, number, patience=1.5):
        super().__init__(network, work, "booted", number, "1100M", patience)

    def does(self, text, timeout=300):
        """Runs the commands as a shell does that stops at the first failure, in the folder with the packages."""
        return self.run(f"set -e\ncd /lab\n{text}", timeout)

    def asks(self, text, timeout=120):
        """The command's output, whatever its status."""
        return self.run(text, timeout, check=False).strip()

    def until(self, text, timeout, what):
        """Waits until the command succeeds; its output."""
        end = time.monotonic() + timeout * self.patience
        while True:
            command = self.begin(text)
            if command.status(120) == 0:
                return command.output().strip()
            if time.monotonic() > end:
                raise HostError(f"not within {timeout} s: {what}: {command.output()[-400:]}\n{self.story()}")
            time.sleep(0.3)

    def puts(self, path, text):
        self.run(f"cat >{path} <<'END_OF_FILE'\n{text}END_OF_FILE\nchmod 644 {path}")

    # The service

    def shows(self, what):
        """One property of the unit."""
        return self.asks(f"systemctl show -P {what} {SERVICE}")

    def agent(self):
        return self.shows("MainPID")

    def status_says(self, words, timeout=60):
        return self.until(f"systemctl show -P StatusText {SERVICE} | grep -e '{words}'", timeout, f"the status says: {words}")

    def another_agent(self, before, timeout=120):
        """Waits until the service is up with another agent than that one."""
        up = f"systemctl is-active {SERVICE} && test $(systemctl show -P MainPID {SERVICE}) != {before}"
        self.until(up, timeout, "another agent is up")

    def story(self):
        log = f"journalctl -u {SERVICE} --no-pager -o short | grep -v job=short | tail -40"
        return self.asks(f"systemctl status {SERVICE} --no-pager -n 0; {log}; find /var/lib/{SERVICE} -name run.json")
