"""The audit of sound evidence passes, and of the same evidence doctored in every way that it must notice it fails."""

import contextlib
import io
import json
import re
import tempfile
import unittest
from pathlib import Path

from fleetjudge.audit import main

# Three fires of `tidy`, every 10 s from 2024-02-29T23:59:50Z, over a leap day; its second one needed two attempts.
# `slow` fires at the same times; its second one was skipped.
FROM, TO = 1709251185, 1709251215  # 23:59:45 to 00:00:15
FIRST, SECOND, THIRD = "2024-02-29T23:59:50Z", "2024-03-01T00:00:00Z", "2024-03-01T00:00:10Z"
JOBS = """jobs:
  tidy:
    description: Tidies up
    every: 10s
    command: |
      tidy

  slow:
    schedule: "*/10 * * * * *"
    command: true
"""


def settled(fire, outcome, instance, token, attempts, exit=None):
    line = {"fire": fire, "outcome": outcome, "instance": instance, "token": token, "attempts": attempts}
    return line if exit is None else {**line, "exit": exit}


class AuditTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        (self.folder / "witness").mkdir()
        (self.folder / "jobs.yaml").write_text(JOBS)
        self.ran("tidy", FIRST, 1, 1, "alpha", 101, 1709251190, 1, 0)
        self.ran("tidy", SECOND, 2, 1, "beta", 102, 1709251200, 1, 7)
        self.ran("tidy", SECOND, 2, 2, "beta", 103, 1709251202, 1, 0)
        self.ran("tidy", THIRD, 3, 1, "alpha", 104, 1709251210, 1, 0)
        self.ran("slow", FIRST, 1, 1, "gamma", 105, 1709251190, 12, 3)
        self.ran("slow", THIRD, 2, 1, "gamma", 106, 1709251210, 4, 0)
        tidy = [settled(FIRST, "succeeded", "alpha", 1, 1, 0), settled(SECOND, "succeeded", "beta", 2, 2, 0)]
        slow = [
            settled(FIRST, "failed", "gamma", 1, 1, 3),
            settled(SECOND, "skipped", "gamma", 1, 0),
            settled(THIRD, "succeeded", "gamma", 2, 1, 0),
        ]
        self.lines("history.jsonl", [{"job": job, **line} for job, lines in (("tidy", tidy), ("slow", slow)) for line in lines])
        # The newest settlement of tidy is in the ledger alone; an older record must not count, nor one that is torn.
        newest = [tidy[1], settled(THIRD, "succeeded", "alpha", 3, 1, 0)]
        self.lines(
            "ledger.jsonl",
            [
                {"seq": 6, "job": "tidy", "token": 3, "settled": THIRD, "recent": newest},
                {"seq": 5, "job": "tidy", "token": 2, "settled": SECOND, "recent": []},
                {"seq": 4, "job": "slow", "token": 2, "settled": THIRD, "recent": []},
            ],
        )
        with open(self.folder / "ledger.jsonl", "a") as ledger:
            ledger.write('{"seq":3,"job":"slow","tok\n')

    def ran(self, job, fire, token, attempt, instance, pid, start, seconds, exit):
        run = f"{job},{fire},{token},{attempt},{instance},{pid}"
        (self.folder / "witness" / f"start,{run}").write_text(f"{start}.25\n")
        (self.folder / "witness" / f"end,{run},{exit}").write_text(f"{start + seconds}.25\n")

    def lines(self, name, lines):
        (self.folder / name).write_text("".join(json.dumps(line, separators=(",", ":")) + "\n" for line in lines))

    def edit(self, name, line, old, new):
        """Replaces text in the one line of the file that holds all these words; with `new` None the line goes."""
        text = (self.folder / name).read_text().splitlines(keepends=True)
        (n,) = (n for n, one in enumerate(text) if all(word in one for word in line.split()))
        self.assertIn(old, text[n])
        text[n] = "" if new is None else text[n].replace(old, new)
        (self.folder / name).write_text("".join(text))

    def forget(self, pattern):
        for file in list((self.folder / "witness").glob(pattern)):
            file.unlink()

    def audit(self, *more):
        with contextlib.redirect_stdout(io.StringIO()) as out, contextlib.redirect_stderr(out):
            status = main([*more, str(self.folder), str(FROM - 5), str(FROM), str(TO)])
        return status, out.getvalue()

    def passes(self, text):
        status, found = self.audit()
        self.assertIn(text, found)
        self.assertEqual(0, status, found)

    def fails(self, text):
        status, found = self.audit()
        self.assertRegex(found, re.compile(text, re.MULTILINE))
        self.assertEqual(1, status, found)

    def test_sound_evidence(self):
        self.passes("audit: due 6, started once 5, started twice 0, overlapping 0, unaccounted 0, disagreements 0\n")
        found = self.audit()[1]
        self.assertRegex(found, r"(?m)^tidy +3 +3 +0 +0 +0 +0  \| +2 +1 +0$")
        self.assertRegex(found, r"(?m)^slow +3 +2 +1 +0 +0 +0  \| +0 +0 +2$")
        self.assertIn("Not started, and history says why: 1 skipped.", found)
        self.assertIn("6 attempts of 5 runs left witness files; history agrees with each of them", found)

    def test_a_fire_started_on_two_hosts(self):
        self.ran("tidy", THIRD, 4, 1, "beta", 201, 1709251213, 1, 0)
        self.fails("started twice: tidy 2024-03-01T00:00:10.000Z token 3 .* on alpha; .* token 4 .* on beta")

    def test_an_attempt_started_twice_under_one_token(self):
        self.ran("tidy", THIRD, 3, 1, "alpha", 201, 1709251213, 1, 0)
        self.fails("^audit: .*started twice 1")

    def test_two_runs_of_a_job_at_once(self):
        self.ran("tidy", SECOND, 2, 2, "beta", 103, 1709251202, 9, 0)
        self.fails("^audit: .*overlapping 1")

    def test_a_start_before_its_time(self):
        self.ran("tidy", THIRD, 3, 1, "alpha", 104, 1709251209, 1, 0)
        self.fails("started early: tidy 2024-03-01T00:00:10.000Z")

    def test_a_token_that_does_not_grow(self):
        self.ran("tidy", THIRD, 2, 1, "alpha", 104, 1709251210, 1, 0)
        self.fails("token did not grow: tidy 2024-03-01T00:00:10.000Z token 2")

    def test_a_run_that_neither_history_nor_ledger_knows(self):
        self.edit("history.jsonl", f"slow {THIRD}", "", None)
        self.fails("not settled: slow 2024-03-01T00:00:10.000Z .started. is not in history")

    def test_a_fire_that_nobody_ran_and_nobody_wrote_down(self):
        self.edit("history.jsonl", "skipped", "", None)
        self.fails("not settled: slow 2024-03-01T00:00:00.000Z .never started.*(.|\n)*unaccounted 1")

    def test_a_success_that_no_command_witnessed(self):
        self.forget(f"*,tidy,{THIRD}*")
        self.fails("untrue outcome: .* recorded as succeeded, but no witness saw it start(.|\n)*unaccounted 1")

    def test_a_command_that_started_and_left_no_end(self):
        self.forget(f"end,slow,{THIRD}*")
        self.fails("untrue outcome: .* but no witness saw it end")

    def test_an_end_without_a_start(self):
        self.forget(f"start,slow,{THIRD}*")
        self.fails("WRONG: no witness of the start of slow")

    def test_a_failure_recorded_as_success(self):
        self.edit("history.jsonl", f"slow {FIRST}", "failed", "succeeded")
        self.fails("recorded as succeeded with 3, but the command ended with 3")

    def test_another_exit_status(self):
        self.edit("history.jsonl", f"slow {FIRST}", '"exit":3', '"exit":4')
        self.fails("recorded as failed with 4, but the command ended with 3")

    def test_another_instance(self):
        self.edit("history.jsonl", f"slow {FIRST}", "gamma", "beta")
        self.fails("recorded as failed on beta, but it ran on gamma")

    def test_another_token(self):
        self.edit("history.jsonl", f"slow {FIRST}", '"token":1', '"token":7')
        self.fails("not in history: slow 2024-02-29T23:59:50.000Z token 1")

    def test_attempts_miscounted(self):
        self.edit("history.jsonl", f"slow {FIRST}", '"attempts":1', '"attempts":3')
        self.fails("recorded as failed after 3 attempts, but the last one seen was .* attempt 1")

    def test_an_attempt_that_nobody_saw(self):
        self.forget(f"*,tidy,{SECOND},2,1,*")
        self.fails("but no witness saw attempt 1")

    def test_a_fire_called_lost_though_no_host_died(self):
        self.edit("history.jsonl", "skipped", "skipped", "lost")
        self.fails("without reason: slow .* recorded as lost and never started, but nothing was wrong with gamma")

    def test_a_fire_called_skipped_beside_no_run(self):
        self.ran("slow", FIRST, 1, 1, "gamma", 105, 1709251190, 4, 3)
        self.fails("without reason: slow .* recorded as skipped, but no run went on then")

    def test_a_fire_called_missed_while_agents_started_others(self):
        self.edit("history.jsonl", "skipped", "skipped", "missed")
        self.fails("recorded as missed, but tidy 2024-03-01T00:00:00.000Z was started in time to start it")

    def test_a_fire_missed_while_the_machine_stood_still(self):
        self.edit("history.jsonl", "skipped", "skipped", "missed")
        self.forget(f"*,tidy,{SECOND}*")
        self.ran("tidy", SECOND, 2, 1, "beta", 102, 1709251206, 1, 7)
        self.ran("tidy", SECOND, 2, 2, "beta", 103, 1709251208, 1, 0)
        self.passes("audit: due 6, started once 5")

    def test_a_skipped_fire_that_ran(self):
        self.ran("slow", SECOND, 1, 1, "gamma", 201, 1709251203, 1, 0)
        self.fails("untrue outcome: slow .* recorded as skipped, but it started")

    def test_a_fire_at_a_time_that_is_not_the_schedules(self):
        self.ran("tidy", "2024-03-01T00:00:05Z", 9, 1, "alpha", 201, 1709251205, 1, 0)
        self.fails("never due: tidy 2024-03-01T00:00:05.000Z")

    def test_a_fire_from_before_the_launch(self):
        self.ran("tidy", "2024-02-29T23:59:40Z", 9, 1, "alpha", 201, 1709251180, 1, 0)
        self.fails("never due: tidy 2024-02-29T23:59:40.000Z")

    def test_a_job_that_is_not_in_the_file(self):
        self.ran("other", SECOND, 1, 1, "alpha", 201, 1709251200, 1, 0)
        self.fails("unknown job: other")

    def test_history_that_contradicts_itself(self):
        history = self.folder / "history.jsonl"
        history.write_text(history.read_text() + history.read_text().replace("succeeded", "failed"))
        self.fails("settled twice: tidy 2024-02-29T23:59:50.000Z")

    def test_a_torn_line_of_history(self):
        with open(self.folder / "history.jsonl", "a") as history:
            history.write('{"job":"tidy","fi\n')
        self.fails("history has a line that is not understood: ")

    def test_a_witness_file_of_another_kind(self):
        (self.folder / "witness" / "begin,tidy").write_text("1709251205\n")
        self.fails("begin,tidy is not a witness file")

    def test_a_ledger_that_is_behind(self):
        self.edit("ledger.jsonl", '"seq":4', THIRD, SECOND)
        self.fails("ledger: slow 2024-03-01T00:00:10.000Z is not settled in it")

    def test_a_token_that_went_back(self):
        self.edit("ledger.jsonl", '"seq":4', '"token":2', '"token":1')
        self.fails("ledger: slow: its token 1 is behind a command's, 2")

    def test_no_witnesses_at_all(self):
        self.forget("*")
        self.fails("3 fires were due and none was started once")

    def test_no_history_at_all(self):
        (self.folder / "history.jsonl").write_text("")
        self.fails("^audit: .*unaccounted 4")

    def test_a_job_that_never_fired(self):
        self.edit("jobs.yaml", "every:", "10s", "7000s")
        self.fails("tidy: no fire was due")

    def test_schedules_that_the_audit_cannot_compute(self):
        self.edit("jobs.yaml", "schedule:", "*/10 *", "3 *")
        self.fails("slow: its schedule is not one that this audit can compute")
        self.edit("jobs.yaml", "schedule:", "3 *", "*/7 *")
        self.fails("slow: its schedule is not one that this audit can compute")

    def test_no_jobs(self):
        (self.folder / "jobs.yaml").write_text("jobs: {}\n")
        self.fails("^audit: due 0")

    def test_what_is_not_settled_yet(self):
        self.assertEqual((0, "0\n"), self.audit("--unsettled"))
        self.edit("history.jsonl", "skipped", "", None)
        self.assertEqual((0, "1\n"), self.audit("--unsettled"))

    def test_called_wrongly(self):
        (self.folder / "ledger.jsonl").unlink()
        self.assertEqual(2, self.audit()[0])


if __name__ == "__main__":
    unittest.main()
