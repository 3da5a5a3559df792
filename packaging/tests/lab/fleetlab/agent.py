"""The program under test on one host, used through its command line alone."""

import itertools
import json

CONFIG = "/run/fleetcron/fleetcron.yaml"
STATE = "/run/fleetcron/state"


class Agent:
    def __init__(self, host, program):
        self.host, self.program = host, program
        self._starts = itertools.count(1)
        self.logs = []
        self.expected = False
        self._end = None

    def configure(self, settings, jobs):
        """Writes fleetcron.yaml and the job file into the host's memory; JSON is YAML too."""
        settings = {"jobs": ["/run/fleetcron/jobs"], "state_dir": STATE, **settings}
        self.host.write(CONFIG, json.dumps(settings, indent=1))
        self.host.write("/run/fleetcron/jobs/lab.yaml", json.dumps({"jobs": jobs}, indent=1))

    def start(self, instance=None):
        name = f"{self.host.name}.agent.{next(self._starts)}"
        self.logs.append(self.host.work / "logs" / f"{name}.log")
        self._end = self.host.work / "cmd" / f"{name}.end"
        # The commands of the laboratory have a higher priority than an agent should have. That it has ended is reported by a
        # file, so that asking costs the host nothing.
        self.host.run(
            f"mkdir -p {STATE}; rm -f /run/agent.pid; {{ nice -n 10 setsid {self.program}/bin/fleetcron agent --config {CONFIG}"
            f" --instance {instance or self.host.name} </dev/null >/run/lab/logs/{name}.log 2>&1 & echo $! >/run/agent.pid;"
            f" wait $!; echo $? >/run/lab/cmd/{name}.end; }} </dev/null >/dev/null 2>&1 &"
            " until [ -s /run/agent.pid ]; do sleep 0.1; done"
        )
        self.expected = True

    def log(self):
        """Everything this host's agents have written so far."""
        return "".join(path.read_text(errors="replace") for path in self.logs if path.exists())

    def signal(self, name):
        self.host.run(f"kill -{name} $(cat /run/agent.pid)")

    def kill(self):
        self.expected = False
        self.signal("KILL")

    def stop(self):
        self.expected = False
        self.signal("TERM")

    def reload(self):
        self.signal("HUP")

    def refuse_locks(self, error):
        """From its return on, every flock(2) of the agent fails with that error, until `grant_locks`."""
        pid = "$(cat /run/agent.pid)"
        inject = f"-e trace=flock -e inject=flock:error={error} -p {pid}"
        self.host.begin(f"echo $$ >/run/strace.pid; exec strace -f -qq -o /dev/null {inject}")
        self.host.run(f"until [ -z \"$(grep -l '^TracerPid:.0$' /proc/{pid}/task/*/status 2>/dev/null)\" ]; do sleep 0.5; done")

    def grant_locks(self):
        self.host.run("kill -INT $(cat /run/strace.pid)")

    def alive(self):
        """Whether an agent was started that has not ended, as of now on a host that runs."""
        return self._end is not None and self.host.process.poll() is None and not self._end.exists()

    def ended(self):
        """When the agent that was started last ended, by the machine's clock."""
        return self._end.stat().st_mtime

    def command(self, words, timeout=60, check=False):
        """Runs `fleetcron WORDS --config …` in the host; its output."""
        return self.host.run(f"{self.program}/bin/fleetcron {words} --config {CONFIG}", timeout, check)

    def history(self):
        # With patience: a Java process needs some seconds of a processor that such a host shares with its runs, its agent
        # and every other host, and right after a fault the share may take a while to answer.
        return self.command("history --json --timeout 60s", timeout=240, check=True)
