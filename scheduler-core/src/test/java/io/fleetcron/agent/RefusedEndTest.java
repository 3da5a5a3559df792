package io.fleetcron.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.fleetcron.Slow;
import io.fleetcron.fleet.Outcome;
import io.fleetcron.ledger.HistoryLine;
import io.fleetcron.lock.FlockDirectory;
import io.fleetcron.lock.HeldLock;
import io.fleetcron.lock.LockFile;
import io.fleetcron.natives.UserDatabase;
import io.fleetcron.storage.SharedRoot;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A share that refuses writes while a run ends: with real agents on files that are made immutable. */
@Timeout(240)
@Slow
final class RefusedEndTest {
    private static final List<String> INSTANCES = List.of("a", "b", "c", "d");

    @TempDir
    Path folder;

    /**
     * The lock file alone takes no writes, or nothing does, as on an export that is read-only.
     *
     * @param refusing what is made immutable, with all that is in it
     */
    @ParameterizedTest
    @ValueSource(strings = {"shared/jobs/payroll.lock", "shared"})
    void aRunThatSucceededIsNeverReadAsLost(String refusing) throws Exception {
        assumeTrue(UserDatabase.self() == 0, "only root may make a file immutable");
        Path share = folder.resolve(refusing);
        assumeTrue(canBeImmutable(), "this file system has no immutable files");
        try (TestFleet fleet = new TestFleet(folder)) {
            // Its last act, once all agents are there: nothing can be written there until six seconds later.
            String refuse = "{ until [ -e " + folder + "/up ]; do sleep 0.1; done; chattr -R +i " + share
                    + "; setsid sh -c \"sleep 6; chattr -R -i " + share + "; : >" + folder
                    + "/healed\" >/dev/null 2>&1 & }";
            fleet.jobs("jobs:\n  payroll:\n    every: 5s\n    on_lost: rerun\n    command: '"
                    + TestFleet.witnessed("[ -e " + folder + "/healed ] || " + refuse) + "'\n");
            for (String instance : INSTANCES) {
                fleet.start(instance);
            }
            Files.createFile(folder.resolve("up"));
            fleet.await("the share to heal", Duration.ofSeconds(60), () -> Files.exists(folder.resolve("healed")));
            TestFleet.Witness first = first(fleet);
            fleet.await(
                    "the fire to be settled",
                    Duration.ofSeconds(60),
                    () -> history(fleet).stream()
                            .anyMatch(line -> line.settlement().fire().equals(first.fire())));
            INSTANCES.forEach(fleet::stop);
            assertEquals(
                    1,
                    fleet.witnesses().stream()
                            .filter(w -> w.fire().equals(first.fire()))
                            .count(),
                    "started once");
            assertEquals(
                    List.of(Outcome.SUCCEEDED),
                    history(fleet).stream()
                            .map(HistoryLine::settlement)
                            .filter(settlement -> settlement.fire().equals(first.fire()))
                            .map(settlement -> settlement.outcome())
                            .distinct()
                            .toList());
            assertTrue(
                    history(fleet).stream().noneMatch(line -> line.settlement().outcome() == Outcome.LOST));
        } finally {
            run("chattr -R -i " + share + " 2>/dev/null");
        }
    }

    /** Its supervisor had no agent to tell and a local disk that was full: only the lock file knows how the run ended. */
    @Test
    void anEndThatTheLocalDiskCouldNotKeepIsReadFromTheLockFile() throws Exception {
        Path runs = folder.resolve("state/a/runs");
        Path go = folder.resolve("go");
        try (TestFleet fleet = new TestFleet(folder)) {
            fleet.jobs("jobs:\n  payroll:\n    every: 5s\n    command: '"
                    + TestFleet.witnessed("until [ -e " + go + " ]; do sleep 0.1; done") + "; exit 7'\n");
            fleet.start("a");
            fleet.await(
                    "the run", Duration.ofSeconds(60), () -> !fleet.witnesses().isEmpty());
            TestFleet.Witness run = first(fleet);
            fleet.kill("a");
            Files.createFile(go);
            fleet.await("the record", Duration.ofSeconds(30), () -> exits(runs).size() == 1);
            fleet.await("the end of the supervisor", Duration.ofSeconds(30), () -> isFree(fleet));
            Files.delete(exits(runs).get(0));
            fleet.start("a");
            fleet.await(
                    "the fire to be settled",
                    Duration.ofSeconds(60),
                    () -> history(fleet).stream()
                            .anyMatch(line -> line.settlement().fire().equals(run.fire())));
            assertEquals(
                    List.of(Outcome.FAILED),
                    history(fleet).stream()
                            .map(HistoryLine::settlement)
                            .filter(settlement -> settlement.fire().equals(run.fire()))
                            .map(settlement -> settlement.outcome())
                            .distinct()
                            .toList());
        }
    }

    private static List<Path> exits(Path runs) {
        try (Stream<Path> all = Files.walk(runs)) {
            return all.filter(path -> path.endsWith("exit")).toList();
        } catch (IOException | UncheckedIOException e) {
            return List.of();
        }
    }

    private boolean isFree(TestFleet fleet) {
        assertTrue(fleet.ledger("payroll").isPresent());
        try (LockFile file = new FlockDirectory(
                        new SharedRoot(folder.resolve("shared")), folder.resolve("shared/jobs"), false)
                .file("payroll.lock")) {
            Optional<HeldLock> lock = file.tryLock();
            if (lock.isPresent()) {
                lock.get().unlock();
            }
            return lock.isPresent();
        } catch (IOException e) {
            return false;
        }
    }

    private static TestFleet.Witness first(TestFleet fleet) {
        return fleet.witnesses().stream()
                .min(Comparator.comparing(TestFleet.Witness::token))
                .orElseThrow();
    }

    private static List<HistoryLine> history(TestFleet fleet) {
        return fleet.history().stream().toList();
    }

    private boolean canBeImmutable() throws Exception {
        Path probe = Files.createFile(folder.resolve("probe"));
        boolean can = run("chattr +i " + probe + " 2>/dev/null") == 0;
        run("chattr -i " + probe + " 2>/dev/null");
        return can;
    }

    private static int run(String line) throws Exception {
        return new ProcessBuilder("/bin/sh", "-c", line).start().waitFor();
    }
}
