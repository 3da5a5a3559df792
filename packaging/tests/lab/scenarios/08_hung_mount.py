"""Mount hung: jobs of every host fire on time there, status answers, SIGTERM works, no process start blocks."""

import time

from fleetjudge.faults import CUT

HOSTS, SECONDS = 3, 120


def run(fleet):
    fleet.job("local", every=5, run_on="every")
    fleet.job("steady", every=5)
    fleet.start_agents()
    fleet.started("local", after=fleet.since)
    host = fleet.host("h1")
    cut = host.cut()
    fleet.wait(27 + 5 * fleet.machine.slower)
    status = host.agent.command("status", timeout=60)
    reported = next((line.strip() for line in status.splitlines() if "no answer within" in line), None)
    fleet.measure("status while hung", reported)
    fleet.check(reported and "local" in status, f"status does not say that the share is silent, or nothing of its own jobs: {status}")
    alarm = next((line for line in fleet.alarms(host) if "storage unhealthy" in line), None)
    fleet.check(alarm, "the log does not say that the storage is unhealthy")
    fleet.check(host.agent.alive(), "the agent did not survive the hung mount")
    # A fire may start late where processes start slowly.
    until = time.time() - 5 * fleet.machine.slower
    fires = [run for run in fleet.runs("local") if run.host == "h1" and cut < run.fire < until]
    due = fleet.jobs[0].due(cut, until)
    fleet.check(len(fires) == len(due), f"{len(fires)} of {len(due)} fires of the local job ran while the mount hung")
    if fires:
        fleet.measure("latest local start", f"{max(run.started - run.fire for run in fires):.2f} s after its time")
    begin = time.time()
    host.agent.stop()
    fleet.until(lambda: not host.agent.alive(), 30, "the agent ends on SIGTERM")
    fleet.measure("SIGTERM", f"ended the agent in {time.time() - begin:.1f} s")
    # Told apart are an end and none: what waits for a hung mount waits until the cable is mended. On shared cores the
    # steps of an end take seconds.
    limit = 10 * fleet.machine.slower
    fleet.check(time.time() - begin < limit, f"the agent took more than {limit:.0f} s to end on SIGTERM while the mount hung")
    fleet.under_fault([host], cut, host.mend(), CUT)
    host.agent.start()
    fleet.conclude(until=until, patience=90)
