"""The NFS server host and the mount on the others."""

from fleetlab.host import GUEST, Host, HostError, Starved

MOUNT = "/mnt/efs"
EXPORT = "/run/export"
# What the EFS user guide recommends for each mount.
EFS_OPTIONS = "nfsvers=4.1,rsize=1048576,wsize=1048576,hard,timeo=600,retrans=2,noresvport,nosuid,nodev,noexec"
LEASE_SECONDS = 10


class Server(Host):
    """A host that exports one memory file system with a short lease and without delegations."""

    def __init__(self, network, work, lease=LEASE_SECONDS, patience=1.5):
        super().__init__(network, work, "server", 1, patience=patience)
        self.lease = lease

    def serve(self):
        self.run(f"LEASE={self.lease} sh {GUEST}/server.sh start")

    def stop_serving(self):
        self.run(f"sh {GUEST}/server.sh stop")

    def restart(self, down_seconds=1):
        """Stops the NFS server and starts it again; clients reclaim their locks in the grace period that follows."""
        self.run(f"sh {GUEST}/server.sh stop; sleep {down_seconds}; LEASE={self.lease} sh {GUEST}/server.sh start")

    def serve_version_3_too(self):
        self.run(f"sh {GUEST}/server.sh version3")

    def fill(self):
        """Leaves no room on the share."""
        self.run(f"dd if=/dev/zero of={EXPORT}/filler bs=64k", check=False)

    def make_room(self):
        self.run(f"rm -f {EXPORT}/filler")

    def read_only(self, yes):
        self.run(f"sh {GUEST}/server.sh export {'ro' if yes else 'rw'}")


def mount(host, options=EFS_OPTIONS, where=MOUNT, timeout=60):
    try:
        host.run("modprobe -d /run/modules nfsv4", timeout)
    except HostError as late:  # the host is only coming up: nothing of the program can be the cause
        raise Starved(str(late)) from late
    host.run(f"mkdir -p {where} && mount -t nfs4 -o {options} 10.77.0.1:/ {where}", timeout)


def operations(host):
    """NFS operations since the mount, by name, from /proc/self/mountstats."""
    counts, here, listed = {}, False, False
    for line in host.run("cat /proc/self/mountstats").splitlines():
        if line.startswith("device "):
            here, listed = f" mounted on {MOUNT} " in line, False
        elif here and line.strip() == "per-op statistics":
            listed = True
        elif here and listed and ":" in line:
            name, _, numbers = line.partition(":")
            counts[name.strip()] = int(numbers.split()[0])
    return {name: count for name, count in counts.items() if count}


def grown(before, after):
    """The operations between two counts, without those that were not used."""
    return {name: n - before.get(name, 0) for name, n in after.items() if n > before.get(name, 0)}
