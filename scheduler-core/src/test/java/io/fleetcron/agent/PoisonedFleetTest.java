package io.fleetcron.agent;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fleetcron.Slow;
import io.fleetcron.fleet.MemberBeat;
import io.fleetcron.fleet.MemberTable;
import io.fleetcron.fleet.SharedLayout;
import io.fleetcron.ledger.LedgerLayout;
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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A running agent and a shared directory in which root of another host writes what it likes. */
@Slow
class PoisonedFleetTest {

    private static final Duration PATIENCE = Duration.ofSeconds(90);

    private static final String LATE = "2096-01-01T00:00:00Z";

    private static final String MEMBER =
            "{\"instance\":\"%s\",\"host\":\"h\",\"boot\":\"b\",\"pid\":1,\"version\":\"9\","
                    + "\"state\":\"ok\",\"running\":0,\"definitions\":\"%s\",\"since\":\"%s\",\"flushed\":\"%s\","
                    + "\"activity\":%s,\"at\":\"%s\",\"beat\":1}";

    @TempDir
    private Path folder;

    @Test
    void nothingThatAnotherHostWritesStopsALoopOrSilencesAJob() throws Exception {
        try (TestFleet fleet = new TestFleet(folder)) {
            fleet.jobs("jobs:\n  ticks:\n    every: 1s\n    command: '" + TestFleet.witnessed(":") + "'\n"
                    + "  broken:\n    every: 1s\n    command: 'true'\n");
            fleet.start("a");
            fleet.await("the first runs", PATIENCE, () -> fleet.ledger("broken").isPresent() && ticks(fleet) > 0);

            poison();
            Instant poisoned = Instant.now();
            long beat = beat().orElse(0L);

            // The agent may write its next record over it: once more then.
            fleet.await("the ledger to be refused", PATIENCE, () -> {
                poisonLedger();
                return fleet.logs().contains("the ledger of job broken is ahead of the fleet's time");
            });
            fleet.await("two more beats", PATIENCE, () -> beat().orElse(0L) >= beat + 2);
            fleet.await(
                    "more runs",
                    PATIENCE,
                    () -> fleet.witnesses().stream()
                                    .filter(run -> run.start().isAfter(poisoned.plusSeconds(5)))
                                    .count()
                            > 3);
            fleet.await(
                    "history",
                    PATIENCE,
                    () -> fleet.history().stream()
                            .anyMatch(line -> line.settlement().ended().isAfter(poisoned.plusSeconds(5))));
            assertTrue(!fleet.logs().contains("internal error"), fleet.logs());
            assertTrue(
                    fleet.logs().chars().noneMatch(c -> Character.isISOControl(c) && c != '\n'),
                    "control characters in the log");
        }
    }

    private static long ticks(TestFleet fleet) {
        return fleet.witnesses().stream().filter(run -> run.end().isPresent()).count();
    }

    private void poison() throws IOException {
        SharedLayout layout = new SharedLayout(folder.resolve("shared"));
        Instant now = Instant.now();
        String silent =
                "{\"running\":{},\"settled\":{\"ticks\":" + Instant.parse(LATE).toEpochMilli() + "}}";
        List<String> lines = List.of(
                member("b", now.toString(), "[]"), // once a ClassCastException
                member("c", now.toString(), "{\"running\":[],\"settled\":{}}"),
                member("d", "-999999999-01-01T00:00:00Z", "{\"running\":{},\"settled\":{}}"), // ArithmeticException
                member("e", now.toString(), silent),
                member("../../../../tmp/x", now.toString(), "{\"running\":{},\"settled\":{}}"),
                member("f\\u001b[2J", now.toString(), "{\"running\":{},\"settled\":{}}"),
                "null",
                "{}");
        try (FileChannel table = FileChannel.open(layout.memberTable(), StandardOpenOption.WRITE)) {
            for (int i = 0; i < lines.size(); i++) {
                table.write(
                        ByteBuffer.wrap(Poison.sealed(lines.get(i), MemberTable.SLOT)),
                        (long) (i + 1) * MemberTable.SLOT);
            }
        }
        Files.createDirectories(layout.definitions());
        Files.writeString(layout.definitions("e"), "0011\n\u001b[2J 1\n../x 2\nticks 3\n\n");
        Files.createDirectories(layout.history("e"));
        Files.writeString(layout.history("e").resolve("2026-01-01.jsonl"), "{\"job\":[]}\n[[[[\n\u001b[2J\n");
    }

    private void poisonLedger() {
        Path lock = new SharedLayout(folder.resolve("shared")).jobs().resolve(SharedLayout.lockName("broken"));
        String record = "{\"v\":1,\"seq\":900000,\"job\":\"broken\",\"token\":900000,\"settled\":\"" + LATE
                + "\",\"schedule\":\"x\",\"recent\":[]}";
        try (FileChannel ledger = FileChannel.open(lock, StandardOpenOption.WRITE)) {
            ledger.write(ByteBuffer.wrap(Poison.sealed(record, LedgerLayout.SLOT)), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String member(String instance, String at, String activity) {
        return MEMBER.formatted(instance, "0011", at, at, activity, at);
    }

    /** How often the agent has beaten. */
    private Optional<Long> beat() {
        try {
            return MemberTable.slots(Files.readAllBytes(new SharedLayout(folder.resolve("shared")).memberTable()))
                    .stream()
                    .flatMap(slot -> slot.beat().stream())
                    .filter(beat -> beat.member().instance().equals("a"))
                    .map(MemberBeat::number)
                    .findFirst();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
