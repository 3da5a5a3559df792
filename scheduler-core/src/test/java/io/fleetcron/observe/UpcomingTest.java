package io.fleetcron.observe;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.fleetcron.config.JobDefinition;
import io.fleetcron.config.load.ConfigLoader;
import io.fleetcron.config.schedule.Schedules;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class UpcomingTest {

    @TempDir
    private Path folder;

    @Test
    void theNextTimeIsOneAtWhichTheJobRuns() throws IOException {
        JobDefinition job = job("every: 1s, except: [2026-12-24..2026-12-24, '* 0-6 25 12 *']");
        assertEquals(
                Optional.of(Instant.parse("2026-12-25T07:00:00Z")),
                Upcoming.next(job, Instant.parse("2026-12-24T06:00:00Z")));
    }

    @Test
    void aJobThatIsAlwaysExceptedHasNone() throws IOException {
        JobDefinition job = job("every: 1s, except: '* * * * *'");
        assertEquals(Optional.empty(), Upcoming.next(job, Instant.parse("2026-12-24T06:00:00Z")));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "'0 3 * * *' | 2026-11-23T03:00:00Z | -",
                "'0 3 * * *' | 2026-11-23T03:00:00.5Z | the last one before is 2026-11-23T03:00:00Z, the next one after is"
                        + " 2026-11-24T03:00:00Z",
                "'0 3 * * *' | 2026-11-23T02:59:59Z | the last one before is 2026-11-22T03:00:00Z, the next one after is"
                        + " 2026-11-23T03:00:00Z",
                "'0 0 29 2 *' | 2028-02-28T00:00:00Z | the last one before is 2024-02-29T00:00:00Z, the next one after is"
                        + " 2028-02-29T00:00:00Z",
                "'@reboot' | 2028-02-28T00:00:00Z | the last one before is none, the next one after is none"
            })
    void aTimeThatIsNotAFireStandsBetweenTwo(String expression, Instant time, String expected) {
        assertEquals(
                expected,
                Upcoming.notAmong(Schedules.parse(expression, ZoneOffset.UTC, "job"), time)
                        .orElse("-"));
    }

    private JobDefinition job(String keys) throws IOException {
        Path main = Files.writeString(
                folder.resolve("fleetcron.yaml"), "shared_dir: shared\nstorage: local\njobs: [jobs.yaml]\n");
        Files.writeString(folder.resolve("jobs.yaml"), "jobs:\n  job: {command: x, " + keys + "}\n");
        return Objects.requireNonNull(
                new ConfigLoader().load(main).config().orElseThrow().jobs().get("job"));
    }
}
