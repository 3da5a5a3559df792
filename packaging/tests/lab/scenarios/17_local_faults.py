"""Disk, accounts, files, processes and supervisors of single hosts fail, the network and the server beside them; 10 minutes."""

from fleetlab import chaos

HOSTS, SECONDS, SHORTEST = 4, 720, 300
LOCAL = [chaos.full_disk, chaos.read_only_disk, chaos.frozen_disk, chaos.no_process, chaos.no_user, chaos.no_env_file]
LOCAL += [chaos.kill_agent, chaos.stop_supervisors, chaos.refused_at_the_end, chaos.refused_at_the_end]
BESIDE = [chaos.cut, chaos.pause, chaos.restart_server, chaos.lose]


def run(fleet):
    fleet.prepare = chaos.own_disk
    fleet.each(fleet.prepare)
    chaos.add_jobs(fleet)
    chaos.add_demanding_jobs(fleet)
    fleet.start_agents()
    chaos.storm(fleet, LOCAL, fleet.seconds or SECONDS, BESIDE)
    fleet.conclude(patience=90)
