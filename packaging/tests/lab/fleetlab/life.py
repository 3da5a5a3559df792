"""The life of a package on a booted host: what the documents tell an operator to do, and what then has to be so."""

import json

from fleetlab import documents, nfs
from fleetlab.booted import expect
from fleetlab.host import HostError

JOBS = "/etc/fleetcron/jobs.d/lab.yaml"
SHORT = """jobs:
  short:
    every: 3s
    command: echo short >>/run/short
"""
# Runs until it is asked to end, and leaves its process id.
LONG = """  long:
    schedule: "{when}"
    timezone: UTC
    command: echo $$ >{place}/long.pid; until [ -e {place}/finish ]; do sleep 0.5; done; echo ended >>{place}/long; exit 7
"""
# What a command can tell of who and where it is.
OTHER = """  other:
    schedule: "{when}"
    timezone: UTC
    user: clerk
    umask: 027
    nice: 5
    command: >-
      {{ cat /proc/self/status; echo "home: $HOME"; echo "here: $(pwd)"; echo "umask: $(umask)"; echo "groups: $(id -Gn)";
      echo "nice: $(nice)"; }} >reported.new; mv reported.new reported
"""
LIMITS = "    limits: {memory: 64MiB, cpu: 0.25}\n"
GREEDY = """  greedy:
    schedule: "{when}"
    timezone: UTC
    limits: {{memory: 32MiB}}
    command: echo begun >/run/greedy; head -c 200000000 /dev/zero | tail -c 190000000 | wc -c
"""
# Multiplies without end.
FORKS = """  forks:
    schedule: "{when}"
    timezone: UTC
    limits: {{tasks: 64}}
    timeout: 10s
    kill_after: 1s
    command: echo begun >/run/forks; exec perl -e 'fork while 1'
"""
# What a command's files and core dumps would be.
LEFT = """  left:
    schedule: "{when}"
    timezone: UTC
    command: "{{ umask; ulimit -S -c; ulimit -H -c; }} >/run/left.new; mv /run/left.new /run/left"
"""
WITH_DEFAULTS = "sed -i 's/^#defaults: /defaults: /' /etc/fleetcron/fleetcron.yaml"
SANDBOX = "/var/lib/fleetcron/lab"
# Keeps one thread of a process from running, as a fault in it would.
STUCK = """import ctypes, glob, os, sys
libc = ctypes.CDLL(None, use_errno=True)
libc.ptrace.argtypes = [ctypes.c_long, ctypes.c_long, ctypes.c_void_p, ctypes.c_void_p]
for task in glob.glob(f"/proc/{sys.argv[1]}/task/*"):
    if open(task + "/comm").read().strip() == sys.argv[2]:
        thread = int(os.path.basename(task))
        assert libc.ptrace(16, thread, None, None) == 0, os.strerror(ctypes.get_errno())  # PTRACE_ATTACH
        os.waitpid(thread, 0x40000000)  # __WALL
        print("thread stopped", flush=True)
        os.waitpid(thread, 0x40000000)  # its end: a process is not gone before its tracer has seen that
        sys.exit()
print("no such thread", flush=True)
"""
# Debian's package manager, and what stands in for that of Amazon Linux: it gives rpm the file, and leaves dependencies
# (which are Debian's packages here) alone.
APT = 'APT::Get::Assume-Yes "true";\\nDpkg::Options:: "--force-confdef";\\n'
DNF = """#!/bin/sh
case $1 in
  install) rpm --install --nodeps "$2" ;;
  upgrade) rpm --upgrade --nodeps "$2" ;;
  downgrade) rpm --upgrade --oldpackage --nodeps "$2" ;;
  remove) rpm --erase "$2" ;;
esac
"""
EFS = "fs-1.efs.eu-central-1.amazonaws.com"


class Life:
    """Each public method is one step; they are taken in this order, and later ones rely on earlier ones."""

    def __init__(self, host, server, say, old):
        self.host, self.server, self.say = host, server, say
        self.old, self.new = old, old.next()
        self.documents = documents.Documents(documents.PAGES)
        self.place, self.ended = "/run", 0
        self.settings = ""

    def prepare(self):
        """What a host of a fleet has before: a name for the file server, package managers that do not ask."""
        self.host.does(f"echo '10.77.0.1 {EFS}' >>/etc/hosts; printf '{APT}' >/etc/apt/apt.conf.d/99lab")
        self.host.puts("/usr/local/bin/dnf", DNF)
        self.host.does("chmod 755 /usr/local/bin/dnf; mount -t tmpfs tmpfs /var/lib/apt/lists; mkdir /var/lib/apt/lists/partial")

    # The documents' commands

    def install(self):
        self.say("install: nothing starts by itself")
        self.host.does(self.documents.block(f"apt-get install ./{self.old.deb}\nmkdir"))
        expect(self.host.asks("systemctl is-active fleetcron") == "inactive", "not started")
        expect(self.host.asks("systemctl is-enabled fleetcron") == "disabled", "not enabled")
        self.host.does("getent passwd fleetcron; test -s /usr/lib/fleetcron/lib/fleetcron.jsa; man -w fleetcron fleetcron.yaml")
        verified = self.host.asks("systemd-analyze verify /usr/lib/systemd/system/fleetcron.service")
        expect(verified == "", f"systemd-analyze verify is silent: {verified}")
        self.rated("")

    def rated(self, what):
        rating = self.host.asks("systemd-analyze security --no-pager fleetcron | tail -1 | grep -oE '[0-9]+[.][0-9]+'")
        self.say(f"systemd-analyze security{what}: {rating}")

    def configure(self):
        self.say("configure")
        self.host.does(self.documents.block("fleetcron validate\nfleetcron doctor"))
        self.host.puts(JOBS, SHORT)
        self.host.does("fleetcron validate")

    def start(self):
        self.say("a configuration that cannot be used: not started, and not tried again")
        self.host.puts("/etc/fleetcron/jobs.d/wrong.yaml", "jobs:\n  wrong:\n    evry: 1h\n")
        expect("failed" in self.host.asks("systemctl start fleetcron; systemctl is-failed fleetcron"), "refused")
        self.host.until("journalctl -u fleetcron -p err -o cat | grep 'wrong.yaml:3:5: error'", 30, "the journal has the error")
        self.host.does("rm /etc/fleetcron/jobs.d/wrong.yaml")
        expect((self.host.shows("ExecMainStatus"), self.host.shows("NRestarts")) == ("2", "0"), self.host.story())
        self.say("start: ready when fires can be claimed, jobs run")
        self.host.does(self.documents.block("systemctl status fleetcron\nfleetcron status"))
        self.host.status_says("claiming fires; 2 jobs")
        self.host.until("test $(wc -l </run/short) -ge 2", 60, "the short job runs")
        self.host.does("systemctl is-enabled fleetcron")

    def logs(self):
        """Priorities are the journal's, each event is one line and has one time: the journal's."""
        self.say("log lines as the journal wants them")
        self.host.puts(JOBS, "jobs:\n  short:\n    evry: 3s\n")
        self.host.does("systemctl reload fleetcron")
        for words in ("lab.yaml:3:5: error", "reload refused"):
            self.host.until(f"journalctl -u fleetcron -p err -o cat | grep '^ERROR .*{words}'", 30, "an error has an error's priority")
        self.host.puts(JOBS, SHORT)
        self.host.does("systemctl reload fleetcron")
        agent = self.host.agent()
        lines = [json.loads(line) for line in self.host.asks(f"journalctl _PID={agent} -o json --no-pager").splitlines()]
        expect(len(lines) > 3, "there are log lines")
        for line in lines:
            text, priority = line["MESSAGE"], line["PRIORITY"]
            expect({"ERROR": "3", "WARN": "4", "INFO": "6"}.get(text.split()[0]) == priority, f"priority {priority}: {text}")
            expect(line["SYSLOG_IDENTIFIER"] == "fleetcron", f"identifier: {line}")
        expect(not self.host.asks("journalctl -u fleetcron -p notice -o cat | grep '^INFO'"), "INFO is below notice")
        self.host.does(self.documents.block("journalctl -u fleetcron -p warning"))

    def reload(self):
        self.say("changed files: a good configuration is picked up, a broken one is not; a reload does so at once")
        before = self.host.agent()
        self.host.puts("/etc/fleetcron/jobs.d/more.yaml", "jobs:\n  more:\n    every: 1h\n    command: /bin/true\n")
        self.host.status_says("claiming fires; 3 jobs", 60)
        self.host.puts("/etc/fleetcron/jobs.d/more.yaml", "jobs:\n  more:\n    evry: 1h\n")
        expect("more.yaml:3:5: error" in self.host.asks("fleetcron validate"), "the check finds it")
        self.host.status_says("3 jobs.*an earlier one is in force", 60)
        expect(self.host.agent() == before, "the same agent")
        self.host.does("rm /etc/fleetcron/jobs.d/more.yaml; systemctl reload fleetcron")
        self.host.status_says("claiming fires; 2 jobs, . running$")

    def private(self):
        self.say("what the agent writes is its own, and leaves no core dump; a job has what it would have under crond")
        mode = self.host.asks("stat -c '%a %U:%G' /etc/fleetcron/jobs.d")
        expect(mode == "750 root:fleetcron", f"only root writes jobs.d, and only the agent's user reads it besides: {mode}")
        agent = self.host.agent()
        status = dict(line.split(":\t") for line in self.host.asks(f"grep Umask: /proc/{agent}/status").splitlines())
        expect(status["Umask"] == "0077", f"the agent's umask: {status}")
        limit = self.host.asks(f"sed -n 's/^Max core file size *//p' /proc/{agent}/limits").split()
        expect(limit[:2] == ["0", "unlimited"], f"the agent's limit of core dumps: {limit}")
        reported = self.soon(lambda when: SHORT + LEFT.format(when=when), "/run/left").split()
        expect(reported == ["0022", "0", "unlimited"], f"a job's umask, and its limits of core dumps: {reported}")
        self.host.puts(JOBS, SHORT)
        self.host.does("systemctl reload fleetcron")
        self.say("a share from which programs and devices work: the agent warns, doctor fails")
        remount = "mount --internal-only -o remount,bind"  # the options of the mount alone: mount.nfs changes none of these
        wrong = "/mnt/fleetcron is mounted without nosuid,nodev,noexec"
        expect(wrong not in self.host.asks("fleetcron doctor"), "mounted as documented, doctor has nothing to say")
        self.host.does(f"{remount},suid,dev,exec /mnt/fleetcron; fleetcron doctor >/run/doctor && exit 1 || :")
        expect(wrong in self.host.asks("grep '^fail' /run/doctor"), f"doctor fails: {self.host.asks('cat /run/doctor')}")
        self.host.does("systemctl restart fleetcron")
        words = f"journalctl _PID=$(systemctl show -P MainPID fleetcron) -p warning -o cat | grep '^WARN .*{wrong}'"
        self.host.until(words, 60, "the agent warns")
        self.host.does(f"{remount},nosuid,nodev,noexec /mnt/fleetcron; systemctl restart fleetcron")
        expect(wrong not in self.host.asks("fleetcron doctor"), "mounted as documented again")

    def users(self):
        self.say("a job as another user: that user's rights, groups and home, and nothing of the agent's")
        self.host.does("useradd --create-home --groups audio,video clerk")
        reported = self.soon(lambda when: SHORT + OTHER.format(when=when), "/home/clerk/reported")
        words = {name: value.split() for name, _, value in (line.partition(":") for line in reported.splitlines())}
        user, group = self.host.asks("id -u clerk; id -g clerk").split()
        expect(words["Uid"] == [user] * 4 and words["Gid"] == [group] * 4, f"its user and group: {reported}")
        expect(sorted(words["groups"]) == ["audio", "clerk", "video"], f"its groups: {words['groups']}")
        for name in ("CapInh", "CapPrm", "CapEff", "CapAmb"):
            expect(int(words[name][0], 16) == 0, f"{name} is empty: {words[name]}")
        for name in ("SigIgn", "SigBlk"):  # but for the C library's own two signals, 32 and 33
            expect(int(words[name][0], 16) & 0x7FFFFFFF == 0, f"{name} is empty: {words[name]}")
        for name, value in {"home": "/home/clerk", "here": "/home/clerk", "umask": "0027", "nice": "5", "NoNewPrivs": "0"}.items():
            expect(words[name] == [value], f"{name} is {value}: {words[name]}")
        self.host.puts(JOBS, SHORT)
        self.host.does("systemctl reload fleetcron; userdel --remove clerk 2>/dev/null")

    # Runs outlive agents

    def soon(self, jobs, sign):
        """Has a job fire once, in a few seconds; what it writes into the file that is its sign.

        A job whose time has come before the agent knew of it does not fire, so a slow host tries with a later time.
        """
        for seconds in (8, 16, 32, 64):
            when = self.host.asks(f"date -u -d '+{seconds} seconds' '+%S %M %H %d %m *'")
            self.host.puts(JOBS, jobs(when))
            self.host.does("systemctl reload fleetcron")
            reported = self.host.asks(f"end=$(($(date +%s) + {seconds} + 15)); until cat {sign} || [ $(date +%s) -ge $end ]; do sleep 0.5; done 2>/dev/null")
            if reported:
                return reported
        raise HostError(f"no {sign}: {self.host.story()}")

    def begin_long(self, more=""):
        """A run by the agent, in a few seconds; the command's process id."""
        self.host.does(f"mkdir -p {self.place}; rm -f {self.place}/long.pid {self.place}/finish")
        short = SHORT.replace("/run/short", f"{self.place}/short")
        return self.soon(lambda when: short + LONG.format(when=when, place=self.place) + more, f"{self.place}/long.pid")

    def end_long(self, child):
        """The run is alive; it ends when asked to, once, and history has its true outcome."""
        self.ended += 1
        self.host.does(f"kill -0 {child}; touch {self.place}/finish")
        self.host.until(f"grep -qs ended {self.place}/long && ! kill -0 {child}", 60, "the long run ends")
        self.recorded()
        history = [json.loads(line) for line in self.host.asks("fleetcron history long --json").splitlines()]
        expect([line["outcome"] for line in history] == ["failed"] * self.ended, f"{self.ended} failed runs: {history}")
        expect({line["exit"] for line in history} == {7}, f"each with status 7: {history}")
        lines = self.host.asks(f"wc -l <{self.place}/long")
        expect(lines == str(self.ended), f"each command ended once: {lines} of {self.ended}")

    def recorded(self):
        """Each run has a line in history; one may have two, from two lives of the agent."""
        reported = "cat /mnt/fleetcron/history/*/*.jsonl | grep '\"long\"' | grep -o '\"token\":[0-9]*' | sort -u"
        self.host.until(f"test $({reported} | wc -l) -ge {self.ended}", 120, "its outcome is in history")

    def taken_back(self, child, before):
        self.host.another_agent(before)
        words = "journalctl _PID=$(systemctl show -P MainPID fleetcron) -o cat | grep 'run taken back job=long'"
        self.host.until(words, 30, "the run is taken back")
        self.end_long(child)

    def upgrade(self):
        self.say("upgrade while a job runs")
        child, before = self.begin_long(), self.host.agent()
        self.host.does(self.documents.line(f"apt-get install ./{self.new.deb}"))
        self.has_version(self.new.version)
        self.taken_back(child, before)

    def roll_back(self):
        self.say("roll back while a job runs")
        child, before = self.begin_long(), self.host.agent()
        self.host.does(self.documents.line("--allow-downgrades"))
        self.has_version(self.old.version)
        self.taken_back(child, before)

    def has_version(self, version):
        self.host.does(f"dpkg -s fleetcron | grep 'Version: {version}-1'; grep -x 'timezone: Europe/Berlin' /etc/fleetcron/fleetcron.yaml")

    def restart(self):
        self.say("stop and start while a job runs")
        child, before = self.begin_long(), self.host.agent()
        self.host.does("systemctl stop fleetcron; systemctl start fleetcron")
        self.taken_back(child, before)

    def group(self, child):
        return self.host.asks(f"sed -n 's,^0::,,p' /proc/{child}/cgroup")

    def limits(self):
        self.say("limits: the kernel keeps them, and a run with limits outlives agents as any other")
        child = self.begin_long()
        group = self.group(child)
        expect(group.startswith("/system.slice/fleetcron-runs.service/run-long@"), f"limited as packaged: {group}")
        expect(self.host.asks(f"cat /sys/fs/cgroup{group}/pids.max") == "4096", "the packaged limit of tasks")
        self.end_long(child)
        self.soon(lambda when: SHORT + FORKS.format(when=when), "/run/forks")
        reported = "job=forks .*the run reached its limit of 64 tasks"
        self.host.until(f"journalctl -u fleetcron -o cat | grep '{reported}'", 90, "the log says what it reached")
        self.host.until("fleetcron history forks --json | grep '\"timed_out\"'", 60, "it was ended")
        expect(self.host.asks("pgrep -c perl || :") == "0", "nothing of it is left")
        self.soon(lambda when: SHORT + GREEDY.format(when=when), "/run/greedy")
        reported = "job=greedy .*the run reached its memory limit of 33554432 bytes"
        self.host.until(f"journalctl -u fleetcron -o cat | grep '{reported}'", 60, "the log says what ended it")
        self.host.until("fleetcron history greedy --json | grep '\"failed\"' | grep 137", 60, "it failed")
        child, before = self.begin_long(LIMITS), self.host.agent()
        group = self.group(child)
        expect(group.startswith("/system.slice/fleetcron-runs.service/run-long@"), f"a group with limits: {group}")
        kept = self.host.asks(f"cd /sys/fs/cgroup{group} && cat memory.max cpu.max pids.max")
        expect(kept.split() == ["67108864", "25000", "100000", "4096"], f"its limits: {kept}")
        self.host.does("systemctl restart fleetcron")
        self.taken_back(child, before)
        self.host.until(f"test ! -e /sys/fs/cgroup{group}", 30, "the group goes with its run")
        self.host.does("sed -i 's/^defaults: /#&/' /etc/fleetcron/fleetcron.yaml; systemctl reload fleetcron")
        child = self.begin_long()
        expect(self.group(child).startswith("/system.slice/fleetcron.service/run-long@"), f"a group of its own: {self.group(child)}")
        self.end_long(child)
        self.host.does(f"{WITH_DEFAULTS}; systemctl reload fleetcron")

    def killed(self):
        self.say("agent killed: restarted, run kept")
        child, before = self.begin_long(), self.host.agent()
        self.host.does(f"kill -KILL {before}")
        self.taken_back(child, before)

    # The watchdog

    def stuck(self):
        self.say("timing thread stuck: the watchdog replaces the agent, and leaves a healthy one alone")
        self.host.does("mkdir -p /run/systemd/system/fleetcron.service.d")
        self.host.puts("/run/systemd/system/fleetcron.service.d/quick.conf", "[Service]\nWatchdogSec=30\n")
        self.host.does("systemctl daemon-reload; systemctl restart fleetcron")
        before = self.host.agent()
        self.host.does("sleep 40")
        expect(self.host.agent() == before, "a healthy agent is left alone")
        child = self.begin_long()
        self.host.puts("/run/stuck.py", STUCK)
        self.host.begin(f"/usr/bin/python3 /run/stuck.py {before} timing >/run/stuck.out 2>&1")
        self.host.until("grep thread /run/stuck.out", 60, "the thread is stopped, or not there")
        expect(self.host.asks("cat /run/stuck.out") == "thread stopped", self.host.asks("cat /run/stuck.out"))
        self.host.another_agent(before)
        self.host.does("journalctl -u fleetcron --no-pager | grep -i 'watchdog timeout'")
        self.end_long(child)

    def hung(self):
        self.say("file server gone: degraded, not replaced; an agent that starts meanwhile is not ready")
        before = self.host.agent()
        self.host.cut()
        try:
            self.host.status_says("degraded", 90)
            self.host.does("sleep 35")
            expect(self.host.agent() == before, "the same agent, though the watchdog's time is over")
        finally:
            self.host.mend()
        self.host.status_says("claiming fires", 120)
        self.host.cut()
        try:
            self.host.does("systemctl restart --no-block fleetcron")
            self.host.until("systemctl is-active fleetcron | grep -x activating && test $(systemctl show -P MainPID fleetcron) != 0", 240, "starts")
            self.host.does("sleep 10")
            expect(self.host.asks("systemctl is-active fleetcron") == "activating", f"not ready: {self.host.story()}")
        finally:
            self.host.mend()
        self.host.until("systemctl is-active fleetcron", 180, "ready once the file server answers")
        self.host.status_says("claiming fires")
        self.host.does("rm /run/systemd/system/fleetcron.service.d/quick.conf; systemctl daemon-reload; systemctl restart fleetcron")

    # Without root

    def unprivileged(self):
        self.say("without root: agent and jobs are user fleetcron, runs outlive the agent")
        self.host.does("echo 1 >/proc/sys/kernel/yama/ptrace_scope")  # as Ubuntu has it: no process may look into another
        self.host.does(self.documents.block("unprivileged.conf"))
        self.rated(" without root")
        expect(self.host.asks(f"stat -c %U /proc/{self.host.agent()}") == "fleetcron", "the agent is fleetcron's")
        self.moves_to(SANDBOX)
        child, before = self.begin_long(), self.host.agent()
        self.host.until(f"test $(wc -l <{SANDBOX}/short) -ge 2", 60, "the short job runs")
        self.host.does(self.documents.block("runuser"))
        status = self.host.asks(f"cat /proc/{child}/status")
        words = {line.split(":")[0]: line.split()[1:] for line in status.splitlines()}
        number = self.host.asks("id -u fleetcron")
        expect(set(words["Uid"]) == {number}, f"the job is fleetcron's: {status}")
        expect(all(int(words[name][0], 16) == 0 for name in ("CapPrm", "CapEff", "CapBnd", "CapAmb")), f"without rights: {status}")
        self.host.does("systemctl restart fleetcron")
        self.taken_back(child, before)
        self.host.does("rm -r /etc/systemd/system/fleetcron.service.d; systemctl daemon-reload; systemctl stop fleetcron")
        self.moves_to("/run")
        self.host.does(f"chown -R root: /mnt/fleetcron /var/lib/fleetcron; rm -r {SANDBOX}; {WITH_DEFAULTS}; systemctl start fleetcron")

    def moves_to(self, place):
        """The long job works in another folder from now on."""
        self.host.does(f"install -d -o fleetcron {SANDBOX}; touch {self.place}/long; cp {self.place}/long {place}/; chown --reference={place} {place}/long")
        self.place = place

    def elsewhere(self):
        self.say("another shared directory: the unit waits for its mount")
        self.host.does("mkdir -p /mnt/efs; sed -i 's, /mnt/fleetcron , /mnt/efs ,' /etc/fstab; systemctl daemon-reload; mount /mnt/efs")
        self.host.does(self.documents.block("mount.conf"))
        expect("/mnt/efs" in self.host.shows("RequiresMountsFor"), "the unit requires the mount")
        self.host.does("systemctl stop fleetcron; umount /mnt/efs; systemctl start fleetcron; mountpoint /mnt/efs")
        self.host.status_says("claiming fires")
        self.host.does("sed -i 's,/mnt/efs,/mnt/fleetcron,' /etc/fleetcron/fleetcron.yaml; rm -r /etc/systemd/system/fleetcron.service.d")
        self.host.does("systemctl daemon-reload")
        self.host.does("systemctl restart fleetcron")
        self.host.until("umount /mnt/efs", 60, "the last run there is over")
        self.host.does("sed -i 's, /mnt/efs , /mnt/fleetcron ,' /etc/fstab; systemctl daemon-reload")

    # The end

    def remove(self):
        self.say("remove, purge: nothing is left but history on the share")
        child = self.begin_long()
        self.host.does("apt-get remove fleetcron")
        self.host.does(f"kill -0 {child}; touch {self.place}/finish")
        self.ended += 1
        self.host.does("test -e /etc/fleetcron/fleetcron.yaml; test ! -e /usr/lib/fleetcron; systemctl is-active fleetcron && exit 1 || :")
        self.host.does(f"apt-get install ./{self.old.deb}; systemctl is-active fleetcron && exit 1 || systemctl start fleetcron")
        self.host.status_says("claiming fires")
        self.recorded()
        self.host.does(self.documents.block("apt-get purge"))
        self.nothing_left()
        self.host.does("grep -h succeeded /mnt/fleetcron/history/*/*.jsonl | grep -q short")

    def nothing_left(self):
        """All that this host wrote, less what it removed (character devices), is in the upper layer of its overlay."""
        wrote = "cd /old/run/over/up && find etc usr var -path var/cache/man -prune -o -name '*fleetcron*' -not -type c -printf '/%p\\n'"
        left = [path for path in self.host.asks(wrote).split() if not path.startswith("/var/lib/rpm")]
        expect(not left, f"left behind: {left}")

    def rpm(self):
        self.say("the rpm: install, start, upgrade while a job runs, downgrade, remove")
        install, start, remove = self.documents.block("dnf install").splitlines()
        upgrade, downgrade = self.documents.line("dnf upgrade"), self.documents.line("dnf downgrade")
        self.host.does(install)
        expect(self.host.asks("systemctl is-enabled fleetcron") == "disabled", "not enabled")
        self.host.does("sed -i 's,^timezone: .*,timezone: Europe/Berlin,' /etc/fleetcron/fleetcron.yaml; fleetcron validate")
        self.host.puts(JOBS, SHORT)
        self.host.does(f"{start}\nrpm --verify --nodeps fleetcron | grep -v 'c /etc/fleetcron/fleetcron.yaml' && exit 1 || :")
        for step, version in ((upgrade, self.new.version), (downgrade, self.old.version)):
            child, before = self.begin_long(), self.host.agent()
            self.host.does(f"{step}; rpm -q fleetcron-{version}-1; grep -x 'timezone: Europe/Berlin' /etc/fleetcron/fleetcron.yaml")
            self.taken_back(child, before)
        self.host.does(remove)
        self.host.does("test ! -e /usr/lib/fleetcron; test -e /etc/fleetcron/fleetcron.yaml.rpmsave; systemctl is-active fleetcron && exit 1 || :")

    def archive(self):
        self.say("the archive")
        reported = self.host.does(self.documents.block("tar -C /opt"))
        expect(reported.splitlines()[-1] == f"fleetcron {self.old.version}", f"it says its version: {reported}")
        self.host.does(f"test -s /opt/fleetcron-{self.old.version}/lib/fleetcron.jsa")

    def power_off(self):
        self.say("power off while a job runs: it is lost with its host, and nothing says that it failed or was killed")
        self.host.does(f"apt-get install ./{self.old.deb}; systemctl start fleetcron")
        self.begin_long()
        self.host.begin("systemctl poweroff --no-wall")
        self.host.ends(240)
        text = self.server.run(f"cat {nfs.EXPORT}/jobs/long.lock")
        lines = [json.loads(line) for line in text.splitlines() if line.strip()]
        newest = max((line for line in lines if "seq" in line), key=lambda line: line["seq"])
        expect("run" in newest, f"the run stands as it was claimed: {newest}")
        ends = [line for line in lines if "how" in line and line["token"] == newest["token"]]
        expect(not ends, f"its supervisor wrote no exit record: {ends}")

    def reported(self):
        left = self.documents.left
        expect(not left, f"every command of the documents has been run; not so: {left}")


# What each step takes, in seconds, on the reference machine (see machine.py).
SECONDS = {
    "install": 45, "configure": 8, "start": 20, "logs": 5, "reload": 10, "users": 10, "private": 40, "upgrade": 60, "roll_back": 60, "restart": 30,
    "limits": 90, "killed": 25, "stuck": 105, "hung": 90, "unprivileged": 45, "elsewhere": 35, "remove": 60, "rpm": 120, "archive": 10,
    "reported": 0, "power_off": 60,
}  # fmt: skip
STEPS = tuple(SECONDS)
# Steps that are taken together, since later ones of a group rely on what earlier ones leave; every group but the first
# relies on the first alone, which is taken always. `reported` relies on all.
GROUPS = (
    ("install", "configure", "start", "killed"),
    ("logs",), ("reload",), ("users",), ("private",), ("upgrade", "roll_back"), ("restart",), ("limits",), ("stuck", "hung"), ("unprivileged",),
    ("elsewhere",), ("remove", "rpm"), ("archive",), ("power_off",),
)  # fmt: skip
