"""The packages that the build has left for this machine's architecture."""

import platform
from dataclasses import dataclass

DEBIAN_NAMES = {"x86_64": "amd64", "aarch64": "arm64"}


@dataclass(frozen=True)
class Packages:
    """Their file names."""

    version: str
    machine: str

    @property
    def deb(self):
        return f"fleetcron_{self.version}-1_{DEBIAN_NAMES[self.machine]}.deb"

    @property
    def rpm(self):
        return f"fleetcron-{self.version}-1.{self.machine}.rpm"

    @property
    def archive(self):
        return f"fleetcron-{self.version}-linux-{self.machine}.tar.gz"

    @property
    def all(self):
        return [self.deb, self.rpm, self.archive]

    def next(self):
        """Those of the next minor version."""
        major, minor = self.version.split(".")[:2]
        return Packages(f"{major}.{int(minor) + 1}.0", self.machine)


def find(target, machine=None):
    """The packages in that folder, of the version that the newest archive there has; a LookupError if one is missing."""
    any_version = Packages("*", machine or platform.machine())
    archives = sorted(target.glob(any_version.archive), key=lambda file: file.stat().st_mtime)
    if not archives:
        raise LookupError(f"no {any_version.archive} in {target}; build it with `mvn package`")
    before, after = any_version.archive.split("*")
    found = Packages(archives[-1].name[len(before) : -len(after)], any_version.machine)
    missing = [name for name in found.all if not (target / name).exists()]
    if missing:
        raise LookupError(f"no {', '.join(missing)} in {target}; build them with `mvn package`")
    return found
