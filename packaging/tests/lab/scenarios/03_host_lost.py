"""Host lost mid-run: settled as lost after the lease; rerun runs it again with a higher token, skip does not."""

import time

HOSTS, SECONDS, CORE = 4, 105, True


def run(fleet):
    fleet.job("again", every=30, seconds=15, on_lost="rerun")
    fleet.job("once", every=30, seconds=15, on_lost="skip")
    fleet.start_agents()
    for job in ("again", "once"):
        lost = fleet.until(lambda j=job: [r for r in fleet.running(j) if r.started > time.time() - 5], 60, f"{job} runs")[0]
        fleet.wait(2)
        died = fleet.lose(fleet.host(lost.host))
        successor = fleet.started(job, after=died, elsewhere=lost.host)
        fleet.measure(f"{job} taken over", f"{successor.started - died:.1f} s after the host died")
        fleet.check(successor.token > lost.token, f"{successor} does not have a higher token than {lost}")
        fleet.check((successor.fire == lost.fire) == (job == "again"), f"after {lost} the next start was {successor}")
        fleet.ended(successor)
        fleet.check(fleet.entry(lost).outcome == "lost", f"{lost} is recorded as {fleet.entry(lost).outcome}")
    fleet.conclude()
