"""What the laboratory needs of the machine: says in one line why it cannot run, or installs what is missing."""

import os
import shutil
import subprocess
from pathlib import Path

# Debian package, and a file of it that tells whether it is there.
PACKAGES = {
    "user-mode-linux": "/usr/bin/linux.uml",
    "nfs-kernel-server": "/usr/sbin/rpc.nfsd",
    "nfs-common": "/sbin/mount.nfs",
    "kmod": "/sbin/modprobe",
    "iproute2": "/sbin/ip",
    "procps": "/usr/bin/pgrep",
    "util-linux": "/usr/bin/flock",
    "strace": "/usr/bin/strace",
    "bindfs": "/usr/bin/bindfs",
}


def refusal():
    """Why this machine cannot host a laboratory, or None."""
    if os.geteuid() != 0:
        return "needs root, for the network namespace and the mounts; run as root"
    if not Path("/dev/net/tun").exists():
        return "needs /dev/net/tun, which this machine does not offer"
    missing = missing_packages()
    if missing and not shutil.which("apt-get"):
        return f"needs {', '.join(missing)}, and this is no Debian system to install them from"
    return None


def missing_packages():
    return [name for name, sign in PACKAGES.items() if not Path(sign).exists()]


def install(say):
    """Installs the missing packages without starting services on the machine itself; None, or what went wrong."""
    missing = missing_packages()
    if not missing:
        return None
    say(f"installing {' '.join(missing)}")
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for words in (["update"], ["-y", "install", "--no-install-recommends", *missing]):
        done = subprocess.run(["apt-get", "-qq", *words], env=environment, capture_output=True, text=True)
    return None if done.returncode == 0 else f"apt-get could not install {' '.join(missing)}: {done.stderr[-300:]}"
