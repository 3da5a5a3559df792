package io.fleetcron.config.load;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fleetcron.config.FleetConfig;
import io.fleetcron.config.JobDefinition;
import io.fleetcron.config.yaml.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code except}, {@code from} and {@code until} of jobs, with the files that they name. */
final class ExceptTest {

    private static final Instant CHRISTMAS = Instant.parse("2026-12-25T01:00:00Z");
    private static final Instant OTHER = Instant.parse("2026-12-27T01:00:00Z");

    @TempDir
    Path folder;

    @BeforeEach
    void resolveLinks() throws IOException {
        folder = folder.toRealPath();
        Files.createDirectories(folder.resolve("jobs.d"));
    }

    @Test
    void theFirstSetThatHasTheTimeIsTheReason() throws IOException {
        JobDefinition job = job("except: [2026-12-24..2026-12-26, 2026-12-25, '*  2 * *   sun']");
        assertEquals(Optional.of("excepted: 2026-12-24..2026-12-26"), job.exclusion(CHRISTMAS));
        assertEquals(Optional.of("excepted: * 2 * * sun"), job.exclusion(OTHER));
        assertEquals(Optional.empty(), job.exclusion(Instant.parse("2026-12-28T01:00:00Z")));
        assertEquals(
                "0 2 * * * except 2026-12-24..2026-12-26, 2026-12-25, * 2 * * sun",
                job.source().schedule());
        Files.writeString(folder.resolve("x.txt"), "2026-12-29");
        assertEquals(
                "0 2 * * * except 2026-12-25, 2026-12-26, 2026-12-27 and 2 more",
                job("except: [2026-12-25, 2026-12-26, 2026-12-27, 2026-12-28, x.txt]")
                        .source()
                        .schedule());
    }

    @Test
    void aFileLiesBesideTheMainFileAndIsReadInTheJobsZone() throws IOException {
        Files.writeString(folder.resolve("days.txt"), "2026-12-25\n");
        String job = "except: days.txt, timezone: ";
        assertEquals(
                Optional.of("excepted: 2026-12-25 in days.txt, line 1"),
                job(job + "Europe/Berlin").exclusion(CHRISTMAS));
        assertEquals(Optional.empty(), job(job + "America/New_York").exclusion(CHRISTMAS));
    }

    @Test
    void defaultsHoldForJobsWithoutTheirOwn() throws IOException {
        write("defaults: {except: [2026-12-25, '* 2 27 * *']}", """
                usual: {schedule: '0 2 * * *', command: x}
                own: {schedule: '0 2 * * *', command: x, except: 2026-12-27}
                always: {schedule: '0 2 * * *', command: x, except: none}
                elsewhere: {schedule: '0 2 * * *', command: x, timezone: America/New_York}
                """);
        FleetConfig config = load().config().orElseThrow();
        assertEquals(List.of(true, true), excepted(config, "usual"));
        assertEquals(List.of(false, true), excepted(config, "own"));
        assertEquals(List.of(false, false), excepted(config, "always"));
        assertEquals(List.of(false, false), excepted(config, "elsewhere"), "it is 20:00 of the day before there");
    }

    private static List<Boolean> excepted(FleetConfig config, String name) {
        JobDefinition job = Objects.requireNonNull(config.jobs().get(name));
        return List.of(
                job.exclusion(CHRISTMAS).isPresent(), job.exclusion(OTHER).isPresent());
    }

    /** Hosts with other files have other definitions, and say so; where the file lies, and its comments, do not matter. */
    @Test
    void theContentOfAFileCountsInTheHash() throws IOException {
        Files.writeString(folder.resolve("a.txt"), "2026-12-25\n");
        Files.writeString(folder.resolve("b.txt"), "# again\n2026-12-25\n");
        JobDefinition first = job("except: a.txt");
        assertEquals(first.definitionHash(), job("except: b.txt").definitionHash());
        assertEquals(first.scheduleHash(), job("enabled: true").scheduleHash(), "its schedule stays the same");
        Files.writeString(folder.resolve("a.txt"), "2026-12-25\n2026-12-26\n");
        assertNotEquals(first.definitionHash(), job("except: a.txt").definitionHash());
    }

    @Test
    void aFileIsReportedAsOneThatWasReadOnce() throws IOException {
        Path days = Files.writeString(folder.resolve("days.txt"), "2026-12-25\nXmas\n");
        write("", """
                a: {schedule: '0 2 * * *', command: x, except: days.txt}
                b: {schedule: '0 2 * * *', command: x, except: [days.txt, gone.ics]}
                """);
        LoadResult result = load();
        assertEquals(
                List.of(folder.resolve("fleetcron.yaml"), folder.resolve("jobs.d/jobs.yaml"), days), result.files());
        assertEquals(
                List.of(
                        folder + "/jobs.d/jobs.yaml:3:61: error: except: \"" + folder + "/gone.ics\": no such file",
                        days + ":2:1: error: \"Xmas\" is not a date or a range of dates; write 2026-12-25 or"
                                + " 2026-12-24..2027-01-01"),
                errors(result).map(Problem::toString).toList());
        assertEquals(
                result.problems(),
                new ConfigLoader()
                        .validate(List.of(folder.resolve("fleetcron.yaml")))
                        .problems());
    }

    /** Whoever may write it decides when jobs rest. */
    @Test
    void aFileIsTrustedByTheSameRulesAsJobFiles() throws IOException {
        Path days = Files.writeString(folder.resolve("days.txt"), "2026-12-25\n");
        write("", "a: {schedule: '0 2 * * *', command: x, except: days.txt}\n");
        Path main = folder.resolve("fleetcron.yaml");
        Files.setPosixFilePermissions(days, PosixFilePermissions.fromString("rw-r--rw-"));
        LoadResult result = new ConfigLoader().loadTrusted(main);
        assertTrue(result.config().isEmpty());
        assertEquals(List.of(days), errors(result).map(Problem::file).toList());
        Files.setPosixFilePermissions(days, PosixFilePermissions.fromString("rw-r--r--"));
        assertFalse(new ConfigLoader().loadTrusted(main).config().isEmpty());
    }

    @Test
    void boundsArePartOfTheSchedule() throws IOException {
        JobDefinition job = job("timezone: Europe/Berlin, from: 2026-12-25, until: 2026-12-26 02:00");
        assertEquals(Optional.of(CHRISTMAS), job.schedule().next(Instant.parse("2020-01-01T00:00:00Z")));
        Instant last = Instant.parse("2026-12-26T01:00:00Z");
        assertEquals(Optional.of(last), job.schedule().next(CHRISTMAS));
        assertEquals(Optional.empty(), job.schedule().next(last));
        assertEquals(
                "0 2 * * * from 2026-12-25 until 2026-12-26 02:00", job.source().schedule());
        assertNotEquals(job("timezone: Europe/Berlin").scheduleHash(), job.scheduleHash());
    }

    private JobDefinition job(String keys) throws IOException {
        write("", "job: {schedule: '0 2 * * *', command: x, " + keys + "}\n");
        return Objects.requireNonNull(load().config().orElseThrow().jobs().get("job"));
    }

    private void write(String main, String jobs) throws IOException {
        Files.writeString(
                folder.resolve("fleetcron.yaml"), "shared_dir: /mnt/fleet\ntimezone: Europe/Berlin\n" + main + "\n");
        Files.writeString(folder.resolve("jobs.d/jobs.yaml"), "jobs:\n" + jobs.indent(2));
    }

    private static Stream<Problem> errors(LoadResult result) {
        return result.problems().stream().filter(Problem::isError);
    }

    private LoadResult load() {
        return new ConfigLoader().load(folder.resolve("fleetcron.yaml"));
    }
}
