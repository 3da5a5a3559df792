package io.fleetcron.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.fleetcron.config.JobDefinition;
import io.fleetcron.config.RunPolicy.RunOn;
import io.fleetcron.config.load.ConfigLoader;
import io.fleetcron.config.load.LoadResult;
import io.fleetcron.ledger.HistoryLine;
import io.fleetcron.ledger.LedgerRecord;
import io.fleetcron.ledger.LeftOut;
import io.fleetcron.ledger.RunOrigin;
import io.fleetcron.ledger.Settlement;
import io.fleetcron.metrics.JobFacts.Completion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JobBoardTest {

    /** A Sunday. */
    private static final Instant BEGIN = Instant.parse("2026-03-01T00:00:00Z");

    @TempDir
    Path folder;

    private final JobBoard board = new JobBoard();
    private final Map<String, Instant> settled = new HashMap<>();
    private final Map<String, Long> running = new HashMap<>();

    @Test
    void factsAreThoseOfTheNewestSettlements() throws IOException {
        LedgerRecord record = record(
                job("every: 1m"),
                at(1, "succeeded", ",\"exit\":0"),
                at(2, "failed", ",\"exit\":4"),
                at(3, "missed", ""),
                at(4, "lost", ""),
                at(5, "skipped", ""));
        JobFacts facts = JobFacts.of(record);

        assertEquals(Optional.of(minute(1).plusSeconds(5)), facts.lastSuccess());
        assertEquals(
                Optional.of(new Completion(
                        minute(2).plusSeconds(5), OptionalInt.of(4), Optional.of(Duration.ofSeconds(5)))),
                facts.last());
        assertEquals(Optional.of(minute(2).plusSeconds(5)), facts.failingSince());
        assertEquals(Optional.empty(), facts.runningSince());
    }

    @Test
    void whatALedgerHasForgottenIsRemembered() throws IOException {
        JobDefinition job = job("every: 1m");
        board.define(List.of(job));
        LedgerRecord first = record(job, at(1, "succeeded", ",\"exit\":0"));
        board.seen(RunOn.ONE, "job", first, minute(2));
        LedgerRecord second = first.next().withRecent(List.of(at(2, "failed", ",\"exit\":4"), at(3, "missed", "")));
        board.seen(RunOn.ONE, "job", second, minute(4));

        JobFacts facts = view().facts().orElseThrow();
        assertEquals(Optional.of(minute(1).plusSeconds(5)), facts.lastSuccess());
        assertEquals(Optional.of(minute(2).plusSeconds(5)), facts.failingSince());

        board.define(List.of(job("every: 2m"))); // a reload
        assertEquals(Optional.of(facts), view().facts());
        board.define(List.of(job("every: 2m, run_on: every")));
        assertEquals(Optional.empty(), view().facts(), "its ledger is another one");
        board.seen(RunOn.ONE, "job", second, minute(5));
        assertEquals(Optional.empty(), view().facts(), "of the run that is still over there");
    }

    @Test
    void ledgersAreReadThatMembersReportAsChanged() throws IOException {
        JobDefinition job = job("every: 1m");
        board.define(List.of(job));
        assertEquals(List.of("job"), toRead(minute(0)), "never read");
        board.missed("job", minute(0));
        assertEquals(List.of(), toRead(minute(0).plusSeconds(15)), "never claimed");
        running.put("job", 1L);
        assertEquals(List.of("job"), toRead(minute(0).plusSeconds(15)), "claimed elsewhere");

        LedgerRecord claimed = record(job)
                .claimed(minute(1), RunOrigin.SCHEDULE, "b", "host-b", 1, minute(1), 0)
                .next();
        board.seen(RunOn.ONE, "job", claimed, minute(1));
        assertEquals(Optional.of(minute(1)), view().facts().orElseThrow().runningSince());
        assertEquals(List.of(), toRead(minute(2)), "still running");
        running.remove("job");
        assertEquals(List.of("job"), toRead(minute(2)), "over");

        board.seen(RunOn.ONE, "job", record(job), minute(2));
        settled.put("job", minute(3));
        assertEquals(List.of("job"), toRead(minute(3)), "settled elsewhere");
        settled.remove("job");
        assertEquals(List.of(), toRead(minute(12)), "nobody reports anything");
        assertEquals(List.of("job"), toRead(minute(13)), "read long ago");
    }

    /** Another instance may have created it right after that, and settles nothing for hours. */
    @Test
    void aLedgerThatWasNotThereIsLookedForAgainSoonAndThenLessAndLessOften() throws IOException {
        JobDefinition job = job("every: 10h, late_after: 2m");
        board.define(List.of(job));
        Instant now = minute(0);
        for (int pause : List.of(15, 30, 60, 120, 240, 480, 600, 600)) {
            board.missed("job", now);
            now = now.plusSeconds(pause);
            assertEquals(List.of(), toRead(now), "after a pause of " + pause);
            now = now.plusMillis(1);
            assertEquals(List.of("job"), toRead(now), "after a pause of " + pause);
        }
        board.define(List.of(job)); // a reload
        board.seen(RunOn.ONE, "job", record(job), now);
        judge(now);
        assertEquals(Optional.of(false), view().late());
        assertEquals(List.of(), toRead(now.plusSeconds(600)));
        board.missed("job", now);
        assertEquals(List.of("job"), toRead(now.plusSeconds(16)), "not to be believed just now");
    }

    @Test
    void ledgersOfThisHostAloneAreNotRead() throws IOException {
        board.define(List.of(job("every: 1m, run_on: every")));
        settled.put("job", minute(3));

        assertEquals(List.of(), toRead(minute(3)));
    }

    @Test
    void longestGaps() throws IOException {
        assertEquals(Optional.of(Duration.ofSeconds(90)), gap("every: 90s"));
        assertEquals(Optional.of(Duration.ofDays(3)), gap("schedule: '0 1 * * 1-5'"), "Friday to Monday");
        assertEquals(Optional.of(Duration.ofHours(63).plusMinutes(1)), gap("schedule: '* 9-17 * * 1-5'"));
        assertEquals(Optional.of(Duration.ofDays(31)), gap("schedule: '@monthly'"));
        assertEquals(
                Optional.of(Duration.ofDays(2)), gap("schedule: '0 1 * * *', except: [2026-03-10]"), "a day left out");
        assertEquals(Optional.empty(), gap("schedule: '@reboot', run_on: every"));
        assertEquals(Optional.empty(), gap("every: 1m, enabled: false"));
    }

    @Test
    void theNextFireIsOneThatIsToRun() throws IOException {
        board.define(List.of(job("schedule: '0 1 * * *', except: [2026-03-02]")));

        assertEquals(
                Optional.of(Instant.parse("2026-03-01T01:00:00Z")), view(BEGIN).next());
        assertEquals(
                Optional.of(Instant.parse("2026-03-03T01:00:00Z")),
                view(Instant.parse("2026-03-01T01:00:00Z")).next());
    }

    @Test
    void aJobOfTheFleetIsLateOnceItsLedgerWasReadSince() throws IOException {
        JobDefinition job = job("every: 10m, late_after: 2m");
        board.define(List.of(job));
        assertEquals(List.of(), judge(minute(0)));
        assertEquals(Optional.empty(), view().late(), "its ledger was not read yet");
        board.seen(RunOn.ONE, "job", record(job), minute(0));
        assertEquals(List.of(), judge(minute(11)));
        assertEquals(Optional.of(false), view().late());

        assertEquals(List.of("job"), judge(minute(12)), "it may have been started elsewhere");
        assertEquals(Optional.of(false), view().late());
        board.seen(RunOn.ONE, "job", record(job), minute(12));
        assertEquals(List.of(), judge(minute(12)));
        assertEquals(Optional.of(true), view().late(), "it was not");
        assertEquals(List.of("job"), judge(minute(13)), "looked at again while it is late");

        LedgerRecord started = record(job)
                .claimed(minute(10), RunOrigin.SCHEDULE, "b", "host-b", 1, minute(13), 0)
                .next();
        board.seen(RunOn.ONE, "job", started, minute(14));
        assertEquals(List.of(), judge(minute(14)));
        assertEquals(Optional.of(false), view().late());
    }

    @Test
    void whatPeopleLeaveOutIsNotLateAndNothingIsJudgedWhileThatIsNotKnown() throws IOException {
        JobDefinition job = job("every: 10m, late_after: 2m");
        board.define(List.of(job));
        board.seen(RunOn.ONE, "job", record(job), minute(12));
        assertEquals(List.of(), board.judge((it, now) -> Optional.empty(), minute(12)));
        assertEquals(Optional.empty(), view().late());
        assertEquals(List.of(), board.judge((it, now) -> Optional.of(fire -> Optional.of("paused")), minute(12)));
        assertEquals(Optional.of(false), view().late());
    }

    @Test
    void onlyJobsWithSuchKeysCanBeLate() throws IOException {
        JobDefinition job = job("every: 10m");
        board.define(List.of(job));
        board.seen(RunOn.ONE, "job", record(job), minute(0));
        assertEquals(List.of(), judge(minute(30)));
        assertEquals(Optional.empty(), view().late());

        board.define(List.of(job("every: 10m, late_after: 2m"))); // a reload
        assertEquals(List.of("job"), toRead(minute(0)), "facts do not tell whether it is late");
    }

    @Test
    void aJobOfThisHostIsJudgedByWhatTheAgentReads() throws IOException {
        JobDefinition job = job("every: 10m, late_after: 2m, run_on: every");
        board.define(List.of(job));
        board.seen(RunOn.EVERY, "job", record(job), minute(0));
        assertEquals(List.of(), judge(minute(12)));
        assertEquals(Optional.of(true), view().late());
    }

    private List<String> judge(Instant now) {
        return board.judge((job, time) -> Optional.of(LeftOut.NONE), now);
    }

    private Optional<Duration> gap(String keys) throws IOException {
        board.define(List.of(job(keys)));
        board.measure(BEGIN);
        return view().gap();
    }

    private List<String> toRead(Instant now) {
        return board.toRead(job -> Optional.ofNullable(settled.get(job)), job -> running.getOrDefault(job, 0L), now, 9);
    }

    private JobBoard.View view() {
        return view(minute(0));
    }

    private JobBoard.View view(Instant now) {
        return board.views(now).get(0);
    }

    private static Instant minute(int minute) {
        return BEGIN.plusSeconds(60L * minute);
    }

    private static LedgerRecord record(JobDefinition job, Settlement... recent) {
        return LedgerRecord.first(job, BEGIN)
                .next()
                .withRecent(Stream.of(recent).toList());
    }

    private static Settlement at(int minute, String outcome, String more) {
        String json = "{\"job\":\"job\",\"fire\":\"" + minute(minute) + "\",\"outcome\":\"" + outcome
                + "\",\"instance\":\"a\",\"token\":" + minute + ",\"attempts\":1,\"started\":\"" + minute(minute)
                + "\",\"ended\":\"" + minute(minute).plusSeconds(5) + "\"" + more + "}";
        return HistoryLine.parse(json)
                .orElseThrow(() -> new AssertionError(json))
                .settlement();
    }

    private JobDefinition job(String keys) throws IOException {
        Path main = Files.writeString(
                folder.resolve("fleetcron.yaml"), "shared_dir: shared\nstorage: local\njobs: [jobs.yaml]\n");
        Files.writeString(
                folder.resolve("jobs.yaml"), "jobs:\n  job: {timezone: UTC, command: 'true', " + keys + "}\n");
        LoadResult loaded = new ConfigLoader().load(main);
        return loaded.config()
                .orElseThrow(() -> new AssertionError(loaded.problems()))
                .jobs()
                .values()
                .iterator()
                .next();
    }
}
