"""For comparison: `flock -n lock command` started by every host's own clock."""

import time

from fleetlab.host import GUEST

HOSTS, DOCUMENTS_ONLY, SECONDS = 3, True, 80
PERIOD, FIRES = 2, 9


def bare(fleet, name, seconds):
    first = int(time.time()) + 4
    script = f"bash {GUEST}/bare.sh {name} {PERIOD} {FIRES} {first} {seconds}"
    for command in [host.begin(f"export LAB_LOCAL=/run/lab/local LAB_SHARE=; {script}") for host in fleet.hosts]:
        command.status(60 + FIRES * PERIOD)
    fires = [run.fire for run in fleet.runs(name)]
    return f"{sum(fires.count(fire) > 1 for fire in set(fires))} of {FIRES} fires ran more than once"


def run(fleet):
    fleet.measure("equal clocks, command of a few ms", bare(fleet, "instant", 0))
    fleet.measure("equal clocks, command of 0.2 s", bare(fleet, "short", 0.2))
    fleet.each(lambda host: host.shift_clock(fleet.hosts.index(host)))
    fleet.measure("clocks one second apart, command of 0.2 s", bare(fleet, "apart", 0.2))
