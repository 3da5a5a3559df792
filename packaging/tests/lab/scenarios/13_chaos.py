"""Chaos: 10 minutes, or what the budget leaves, of random faults on 5 hosts with up to 20 jobs at 5 to 30 s periods."""

from fleetlab import chaos
from fleetlab.chaos import cut, kill_agent, pause

HOSTS, SECONDS, SHORTEST = 5, 720, 300
FAULTS = [cut, cut, pause, pause, chaos.lose, kill_agent, kill_agent, chaos.stop_agent, chaos.all_down, chaos.skew, chaos.differ]
FAULTS += [chaos.restart_server, chaos.fill, chaos.read_only, chaos.hang, chaos.no_locks]


def run(fleet):
    chaos.add_jobs(fleet)
    fleet.start_agents()
    chaos.storm(fleet, FAULTS, fleet.seconds or SECONDS)
    fleet.conclude(patience=90)
