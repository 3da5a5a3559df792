"""Random faults, and how long a scenario goes on with them. Each fault lasts about as many seconds as it is given.

Which faults come follows from the seed alone. Each tells the judge what it did, and no more than that.
"""

import time
from concurrent.futures import ThreadPoolExecutor

from fleetlab import nfs
from fleetlab.agent import STATE
from fleetjudge.faults import HINDERED, PAUSED, STOPPED, UNFIT, UNPROVEN

# What there is before and after the faults, in seconds.
AROUND = 120
# On 2 cores a test host starts few processes a second: about one fire a second in all, and not in bursts.
PERIODS = [5, 10, 10, 15, 15, 15] + [20] * 6 + [30] * 8
# What the faults of a host's accounts and files need.
ACCOUNT, ENV_FILE = "games", "/run/fleetcron/job.env"
JOB_OF_ACCOUNT, JOB_WITH_FILE = "of-account", "with-env-file"
DISK = "/run/state.img"


# The network and the server


def cut(fleet, host, seconds):
    fleet.cut(host, lambda: fleet.wait(seconds))


def pause(fleet, host, seconds):
    fleet.pause(host, lambda: fleet.wait(seconds))


def restart_server(fleet, host, seconds):
    # A client connects again 3 s or more after the end of its connection, then reclaims; new locks wait for the end of
    # the grace period, which is as long as a lease. Scenario 6 shows that nothing is missed by it where that fits in.
    since = time.time()
    fleet.server.restart(down_seconds=seconds / 10)
    up = time.time()
    fleet.under_fault(fleet.hosts, since, up + fleet.lease, UNFIT)
    fleet.under_fault(fleet.hosts, since, up + (up - since), UNPROVEN)


def everywhere(fleet, begin, end, seconds, kind):
    since = time.time()
    begin()
    fleet.wait(seconds)
    end()
    fleet.under_fault(fleet.hosts, since, kind=kind)


def fill(fleet, host, seconds):
    # The jobs' lock files have their room already.
    everywhere(fleet, fleet.server.fill, fleet.server.make_room, seconds / 2, HINDERED)


def read_only(fleet, host, seconds):
    everywhere(fleet, lambda: fleet.server.read_only(True), lambda: fleet.server.read_only(False), seconds / 2, UNFIT)


def hang(fleet, host, seconds):
    everywhere(fleet, fleet.server.pause, fleet.server.resume, seconds / 2, PAUSED)


# Hosts and agents


def lose(fleet, host, seconds):
    fleet.lose(host)
    fleet.wait(seconds)
    fleet.restore(host)


def without(fleet, hosts, end, seconds):
    since = time.time()
    fleet.each(end, hosts)
    fleet.wait(seconds)
    fleet.each(lambda host: host.agent.start(), hosts)
    fleet.without_agent(hosts, since)


def kill_agent(fleet, host, seconds):
    without(fleet, [host], lambda host: host.agent.kill(), seconds)


def stop_agent(fleet, host, seconds):
    without(fleet, [host], lambda host: host.agent.stop(), seconds)


def all_down(fleet, host, seconds):
    without(fleet, fleet.hosts, lambda host: host.agent.stop(), seconds)


def skew(fleet, host, seconds):
    fleet.step_clock(host, seconds - 10)


def differ(fleet, host, seconds):
    """One host has another definition of a job for a while: each agent goes by its own."""
    same, name = fleet.definitions, min(fleet.definitions)
    fleet.definitions = {**same, name: {**same[name], "timeout": "1h"}}
    fleet.reload([host])
    fleet.wait(seconds)
    fleet.definitions = same
    fleet.reload([host])


def locally(fleet, host, begin, end, seconds, job=None):
    """A fault of this host that keeps it, until it is over, from starting that job or any."""
    since = time.time()
    host.run(begin)
    fleet.wait(seconds)
    host.run(end)
    fleet.under_fault([host], since, kind=UNFIT, job=job)


def no_locks(fleet, host, seconds):
    """As EFS answers beyond its quota, or a server without memory."""
    since = time.time()
    host.agent.refuse_locks("EDQUOT" if int(seconds) % 2 else "ENOLCK")
    fleet.wait(seconds)
    host.agent.grant_locks()
    fleet.under_fault([host], since, kind=UNFIT)


# The host's own disk, accounts, files and processes; for hosts whose state directory is a file system of its own


def full_disk(fleet, host, seconds):
    locally(fleet, host, f"dd if=/dev/zero of={STATE}/filler bs=64k 2>/dev/null; true", f"rm {STATE}/filler", seconds)


def read_only_disk(fleet, host, seconds):
    # What has a file open already goes on writing to it: a file system in use cannot be made read-only by hand.
    locally(fleet, host, f"mount --bind {STATE} {STATE} && mount -o remount,bind,ro {STATE}", f"umount -l {STATE}", seconds)


def frozen_disk(fleet, host, seconds):
    locally(fleet, host, f"fsfreeze --freeze {STATE}", f"fsfreeze --unfreeze {STATE}", seconds)


def no_process(fleet, host, seconds):
    """For no user, root included. What ends it must be running before."""
    since = time.time()
    most = "/proc/sys/kernel/threads-max"
    held = host.begin(
        f"exec bash -c 'exec 9<>/run/never; read -r most <{most}; echo 20 >{most}; read -r -t {seconds:.1f} -u 9;"
        f" echo $most >{most}'"
    )
    held.status(seconds + 60)
    fleet.under_fault([host], since, kind=UNFIT)
    fleet.under_fault([host], since, kind=UNPROVEN)  # each proof takes a process


def no_user(fleet, host, seconds):
    begin = f"grep -v ^{ACCOUNT}: /etc/passwd >/run/passwd && mount --bind /run/passwd /etc/passwd"
    locally(fleet, host, begin, "umount /etc/passwd", seconds, JOB_OF_ACCOUNT)


def no_env_file(fleet, host, seconds):
    locally(fleet, host, f"mv {ENV_FILE} {ENV_FILE}.away", f"mv {ENV_FILE}.away {ENV_FILE}", seconds, JOB_WITH_FILE)


def going_on(fleet, wanted):
    """A run that goes on, waited for a while; None if there is none."""
    end = time.time() + 15
    while time.time() < end:
        runs = [run for run in fleet.runs() if run.ended is None and time.time() - run.alive_until < 1 and wanted(run)]
        if runs:
            return runs[0]
        fleet.wait(0.5)
    return None


def stop_supervisors(fleet, host, seconds):
    """The guard ends their runs before the lease is over, so that these are lost with their locks."""
    going_on(fleet, lambda run: run.host == host.name)
    since = time.time()
    pids = f"$(find {STATE} -name pids -exec sed -n 's/^supervisor \\([0-9]*\\) .*/\\1/p' {{}} +)"
    host.run(f"for p in {pids}; do echo $p; kill -STOP $p; done >/run/stopped; true")
    fleet.wait(seconds)
    host.run("for p in $(cat /run/stopped); do kill -CONT $p; done; true", check=False)
    # The guard counts from the last heartbeat.
    fleet.under_fault([host], since - fleet.lease / 6, kind=STOPPED)


def refused_at_the_end(fleet, host, seconds):
    """A job's lock file, at a run's end and for some time after it, takes no writes: its end must be recorded once it does."""
    run = going_on(fleet, lambda run: run.started > time.time() - 20)
    if run is None:
        return
    since = time.time()
    file = f"{nfs.EXPORT}/fleet/jobs/{run.job}.lock"
    fleet.server.run(f"chattr +i {file}")
    while time.time() < since + seconds and fleet.seen(run).ended is None:
        fleet.wait(0.1)
    fleet.wait(seconds / 2)
    fleet.server.run(f"chattr -i {file}")
    fleet.under_fault(fleet.hosts, since, kind=UNFIT, job=run.job)


# The scenario


def own_disk(host):
    """Gives the host's agent a state directory on a file system of its own, and a file that a job wants."""
    host.run(
        "modprobe -d /run/modules loop && mkdir -p /run/dev && mount -t devtmpfs devtmpfs /run/dev &&"
        f" truncate -s 24M {DISK} && mkfs.ext4 -q -m 0 {DISK} && losetup /run/dev/loop0 {DISK} &&"
        f" mkdir -p {STATE} && mount /run/dev/loop0 {STATE} && chmod 700 {STATE} && echo FROM_FILE=1 >{ENV_FILE}"
    )


def add_demanding_jobs(fleet):
    """Jobs that a host cannot run without that account, or without that file."""
    (fleet.work / "local").chmod(0o1777)
    fleet.job(JOB_OF_ACCOUNT, 20, 2, offset=7, share=False, user=ACCOUNT)
    fleet.job(JOB_WITH_FILE, 20, offset=17, env_file=ENV_FILE)


def add_jobs(fleet, least=6):
    """Jobs at all these periods, from instants to some that last longer than their period, as the seed has it."""
    choose, size = fleet.random, fleet.sized(len(PERIODS), least)
    for n, every in enumerate(PERIODS):
        seconds = round(every * choose.choice([0, 0, 0.1, 0.5, 1.2]))
        on_lost, status = choose.choice(["skip", "rerun"]), choose.choice([0, 0, 3])
        # Of a smaller load every period is a part, and the seed's faults are the same.
        if (n + 1) * size // len(PERIODS) > n * size // len(PERIODS):
            fleet.job(f"job-{n:02}", every, seconds, status, offset=(3 * n) % every, on_lost=on_lost)


def rounds(choose, hosts, faults, beside=()):
    """Without end: what happens at once, as (fault, host, seconds), and for how long nothing does then."""
    while True:
        first, second = choose.sample(hosts, 2)
        chosen = [(choose.choice(faults), first, choose.uniform(2, 25))]
        if beside and choose.random() < 2 / 3:
            chosen.append((choose.choice(beside), second, choose.uniform(2, 25)))
        yield chosen, choose.uniform(1, 10)


def storm(fleet, faults, seconds, beside=()):
    """One fault after the other for so long; if `beside` has any, two times of three one of these on another host as well."""
    end, counts = time.time() + seconds - AROUND, {}
    for chosen, quiet in rounds(fleet.random, fleet.hosts, faults, beside):
        if time.time() > end:
            break
        for fault, host, length in chosen:
            fleet.say(f"{fault.__name__} {host.name} {length:.0f} s")
            counts[fault.__name__] = counts.get(fault.__name__, 0) + 1
        with ThreadPoolExecutor(len(chosen)) as pool:
            for done in [pool.submit(fault, fleet, host, length) for fault, host, length in chosen]:
                done.result()
        fleet.wait(quiet)
        keep_up(fleet, counts)
    fleet.measure("faults", counts)
    fleet.wait(40)


def keep_up(fleet, counts):
    """Starts agents again that refused to start during a fault, as the service manager does; none may have crashed."""
    expected = [host for host in fleet.hosts if host.agent.expected]
    for host, alive in zip(expected, fleet.each(lambda host: host.agent.alive(), expected), strict=True):
        if not alive:
            last = (host.agent.log().splitlines() or [""])[-1]
            fleet.check("agent not started" in last, f"the agent on {host.name} is gone: {last}")
            ended = host.agent.ended()
            host.agent.start()
            fleet.without_agent([host], ended)
            counts["refused to start, started again"] = counts.get("refused to start, started again", 0) + 1
