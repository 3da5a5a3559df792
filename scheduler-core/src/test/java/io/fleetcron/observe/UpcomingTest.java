package io.fleetcron.observe;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.fleetcron.config.JobDefinition;
import io.fleetcron.config.load.ConfigLoader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

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

    private JobDefinition job(String keys) throws IOException {
        Path main = Files.writeString(
                folder.resolve("fleetcron.yaml"), "shared_dir: shared\nstorage: local\njobs: [jobs.yaml]\n");
        Files.writeString(folder.resolve("jobs.yaml"), "jobs:\n  job: {command: x, " + keys + "}\n");
        return Objects.requireNonNull(
                new ConfigLoader().load(main).config().orElseThrow().jobs().get("job"));
    }
}
