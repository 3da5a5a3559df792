package io.fleetcron.ledger;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.fleetcron.config.JobDefinition;
import io.fleetcron.config.RunPolicy.CatchUpPolicy;
import io.fleetcron.config.RunPolicy.OnLost;
import io.fleetcron.config.RunPolicy.Overlap;
import io.fleetcron.fleet.Asked;
import io.fleetcron.fleet.Outcome;
import io.fleetcron.fleet.RunEnd;
import io.fleetcron.fleet.RunUsage;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;

final class LedgerCodecTest {

    private static final Instant NOW = Instant.parse("2026-03-01T03:00:00Z");

    @Test
    void readsBackWhatItWrote() {
        Waiting waiting = new Waiting(NOW.plusSeconds(3), "warehouse", NOW.plusSeconds(4), "host-3");
        for (LedgerRecord record : List.of(first(), rich(), rich().with(waiting))) {
            byte[] file = file(record);
            assertEquals(new LedgerState.Valid(record), LedgerCodec.decode("job", file));
        }
    }

    @Test
    void keepsWhatARunUsedUnderNamesThatOlderProgramsPassOn() {
        RunUsage usage = new RunUsage(Duration.ofMillis(1200), Duration.ofMillis(34), 5 << 20);
        RunResult result = new RunResult(
                1,
                NOW,
                new RunEnd(
                        Outcome.FAILED,
                        OptionalInt.of(1),
                        1,
                        NOW.plusSeconds(9),
                        Optional.of(usage),
                        Optional.empty()));
        CurrentRun run = first().claimed(NOW, RunOrigin.SCHEDULE, "host", "host", 4711, NOW, 0)
                .run()
                .orElseThrow();
        Settlement settled =
                Settlement.ofRun(run, Outcome.FAILED, Optional.of(result.end()), NOW.plusSeconds(9), "host");
        HistoryLine line = new HistoryLine("job", settled);
        assertTrue(
                line.toJson().endsWith(",\"exit\":1,\"user_ms\":1200,\"system_ms\":34,\"memory_peak\":5242880}"),
                line.toJson());
        assertEquals(Optional.of(line), HistoryLine.parse(line.toJson()));
        LedgerRecord record = first().with(settled, NOW);
        assertEquals(new LedgerState.Valid(record), LedgerCodec.decode("job", file(record)));
        assertEquals(Optional.of(usage), record.recent().get(0).usage());
    }

    @Test
    void keepsWhyACommandWasNeverStartedInOneShortLine() {
        String reason = "no such user\n" + "x".repeat(5000);
        RunResult result = new RunResult(
                1, NOW, new RunEnd(Outcome.FAILED, OptionalInt.of(126), 0, NOW, Optional.empty(), Optional.of(reason)));
        CurrentRun run = first().claimed(NOW, RunOrigin.SCHEDULE, "host", "host", 4711, NOW, 0)
                .run()
                .orElseThrow();
        Settlement settled = Settlement.ofRun(run, Outcome.FAILED, Optional.of(result.end()), NOW, "host");
        String kept = settled.reason().orElseThrow();
        assertTrue(kept.startsWith("no such user\\u000axxx") && kept.length() < 300, kept);
        HistoryLine line = new HistoryLine("job", settled);
        assertEquals(Optional.of(line), HistoryLine.parse(line.toJson()));
        LedgerRecord record = first().with(settled, NOW);
        assertEquals(new LedgerState.Valid(record), LedgerCodec.decode("job", file(record)));
    }

    @Test
    void isOneReadableLine() {
        String slot = new String(LedgerCodec.encode(rich()).orElseThrow(), StandardCharsets.UTF_8);
        assertEquals(LedgerLayout.SLOT, slot.length());
        assertEquals(LedgerLayout.SLOT - 1, slot.indexOf('\n'));
        assertTrue(slot.startsWith("{\"v\":1,\"seq\":2,\"job\":\"job\",\"token\":1,"), slot);
    }

    /** Byte for byte: agents of several versions share a ledger, and tools of others read history. */
    @Test
    void writesTheFormatThatAllVersionsRead() {
        String slot = new String(LedgerCodec.encode(rich()).orElseThrow(), StandardCharsets.UTF_8).strip();
        assertEquals(
                "{\"v\":1,\"seq\":2,\"job\":\"job\",\"token\":1,\"settled\":\"2026-03-01T03:00:02Z\","
                        + "\"backlog\":\"2026-03-01T03:00:00Z\",\"schedule\":\"" + first().schedule() + "\","
                        + "\"times\":\"" + first().times().orElseThrow() + "\","
                        + "\"owed\":{\"fire\":\"2026-03-01T02:59:00Z\",\"why\":\"rerun\","
                        + "\"since\":\"2026-03-01T03:00:00Z\",\"reruns\":1},"
                        + "\"run\":{\"fire\":\"2026-03-01T03:00:00Z\",\"token\":1,\"phase\":\"started\","
                        + "\"trigger\":\"schedule\",\"instance\":\"host\",\"host\":\"host\",\"pid\":4711,"
                        + "\"started\":\"2026-03-01T03:00:00.001Z\",\"reruns\":2},"
                        + "\"recent\":[{\"fire\":\"2026-03-01T03:00:00Z\",\"outcome\":\"failed\",\"trigger\":\"manual\","
                        + "\"instance\":\"host-1\",\"settled_by\":\"host-2\",\"token\":1,\"attempts\":3,"
                        + "\"started\":\"2026-03-01T03:00:00.005Z\",\"ended\":\"2026-03-01T03:00:02Z\",\"exit\":17},"
                        + "{\"fire\":\"2026-03-01T03:00:01Z\",\"through\":\"2026-03-01T03:00:02Z\",\"count\":2,"
                        + "\"outcome\":\"skipped\",\"instance\":\"host\",\"token\":1,\"attempts\":0,"
                        + "\"ended\":\"2026-03-01T03:00:00Z\"}]",
                slot.substring(0, slot.indexOf(",\"sum\":\"")));
    }

    /** Texts of any content come out as another writer of JSON, Gson, would write them. */
    @Test
    void escapesWhatJsonCannotHold() {
        String odd = "\"\\/\b\f\n\r\t\u0000\u001f\u007f\u00e4\u2028\u2029\u20ac\ud83d\ude00<>&='";
        LedgerRecord record = first();
        LedgerRecord named = new LedgerRecord(
                1,
                "job",
                0,
                record.settled(),
                Optional.empty(),
                odd,
                Optional.of(odd),
                Optional.empty(),
                Optional.empty(),
                List.of());
        String line = new String(LedgerCodec.encode(named).orElseThrow(), StandardCharsets.UTF_8).strip();
        JsonObject json = JsonParser.parseString(line).getAsJsonObject();
        assertEquals(odd, json.get("times").getAsString());
        assertEquals(json.toString(), line);
    }

    /** The older slot is not read while the newer one is good; once it is needed, it must be good by itself. */
    @Test
    void anOlderRecordThatIsBadNeverCounts() {
        LedgerRecord newer = rich().next();
        String older = new String(LedgerCodec.encode(rich()).orElseThrow(), StandardCharsets.UTF_8)
                .strip()
                .replaceFirst(",\"sum\".*", "");
        byte[] file = file(newer);
        byte[] bad = sealed(older.replace("\"token\":1,\"settled\"", "\"token\":-1,\"settled\""));
        System.arraycopy(bad, 0, file, (int) LedgerLayout.offset(rich().sequence()), bad.length);
        assertEquals(newer, valid(file));
        file[(int) LedgerLayout.offset(newer.sequence()) + 9] ^= 1;
        assertInstanceOf(LedgerState.Corrupt.class, LedgerCodec.decode("job", file));

        byte[] foreign = sealed(older.replace("\"v\":1,", "\"v\":3,"));
        byte[] mixed = file(newer);
        System.arraycopy(foreign, 0, mixed, (int) LedgerLayout.offset(rich().sequence()), foreign.length);
        assertInstanceOf(LedgerState.Corrupt.class, LedgerCodec.decode("job", mixed));
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
            LedgerState seen = LedgerCodec.decode("job", Arrays.copyOf(slot, torn));
            assertTrue(
                    seen.equals(new LedgerState.Blank()) || seen.equals(new LedgerState.Valid(first())),
                    "torn at " + torn);
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
        assertInstanceOf(LedgerState.Corrupt.class, LedgerCodec.decode("job", garbage));
        assertEquals(new LedgerState.Corrupt("it is the ledger of job job"), LedgerCodec.decode("other", file(rich())));
        assertEquals(new LedgerState.Blank(), LedgerCodec.decode("job", new byte[0]));
        assertEquals(new LedgerState.Blank(), LedgerCodec.decode("job", new byte[LedgerLayout.SIZE]));
    }

    /**
     * A newer version writes format 2: members in record, run, settlement and an outcome that this one does not know.
     * This one reads it, goes on with the job, and what it writes back still has all of it.
     */
    @Test
    void keepsWhatANewerVersionWrote() {
        String newer = new String(LedgerCodec.encode(rich()).orElseThrow(), StandardCharsets.UTF_8)
                .strip()
                .replaceFirst(",\"sum\".*", "")
                .replace("\"v\":1,", "\"v\":2,\"fence\":{\"epoch\":[3,4]},")
                .replace("\"phase\":\"started\",", "\"phase\":\"started\",\"cpu\":1.5,")
                .replace("\"outcome\":\"failed\",", "\"outcome\":\"evicted\",\"memory\":\"9 MB\",");
        byte[] file = new byte[LedgerLayout.SIZE];
        byte[] line = sealed(newer);
        System.arraycopy(line, 0, file, (int) LedgerLayout.offset(rich().sequence()), line.length);

        LedgerRecord read = valid(file);
        assertEquals(Outcome.OTHER, read.recent().get(0).outcome());
        JobDefinition job = Jobs.job(60, Overlap.SKIP, CatchUpPolicy.NONE, 0, OnLost.SKIP);
        ClaimDecision decision = ClaimProtocol.decide(new ClaimInput(
                read,
                Optional.empty(),
                Optional.empty(),
                job,
                ClaimInput.Standing.DEFINED,
                NOW,
                NOW,
                LeftOut.NONE,
                Optional.empty(),
                Optional.empty(),
                NOW.plusSeconds(90),
                "older"));
        assertEquals(Outcome.LOST, decision.settled().get(0).outcome(), "the job goes on");
        LedgerRecord claimed = decision.record()
                .claimed(NOW.plusSeconds(60), RunOrigin.SCHEDULE, "older", "older", 1, NOW.plusSeconds(90), 0)
                .next();
        String written = new String(LedgerCodec.encode(claimed).orElseThrow(), StandardCharsets.UTF_8);
        assertTrue(written.contains("\"fence\":{\"epoch\":[3,4]}"), written);
        assertTrue(written.contains("\"outcome\":\"evicted\""), written);
        assertTrue(written.contains("\"memory\":\"9 MB\""), written);
        String kept = new String(LedgerCodec.encode(read.next()).orElseThrow(), StandardCharsets.UTF_8);
        assertTrue(kept.contains("\"cpu\":1.5"), kept);
        HistoryLine history = new HistoryLine("job", read.recent().get(0));
        assertTrue(history.toJson().contains("\"outcome\":\"evicted\""), history.toJson());
        assertEquals(Optional.of(history), HistoryLine.parse(history.toJson()));
    }

    /** What is two versions away may mean anything. */
    @Test
    void refusesAFormatThatMayMeanAnything() {
        byte[] line = sealed(new String(LedgerCodec.encode(first()).orElseThrow(), StandardCharsets.UTF_8)
                .strip()
                .replaceFirst(",\"sum\".*", "")
                .replace("\"v\":1,", "\"v\":3,"));
        LedgerState.Corrupt corrupt = assertInstanceOf(LedgerState.Corrupt.class, LedgerCodec.decode("job", line));
        assertTrue(corrupt.reason().contains("3"), corrupt.reason());
    }

    private static byte[] sealed(String body) {
        CRC32 crc = new CRC32();
        crc.update(body.getBytes(StandardCharsets.UTF_8));
        String text = body + ",\"sum\":\"" + String.format("%08x", crc.getValue()) + "\"}";
        byte[] slot = Arrays.copyOf(text.getBytes(StandardCharsets.UTF_8), LedgerLayout.SLOT);
        Arrays.fill(slot, text.length(), slot.length, (byte) ' ');
        slot[slot.length - 1] = '\n';
        return slot;
    }

    @Test
    void saysWhenARecordDoesNotFit() {
        List<Settlement> many = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            many.add(Settlement.unrun(NOW.plusSeconds(i), Outcome.SKIPPED, Optional.empty(), "host-" + i, i, NOW));
        }
        assertTrue(LedgerCodec.encode(rich().withRecent(many)).isEmpty());
    }

    private static LedgerRecord valid(byte[] file) {
        return assertInstanceOf(LedgerState.Valid.class, LedgerCodec.decode("job", file))
                .record();
    }

    private static LedgerRecord first() {
        return LedgerRecord.first(Jobs.job(60, Overlap.SKIP, CatchUpPolicy.NONE, 0, OnLost.SKIP), NOW);
    }

    private static ManualRequest request(String reason, int variables) {
        return new ManualRequest(
                new Asked("anna@web1", NOW, reason),
                IntStream.range(0, variables).mapToObj(i -> "NAME_" + i).toList(),
                Optional.of("1764334200123"));
    }

    private static LedgerRecord byHand(ManualRequest request, Instant until, Instant now) {
        return first().claimedByHand(NOW, request, Optional.of(until), "host", "host", 4711, now);
    }

    @Test
    void whoAskedForARunIsReadAsItIsWritten() {
        LedgerRecord record = byHand(request("it was \"missed\"", 3), NOW.plusSeconds(600), NOW);
        assertEquals(new LedgerState.Valid(record), LedgerCodec.decode("job", file(record)));
        assertTrue(record.hasTaken("1764334200123"));
        Settlement settled = Settlement.ofRun(
                record.run().orElseThrow(), Outcome.LOST, Optional.empty(), NOW.plusSeconds(1), "other");
        HistoryLine line = new HistoryLine("job", settled);
        assertEquals(Optional.of(line), HistoryLine.parse(line.toJson()));
        assertEquals(record.run().orElseThrow().request(), settled.request());
    }

    /** A claim must not fail for what a person wrote. */
    @Test
    void theLargestRequestHasRoomBesideAsManyAsThereMayBe() {
        LedgerRecord record = first();
        for (int i = 0; i < TakenRequest.MOST; i++) {
            ManualRequest request = new ManualRequest(
                    new Asked("x".repeat(96), NOW, "\u2028".repeat(Asked.LONGEST_REASON)),
                    List.of("N".repeat(ManualRequest.LONGEST_NAMES)),
                    Optional.of("i".repeat(62) + i));
            record = record.claimedByHand(
                            NOW, request, Optional.of(NOW.plusSeconds(600)), "i".repeat(63), "h".repeat(64), 4711, NOW)
                    .withoutRun();
            assertTrue(LedgerCodec.encode(record.claimedByHand(
                            NOW, request, Optional.empty(), "i".repeat(63), "h".repeat(64), 1, NOW))
                    .isPresent());
        }
    }

    @Test
    void aRequestIsRememberedAsLongAsAnInstanceMightClaimItAgain() {
        LedgerRecord record = byHand(request("", 0), NOW.plusSeconds(600), NOW).withoutRun();
        ManualRequest other = new ManualRequest(new Asked("bob@web2", NOW, ""), List.of(), Optional.empty());
        for (int minutes : new int[] {1, 10, 14, 15, 60}) {
            Instant now = NOW.plusSeconds(60L * minutes);
            assertEquals(
                    minutes < 15,
                    record.claimedByHand(now, other, Optional.empty(), "host", "host", 1, now)
                            .hasTaken("1764334200123"),
                    "after " + minutes + " minutes");
        }
    }

    private static LedgerRecord rich() {
        Settlement ran = new Settlement(
                NOW,
                NOW,
                1,
                Outcome.FAILED,
                RunOrigin.MANUAL,
                "host-1",
                "host-2",
                1,
                new Settlement.Execution(3, Optional.of(NOW.plusMillis(5)), OptionalInt.of(17), Optional.empty()),
                NOW.plusSeconds(2));
        return first().claimed(NOW, RunOrigin.SCHEDULE, "host", "host", 4711, NOW.plusMillis(1), 2)
                .with(ran, NOW)
                .with(
                        Settlement.unrun(NOW.plusSeconds(1), Outcome.SKIPPED, Optional.empty(), "host", 1, NOW),
                        NOW.plusSeconds(1))
                .with(
                        Settlement.unrun(NOW.plusSeconds(2), Outcome.SKIPPED, Optional.empty(), "host", 1, NOW),
                        NOW.plusSeconds(2))
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
