package io.fleetcron.host;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.fleetcron.config.JobDefinition;
import io.fleetcron.config.load.ConfigLoader;
import io.fleetcron.storage.DirectFiles;
import io.fleetcron.storage.SharedRoot;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OwnSchedulesTest {

    private static final Instant NOON = Instant.parse("2026-11-28T12:00:00Z");
    private static final Instant LATER = NOON.plusSeconds(60);

    @TempDir
    private Path folder;

    private OwnSchedules schedules;

    @BeforeEach
    void begin() {
        restart();
    }

    private void restart() {
        schedules = new OwnSchedules(
                new DirectFiles(new SharedRoot(folder), false), folder.resolve("schedules"), new ReentrantLock());
        schedules.load();
    }

    private JobDefinition job(String text) throws IOException {
        Path main = Files.writeString(folder.resolve("fleetcron.yaml"), "shared_dir: shared\njobs: [jobs.yaml]\n");
        Files.writeString(folder.resolve("jobs.yaml"), "jobs:\n  job: {command: 'true', " + text + "}\n");
        return new ConfigLoader()
                .load(main)
                .config()
                .orElseThrow()
                .jobs()
                .values()
                .iterator()
                .next();
    }

    private void define(JobDefinition... jobs) throws IOException {
        Map<JobDefinition, Instant> since = new LinkedHashMap<>();
        Stream.of(jobs).forEach(job -> since.put(job, NOON));
        schedules.define(since);
        schedules.write();
    }

    private List<Path> records() throws IOException {
        try (Stream<Path> all = Files.list(folder.resolve("schedules"))) {
            return all.sorted().toList();
        }
    }

    @Test
    void aRestartKnowsSinceWhenTheScheduleIsInForce() throws IOException {
        JobDefinition hourly = job("every: 1h, run_on: every");
        assertEquals(LATER, schedules.since(hourly, LATER));
        define(hourly);
        restart();
        assertEquals(NOON, schedules.since(hourly, LATER));
        assertEquals(LATER, schedules.since(job("every: 2h, run_on: every"), LATER));
        assertEquals(NOON.minusSeconds(9), schedules.since(hourly, NOON.minusSeconds(9)), "a clock that went back");
    }

    @Test
    void aJobThatWasAwayBeginsAnew() throws IOException {
        JobDefinition hourly = job("every: 1h, run_on: every");
        define(hourly);
        define();
        assertEquals(LATER, schedules.since(hourly, LATER));
        restart();
        assertEquals(LATER, schedules.since(hourly, LATER));
    }

    @Test
    void onlyWhatRunsHereByItselfIsKept() throws IOException {
        JobDefinition fleet = job("every: 1h");
        JobDefinition disabled = job("every: 1h, run_on: every, enabled: false");
        define(fleet, disabled);
        restart();
        assertEquals(LATER, schedules.since(fleet, LATER));
        assertEquals(LATER, schedules.since(disabled, LATER));
    }

    @Test
    void oneRecordIsKeptAndWrittenOnce() throws IOException {
        define(job("every: 1h, run_on: every"));
        define(job("every: 2h, run_on: every"));
        assertEquals(List.of(folder.resolve("schedules/2")), records());
        define(job("every: 2h, run_on: every"));
        assertEquals(List.of(folder.resolve("schedules/2")), records());
    }

    @Test
    void whatCannotBeReadIsNotBelieved() throws IOException {
        define(job("every: 1h, run_on: every"));
        for (String text : List.of("", "[]", "{\"job\": 1}", "{\"job\": {\"schedule\": \"x\"}}", "{\"job\": {")) {
            Files.writeString(folder.resolve("schedules/7"), text);
            restart();
            assertEquals(LATER, schedules.since(job("every: 1h, run_on: every"), LATER), text);
        }
    }
}
