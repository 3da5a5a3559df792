package io.fleetcron.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.fleetcron.cli.option.ExitCode;
import io.fleetcron.config.FleetConfig;
import io.fleetcron.config.load.ConfigLoader;
import io.fleetcron.config.load.LoadResult;
import io.fleetcron.fleet.ThisHost;
import io.fleetcron.fleet.ThisProgram;
import io.fleetcron.host.AgentDirectories;
import io.fleetcron.host.StartException;
import io.fleetcron.natives.UserRights;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Directories below a folder of another user: she decides what lies there. As root only, who can make one. */
@Timeout(120)
class TrustedDirectoriesTest {

    private static final int MALLORY = 61_234;
    private static final int ROUNDS = 200;

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
        String main = config(folder, folder.resolve("shared"), folder.resolve("state"))
                .toString();
        assertEquals(ExitCode.OK, Cli.run("validate", "-c", main).status());
        String before = System.setProperty(property, file);
        try {
            Cli validated = Cli.run("validate", "-c", main);
            assertEquals(ExitCode.PROBLEM, validated.status());
            assertTrue(validated.out().contains("the program itself is not safe: " + hers()), validated.out());
            for (Cli refused : List.of(Cli.run("agent", "-c", main), Cli.run("run", "-c", main, "one"))) {
                assertEquals(ExitCode.USAGE, refused.status(), refused.toString());
            }
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

    /** As /tmp: beside the directories that are looked at, anybody could make the one with this host's locks. */
    @Test
    void aStateDirectoryInWhichEverybodyMakesFilesIsRefused() throws Exception {
        hers();
        Path everybodys = everybodys();
        Path main = config(folder, folder.resolve("shared"), everybodys);
        FleetConfig loaded = new ConfigLoader().load(main).config().orElseThrow();
        Path locks = ThisHost.localLocks(loaded);
        Files.createSymbolicLink(locks, Files.createDirectory(folder.resolve("roots")));
        Files.setAttribute(locks, "unix:uid", MALLORY, LinkOption.NOFOLLOW_LINKS);

        StartException refused = assertThrows(StartException.class, () -> AgentDirectories.prepare(loaded, "a"));
        String found = String.join("; ", refused.reasons());
        assertTrue(found.startsWith("state_dir ") && found.contains("run `chmod go-w " + everybodys + "`"), found);
        for (String command : new String[] {"validate", "doctor"}) {
            Cli cli = Cli.run(command, "--config", main.toString());
            assertEquals(ExitCode.PROBLEM, cli.status(), command);
            assertTrue(cli.out().contains("run `chmod go-w " + everybodys + "`"), cli.out());
        }
    }

    /** Whoever makes the directory in the moment between the look and its use. Each round she comes at another time. */
    @ParameterizedTest
    @ValueSource(strings = {"shared_dir", "state_dir"})
    void aDirectoryThatSomebodyElseMadeFirstIsRefused(String key) throws Exception {
        hers();
        Path everybodys = everybodys();
        long longest = 0;
        for (int round = 0; round <= ROUNDS; round++) {
            Path wanted = everybodys.resolve("of-round-" + round);
            Path good = folder.resolve("good" + round);
            Path main = key.equals("shared_dir") ? config(folder, wanted, good) : config(folder, good, wanted);
            Files.deleteIfExists(wanted);
            FleetConfig loaded = new ConfigLoader().load(main).config().orElseThrow();
            Thread mallory = mallory(wanted, longest * round / ROUNDS);
            if (round == ROUNDS) {
                mallory.join();
                assertFalse(isRoots(wanted), "she can make it");
            }
            long begin = System.nanoTime();
            boolean accepted = true;
            try {
                AgentDirectories.prepare(loaded, "a");
            } catch (StartException e) {
                accepted = false;
            }
            longest = Math.max(longest, round < ROUNDS / 10 ? 0 : System.nanoTime() - begin);
            mallory.join();
            assertTrue(!accepted || isRoots(wanted), "round " + round + ": works in a directory of hers");
        }
    }

    /** In a folder where only owners rename, hers is there when it is read and gone when somebody looks whose it was. */
    @Test
    void aConfigurationThatComesAndGoesIsNeverTrusted() throws Exception {
        hers();
        Path etc = Files.createDirectory(everybodys().resolve("etc"));
        Path main = Files.writeString(
                etc.resolve("fleetcron.yaml"), "shared_dir: " + folder.resolve("shared") + "\nstorage: local\n");
        Files.setPosixFilePermissions(main, PosixFilePermissions.fromString("rw-r--r--"));
        Files.setPosixFilePermissions(etc, PosixFilePermissions.fromString("rwxr-xr-x"));
        Files.setAttribute(etc, "unix:uid", MALLORY);
        Path away = etc.resolveSibling("away");
        AtomicBoolean over = new AtomicBoolean();
        Thread mallory = new Thread(() -> asMallory(() -> {
            while (!over.get()) {
                Files.move(etc, away, StandardCopyOption.ATOMIC_MOVE);
                Files.move(away, etc, StandardCopyOption.ATOMIC_MOVE);
            }
            return true;
        }));
        mallory.start();
        try {
            int there = 0;
            int gone = 0;
            for (int round = 0; round < ROUNDS * 5 || there < ROUNDS || gone < ROUNDS; round++) {
                assertEquals(
                        Optional.empty(), new ConfigLoader().loadTrusted(main).config(), "round " + round);
                boolean read = new ConfigLoader().load(main).config().isPresent();
                there += read ? 1 : 0;
                gone += read ? 0 : 1;
            }
        } finally {
            over.set(true);
            mallory.join();
        }
        LoadResult refused = new ConfigLoader().loadTrusted(main);
        assertTrue(
                refused.problems().stream()
                        .anyMatch(problem -> problem.file().equals(etc)
                                && problem.message().startsWith("belongs to user id " + MALLORY)),
                refused.problems().toString());
        Files.setAttribute(etc, "unix:uid", 0);
        assertTrue(new ConfigLoader().loadTrusted(main).config().isPresent(), "nobody but root can rename it now");
    }

    private static <T> void asMallory(UserRights.Work<T> work) {
        try {
            UserRights.as(MALLORY, MALLORY, List.of(), work);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Makes the directory after that many nanoseconds, unless it is there. */
    private static Thread mallory(Path wanted, long patience) throws InterruptedException {
        CountDownLatch ready = new CountDownLatch(1);
        Thread thread = new Thread(() -> {
            try {
                UserRights.as(MALLORY, MALLORY, List.of(), () -> {
                    ready.countDown();
                    long begin = System.nanoTime();
                    while (System.nanoTime() - begin < patience) {
                        Thread.onSpinWait();
                    }
                    return Files.createDirectory(wanted);
                });
            } catch (IOException e) {
                return; // too late
            }
        });
        thread.start();
        ready.await();
        return thread;
    }

    private static boolean isRoots(Path directory) throws IOException {
        return Integer.valueOf(0).equals(Files.getAttribute(directory, "unix:uid"));
    }

    private Path everybodys() throws IOException {
        Path everybodys = Files.createDirectory(folder.resolve("everybodys"));
        Files.setAttribute(everybodys, "unix:mode", 01777);
        Files.setAttribute(folder, "unix:mode", 0711);
        return everybodys;
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
