"""What the benchmark needs: tools from the system's packages, the two C programs, the floor, the program itself."""

import os
import re
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

from . import accounting
from .processes import Failed

HERE = Path(__file__).resolve().parent.parent
PACKAGING = HERE.parent.parent
TARGET = PACKAGING / "target" / "bench"
WARNINGS = ["-O2", "-Wall", "-Wextra"]


@dataclass
class Kit:
    work: Path  # a fresh directory, removed at the end
    tools: Path  # witness and subreaper
    program: Path  # the program folder, a copy with its archive of class data
    classes: Path  # the floor's class files
    sockets: Path  # a directory with a short name: a socket's address has 107 characters at most
    java: Path  # bin/java
    maven: str

    @property
    def fleetcron(self):
        return self.program / "bin" / "fleetcron"

    @property
    def java_version(self):
        """The number of the feature release, such as 17."""
        release = (self.java.parent.parent / "release").read_text()
        return int(re.search(r'^JAVA_VERSION="(?:1\.)?(\d+)', release, re.MULTILINE)[1])

    def remove(self, keep):
        shutil.rmtree(self.sockets, ignore_errors=True)
        if not keep:
            shutil.rmtree(self.work, ignore_errors=True)

    def folder(self, name):
        """A new directory below the work directory that the agents trust: only its owner may write there."""
        path = self.work / name
        path.mkdir(mode=0o755)
        return path


def prepare(program, extra_tools):
    """Installs, compiles and copies. `program` is a program folder, or None for the one of this source tree."""
    sweep()
    script = [HERE / "prepare", "no" if program else "yes", *extra_tools]
    found = subprocess.run(script, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True)
    if found.returncode:
        raise Failed("what the benchmark needs is missing, see above")
    java_home, maven = found.stdout.splitlines()[-2:]
    os.environ["JAVA_HOME"] = java_home
    work = TARGET / f"work-{os.getpid()}"
    sockets = Path(tempfile.gettempdir()) / f"fleetbench-{os.getpid()}"
    sockets.mkdir(mode=0o700)
    java = Path(java_home) / "bin" / "java"
    kit = Kit(work, work / "tools", work / "program", work / "classes", sockets, java, maven)
    shutil.rmtree(work, ignore_errors=True)
    kit.tools.mkdir(parents=True, mode=0o755)
    for name in ("witness", "subreaper"):
        compile_c(HERE / "c" / f"{name}.c", kit.tools / name)
    copy_program(program or PACKAGING / "target" / "fleetcron", kit.program)
    compile_java(kit, [HERE / "java" / "io" / "fleetcron" / "bench" / "Floor.java"], kit.classes)
    return kit


def sweep():
    """Removes what benchmarks that were killed have left."""
    for old in [*TARGET.glob("work-*"), *Path(tempfile.gettempdir()).glob("fleetbench-*")]:
        if not accounting.alive(old.name.split("-")[-1]):
            shutil.rmtree(old, ignore_errors=True)


def compile_c(source, program):
    """Statically if the system has a static C library."""
    static = subprocess.run(["cc", *WARNINGS, "-static", "-o", program, source], stderr=subprocess.DEVNULL)
    if static.returncode and subprocess.run(["cc", *WARNINGS, "-o", program, source]).returncode:
        raise Failed(f"cc cannot compile {source}; see above")


def copy_program(program, to):
    """As an installation does it: the class data archive fits the Java that is installed here."""
    if not (program / "bin" / "fleetcron").exists():
        raise Failed(f"{program} is not a program folder: bin/fleetcron is missing")
    shutil.copytree(program, to, symlinks=True)
    subprocess.run([to / "bin" / "share-classes"], check=True)


def compile_java(kit, sources, to, *folders, options=("-proc:none",)):
    """Against the program's own jars and those in more folders."""
    words = ["-encoding", "UTF-8", "--release", "17", "-d", to, "-cp", jars(kit.program / "lib", *folders), *options]
    if subprocess.run([kit.java.parent / "javac", *words, *sources]).returncode:
        raise Failed("javac failed, see above")


def jars(*folders):
    return ":".join(str(jar) for folder in folders for jar in sorted(Path(folder).glob("*.jar")))
