package io.fleetcron.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.fleetcron.agent.AgentDirectories;
import io.fleetcron.agent.StartException;
import io.fleetcron.config.ConfigLoader;
import io.fleetcron.config.FleetConfig;
import io.fleetcron.fleet.ThisProgram;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Directories below a folder of another user: she decides what lies there. As root only, who can make one. */
@Timeout(120)
class TrustedDirectoriesTest {

    private static final int MALLORY = 61_234;

    @TempDir
    private Path folder;

    private Path hers() throws IOException {
        assumeTrue(((Number) Files.getAttribute(Path.of("/proc/self"), "unix:uid")).intValue() == 0, "needs root");
        Path hers = folder.resolve("hers");
        if (!Files.exists(hers)) {
            Files.createDirectories(hers);
            Files.setAttribute(hers, "unix:uid", MALLORY);
        }
        return hers;
    }

    private Path config(Path where, Path shared, Path state) throws IOException {
        Path main = where.resolve("fleetcron.yaml");
        Files.createDirectories(shared);
        Files.writeString(
                main, "shared_dir: " + shared + "\nstorage: local\nstate_dir: " + state + "\njobs: [jobs.yaml]\n");
        Path jobs = Files.writeString(where.resolve("jobs.yaml"), "jobs:\n  one: {every: 1h, command: 'true'}\n");
        Files.setPosixFilePermissions(main, PosixFilePermissions.fromString("rw-r--r--"));
        Files.setPosixFilePermissions(jobs, PosixFilePermissions.fromString("rw-r--r--"));
        return main;
    }

    @ParameterizedTest
    @ValueSource(strings = {"fleetcron.supervisor", "jna.boot.library.path"})
    void nativeFilesAreOfTheProgram(String property) throws Exception {
        String file = hers().resolve("native").toString();
        String before = System.setProperty(property, file);
        try {
            assertTrue(ThisProgram.problem().orElseThrow().toString().contains(hers().toString()));
            assertTrue(Cli.run("doctor", "-c", "nowhere.yaml").out().contains("fail  supervisor   not executed"));
        } finally {
            if (before == null) {
                System.clearProperty(property);
            } else {
                System.setProperty(property, before);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"shared_dir", "state_dir"})
    void sharedAndStateDirectoryAreRefused(String key) throws Exception {
        Path below = hers().resolve("below");
        Path good = folder.resolve("good");
        Path main = key.equals("shared_dir") ? config(folder, below, good) : config(folder, good, below);
        FleetConfig loaded = new ConfigLoader().load(main).config().orElseThrow();

        StartException refused = assertThrows(StartException.class, () -> AgentDirectories.prepare(loaded, "a"));
        String found = String.join("; ", refused.reasons());
        assertTrue(found.startsWith(key + " ") && found.contains(hers() + " belongs to user id " + MALLORY), found);
        assertTrue(found.contains("run `chown root " + hers() + "`"), found);

        for (String command : new String[] {"validate", "doctor"}) {
            Cli cli = Cli.run(command, "--config", main.toString());
            assertEquals(ExitCode.PROBLEM, cli.status(), command);
            assertTrue(cli.out().contains(hers() + " belongs to user id " + MALLORY), cli.out());
        }
    }

    @Test
    void theConfigurationIsRefused() throws IOException {
        Path main = config(
                Files.createDirectories(hers().resolve("etc")), folder.resolve("shared"), folder.resolve("state"));

        for (String[] words : new String[][] {{"run", "one"}, {"agent"}}) {
            Cli cli = words.length > 1
                    ? Cli.run(words[0], "--config", main.toString(), words[1])
                    : Cli.run(words[0], "--config", main.toString());
            assertEquals(ExitCode.USAGE, cli.status(), words[0]);
        }
        for (String command : new String[] {"validate", "doctor"}) {
            Cli cli = Cli.run(command, "--config", main.toString());
            assertEquals(ExitCode.PROBLEM, cli.status(), command);
            assertTrue(cli.out().contains("belongs to user id " + MALLORY), cli.out());
            assertTrue(cli.out().contains("run `chown root " + hers() + "`"), cli.out());
        }
    }
}
