package io.fleetcron.agent;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fleetcron.Concurrent;
import io.fleetcron.Slow;
import io.fleetcron.fleet.MemberBeat;
import io.fleetcron.fleet.MemberTable;
import io.fleetcron.fleet.SharedLayout;
import io.fleetcron.fleet.ThisHost;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Root of another host keeps lines alive in the member table that no agent writes. */
@Slow
class ForgedMembersTest {

    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final int EVERY_SECONDS = 5;
    private static final int IN_A_ROW = 3;

    private static final String MEMBER = "{\"instance\":\"%s\",\"host\":\"%s\",\"boot\":\"%s\",\"pid\":1,"
            + "\"version\":\"9\",\"state\":\"ok\",\"running\":0,\"definitions\":\"\",\"since\":\"%s\","
            + "\"flushed\":\"%s\",%s\"activity\":{\"running\":{},\"settled\":{}},\"at\":\"%s\",\"beat\":%d}";

    @TempDir
    private Path folder;

    @Test
    @Concurrent
    void aFullTableOfThemDelaysNoFireForLongAndIsReported() throws Exception {
        try (TestFleet fleet = new TestFleet(folder)) {
            fleet.jobs("jobs:\n  ticks:\n    every: " + EVERY_SECONDS + "s\n    tolerance: 4s\n    command: '"
                    + TestFleet.witnessed(":") + "'\n");
            fleet.start("a");
            fleet.await("the first run", PATIENCE, () -> !fleet.witnesses().isEmpty());
            Forger forger = new Forger("elsewhere-%d", "boot", "", MemberTable.SLOTS);
            try {
                fleet.await(
                        "the alarm", PATIENCE, () -> fleet.logs().contains("live members start no jobs in their turn"));
                Instant alarm = Instant.now();
                fleet.await("fires one after the other", PATIENCE, () -> inARow(fleet, alarm) >= IN_A_ROW);
                fleet.await(
                        "the state that others see", PATIENCE, () -> state("a").contains("start no jobs"));

                IllegalStateException refused = assertThrows(IllegalStateException.class, () -> fleet.start("b"));
                assertTrue(
                        String.valueOf(refused.getMessage()).contains("find out who writes their lines"),
                        refused.toString());
            } finally {
                forger.end();
            }
            fleet.await("the end of the alarm", PATIENCE, () -> fleet.logs().contains("in its turn again"));
        }
    }

    /** One of this very host that says that it has other locks: an agent that starts beside it cannot know better. */
    @Test
    @Concurrent
    void oneThatClaimsToBeOfThisHostStopsNothingThatRuns() throws Exception {
        try (TestFleet fleet = new TestFleet(folder)) {
            fleet.jobs("jobs:\n  ticks:\n    every: 1s\n    run_on: every\n    command: '" + TestFleet.witnessed(":")
                    + "'\n");
            fleet.start("a");
            Forger forger = new Forger(ThisHost.name(), ThisHost.boot(), "\"local_locks\":\"1:1 /else\\u001b[2J\",", 2);
            try {
                forger.await();
                Instant forged = Instant.now();
                fleet.await("further runs", PATIENCE, () -> inARow(fleet, forged) >= IN_A_ROW);

                IllegalStateException refused = assertThrows(IllegalStateException.class, () -> fleet.start("b"));
                String text = String.valueOf(refused.getMessage());
                assertTrue(text.contains("instance forged-1 (process 1) of this host"), text);
                assertTrue(text.contains("somebody who can write the shared directory"), text);
                assertTrue(text.chars().noneMatch(c -> c == 0x1b), text);
            } finally {
                forger.end();
            }
        }
    }

    /** How many fires without a gap have started, of those since then. */
    private static long inARow(TestFleet fleet, Instant since) {
        List<Instant> fires = fleet.witnesses().stream()
                .map(TestFleet.Witness::fire)
                .filter(fire -> fire.isAfter(since))
                .sorted()
                .toList();
        int row = fires.isEmpty() ? 0 : 1;
        for (int i = fires.size() - 1; i > 0; i--) {
            if (Duration.between(fires.get(i - 1), fires.get(i)).compareTo(Duration.ofSeconds(EVERY_SECONDS)) > 0) {
                break;
            }
            row++;
        }
        return row;
    }

    private Path table() {
        return new SharedLayout(folder.resolve("shared")).memberTable();
    }

    private String state(String instance) {
        try {
            return Optional.ofNullable(MemberTable.newest(MemberTable.slots(Files.readAllBytes(table())))
                            .get(instance))
                    .map(MemberBeat::member)
                    .map(member -> member.state())
                    .orElse("");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Writes all slots but the first, twice a second. */
    private final class Forger {
        private final AtomicBoolean ended = new AtomicBoolean();
        private final AtomicBoolean twice = new AtomicBoolean();
        private final Thread thread;

        Forger(String host, String boot, String more, int slots) {
            thread = new Thread(() -> {
                for (int beat = 1; !ended.get(); beat++) {
                    write(host, boot, more, slots, beat);
                    twice.set(beat > 1);
                    TestFleet.pause(500);
                }
            });
            thread.start();
        }

        private void write(String host, String boot, String more, int slots, int beat) {
            String now = Instant.now().toString();
            try (FileChannel file = FileChannel.open(table(), StandardOpenOption.WRITE)) {
                for (int i = 1; i < slots; i++) {
                    String line = MEMBER.formatted("forged-" + i, host.formatted(i), boot, now, now, more, now, beat);
                    file.write(ByteBuffer.wrap(Poison.sealed(line, MemberTable.SLOT)), (long) i * MemberTable.SLOT);
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        void await() {
            while (!twice.get()) {
                TestFleet.pause(50);
            }
        }

        void end() throws InterruptedException {
            ended.set(true);
            thread.join();
        }
    }
}
