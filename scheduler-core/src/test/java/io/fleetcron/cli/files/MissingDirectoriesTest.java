package io.fleetcron.cli.files;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fleetcron.config.FleetConfig;
import io.fleetcron.config.crontab.Accounts;
import io.fleetcron.config.load.ConfigLoader;
import io.fleetcron.config.yaml.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Jobs whose directory this host does not have. */
class MissingDirectoriesTest {

    @TempDir
    private Path folder;

    @BeforeEach
    void users() throws IOException {
        Files.createDirectories(folder.resolve("etc"));
        Files.createDirectories(folder.resolve("home/ann"));
        Files.writeString(folder.resolve("etc/passwd"), "ann:x:7:7::/home/ann:/bin/sh\nbob:x:8:8::/home/bob:/bin/sh\n");
    }

    private List<Problem> problems(String keys) throws IOException {
        Path main = folder.resolve("fleetcron.yaml");
        Files.writeString(main, "shared_dir: " + folder + "\nlabels: {role: web}\njobs: [jobs.yaml]\n");
        Files.writeString(
                folder.resolve("jobs.yaml"), "jobs:\n  j: {schedule: \"@daily\", command: x, " + keys + "}\n");
        FleetConfig config = new ConfigLoader().load(main).config().orElseThrow();
        return new MissingDirectories("web-1", Accounts.of(folder)).of(config);
    }

    @Test
    void aDirectoryOfTheJobsOwn() throws IOException {
        List<Problem> found = problems("working_dir: " + folder.resolve("none"));

        assertEquals(1, found.size());
        assertEquals(2, found.get(0).line());
        assertTrue(!found.get(0).isError());
        assertTrue(
                found.get(0).message().startsWith("job `j`: its `working_dir` " + folder.resolve("none") + " does not"),
                found.get(0).message());
        assertEquals(List.of(), problems("working_dir: " + folder));
    }

    @Test
    void theHomeOfItsUser() throws IOException {
        assertTrue(problems("user: bob").get(0).message().contains("/home/bob, the home of bob, does not exist"));
        assertEquals(List.of(), problems("user: ann"));
        assertEquals(List.of(), problems("user: bob, working_dir: " + folder));
        assertEquals(List.of(), problems("user: carol"));
    }

    @Test
    void onlyOfJobsThatThisHostMayRun() throws IOException {
        assertEquals(List.of(), problems("user: bob, enabled: false"));
        assertEquals(List.of(), problems("user: bob, hosts: \"db-*\""));
        assertEquals(List.of(), problems("user: bob, labels: {role: db}"));
        assertEquals(
                1, problems("user: bob, hosts: \"web-*\", labels: {role: web}").size());
    }
}
