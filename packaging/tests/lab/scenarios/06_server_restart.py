"""NFS server restarted mid-run: nothing killed, nothing doubled, fires during grace are run late, not lost."""

import time

HOSTS, SECONDS = 3, 100


def run(fleet):
    fleet.job("long", every=30, seconds=22)
    fleet.job("due-in-grace", every=15)
    fleet.start_agents()
    first = fleet.started("long", after=fleet.since)
    fleet.until(lambda: time.time() % 15 > 13.5, 20, "just before a fire")
    fleet.server.restart(down_seconds=2)
    ended = fleet.ended(first)
    fleet.check(ended.exit == 0, f"{first} ended with {ended.exit}")
    fleet.wait(20)
    fleet.conclude(patience=60)
    fleet.check(not {"killed", "lost", "missed"} & set(fleet.verdict.outcomes), "a fire was killed, lost or missed")
