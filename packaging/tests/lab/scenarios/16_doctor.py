"""doctor: a healthy and a soft mount, and the proof between two hosts that a lock is shared, or that it is not."""

import re

from fleetlab import nfs
from fleetlab.agent import CONFIG

HOSTS, SECONDS = 3, 70


def doctor(fleet, host, status, words, option=""):
    """What doctor finds on the host: its exit status must be this one, and each of the words a line of it."""
    command = host.begin(f"{fleet.program}/bin/fleetcron doctor {option} --config {CONFIG}")
    ended = command.status(60)
    said = command.output()
    fleet.check(ended == status, f"{host.name}: doctor {option} ended with {ended}, not {status}: {said}")
    for pattern in words:
        found = re.search(pattern, said, re.MULTILINE)
        fleet.check(found, f"{host.name}: doctor {option} says nothing like {pattern!r}: {said}")
        fleet.measure(f"{len(fleet.measured) + 1} {host.name} doctor {option}".strip(), found and found[0])


def run(fleet):
    fleet.job("steady", every=5)
    one, two, three = fleet.hosts
    three.shift_clock(90)
    fleet.start_agents([one])
    hold = one.begin(f"echo $$ >/run/hold.pid; exec {fleet.program}/bin/fleetcron doctor --hold --config {CONFIG}")
    fleet.until(lambda: "holding" in hold.output(), 30, "doctor --hold holds")
    lease = rf"^ok +lease .*\b{fleet.server.lease} s$"
    options = r"^ok +options .*hard.*noresvport.*timeo=600,retrans=2"
    healthy = [lease, options, r"^ok +quota +[1-9]\d* of the 256 ", r"^ok +clock .*-?\d+ ms", r"^ok +instances +1 alive"]
    doctor(fleet, one, 0, healthy)
    for host in (two, three):
        fleet.configure(host)
    doctor(fleet, two, 0, [r"^ok +two_hosts +refused, as it must be, because host h1\b"], "--probe")
    doctor(fleet, three, 0, [r"^warn +clock .* (8[5-9]|9[0-5])\d{3} ms"])

    two.run("mkdir -p /mnt/efs/other /mnt/fuse && modprobe -d /run/modules fuse")
    fleet.configure(two, shared_dir="/mnt/efs/other")
    doctor(fleet, two, 1, [r"^fail +two_hosts +got the lock: nobody holds it"], "--probe")
    two.run("setsid bindfs /mnt/efs /mnt/fuse </dev/null >/dev/null 2>&1")
    fleet.configure(two, shared_dir="/mnt/fuse/fleet")
    doctor(fleet, two, 1, [r"^fail +two_hosts +got the lock that host h1\b.* do not reach"], "--probe")
    doctor(fleet, two, 1, [r"^fail +shared_dir .*fuse"])
    three.run("umount /mnt/efs")
    nfs.mount(three, nfs.EFS_OPTIONS.replace("hard", "soft"))
    doctor(fleet, three, 1, [r"^fail +shared_dir .*`soft`"])

    one.run("kill -TERM $(cat /run/hold.pid)")
    fleet.check(hold.status(30) == 0, f"doctor --hold did not end well: {hold.output()}")
    fleet.configure(two)
    doctor(fleet, two, 1, [r"^fail +two_hosts +got the lock: nobody holds it"], "--probe")
    fleet.conclude()
