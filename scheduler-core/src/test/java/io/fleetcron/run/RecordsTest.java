package io.fleetcron.run;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.fleetcron.fleet.Outcome;
import io.fleetcron.fleet.RunEnd;
import io.fleetcron.fleet.RunUsage;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Exit records and heartbeats out of bytes that anybody may have written. */
class RecordsTest {
    private static final String EXIT =
            "{\"token\":17,\"job\":\"job\",\"fire\":\"2026-11-23T02:30:00Z\",\"how\":\"timed_out\",\"exit\":143,\"attempts\":2,\"ended\":1795422666647,\"ok\":1}";

    @Test
    void readsWhatASupervisorWrites() {
        RunEnd end = new RunEnd(Outcome.TIMED_OUT, OptionalInt.of(143), 2, Instant.ofEpochMilli(1795422666647L));
        assertEquals(Optional.of(new ExitRecord(RunHarness.OF_JOB, 17, end)), ExitRecord.parse(block(EXIT)));
    }

    @Test
    void readsWhatTheRunUsed() {
        String counted = EXIT.replace("\"ok\"", "\"user_ms\":1200,\"system_ms\":34,\"memory_peak\":5242880,\"ok\"");
        ExitRecord read = ExitRecord.parse(block(counted)).orElseThrow();
        RunUsage usage = new RunUsage(Duration.ofMillis(1200), Duration.ofMillis(34), 5242880);
        assertEquals(Optional.of(usage), read.end().usage());
        assertEquals(Optional.of(read), ExitRecord.parse(read.toBytes()));
    }

    /** They do not put in doubt how the run ended. */
    @ParameterizedTest
    @ValueSource(strings = {"-1", "1e15", "1e999999999", "\"7\"", "null", "9223372036854775807"})
    void nonsenseOfWhatTheRunUsedIsPassedOver(String number) {
        String counted = EXIT.replace("\"ok\"", "\"user_ms\":" + number + ",\"system_ms\":34,\"memory_peak\":1,\"ok\"");
        ExitRecord read = ExitRecord.parse(block(counted)).orElseThrow();
        assertEquals(number.equals("1e15"), read.end().usage().isPresent(), number);
        assertEquals(Outcome.TIMED_OUT, read.end().outcome());
    }

    /** A run that was in progress during an upgrade has ended as its supervisor says, which names neither job nor fire. */
    @Test
    void readsWhatTheSupervisorBeforeThisOneWrote() {
        String earlier = "{\"token\":17,\"how\":\"failed\",\"exit\":7,\"attempts\":1,\"ended\":1795422666647,\"ok\":1}";
        ExitRecord read = ExitRecord.parse(block(earlier)).orElseThrow();
        assertEquals(17, read.token());
        assertEquals(OptionalInt.of(7), read.end().exit());
        assertFalse(read.isOf(RunHarness.OF_JOB, 17));
    }

    @Test
    void aRecordTornAtAnyByteIsNone() {
        byte[] whole = block(EXIT);
        byte[] older = block(EXIT.replace("17", "16").replace("timed_out", "failed"));
        for (int k = 0; k < whole.length; k++) {
            assertEquals(Optional.empty(), ExitRecord.parse(Arrays.copyOf(whole, k)), "cut at " + k);
            byte[] overNothing = Arrays.copyOf(Arrays.copyOf(whole, k), whole.length);
            assertEquals(Optional.empty(), ExitRecord.parse(overNothing), "over zeros at " + k);
        }
        assertEquals(16, ExitRecord.parse(older).orElseThrow().token());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "null",
                "[]",
                "{}",
                "hello",
                "{\"token\":17}",
                "{\"token\":\"17\",\"how\":\"failed\",\"attempts\":1,\"ended\":1,\"ok\":1}",
                "{\"token\":17.5,\"how\":\"failed\",\"attempts\":1,\"ended\":1,\"ok\":1}",
                "{\"token\":17,\"job\":\"j\",\"fire\":\"x\",\"how\":\"failed\",\"attempts\":1,\"ended\":1,\"ok\":1}",
                "{\"token\":17,\"job\":\"j\",\"how\":\"failed\",\"attempts\":1,\"ended\":1,\"ok\":1}",
                "{\"token\":17,\"fire\":\"2026-11-23T02:30:00Z\",\"how\":\"failed\",\"attempts\":1,\"ended\":1,\"ok\":1}",
                "{\"token\":17,\"how\":\"exploded\",\"attempts\":1,\"ended\":1,\"ok\":1}",
                "{\"token\":17,\"how\":\"failed\",\"attempts\":-1,\"ended\":1,\"ok\":1}",
                "{\"token\":17,\"how\":\"failed\",\"attempts\":1,\"ended\":1}",
                "{\"token\":1e999999999,\"how\":\"failed\",\"attempts\":1,\"ended\":1,\"ok\":1}",
                "{\"token\":17,\"how\":\"failed\",\"attempts\":1,\"ended\":1,\"ok\":1} {}"
            })
    void anythingElseIsNone(String foreign) {
        assertEquals(Optional.empty(), ExitRecord.parse(block(foreign)));
        assertEquals(Optional.empty(), Heartbeat.parse(block(foreign)));
    }

    @Test
    void theNewestHeartbeatCounts() {
        byte[] blocks = new byte[4 * 512];
        put(blocks, 0, "{\"token\":17,\"attempt\":1,\"beat\":3000}");
        put(blocks, 1, "{\"token\":17,\"attempt\":2,\"beat\":4000}");
        put(blocks, 2, "{\"token\":16,\"attempt\":1,\"beat\":9000}");
        assertEquals(Optional.of(new Heartbeat(17, 2, Instant.ofEpochMilli(4000))), Heartbeat.newest(blocks));
        assertEquals(Optional.empty(), Heartbeat.newest(new byte[700]));
    }

    private static void put(byte[] blocks, int index, String text) {
        System.arraycopy(block(text), 0, blocks, index * 512, 512);
    }

    private static byte[] block(String text) {
        return (text + " ".repeat(511 - text.length()) + "\n").getBytes(UTF_8);
    }
}
