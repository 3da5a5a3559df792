"""The judge must catch each kind of broken invariant in fabricated evidence, and pass the sound one."""

import unittest
from dataclasses import replace

from fleetjudge.asked import DRAINED, ENDED, LEFT_OUT, RUN, Asked, Wishes
from fleetjudge.evidence import Entry, Job, age, entries_of, runs_of, stamp
from fleetjudge.faults import CUT, DIED, HINDERED, PAUSED, STOPPED, UNFIT, UNPROVEN, Fault, Faults
from fleetjudge.judge import judge


def marks(fire, token=1, host="h1", pid=7, start=None, end=None, exit=0, beat=None, attempt=1, job="j", request=None):
    start = fire + 0.1 if start is None else start
    key = f"{job},{stamp(fire)},{token},{attempt},{host},{pid}"
    made = [(f"start,{key}", start)]
    if end is not None:
        made.append((f"end,{key},{exit}", end))
    if beat is not None:
        made.append((f"beat,{key}", beat))
    if request:
        made.append((f"asked,{key},{request}", start))
    return made


def died(at, host="h1"):
    """What the judge knows of a host that lost its power then and was not started again."""
    return Faults([Fault(host, at, 999, DIED)])


def reported(fire, outcome="succeeded", token=1, host="h1", exit=0, job="j", by_hand=False):
    return Entry(job, float(fire), outcome, host, token, exit, by_hand=by_hand)


class JudgeTest(unittest.TestCase):
    job = Job("j", 10)

    def violations(self, made, entries, until=20, share=(), job=None, **more):
        runs = runs_of([mark for one in made for mark in one], share)
        return judge([job or self.job], runs, entries, 0, until, **more).violations

    def assert_caught(self, kind, found):
        self.assertTrue(any(text.startswith(kind + ":") for text in found), f"{kind} not among {found}")

    def sound(self):
        return [marks(10, end=11), marks(20, 2, "h2", end=21)], [reported(10), reported(20, token=2, host="h2")]

    def test_passes_sound_evidence(self):
        self.assertEqual([], self.violations(*self.sound()))

    def test_counts(self):
        made, entries = self.sound()
        verdict = judge([self.job], runs_of(sum(made, []), []), entries, 0, 30)
        self.assertEqual((3, 2, 0, 0, 1), (verdict.due, verdict.once, verdict.doubled, verdict.overlapping, verdict.unaccounted))

    def test_double_start_on_two_hosts(self):
        made, entries = self.sound()
        self.assert_caught("started twice", self.violations([*made, marks(10, 3, "h3", start=12, end=13)], entries))

    def test_double_start_under_one_token(self):
        made, entries = self.sound()
        self.assert_caught("started twice", self.violations([*made, marks(10, 1, "h1", 8, start=12, end=13)], entries))

    def test_double_start_seen_on_the_share_only(self):
        made, entries = self.sound()
        self.assert_caught("started twice", self.violations(made, entries, share=marks(10, 3, "h3", start=12)))

    def test_an_end_on_the_share_alone_is_no_end(self):
        share = marks(10, end=15, exit=3)
        made = [marks(10, beat=14.9)]
        lost = [reported(10, "lost", exit=None)]
        self.assertEqual([], self.violations(made, lost, until=10, share=share, faults=died(15)))
        made = [marks(10, beat=14.9, end=15.1, exit=3)]
        found = self.violations(made, lost, until=10, share=share)
        self.assert_caught("without reason", found)

    def test_retries_are_one_start(self):
        made = [marks(10, start=10.1, end=10.5, exit=1), marks(10, pid=9, start=11, end=12, attempt=2)]
        self.assertEqual([], self.violations(made, [reported(10)], until=10))

    def test_rerun_of_a_lost_run(self):
        made = [marks(10, beat=11), marks(10, 2, "h2", start=25, end=26)]
        entries = [reported(10, "lost", exit=None), reported(10, token=2, host="h2")]
        rerun = Job("j", 10, on_lost="rerun")
        self.assertEqual([], self.violations(made, entries, until=10, job=rerun, faults=died(11)))
        self.assert_caught("started twice", self.violations(made, entries, until=10))
        self.assert_caught("started twice", self.violations(made, entries[1:], until=10, job=rerun))

    def test_rerun_needs_a_higher_token(self):
        made = [marks(10, beat=11), marks(10, 1, "h2", start=25, end=26)]
        entries = [reported(10, "lost", exit=None), reported(10, host="h2")]
        found = self.violations(made, entries, until=10, job=Job("j", 10, on_lost="rerun"))
        self.assert_caught("started twice", found)

    def test_overlap_with_the_end(self):
        made = [marks(10, end=22), marks(20, 2, "h2", end=21)]
        self.assert_caught("overlap", self.violations(made, [reported(10), reported(20, token=2, host="h2")]))

    def test_overlap_with_the_last_beat_of_a_killed_run(self):
        made = [marks(10, beat=20.5), marks(20, 2, "h2", end=21)]
        entries = [reported(10, "lost", exit=None), reported(20, token=2, host="h2")]
        self.assert_caught("overlap", self.violations(made, entries))

    def test_overlap_after_a_pause_is_the_window_only(self):
        made = [marks(10, beat=30.5), marks(20, 2, "h2", end=21)]
        entries = [reported(10, "lost", exit=None), reported(20, token=2, host="h2")]
        faults = Faults([Fault("h1", 12, 30, PAUSED)])
        self.assertEqual([], self.violations(made, entries, paused=[("h1", 12, 30)], faults=faults))
        # The mark's time is the last tick, which may have come before the resume.
        self.assertEqual([], self.violations(made, entries, paused=[("h1", 12, 30.51)], faults=faults))
        for paused in (("h1", 12, 29), ("h1", 12, 30.6), ("h2", 12, 30), ("h1", 11, 40)):
            self.assert_caught("overlap", self.violations(made, entries, paused=[paused]))

    def test_overlap_with_a_run_before_the_last(self):
        made = [marks(10, beat=30.5), marks(20, 2, "h2", start=30.6, end=30.7), marks(30, 3, end=31)]
        made[0][1] = (made[0][1][0], 35)
        entries = [reported(10, "lost", exit=None), reported(20, token=2, host="h2"), reported(30, token=3)]
        self.assertEqual(2, sum(text.startswith("overlap:") for text in self.violations(made, entries, until=30)))

    def test_missing_fire(self):
        made, entries = self.sound()
        self.assert_caught("not settled", self.violations(made, entries[:1]))
        self.assert_caught("not settled", self.violations(made[:1], entries[:1]))

    def test_run_missing_from_history(self):
        made, entries = self.sound()
        self.assert_caught("not in history", self.violations(made, [reported(10), reported(20, token=5, host="h2")]))

    def test_token_that_does_not_grow(self):
        made = [marks(10, 2, end=11), marks(20, 2, "h2", end=21)]
        self.assert_caught("token did not grow", self.violations(made, [reported(10, token=2), reported(20, token=2, host="h2")]))

    def test_early_start_by_the_servers_clock(self):
        made, entries = self.sound()
        self.assertEqual([], self.violations(made, entries, share=marks(10, start=9.99)))
        self.assert_caught("started early", self.violations(made, entries, share=marks(10, start=9.9)))

    def test_a_fire_that_was_never_due(self):
        made, entries = self.sound()
        between = [*made, marks(15, 3, start=15.1, end=15.2)]
        self.assert_caught("never due", self.violations(between, [*entries, reported(15, token=3)]))
        self.assert_caught("never due", self.violations(made, entries, launched=10))
        self.assertEqual([], self.violations(made, entries, launched=9))

    def test_attempts(self):
        made = [marks(10, start=10.1, end=10.5, exit=1), marks(10, pid=9, start=11, end=12, attempt=2)]
        two = replace(reported(10), attempts=2)
        self.assertEqual([], self.violations(made, [two], until=10))
        self.assert_caught("untrue outcome", self.violations(made, [replace(two, attempts=3)], until=10))
        self.assert_caught("untrue outcome", self.violations(made[1:], [two], until=10))
        self.assertEqual([], self.violations(made[1:], [two], until=10, faults=Faults([Fault("h1", 5, 11, UNFIT)])))
        self.assert_caught("untrue outcome", self.violations([made[0][:1], made[1]], [two], until=10))

    def test_untrue_outcomes(self):
        ended, failed, cut = marks(10, end=11), marks(10, end=11, exit=3), marks(10, beat=11)
        untrue = [
            ([ended], reported(10, "failed", exit=1)),
            ([ended], reported(10, "killed", exit=None)),
            ([ended], reported(10, "missed")),
            ([ended], reported(10, "skipped")),
            ([ended], reported(10, "started")),
            ([ended], reported(10, host="h2")),
            ([failed], reported(10)),
            ([failed], reported(10, "failed", exit=4)),
            ([cut], reported(10)),
            ([], reported(10)),
        ]
        for made, entry in untrue:
            with self.subTest(entry=entry):
                self.assert_caught("untrue outcome", self.violations(made, [entry], until=10))

    def test_outcomes_without_reason(self):
        ended, cut = marks(10, end=11), marks(10, beat=11)
        unasked = [
            ([ended], reported(10, "lost", exit=None)),
            ([cut], reported(10, "lost", exit=None)),
            ([], reported(10, "lost", exit=None)),
            ([cut], reported(10, "killed", exit=None)),
            ([cut], reported(10, "timed_out", exit=None)),
            ([], reported(10, "missed", token=None, exit=None)),
            ([], reported(10, "skipped", token=None, exit=None)),
        ]
        for made, entry in unasked:
            with self.subTest(entry=entry):
                self.assert_caught("without reason", self.violations(made, [entry], until=10))

    def wished(self, made, entries, *asked, until=20):
        return self.violations(made, entries, until, wishes=Wishes(asked))

    def test_a_fire_is_left_out_where_somebody_asked_for_it(self):
        skipped = [reported(10, "skipped", token=None, exit=None)]
        asked = Asked(LEFT_OUT, "j", 5, 9, 12)
        self.assertEqual([], self.wished([], skipped, asked, until=10))
        for other in (replace(asked, of="k"), replace(asked, kind=DRAINED), replace(asked, begin=25), replace(asked, end=-1)):
            with self.subTest(other=other):
                self.assert_caught("without reason", self.wished([], skipped, other, until=10))

    def test_nothing_starts_against_a_wish(self):
        made, entries = [marks(10, end=11)], [reported(10)]
        for asked in (Asked(LEFT_OUT, "j", 5, 9), Asked(DRAINED, "h1", 5, 9)):
            with self.subTest(asked=asked):
                self.assert_caught("against a wish", self.wished(made, entries, asked, until=10))
                for other in (replace(asked, of="x"), replace(asked, known=11), asked.until(10)):
                    self.assertEqual([], self.wished(made, entries, other, until=10))

    def test_a_run_is_killed_where_somebody_asked_for_it(self):
        made, entries = [marks(10, beat=14)], [reported(10, "killed", exit=None)]
        self.assertEqual([], self.wished(made, entries, Asked(ENDED, "j", 12), until=10))
        for asked in (Asked(ENDED, "k", 12), Asked(ENDED, "j", 15), Asked(ENDED, "j", 5, end=9)):
            with self.subTest(asked=asked):
                self.assert_caught("without reason", self.wished(made, entries, asked, until=10))
        ended = [marks(10, end=14, exit=143)]
        self.assert_caught("untrue outcome", self.wished(ended, entries, Asked(ENDED, "j", 12), until=10))

    def asked_for(self, *more, asked=Asked(RUN, "j", 12, name="one", host="h2"), entries=()):
        """What is found beside a sound fire at 10 if somebody asked for a run at 12."""
        made = [marks(10, end=11), *more]
        entries = [reported(10), *[reported(15, token=2, host="h2", by_hand=True) for _ in more[:1]], *entries]
        return self.wished(made, entries, asked, until=10)

    def test_a_run_by_hand_is_no_scheduled_fire(self):
        self.assertEqual([], self.asked_for(marks(15, 2, "h2", end=16, request="one")))
        # Nor is the run of a fire again another start of it.
        again = [marks(10, end=11), marks(10, 2, "h2", start=15, end=16, exit=1, request="one")]
        entries = [reported(10), reported(10, "failed", 2, "h2", 1, by_hand=True)]
        self.assertEqual([], self.wished(again, entries, Asked(RUN, "j", 12, name="one"), until=10))
        self.assert_caught("not settled", self.wished(again[1:], entries[1:], Asked(RUN, "j", 12, name="one"), until=10))

    def test_each_request_is_started_once(self):
        once = marks(15, 2, "h2", end=16, request="one")
        self.assert_caught("request not started", self.asked_for())
        for again in (
            marks(18, 3, "h2", end=19, request="one"),
            marks(18, 3, "h1", end=19, request="one"),
            marks(15, 2, "h2", 8, start=17, end=18, request="one"),
        ):
            with self.subTest(again=again):
                self.assert_caught("request started twice", self.asked_for(once, again))

    def test_a_request_is_carried_out_where_it_was_asked_for(self):
        other = Asked(RUN, "j", 12, name="one", host="h1")
        self.assert_caught("against a wish", self.asked_for(marks(15, 2, "h2", end=16, request="one"), asked=other))
        early = Asked(RUN, "j", 16, name="one")
        self.assert_caught("against a wish", self.asked_for(marks(15, 2, "h2", end=16, request="one"), asked=early))
        self.assert_caught("never asked", self.asked_for(marks(15, 2, "h2", end=16, request="two")))

    def test_a_run_by_hand_overlaps_nothing_and_has_a_token_of_its_own(self):
        self.assert_caught("overlap", self.asked_for(marks(10.5, 2, "h2", start=10.9, end=16, request="one")))
        self.assert_caught("token did not grow", self.asked_for(marks(15, 1, "h2", end=16, request="one")))

    def grouped(self, *made, limit=2, **more):
        jobs = [Job(name, 10, group="g") for name in "jkl"] + [Job("m", 10)]
        return judge(jobs, runs_of(sum(made, []), []), None, 5, 10, limits={"g": limit}, **more).violations

    def test_no_more_runs_of_a_group_at_once_than_it_may_have(self):
        made = [marks(10, end=20), marks(10, host="h2", end=15, job="k"), marks(10, host="h3", start=15.1, end=16, job="l")]
        beside = marks(10, end=30, job="m")
        self.assertEqual([], self.grouped(*made, beside))
        self.assert_caught("group limit", self.grouped(*made, beside, limit=1))
        early = marks(10, host="h3", start=14.9, end=16, job="l")
        self.assert_caught("group limit", self.grouped(*made[:2], early))
        # A run that was never seen to end lived until its last beat.
        self.assert_caught("group limit", self.grouped(made[0], marks(10, host="h2", beat=15, job="k"), early))

    def test_a_fire_is_missed_where_its_group_was_full(self):
        jobs = [Job("j", 100, group="g"), Job("k", 100, group="g")]
        missed = [reported(100, "missed", token=None, exit=None)]

        def found(other_ends, limit=1):
            runs = runs_of(marks(100, host="h2", end=other_ends, job="k"), [])
            entries = [*missed, reported(100, host="h2", job="k")]
            hosts = Faults([], ("h1", "h2"))
            return judge(jobs, runs, entries, 5, 100, limits={"g": limit}, faults=hosts).violations

        self.assertEqual([], found(155))
        self.assert_caught("without reason", found(120))
        self.assert_caught("without reason", found(155, limit=2))

    def test_a_run_of_a_group_that_was_paused_counts_up_to_the_pause(self):
        made = [marks(10, beat=30.5), marks(10, host="h2", start=25, end=26, job="k")]
        self.assertEqual([], self.grouped(*made, limit=1, paused=[("h1", 12, 30)]))
        self.assert_caught("group limit", self.grouped(*made, limit=1, paused=[("h1", 12, 29)]))

    def test_the_age_of_a_command_at_its_first_mark(self):
        self.assertAlmostEqual(1.25, age("12.75 1150\n"))
        self.assertEqual(0, age("12.75 1276\n"))

    def test_true_outcomes(self):
        true = [
            ([marks(10, end=11, exit=3)], reported(10, "failed", exit=3)),
            ([marks(10, beat=11)], reported(10, "lost", exit=None)),
            ([], reported(10, "lost", exit=None)),
        ]
        for made, entry in true:
            with self.subTest(entry=entry):
                self.assertEqual([], self.violations(made, [entry], until=10, faults=died(11)))

    def missed(self, faults, fires=(100,), made=(), job=Job("j", 100), hosts=("h1", "h2", "h3"), entries=()):
        """What is found if these fires were missed under these faults."""
        told_missed = [reported(fire, "missed", token=None, exit=None) for fire in fires]
        known = Faults([Fault(*fault) for fault in faults], hosts)
        found = self.violations(list(made), [*told_missed, *entries], until=max(fires), job=job, faults=known)
        return [text for text in found if not text.startswith("not settled:")]

    def test_a_fire_is_missed_where_no_host_could_start_it(self):
        everyone = ("h1", "h2", "h3")
        for faults in (
            [(host, 90, 170, UNFIT) for host in everyone],
            [(host, 99, 131, PAUSED) for host in everyone],  # at 156 they are as before, but the fire is too late at 160
            [("h1", 50, 250, UNFIT), ("h2", 90, 140, CUT), ("h3", 80, 999, DIED)],
        ):
            self.assertEqual([], self.missed(faults), faults)

    def test_a_fire_is_not_missed_beside_a_host_that_could_start_it(self):
        for faults in (
            [],
            [("h1", 90, 170, UNFIT)],
            [("h1", 90, 170, DIED)],
            [("h1", 50, 250, PAUSED), ("h2", 50, 250, CUT)],
            [(host, 90, 120, UNFIT) for host in ("h1", "h2", "h3")],  # from 145 on
            [(host, 90, 170, HINDERED) for host in ("h1", "h2", "h3")],
            [(host, 90, 170, UNFIT, "another") for host in ("h1", "h2", "h3")],
        ):
            self.assert_caught("without reason", self.missed(faults))

    def test_a_fire_is_missed_while_the_jobs_lock_is_held_by_a_silent_host(self):
        paused, died = [("h1", 95, 140, PAUSED)], [("h1", 95, 999, DIED)]
        run = [marks(80, beat=94.9)]
        lost = [reported(80, "lost", exit=None)]
        job = Job("j", 20)
        for faults in (paused, died):
            for made in (run, ()):  # the host may have died between the claim and the command
                self.assertEqual([], self.missed(faults, (100,), made, job, entries=lost))
            self.assert_caught("without reason", self.missed(faults, (100,), job=job))
        # A lease later the lock is free, and soon after that somebody has noticed it.
        self.assert_caught("without reason", self.missed(died, (100, 120, 140), run, job, entries=lost))

    def test_a_fire_of_a_short_period_may_be_missed_while_hosts_further_back_wait(self):
        down = [(host, 50, 250, UNFIT) for host in ("h1", "h2", "h3")]
        job, hosts = Job("j", 10), ("h1", "h2", "h3", "h4")
        self.assertEqual([], self.missed(down, (100, 110), job=job, hosts=hosts))
        self.assert_caught("without reason", self.missed(down, (100, 110, 120), job=job, hosts=hosts))

    def test_a_row_of_missed_fires_is_judged_as_one(self):
        """Each of them alone is superseded before an instance must have looked."""
        job, down = Job("j", 4), [("h1", 50, 250, UNFIT)]
        self.assertEqual([], self.missed(down, (100,), job=job))
        self.assert_caught("without reason", self.missed(down, (100, 104), job=job))

    def test_a_host_that_cannot_run_it_refuses_a_fire_only_where_no_other_could_start_it(self):
        refused = [reported(100, "failed", exit=126)]
        job, hosts = Job("j", 100), ("h1", "h2", "h3")
        all_unfit = Faults([Fault(host, 90, 170, UNFIT) for host in hosts], hosts)
        self.assertEqual([], self.violations([], refused, until=100, job=job, faults=all_unfit))
        just_then = Faults([Fault("h1", 101, 170, UNFIT)], hosts)
        self.assertEqual([], self.violations([], refused, until=100, job=job, faults=just_then))
        for faults in (Faults([], hosts), Faults([Fault("h1", 90, 170, UNFIT)], hosts)):
            self.assert_caught("without reason", self.violations([], refused, until=100, job=job, faults=faults))
        other = [reported(100, "failed", exit=1)]
        self.assert_caught("untrue outcome", self.violations([], other, until=100, job=job, faults=all_unfit))

    def test_a_fire_is_skipped_beside_a_run(self):
        skipped = [reported(10), reported(20, "skipped", token=None, exit=None)]
        self.assertEqual([], self.violations([marks(10, end=21)], skipped))
        self.assert_caught("without reason", self.violations([marks(10, end=12)], skipped))

    def test_a_row_of_fires_stands_for_each(self):
        line = '{"job":"j","fire":"1970-01-01T00:00:10Z","through":"1970-01-01T00:00:30Z","count":3,"outcome":"missed","instance":"h1"}'
        single = '{"job":"j","fire":"1970-01-01T00:00:10Z","outcome":"missed","instance":"h1"}'
        down = {"faults": Faults([Fault("h1", 0, 50, UNFIT)], ("h1",)), "until": 30}
        for text in (line, f"{single}\n{line}", f"{line}\n{single}"):
            self.assertEqual([], self.violations([], entries_of(text), **down))
        self.assert_caught("not settled", self.violations([], entries_of(single), **down))
        contrary = f"{line}\n" + single.replace("00:10Z", "00:20Z").replace("missed", "skipped")
        self.assert_caught("settled twice", self.violations([], entries_of(contrary), **down))

    def test_two_outcomes_of_one_fire(self):
        made = [marks(10, beat=11)]
        for other in (reported(10, "failed", exit=1), reported(10, "skipped", token=None, exit=None)):
            with self.subTest(other=other):
                two = [reported(10), other]
                self.assert_caught("settled twice", self.violations(made, two, until=10))

    def recorded_as_lost(self, *fault):
        """What is found if a run of h1 ended by itself at 11 and is recorded as lost."""
        faults = Faults([Fault(*fault)], ("h1", "h2"))
        return self.violations([marks(10, end=11)], [reported(10, "lost", exit=None)], until=10, faults=faults)

    def test_a_run_that_ended_is_lost_only_with_its_lock(self):
        for fault in (
            ("h1", 12, 99, DIED),
            ("h1", 5, 13, PAUSED),
            ("h1", 12, 22, PAUSED),  # its end was not on record yet
            ("h1", 7, 12, CUT),  # TCP sent again after 17
            ("h1", 2, 12, STOPPED),
        ):
            self.assertEqual([], self.recorded_as_lost(*fault), fault)
        for fault in (
            ("h2", 12, 99, DIED),
            ("h1", 15, 99, DIED),  # three seconds are enough to record an end
            ("h1", 5, 9, DIED),  # it did not die then: it ran
            ("h2", 5, 25, PAUSED),
            ("h1", 5, 11, PAUSED),  # shorter than a lease
            ("h1", 10, 13, CUT),
            ("h1", 5, 25, UNFIT),  # no agent, or a share that refused writes
            ("h1", 5, 25, HINDERED),
            ("h1", 5, 25, PAUSED, "another"),
        ):
            self.assert_caught("without reason", self.recorded_as_lost(*fault))

    def fenced(self, *faults, made=None):
        """What is found if something ended a run of h1 that had last been seen at 20, and it is recorded as lost."""
        made = made or [marks(10, beat=20)]
        known = Faults([Fault(*fault) for fault in faults], ("h1", "h2"))
        return self.violations(made, [reported(10, "lost", exit=None)], until=10, faults=known)

    def test_a_run_is_ended_only_with_its_host_or_without_a_proof_of_its_lock(self):
        for fault in (
            ("h1", 21, 99, DIED),
            ("h1", 13, 20, CUT),  # three quarters of the lease after a proof from before it
            ("h1", 16, 19, CUT),  # TCP sent again after 22
            ("h1", 13, 19, PAUSED),
            ("h1", 20, 26, PAUSED),  # seen last when it began, ended when it was over
            ("h1", 12, 20, STOPPED),
            ("h1", 12, 20, UNPROVEN),
        ):
            self.assertEqual([], self.fenced(fault), fault)
        for fault in (
            (),
            ("h2", 21, 99, DIED),
            ("h1", 30, 99, DIED),  # it was ended long before
            ("h1", 15, 19, DIED),  # nor did it live then
            ("h2", 10, 20, CUT),
            ("h1", 17, 19, CUT),
            ("h1", 15.5, 20, PAUSED),  # shorter than ends a run
            ("h1", 1, 10, PAUSED),  # it lived on for long after that
            ("h1", 10, 20, UNFIT),  # no agent, a sick disk, or a share that refused writes
            ("h1", 10, 20, HINDERED),
            ("h1", 10, 20, PAUSED, "another"),
        ):
            self.assert_caught("without reason", self.fenced(*[fault] if fault else ()))

    def test_a_run_without_beats_may_have_been_ended_some_time_after_its_start(self):
        made = [marks(10)]
        self.assertEqual([], self.fenced(("h1", 12, 20, CUT), made=made))
        self.assert_caught("without reason", self.fenced(("h1", 17, 25, CUT), made=made))

    def test_what_was_claimed_and_never_started_is_lost_only_on_a_host_in_trouble(self):
        def found(*fault):
            faults = Faults([Fault(*fault)], ("h1", "h2"))
            return self.violations([], [reported(100, "lost", exit=None)], until=100, job=Job("j", 100), faults=faults)

        for kind in (UNFIT, PAUSED, CUT, DIED):
            self.assertEqual([], found("h1", 101, 120, kind))
            self.assert_caught("without reason", found("h2", 101, 120, kind))
        self.assert_caught("without reason", found("h1", 101, 120, HINDERED))
        self.assert_caught("without reason", found("h1", 300, 320, UNFIT))

    def test_two_short_silences_in_a_row_are_one_for_the_lease(self):
        def found(second):
            faults = Faults([Fault("h1", 5, 9, PAUSED), Fault("h1", *second, PAUSED)], ("h1",))
            return self.violations([marks(10, end=11)], [reported(10, "lost", exit=None)], until=10, faults=faults)

        self.assertEqual([], found((11, 14)))
        self.assert_caught("without reason", found((13, 16)))

    def test_a_job_of_every_host_is_due_on_each(self):
        job = Job("j", 10, everywhere=("h1", "h2"))
        made = [marks(10, end=11), marks(10, host="h2", end=11)]
        entries = [reported(10), reported(10, host="h2")]
        self.assertEqual([], self.violations(made, entries, until=10, job=job))
        self.assert_caught("not settled", self.violations(made[:1], entries[:1], until=10, job=job))
        self.assert_caught(
            "started twice", self.violations([*made, marks(10, 2, pid=9, start=15, end=16)], entries, until=10, job=job)
        )

    def test_due_times(self):
        self.assertEqual([10, 20], Job("j", 10).due(0, 20))
        self.assertEqual([20], Job("j", 10).due(10, 29.9))
        self.assertEqual([], Job("j", 10).due(10, 19.9))
        self.assertEqual([7, 17], Job("j", 10, offset=7).due(6.9, 26.9))

    def test_a_job_nobody_defined(self):
        made, entries = self.sound()
        self.assert_caught("unknown job", self.violations([*made, marks(10, end=11, job="other")], entries))


class WitnessTest(unittest.TestCase):
    """What is judged where nobody is asked for history."""

    def verdict(self, *made, jobs=(Job("j", 10),), since=5, until=35):
        runs = runs_of(sum(made, []), sum(made, []))
        return judge(jobs, runs, None, since, until, tick=0)

    def counts(self, *made, **more):
        found = self.verdict(*made, **more)
        return found.due, found.once, found.doubled, found.not_started, found.early, found.unexpected

    def three(self):
        return [marks(fire, token, end=fire + 1) for token, fire in enumerate((10, 20, 30), 1)]

    def test_sound_evidence(self):
        self.assertEqual((3, 3, 0, 0, 0, 0), self.counts(*self.three()))
        self.assertEqual([], self.verdict(*self.three()).violations)

    def test_nothing_started(self):
        self.assertEqual((3, 0, 0, 3, 0, 0), self.counts())

    def test_started_three_times_is_one_doubled_fire(self):
        again = [marks(20, token, host, pid, end=21) for token, host, pid in ((4, "h2", 8), (5, "h3", 9))]
        self.assertEqual((3, 2, 1, 0, 0, 0), self.counts(*self.three(), *again))
        self.assertEqual((3, 2, 1, 0, 0, 0), self.counts(*self.three(), marks(20, 2, "h1", 8, end=21)))

    def test_a_double_hides_nothing_that_did_not_start(self):
        self.assertEqual((3, 1, 1, 1, 0, 0), self.counts(*self.three()[:2], marks(20, 2, pid=8, end=21)))

    def test_what_did_not_start_counts_for_each_job(self):
        other = [marks(fire, fire, job="k", end=fire + 1) for fire in (10, 30)]
        self.assertEqual((6, 5, 0, 1, 0, 0), self.counts(*self.three(), *other, jobs=(Job("j", 10), Job("k", 10))))

    def test_early(self):
        self.assertEqual((3, 3, 0, 0, 1, 0), self.counts(*self.three()[1:], marks(10, start=9.999, end=11)))

    def test_never_due(self):
        self.assertEqual((3, 3, 0, 0, 0, 1), self.counts(*self.three(), marks(25, 4, end=26)))

    def test_fires_outside_the_window_do_not_count(self):
        self.assertEqual((1, 1, 0, 0, 0, 0), self.counts(*self.three(), since=10, until=20))

    def test_latency_is_that_of_the_first_start(self):
        late = [marks(10, start=10.3), marks(20, 2, start=20.2), marks(20, 2, pid=8, start=20.9), marks(30, 3, start=30.1)]
        self.assertEqual([0.1, 0.2, 0.3], [round(one, 6) for one in self.verdict(*late).latencies])

    def test_overlap(self):
        self.assertEqual(1, self.verdict(marks(10, end=21), *self.three()[1:]).overlapping)
        self.assertEqual(0, self.verdict(marks(10, end=20.05), *self.three()[1:]).overlapping)


class EvidenceTest(unittest.TestCase):
    def test_refuses_what_is_not_a_witness_file(self):
        start, end = (name for name, _ in marks(10, end=11))
        for name in ("notes.txt", start.replace("start", "begin"), start + ",0", end[:-2]):
            with self.subTest(name), self.assertRaisesRegex(ValueError, "not a witness file"):
                runs_of([(name, 10)], [])
        with self.assertRaisesRegex(ValueError, "no witness of the start"):
            runs_of([(end, 11)], [])

    def test_a_torn_line_is_reported_to_whoever_asks(self):
        torn = []
        text = '{"job":"j","fire":"1970-01-01T00:00:10Z","outcome":"missed","instance":"h1"}\n{"job":"j","fi\n{"job":"j"}\n[]'
        self.assertEqual(1, len(entries_of(text)))
        self.assertEqual(1, len(entries_of(text, torn.append)))
        self.assertEqual(['{"job":"j","fi', '{"job":"j"}', "[]"], torn)


if __name__ == "__main__":
    unittest.main()
