"""`lab package`: the built packages on a booted host."""

import os
import shutil
import subprocess
import tempfile
import threading
from pathlib import Path

from fleetlab import guard, needs, network, newer, nfs
from fleetlab.booted import Booted
from fleetlab.host import HostError
from fleetlab.life import STEPS, Life

# Runs must outlive steps in which a loaded machine starts Java several times before it lets anything else happen.
LEASE_SECONDS = 45
# Ends a host that hangs, also in a command without a limit of its own.
LIMIT_SECONDS = 2700
PACKAGES = {"rpm": "/usr/bin/rpmbuild", "rpm2cpio": "/usr/bin/rpm2archive", "man-db": "/usr/bin/man"}


def run(steps, target, say):
    """Takes these steps, or all; 0 if all is well, 1 if not, 2 if this machine cannot do it."""
    needs.PACKAGES.update(PACKAGES)
    reason = needs.refusal() or _unknown(steps) or needs.install(say) or _java(say)
    names = {newer.OLD: [f"fleetcron_{newer.OLD}-1_all.deb", f"fleetcron-{newer.OLD}-1.noarch.rpm", f"fleetcron-{newer.OLD}.tar.gz"]}
    missing = [name for name in names[newer.OLD] if not (target / name).exists()]
    if not reason and missing:
        reason = f"no {', '.join(missing)} in {target}; build them with `mvn package`"
    if reason:
        say(reason)
        return 2
    work = Path(tempfile.mkdtemp(prefix="fleetcron-package-"))
    os.chmod(work, 0o755)
    for place in ("cmd", "logs", "uml"):
        (work / place).mkdir()
    _packages(target, work, names[newer.OLD])
    return _on_a_host(steps or STEPS, work, target, say)


def _unknown(steps):
    unknown = [step for step in steps if step not in STEPS]
    return f"no step {' '.join(unknown)}; there are: {' '.join(STEPS)}" if unknown else None


def _java(say):
    """The package depends on a Java of Debian's; one that was unpacked by hand does not count for apt."""
    java = shutil.which("java")
    if java and subprocess.run(["dpkg", "-S", os.path.realpath(java)], capture_output=True).returncode == 0:
        return None
    needs.PACKAGES["default-jre-headless"] = "/usr/share/doc/default-jre-headless"
    return needs.install(say)


def _packages(target, work, names):
    for name in names:
        shutil.copyfile(target / name, work / name)
    with tempfile.TemporaryDirectory() as scratch:
        newer.deb(work / names[0], work / f"fleetcron_{newer.NEW}-1_all.deb", Path(scratch))
        newer.rpm(work / names[1], work / f"fleetcron-{newer.NEW}-1.noarch.rpm", Path(scratch))


def _on_a_host(steps, work, target, say):
    name = f"fcpkg-{os.getpid()}-1"
    guarded = guard.start(f"fcpkg-{os.getpid()}-", str(work))
    net = network.Network(name)
    limit = threading.Timer(LIMIT_SECONDS, lambda: (say(f"not done within {LIMIT_SECONDS} s: ending the hosts"), network.remove(name)))
    limit.daemon = True
    limit.start()
    try:
        server, host = nfs.Server(net, work, LEASE_SECONDS), Booted(net, work, 2)
        server.boot()
        host.boot()
        server.ready()
        server.serve()
        host.ready(180)
        life = Life(host, server, say)
        life.prepare()
        for step in steps:
            getattr(life, step)()
        say("package: passed" if tuple(steps) == STEPS else "package: these steps passed")
        return 0
    except (HostError, LookupError) as broken:
        say(f"FAILED: {broken}")
        return 1
    finally:
        limit.cancel()
        shutil.copytree(work / "logs", target / "lab" / "package", dirs_exist_ok=True)
        net.close()
        guard.finish(guarded)
