"""Newer builds of the packages: the same content under a higher version, with a changed configuration file."""

import re
import subprocess

CONFIGURATION = "etc/fleetcron/fleetcron.yaml"


def deb(old, new, version, work):
    tree = work / "deb"
    subprocess.run(["dpkg-deb", "-R", old, tree], check=True)
    control = tree / "DEBIAN/control"
    control.write_text(re.sub("^Version: .*", f"Version: {version}-1", control.read_text(), flags=re.MULTILINE))
    _change(tree)
    subprocess.run(["dpkg-deb", "-b", "--root-owner-group", tree, new], check=True, stdout=subprocess.DEVNULL)


def rpm(old, new, version, work):
    """Built again by rpmbuild from the old one's files, attributes and scriptlets."""
    tree = work / "rpm"
    tree.mkdir()
    (work / "old.rpm").write_bytes(old.read_bytes())
    subprocess.run(["rpm2archive", work / "old.rpm"], check=True, capture_output=True)
    subprocess.run(["tar", "-C", tree, "-xzf", work / "old.rpm.tgz"], check=True)
    _change(tree)
    spec = work / "newer.spec"
    spec.write_text(_spec(old, version))
    words = ["rpmbuild", "-bb", "--quiet", "--buildroot", tree, "--define", f"_rpmdir {work}", "--define", f"_topdir {work}/top"]
    subprocess.run([*words, spec], check=True, capture_output=True)
    next(work.glob("*/fleetcron-*.rpm")).rename(new)


def _change(tree):
    """A file that the operator has edited too: it must not be replaced."""
    file = tree / CONFIGURATION
    file.write_text("# A newer build.\n" + file.read_text())


def _spec(old, version):
    scripts = [f"%{name}\n{_ask(old, f'%{{{tag}}}')}" for name, tag in (("post", "POSTIN"), ("preun", "PREUN"), ("postun", "POSTUN"))]
    listed = _ask(old, "[%{FILEFLAGS} %{FILEMODES:octal} %{FILENAMES}\\n]")
    return "\n".join([
        "Name: fleetcron", f"Version: {version}", "Release: 1", "Summary: A newer build", "License: Apache-2.0",
        f"BuildArch: {_ask(old, '%{ARCH}')}", "AutoReqProv: no", "%define __os_install_post %{nil}", "%define debug_package %{nil}",
        "%description", "The same under a higher version.",
        *scripts, "%files", *map(_file, listed.split("\n")[:-1]), "",
    ])  # fmt: skip


def _file(line):
    """One line of a spec's list. 1, 2 and 16 are the flags of configuration, documentation and `noreplace` (rpmfiles.h)."""
    flags, mode, name = line.split(" ", 2)
    kind = "%config(noreplace) " if int(flags) & 1 else ""
    if mode.startswith("04"):
        kind = "%dir "
    attributes = "" if mode.startswith("12") else f"%attr({mode[-4:]}, root, root) "
    return f"{attributes}{kind}{name}"


def _ask(package, what):
    return subprocess.run(["rpm", "-qp", "--qf", what, package], check=True, capture_output=True, text=True).stdout
