package io.fleetcron.ledger;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fleetcron.config.JobDefinition.CatchUpPolicy;
import io.fleetcron.config.JobDefinition.OnLost;
import io.fleetcron.config.JobDefinition.Overlap;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

final class LedgerCodecTest {

    private static final Instant NOW = Instant.parse("2026-03-01T03:00:00Z");

    @Test
    void readsBackWhatItWrote() {
        for (LedgerRecord record : List.of(first(), rich())) {
            byte[] file = file(record);
            assertEquals(new Decoded.Valid(record), LedgerCodec.decode("job", file));
        }
    }

    @Test
    void isOneReadableLine() {
        String slot = new String(LedgerCodec.encode(rich()).orElseThrow(), StandardCharsets.UTF_8);
        assertEquals(LedgerLayout.SLOT, slot.length());
        assertEquals(LedgerLayout.SLOT - 1, slot.indexOf('\n'));
        assertTrue(slot.startsWith("{\"v\":1,\"seq\":2,\"job\":\"job\",\"token\":1,"), slot);
    }

    @Test
    void aWriteTornAtAnyByteLeavesTheRecordBeforeIt() {
        LedgerRecord before = rich();
        LedgerRecord after = before.withoutRun().next();
        byte[] intact = file(
                before.withRecent(List.of()).next().next(),
                before.next(),
                before.next().next());
        byte[] slot = LedgerCodec.encode(after.next().next()).orElseThrow();
        LedgerRecord newest = valid(intact);
        long sequence = after.next().next().sequence();
        for (int torn = 0; torn < slot.length; torn++) {
            byte[] file = intact.clone();
            System.arraycopy(slot, 0, file, (int) LedgerLayout.offset(sequence), torn);
            LedgerRecord seen = valid(file);
            assertTrue(seen.equals(newest) || seen.equals(after.next().next()), "torn at " + torn);
        }
    }

    @Test
    void theFirstWriteTornAtAnyByteIsAFileThatNeverStartedAnything() {
        byte[] slot = LedgerCodec.encode(first()).orElseThrow();
        for (int torn = 0; torn < slot.length; torn++) {
            Decoded seen = LedgerCodec.decode("job", Arrays.copyOf(slot, torn));
            assertTrue(seen.equals(new Decoded.Blank()) || seen.equals(new Decoded.Valid(first())), "torn at " + torn);
        }
    }

    @Test
    void anyFlippedByteIsSeen() {
        LedgerRecord older = rich();
        LedgerRecord newer = older.next();
        byte[] intact = file(older, newer);
        int line = new String(LedgerCodec.encode(newer).orElseThrow(), StandardCharsets.UTF_8)
                .stripTrailing()
                .length();
        int start = (int) LedgerLayout.offset(newer.sequence());
        for (int i = start; i < start + line; i++) {
            byte[] file = intact.clone();
            file[i] ^= 0x11;
            assertEquals(older, valid(file), "byte " + i);
        }
    }

    @Test
    void refusesWhatItCannotTrust() {
        byte[] garbage = new byte[LedgerLayout.SIZE];
        Arrays.fill(garbage, (byte) 'x');
        assertInstanceOf(Decoded.Corrupt.class, LedgerCodec.decode("job", garbage));
        assertEquals(new Decoded.Corrupt("it is the ledger of job job"), LedgerCodec.decode("other", file(rich())));
        assertEquals(new Decoded.Blank(), LedgerCodec.decode("job", new byte[0]));
        assertEquals(new Decoded.Blank(), LedgerCodec.decode("job", new byte[LedgerLayout.SIZE]));
    }

    @Test
    void saysWhenARecordDoesNotFit() {
        List<Settlement> many = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            many.add(Settlement.unrun(NOW.plusSeconds(i), Outcome.SKIPPED, "host-" + i, i, NOW));
        }
        assertTrue(LedgerCodec.encode(rich().withRecent(many)).isEmpty());
    }

    private static LedgerRecord valid(byte[] file) {
        return assertInstanceOf(Decoded.Valid.class, LedgerCodec.decode("job", file))
                .record();
    }

    private static LedgerRecord first() {
        return LedgerRecord.first(Jobs.job(60, Overlap.SKIP, CatchUpPolicy.NONE, 0, OnLost.SKIP), NOW);
    }

    private static LedgerRecord rich() {
        Settlement ran = new Settlement(
                NOW,
                NOW,
                1,
                Outcome.FAILED,
                Trigger.MANUAL,
                "host-1",
                "host-2",
                1,
                3,
                Optional.of(NOW.plusMillis(5)),
                NOW.plusSeconds(2),
                OptionalInt.of(17));
        return first().claimed(NOW, Trigger.SCHEDULE, "host", "host", 4711, NOW.plusMillis(1), 2)
                .with(ran, NOW)
                .with(Settlement.unrun(NOW.plusSeconds(1), Outcome.SKIPPED, "host", 1, NOW), NOW.plusSeconds(1))
                .with(Settlement.unrun(NOW.plusSeconds(2), Outcome.SKIPPED, "host", 1, NOW), NOW.plusSeconds(2))
                .withBacklog(Optional.of(NOW))
                .withOwed(Optional.of(new Owed(NOW.minusSeconds(60), Owed.Why.RERUN, NOW, 1)))
                .next()
                .next();
    }

    private static byte[] file(LedgerRecord... records) {
        byte[] file = new byte[LedgerLayout.SIZE];
        for (LedgerRecord record : records) {
            System.arraycopy(
                    LedgerCodec.encode(record).orElseThrow(),
                    0,
                    file,
                    (int) LedgerLayout.offset(record.sequence()),
                    LedgerLayout.SLOT);
        }
        return file;
    }
}
