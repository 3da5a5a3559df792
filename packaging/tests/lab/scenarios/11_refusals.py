"""Refused at start, each with its message: what cannot keep the guarantee."""

import re
import time

from fleetlab import nfs
from fleetjudge.faults import UNFIT, UNPROVEN
from fleetlab.host import HostError

HOSTS, SECONDS = 2, 120


def refused(fleet, host, name, words, just_before="true", **settings):
    """The agent must end by itself, not with 0, and say something with these words."""
    instance = settings.pop("instance", f"{host.name}-{len(host.agent.logs)}")
    fleet.configure(host, **settings)
    host.run(just_before)
    host.agent.start(instance)
    try:
        fleet.until(lambda: not host.agent.alive(), 60, "the agent refuses")
    except HostError:
        fleet.check(False, f"{name}: the agent did not refuse to start")
        host.agent.kill()
    host.agent.expected = False
    said = host.agent.logs[-1].read_text().strip()
    last = said.splitlines()[-1] if said else ""
    fleet.measure(name, last[:160])
    fleet.check(re.search(words, said, re.IGNORECASE), f"{name}: nothing like {words!r} in: {said[-300:]}")
    fleet.check("Exception" not in said, f"{name}: a stack trace: {said[-300:]}")


def elsewhere(host, place, options, kind="nfs4", export="/"):
    host.run(f"mkdir -p /mnt/{place} && mount -t {kind} -o {options} 10.77.0.1:{export} /mnt/{place}", 60)
    return f"/mnt/{place}/fleet"


def run(fleet):
    fleet.job("steady", every=5)
    one, two = fleet.hosts
    fleet.start_agents([one])

    begin = time.time()
    fleet.server.serve_version_3_too()
    restarted = time.time()
    fleet.started("steady", 120, after=restarted)
    fleet.under_fault([one], begin, kind=UNFIT)
    fleet.under_fault([one], begin, restarted + (restarted - begin), UNPROVEN)
    two.run("modprobe -d /run/modules nfsv3")
    version_3 = elsewhere(two, "v3", "nfsvers=3,proto=tcp,nolock,mountport=20048,port=2049", "nfs", nfs.EXPORT)
    refused(fleet, two, "NFSv3", r"NFSv?3|vers=3|NFS version 3", shared_dir=version_3)
    two.run("umount -l /mnt/v3 /mnt/efs")
    soft = elsewhere(two, "soft", nfs.EFS_OPTIONS.replace("hard", "soft"))
    refused(fleet, two, "soft", r"\bsoft\b", shared_dir=soft)
    two.run("umount /mnt/soft; modprobe -d /run/modules fuse")
    nfs.mount(two)
    two.run("mkdir -p /mnt/fuse && setsid bindfs /mnt/efs /mnt/fuse </dev/null >/dev/null 2>&1")
    refused(fleet, two, "FUSE", r"FUSE", shared_dir="/mnt/fuse/fleet")
    two.run("mkdir -p /run/plain")
    refused(fleet, two, "local file system", r"storage: local|tmpfs", shared_dir="/run/plain")
    parameter = "/sys/module/nfs/parameters/recover_lost_locks"
    two.run(f"echo 1 >{parameter}")
    refused(fleet, two, "recover_lost_locks", r"recover_lost_locks")
    two.run(f"echo 0 >{parameter}")
    refused(fleet, two, "one instance id on two hosts", r"h1.*(in use|live|alive|already|another)", instance="h1")
    two.run("echo h1 >/proc/sys/kernel/hostname")
    refused(fleet, two, "two hosts of one name", r"host is named h1", instance="h2")
    two.run("echo h2 >/proc/sys/kernel/hostname")
    two.run("chmod 0777 /run/fleetcron/jobs")
    refused(fleet, two, "job folder writable by others", r"changed by other users|written by every user")
    two.run("chmod 0755 /run/fleetcron/jobs")
    file = "/run/fleetcron/jobs/lab.yaml"
    refused(fleet, two, "job file writable by others", r"lab.yaml.*(changed by other users|written by every user)", f"chmod 0666 {file}")
    two.run(f"chmod 0644 {file}; chmod 0777 /mnt/efs/fleet")
    refused(fleet, two, "shared directory writable by others", r"changed by other users|written by every user")
    two.run("chmod 0755 /mnt/efs/fleet")
    fleet.server.run(rf"cd {nfs.EXPORT}/fleet && sed -i.was -E 's/: *[0-9]+/: 999/' fleet.json && cat fleet.json")
    refused(fleet, two, "unknown format version", r"version|format")
    fleet.server.run(f"cd {nfs.EXPORT}/fleet && mv fleet.json.was fleet.json")
    fleet.without_agent([two], begin)  # each of them was refused
    fleet.conclude()
