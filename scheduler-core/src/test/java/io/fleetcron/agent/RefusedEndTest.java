package io.fleetcron.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.fleetcron.ledger.HistoryLine;
import io.fleetcron.ledger.Outcome;
import io.fleetcron.lock.natives.UserDatabase;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A share that refuses writes while a run ends: with real agents on a lock file that is made immutable. */
@Timeout(240)
final class RefusedEndTest {
    private static final List<String> INSTANCES = List.of("a", "b", "c");

    @TempDir
    Path folder;

    @Test
    void aRunThatSucceededIsNeverReadAsLost() throws Exception {
        assumeTrue(UserDatabase.self() == 0, "only root may make a file immutable");
        Path lock = folder.resolve("shared/jobs/payroll.lock");
        assumeTrue(canBeImmutable(), "this file system has no immutable files");
        try (TestFleet fleet = new TestFleet(folder)) {
            // Its last act: nothing can be written into the lock file until eight seconds later.
            String refuse = "{ chattr +i " + lock + "; setsid sh -c \"sleep 8; chattr -i " + lock + "; : >" + folder
                    + "/healed\" >/dev/null 2>&1 & }";
            fleet.jobs("jobs:\n  payroll:\n    every: 15s\n    on_lost: rerun\n    command: '"
                    + TestFleet.witnessed("[ -e " + folder + "/healed ] || " + refuse) + "'\n");
            for (String instance : INSTANCES) {
                fleet.start(instance);
            }
            fleet.await("the share to heal", Duration.ofSeconds(60), () -> Files.exists(folder.resolve("healed")));
            TestFleet.Witness first = fleet.witnesses().get(0);
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
            run("chattr -i " + lock + " 2>/dev/null");
        }
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
