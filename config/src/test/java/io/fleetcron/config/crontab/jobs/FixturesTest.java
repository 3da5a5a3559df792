package io.fleetcron.config.crontab.jobs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fleetcron.config.JobDefinition;
import io.fleetcron.config.crontab.Assignment;
import io.fleetcron.config.crontab.CronTable;
import io.fleetcron.config.crontab.TextLine;
import io.fleetcron.config.crontab.jobs.ImportedItem.Job;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every crontab written for the tests goes through, whole. */
class FixturesTest {

    static List<CronTable> tables() throws IOException {
        return Fixtures.tables();
    }

    @Test
    void thereAreEnoughOfThem() throws IOException {
        int count = tables().size();
        assertTrue(count >= 30, () -> "fixtures: " + count);
    }

    @ParameterizedTest
    @MethodSource("tables")
    void theLoaderTakesEveryJob(CronTable table) throws IOException {
        ImportResult imported = CrontabImport.of(List.of(table), Map.of(), Fixtures.HOST);

        Map<String, JobDefinition> loaded = Fixtures.load(imported.yaml());

        assertEquals(List.of(), imported.refused(), table.name());
        assertEquals(imported.jobs().stream().map(Job::name).toList(), List.copyOf(loaded.keySet()));
    }

    @ParameterizedTest
    @MethodSource("tables")
    void everyCommentAndLineIsKept(CronTable table) {
        String yaml = CrontabImport.of(List.of(table), Map.of(), Fixtures.HOST).yaml();

        for (TextLine line : table.lines()) {
            String text = line.text().strip();
            boolean variable = !text.startsWith("#") && Assignment.read(text).isPresent();
            assertTrue(variable || yaml.contains(YamlScalar.comment(text)), text + "\nis not in\n" + yaml);
        }
    }

    /** Where it runs, with the reason; and what crond did about runs that overlap, of all that a run can reach. */
    @ParameterizedTest
    @MethodSource("tables")
    void everyJobSaysWhatIsToBeDecided(CronTable table) throws IOException {
        ImportResult imported = CrontabImport.of(List.of(table), Map.of(), Fixtures.HOST);
        Map<String, JobDefinition> loaded = Fixtures.load(imported.yaml());
        String yaml = imported.yaml();

        for (Job job : imported.jobs()) {
            assertTrue(job.placement().reason().length() > 10, job.name());
            String mark = job.placement().sure() ? "# " : "# decide: unsure: ";
            assertTrue(
                    yaml.contains(
                            mark + YamlScalar.comment(job.placement().reason()).replaceFirst("^unsure: ", "")),
                    yaml);
            JobDefinition definition = Objects.requireNonNull(loaded.get(job.name()));
            String command = job.task().command();
            boolean settled = Placements.isWhole(command)
                    || command.contains("flock -n")
                    || job.origin().text().contains(" -s ");
            assertEquals(reachable(definition) && !settled, job.overlap().isPresent(), job.name());
        }
    }

    /** Whether some fire of the next 100 comes less than half a day after another. */
    private static boolean reachable(JobDefinition job) {
        Optional<Instant> fire = job.schedule().next(Instant.parse("2026-01-01T00:00:00Z"));
        for (int i = 0; i < 100 && fire.isPresent(); i++) {
            Optional<Instant> next = job.schedule().next(fire.get());
            if (next.isPresent() && Duration.between(fire.get(), next.get()).compareTo(Duration.ofHours(12)) < 0) {
                return true;
            }
            fire = next;
        }
        return false;
    }

    @Test
    void allOfThemMakeOneJobFile() throws IOException {
        ImportResult imported = CrontabImport.of(tables(), Map.of(), Fixtures.HOST);

        assertEquals(imported.jobs().size(), Fixtures.load(imported.yaml()).size());
    }
}
