"""Output followed from another host while the run goes on: each line within seconds, and the outcome at the end."""

import re

HOSTS, SECONDS = 2, 90

LINES = 24
SPEAK = f"i=0; while [ $i -lt {LINES} ]; do i=$((i+1)); echo line $i $(date +%s.%N); sleep 1; done; exit 3"
STAMPED = 'while read -r line; do echo "$line $(date +%s.%N)"; done'


def run(fleet):
    fleet.definitions["speaks"] = {"every": "60s", "command": SPEAK}
    fleet.start_agents()
    runs = fleet.until(lambda: [h for h in fleet.hosts if "run started job=speaks" in h.agent.log()], 90, "a run")
    other = next(host for host in fleet.hosts if host is not runs[0])
    shown = other.run(
        f"{fleet.program}/bin/fleetcron logs speaks --follow --config /run/fleetcron/fleetcron.yaml 2>/run/reported"
        f" | {STAMPED}; cat /run/reported",
        90,
    )
    lines = re.findall(r"^line (\d+) ([\d.]+) ([\d.]+)$", shown, re.MULTILINE)
    fleet.check([int(n) for n, _, _ in lines] == list(range(1, LINES + 1)), f"not every line once, in order: {shown}")
    # What was written before the follower came does not count.
    later = [(float(said), float(seen)) for _, said, seen in lines if said > lines[0][2]]
    fleet.check(len(later) > 3, f"the follower came too late to show anything: {shown}")
    delays = [seen - said for said, seen in later] or [0]
    fleet.measure("from written to seen elsewhere", f"median {sorted(delays)[len(delays) // 2]:.1f} s, most {max(delays):.1f} s")
    fleet.check(max(delays) < 6 * fleet.machine.slower, f"a line came after {max(delays):.1f} s")
    fleet.check(len(set(seen for _, seen in later)) > 3, "the lines came in bulk")
    fleet.check("the run is over: failed, exit status 3" in shown, f"the follower did not end with the outcome: {shown}")
    logged = re.findall(r"output job=speaks fire=\S+ token=1: line (\d+)", runs[0].agent.log())
    fleet.check([int(n) for n in logged] == list(range(1, LINES + 1)), f"the agent's log has lines {logged}")
