"""Hot code by JMH: the next scheduled time, loading 10,000 jobs, the ledger's codec, the decision under the lock.

Compiled against the program folder that is measured, run with an agent's own Java options.
"""

import json
import os
import subprocess

from .processes import Failed, Group, wait_for
from .setup import HERE, compile_java, jars
from .sides import Floor

TOOLS = ("maven",)
ALWAYS = ["-f", "1", "-v", "SILENT", "-foe", "true"]
SHORT = ["-wi", "2", "-w", "1", "-i", "5", "-r", "1"]
# Only whether they still work.
ONCE = ["-wi", "0", "-i", "1", "-r", "1ms"]
LIMIT = 600  # seconds


def run(kit, options):
    work = kit.folder("jmh")
    jmh = fetch(kit, work / "lib")
    classes = work / "classes"
    compile_java(
        kit,
        sorted((HERE / "java" / "io" / "fleetcron" / "bench" / "jmh").glob("*.java")),
        classes,
        jmh,
        options=("-proc:full",) if kit.java_version >= 21 else (),
    )
    result = work / "result.json"
    classpath = f"{classes}:{jars(kit.program / 'lib', jmh)}"
    words = [kit.java, "-cp", classpath, "org.openjdk.jmh.Main", *ALWAYS, *(ONCE if options.once else SHORT)]
    words += ["-rf", "json", "-rff", result]
    words += ["-jvmArgs", " ".join(Floor.OPTIONS)]
    with Group(kit.tools, work) as group:
        process = group.start("jmh", words, dict(os.environ))
        wait_for("JMH to end", LIMIT, lambda: not process.alive(), step=0.5)
    if not result.exists():
        raise Failed(f"JMH failed:\n{process.log.read_text()[-2000:]}")
    return {"rows": [row(one) for one in json.loads(result.read_text())]}


def fetch(kit, to):
    words = [
        kit.maven,
        "-q",
        "-B",
        "-ntp",
        "-Dstyle.color=never",
        "-f",
        HERE / "pom.xml",
        "dependency:copy-dependencies",
    ]
    done = subprocess.run(
        [*words, f"-DoutputDirectory={to}"],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    if done.returncode:
        raise Failed(f"Maven cannot fetch JMH:\n{done.stdout}")
    return to


def row(one):
    metric = one["primaryMetric"]
    name = ".".join(one["benchmark"].split(".")[-2:])
    parameters = ",".join(one.get("params", {}).values())
    return {
        "name": f"{name}({parameters})" if parameters else name,
        "score": metric["score"],
        "error": metric["scoreError"] if isinstance(metric["scoreError"], float) else None,
        "unit": metric["scoreUnit"],
    }
