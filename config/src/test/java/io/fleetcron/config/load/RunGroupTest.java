package io.fleetcron.config.load;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.fleetcron.config.RunGroup;
import io.fleetcron.config.yaml.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A job's group is one that the main file names. */
class RunGroupTest {

    @TempDir
    Path folder;

    private Path main;

    @BeforeEach
    void writeFiles() throws IOException {
        main = folder.resolve("fleetcron.yaml");
        Files.createDirectory(folder.resolve("jobs.d"));
    }

    private LoadResult load(String groups, String... jobs) throws IOException {
        Files.writeString(main, "shared_dir: /mnt/fleet\n" + groups);
        StringBuilder text = new StringBuilder("jobs:\n");
        for (String job : jobs) {
            text.append("  ").append(job).append(":\n    schedule: \"0 2 * * *\"\n    command: /bin/true\n");
            text.append("    run_group: ").append(job).append("\n");
        }
        Files.writeString(folder.resolve("jobs.d/jobs.yaml"), text);
        return new ConfigLoader().load(main);
    }

    @Test
    void hasTheLimitOfTheMainFile() throws IOException {
        assertEquals(
                Optional.of(new RunGroup("warehouse", 2)),
                load("run_groups: {licences: 1, warehouse: 2}\n", "warehouse")
                        .config()
                        .flatMap(config -> config.jobs().values().stream().findFirst())
                        .flatMap(job -> job.policy().group()));
    }

    @Test
    void anUnknownGroupIsAnErrorWhereTheJobNamesIt() throws IOException {
        LoadResult found = load("run_groups: {warehouse: 2}\n", "warehuose", "licences");

        assertEquals(
                List.of(
                        "jobs.yaml:5:16: error: run_group: unknown group \"warehuose\"; did you mean \"warehouse\"?",
                        "jobs.yaml:9:16: error: run_group: unknown group \"licences\"; the main file names it, as in"
                                + " `run_groups: {licences: 1}`"),
                problems(found));
        assertEquals(Optional.empty(), found.config());
    }

    @Test
    void withoutGroupsInTheMainFileEachIsUnknown() throws IOException {
        assertEquals(1, problems(load("", "warehouse")).size());
    }

    /** What the limit of a group is worth is said once, not for each of its jobs. */
    @Test
    void aLimitThatIsNoNumberIsOneProblem() throws IOException {
        assertEquals(
                List.of("fleetcron.yaml:2:25: error: run_groups.warehouse: needs a whole number from 1 to 32, found 0"),
                problems(load("run_groups: {warehouse: 0}\n", "warehouse")));
    }

    private static List<String> problems(LoadResult found) {
        return found.problems().stream()
                .filter(Problem::isError)
                .map(problem -> problem.toString().replaceFirst(".*/", ""))
                .toList();
    }
}
