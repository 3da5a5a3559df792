package io.fleetcron.late;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fleetcron.config.JobDefinition;
import io.fleetcron.config.load.ConfigLoader;
import io.fleetcron.fleet.Outcome;
import io.fleetcron.late.Late.NoSuccess;
import io.fleetcron.late.Late.NotStarted;
import io.fleetcron.late.Late.TooLong;
import io.fleetcron.ledger.CurrentRun;
import io.fleetcron.ledger.LedgerRecord;
import io.fleetcron.ledger.LeftOut;
import io.fleetcron.ledger.Owed;
import io.fleetcron.ledger.RunOrigin;
import io.fleetcron.ledger.Settlement;
import io.fleetcron.ledger.Settlement.Execution;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What is late and what of it is news. Times are seconds; the job fires every 100 of them. */
final class LatenessTest {

    private static final String LATE = "late_after: 30s";
    private static final String SILENT = "no_success_for: 250s";
    private static final String LONG = "expected: 40s";

    /**
     * A row: the definition, the ledger, what people keep from starting, what they were told before, the time, and what they
     * are to be told.
     */
    private record Row(String name, String keys, Ledger ledger, LeftOut leftOut, Told told, int now, String expected) {
        Row(String name, String keys, Ledger ledger, int now, String expected) {
            this(name, keys, ledger, LeftOut.NONE, Told.NOTHING, now, expected);
        }

        Row told(String keysOfLate, int time) {
            return new Row(name, keys, ledger, leftOut, tell(keysOfLate, time), now, expected);
        }

        Row leftOut(LeftOut out) {
            return new Row(name, keys, ledger, out, told, now, expected);
        }

        /** All that is late by these keys at that time has been told then. */
        private Told tell(String keysOfLate, int time) {
            return told.with(Lateness.of(job(keysOfLate), ledger.record(job(keysOfLate)), leftOut, at(time)), at(time));
        }

        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Arguments> rows() {
        LeftOut paused = fire -> fire.isBefore(at(250)) ? Optional.empty() : Optional.of("paused");
        return Stream.of(
                        new Row("nobody asks", "overlap: skip", settled(100), 500, ""),
                        new Row("not yet late", LATE, settled(100), 229, ""),
                        new Row("late from its limit on", LATE, settled(100), 230, "200 not started"),
                        new Row(
                                "the oldest open fire is told, those behind it wait",
                                LATE,
                                settled(100),
                                450,
                                "200 not started"),
                        new Row("told once", LATE, settled(100), 290, "").told(LATE, 230),
                        new Row("settled before it was late", LATE, settled(200), 290, ""),
                        new Row("running", LATE, settled(100).run(3, 200, 201), 290, ""),
                        new Row(
                                "it started late and runs",
                                LATE,
                                settled(100).run(3, 200, 231),
                                290,
                                "200 started 231"),
                        new Row(
                                "it started late and is over",
                                LATE,
                                settled(200).ended(200, 231, 232, "succeeded"),
                                290,
                                "200 started 231"),
                        new Row("told before it started", LATE, settled(200).ended(200, 231, 232, "succeeded"), 290, "")
                                .told(LATE, 240),
                        new Row(
                                "it started late two days ago",
                                LATE,
                                settled(200_000).ended(200, 231, 232, "succeeded"),
                                200_020,
                                ""),
                        new Row(
                                "a missed fire is told as that",
                                LATE,
                                settled(200).unrun(200, "missed"),
                                290,
                                ""),
                        new Row("paused", LATE, settled(200), 390, "").leftOut(paused),
                        new Row("a fire behind one that is left out", LATE, settled(100), 331, "300 not started")
                                .leftOut(fire -> fire.equals(at(200)) ? Optional.of("skipped") : Optional.empty()),
                        new Row("excepted", LATE + "\n    except: 1970-01-01", settled(100), 290, ""),
                        new Row("disabled", LATE + "\n    enabled: false", settled(100), 290, ""),
                        new Row(
                                "a fire that overlaps is to be skipped",
                                LATE,
                                settled(100).run(3, 200, 201),
                                390,
                                ""),
                        new Row(
                                "a fire that overlaps is to follow",
                                LATE + "\n    overlap: queue",
                                settled(100).run(3, 200, 201),
                                330,
                                "300 not started"),
                        new Row(
                                "of those that overlap the newest follows",
                                LATE + "\n    overlap: queue",
                                settled(100).run(3, 200, 201),
                                410,
                                ""),
                        new Row(
                                "a run by hand is no fire",
                                LATE + "; " + LONG,
                                settled(200).byHand(3, 250),
                                299,
                                ""),
                        new Row(
                                "a run by hand holds up the next fire",
                                LATE,
                                settled(200).byHand(3, 250),
                                290,
                                ""),
                        new Row(
                                "a rerun was started before",
                                LATE + "\n    on_lost: rerun",
                                settled(100).rerun(200),
                                290,
                                ""),
                        new Row("another schedule", LATE, settled(100).under("other"), 290, ""),
                        new Row("within its time", LONG, settled(100).run(3, 200, 201), 240, ""),
                        new Row("longer than expected", LONG, settled(100).run(3, 200, 201), 241, "run 3 takes long"),
                        new Row("told once a run", LONG, settled(100).run(3, 200, 201), 299, "").told(LONG, 241),
                        new Row(
                                "it took longer",
                                LONG,
                                settled(200).ended(200, 201, 241, "failed"),
                                299,
                                "run 201 took long"),
                        new Row(
                                "a lost run ran nobody knows how long",
                                LONG,
                                settled(200).ended(200, 201, 290, "lost"),
                                299,
                                ""),
                        new Row(
                                "no success yet, but in time",
                                SILENT,
                                settled(200).ended(200, 201, 202, "succeeded"),
                                451,
                                ""),
                        new Row(
                                "no success for so long",
                                SILENT,
                                settled(400).ended(200, 201, 202, "succeeded").ended(300, 301, 302, "failed"),
                                452,
                                "no success since 202"),
                        new Row(
                                        "told once a spell, also when the ledger has forgotten the success",
                                        SILENT,
                                        settled(600)
                                                .ended(300, 301, 302, "failed")
                                                .ended(600, 601, 602, "failed"),
                                        699,
                                        "")
                                .told(SILENT, 552),
                        new Row(
                                "a run that hangs",
                                SILENT,
                                settled(200).ended(200, 201, 202, "succeeded").run(3, 300, 301),
                                452,
                                "no success since 202"),
                        new Row(
                                "a success by hand is none",
                                SILENT,
                                settled(400).ended(200, 201, 202, "succeeded").hand(390),
                                452,
                                "no success since 202"),
                        new Row("paused since", SILENT, settled(500).ended(200, 201, 202, "succeeded"), 599, "")
                                .leftOut(paused),
                        new Row(
                                        "so short ago that it was paused",
                                        SILENT,
                                        settled(500).ended(200, 201, 202, "succeeded"),
                                        499,
                                        "")
                                .leftOut(fire -> fire.equals(at(300)) ? Optional.of("skipped") : Optional.empty()),
                        new Row("a new job has its time", SILENT, settled(300), 549, ""),
                        new Row(
                                "a new job that never succeeds",
                                SILENT,
                                settled(300).unrun(400, "missed"),
                                650,
                                "no success since 400"),
                        new Row(
                                "no fire since the last success",
                                SILENT + "\n    until: 1970-01-01 00:04",
                                settled(200).ended(200, 201, 202, "succeeded"),
                                3000,
                                ""),
                        new Row(
                                "all at once",
                                LATE + "; " + SILENT + "; " + LONG,
                                settled(100).ended(100, 101, 102, "succeeded").run(3, 200, 231),
                                370,
                                "200 started 231, run 3 takes long, no success since 102"))
                .map(Arguments::of);
    }

    @ParameterizedTest
    @MethodSource("rows")
    void tellsWhatIsLateOnce(Row row) {
        JobDefinition job = job(row.keys);
        List<Late> all = Lateness.of(job, row.ledger.record(job), row.leftOut, at(row.now));
        assertEquals(row.expected, words(row.told.news(all)));
        assertEquals("", words(row.told.with(all, at(row.now)).news(all)), "told twice");
    }

    /** Whoever waits for the time that it names misses nothing that comes to be late by the passing of time. */
    @ParameterizedTest
    @MethodSource("rows")
    void nothingIsLateBeforeTheTimeToLook(Row row) {
        JobDefinition job = job(row.keys);
        LedgerRecord record = row.ledger.record(job);
        if (!Lateness.isWatched(job)) {
            return;
        }
        List<Late> now = Lateness.of(job, record, LeftOut.NONE, at(row.now));
        Instant next = Lateness.next(job, record, at(row.now));
        for (int later = row.now; at(later).isBefore(next) && later < row.now + 1000; later++) {
            Told told = Told.NOTHING.with(now, at(row.now));
            assertEquals("", words(told.news(Lateness.of(job, record, LeftOut.NONE, at(later)))), "at " + later);
        }
    }

    @Test
    void aNewSpellIsTold() {
        JobDefinition job = job(SILENT);
        List<Late> first =
                Lateness.of(job, settled(200).ended(200, 201, 202, "succeeded").record(job), LeftOut.NONE, at(500));
        Told told = Told.NOTHING.with(first, at(500));
        LedgerRecord after = settled(600).ended(600, 601, 602, "succeeded").record(job);
        assertEquals("no success since 602", words(told.news(Lateness.of(job, after, LeftOut.NONE, at(852)))));
        LedgerRecord forgotten = settled(900)
                .ended(700, 701, 702, "failed")
                .ended(900, 901, 902, "failed")
                .record(job);
        assertEquals("no success since 700", words(told.news(Lateness.of(job, forgotten, LeftOut.NONE, at(950)))));
    }

    @Test
    void whatWasToldIsReadAsItWasWritten() {
        Told told = new Told(at(200), at(202), at(500), 7, at(501));
        assertEquals(told, Told.parse(told.toBytes(), at(600)));
        assertEquals(Told.SIZE, told.toBytes().length);
    }

    @Test
    void whatOtherHostsMayHaveWrittenIsNotBelieved() {
        byte[] good = new Told(at(200), at(202), at(500), 7, at(501)).toBytes();
        assertEquals(Told.NOTHING, Told.parse(new byte[0], at(600)));
        assertEquals(Told.NOTHING, Told.parse(new byte[Told.SIZE], at(600)));
        assertEquals(Told.NOTHING, Told.parse(java.util.Arrays.copyOf(good, Told.SIZE - 1), at(600)));
        assertEquals(Told.NOTHING, Told.parse(good, at(400)), "ahead of the time");
        for (int i = 0; i < 100; i++) {
            byte[] torn = good.clone();
            torn[i] ^= 1;
            assertEquals(Told.NOTHING, Told.parse(torn, at(600)), "byte " + i);
        }
    }

    @Test
    void idsAndWordsSayWhatIsLate() {
        JobDefinition job = job(LATE + "; " + SILENT + "; " + LONG);
        LedgerRecord record =
                settled(100).ended(100, 101, 102, "succeeded").run(3, 200, 231).record(job);
        List<Late> all = Lateness.of(job, record, LeftOut.NONE, at(370));
        assertEquals(
                List.of("late_after/1970-01-01T00:03:20Z", "expected/3", "no_success_for/1970-01-01T00:01:42Z"),
                all.stream().map(Late::id).toList());
        assertEquals(
                List.of(
                        "fire 1970-01-01T00:03:20Z started only at 1970-01-01T00:03:51Z",
                        "the run of fire 1970-01-01T00:03:20Z on web1 takes longer than 40s",
                        "no success since 1970-01-01T00:01:42Z"),
                all.stream().map(Late::words).toList());
        assertEquals(List.of(true, false, false), all.stream().map(Late::isOver).toList());
        assertTrue(all.stream().allMatch(late -> !late.since().isAfter(at(370))));
    }

    private static String words(List<Late> all) {
        return all.stream().map(LatenessTest::words).collect(Collectors.joining(", "));
    }

    private static String words(Late late) {
        if (late instanceof NotStarted fire) {
            return fire.fire().getEpochSecond()
                    + fire.started()
                            .map(time -> " started " + time.getEpochSecond())
                            .orElse(" not started");
        }
        if (late instanceof NoSuccess none) {
            return "no success since " + none.last().getEpochSecond();
        }
        TooLong run = (TooLong) late;
        return "run " + run.token() + (run.isOver() ? " took long" : " takes long");
    }

    private static Instant at(int second) {
        return Instant.ofEpochSecond(second);
    }

    private static Ledger settled(int upTo) {
        return new Ledger(upTo, Optional.empty(), Optional.empty(), Optional.empty(), List.of());
    }

    /** A ledger in the making. */
    private record Ledger(
            int upTo,
            Optional<String> schedule,
            Optional<Owed> owed,
            Optional<CurrentRun> running,
            List<Settlement> recent) {

        Ledger run(long token, int fire, int started) {
            return running(new CurrentRun(at(fire), token, RunOrigin.SCHEDULE, "web1", "web1", 1, at(started), 0));
        }

        Ledger byHand(long token, int started) {
            return running(new CurrentRun(at(started), token, RunOrigin.MANUAL, "web1", "web1", 1, at(started), 0));
        }

        private Ledger running(CurrentRun run) {
            return new Ledger(upTo, schedule, owed, Optional.of(run), recent);
        }

        Ledger rerun(int fire) {
            Owed again = new Owed(at(fire), Owed.Why.RERUN, at(fire + 1), 1);
            return new Ledger(upTo, schedule, Optional.of(again), running, recent);
        }

        Ledger under(String other) {
            return new Ledger(upTo, Optional.of(other), owed, running, recent);
        }

        Ledger ended(int fire, int started, int ended, String outcome) {
            return with(settlement(fire, RunOrigin.SCHEDULE, Optional.of(at(started)), ended, outcome));
        }

        Ledger hand(int started) {
            return with(settlement(started, RunOrigin.MANUAL, Optional.of(at(started)), started + 1, "succeeded"));
        }

        Ledger unrun(int fire, String outcome) {
            return with(settlement(fire, RunOrigin.SCHEDULE, Optional.empty(), fire + 60, outcome));
        }

        private Ledger with(Settlement settled) {
            List<Settlement> all = new ArrayList<>(recent);
            all.add(settled);
            return new Ledger(upTo, schedule, owed, running, all);
        }

        private static Settlement settlement(
                int fire, RunOrigin trigger, Optional<Instant> started, int ended, String outcome) {
            return new Settlement(
                    at(fire),
                    at(fire),
                    1,
                    Outcome.of(outcome).orElseThrow(),
                    trigger,
                    "web1",
                    "web1",
                    fire + 1,
                    new Execution(1, started, OptionalInt.empty(), Optional.empty()),
                    at(ended));
        }

        LedgerRecord record(JobDefinition job) {
            return new LedgerRecord(
                    1,
                    "job",
                    running.map(CurrentRun::token).orElse(1L),
                    at(upTo),
                    Optional.empty(),
                    schedule.orElse(job.scheduleHash()),
                    Optional.empty(),
                    owed,
                    running,
                    recent);
        }
    }

    /** A definition with these keys, which {@code ;} may separate. */
    private static JobDefinition job(String keys) {
        try {
            Path folder = Files.createTempDirectory("late");
            Path main = folder.resolve("fleetcron.yaml");
            Path jobs = folder.resolve("jobs.yaml");
            try {
                Files.writeString(main, "shared_dir: /mnt/fleet\njobs: [jobs.yaml]\n");
                Files.writeString(
                        jobs,
                        "jobs:\n  job:\n    every: 100s\n    command: /bin/true\n    " + keys.replace("; ", "\n    ")
                                + "\n");
                var loaded = new ConfigLoader().load(main);
                return Objects.requireNonNull(loaded.config()
                        .orElseThrow(() -> new AssertionError(loaded.problems()))
                        .jobs()
                        .get("job"));
            } finally {
                Files.deleteIfExists(main);
                Files.deleteIfExists(jobs);
                Files.deleteIfExists(folder);
            }
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
