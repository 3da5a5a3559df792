package io.fleetcron.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fleetcron.config.JobDefinition;
import io.fleetcron.config.NameRules;
import io.fleetcron.config.load.ConfigLoader;
import io.fleetcron.control.Control;
import io.fleetcron.control.ControlLine;
import io.fleetcron.control.ControlTable;
import io.fleetcron.control.Span;
import io.fleetcron.fleet.Activity;
import io.fleetcron.fleet.Asked;
import io.fleetcron.fleet.Capability;
import io.fleetcron.fleet.DefinitionHashes;
import io.fleetcron.fleet.Fire;
import io.fleetcron.fleet.Identity;
import io.fleetcron.fleet.Member;
import io.fleetcron.fleet.MemberBeat;
import io.fleetcron.fleet.MemberTable;
import io.fleetcron.fleet.Outcome;
import io.fleetcron.fleet.OutputName;
import io.fleetcron.fleet.RunEnd;
import io.fleetcron.fleet.SharedLayout;
import io.fleetcron.fleet.Unfit;
import io.fleetcron.json.StrictJson;
import io.fleetcron.ledger.ClaimDecision;
import io.fleetcron.ledger.ClaimInput;
import io.fleetcron.ledger.ClaimProtocol;
import io.fleetcron.ledger.CurrentRun;
import io.fleetcron.ledger.HistoryLine;
import io.fleetcron.ledger.LedgerCodec;
import io.fleetcron.ledger.LedgerLayout;
import io.fleetcron.ledger.LedgerRecord;
import io.fleetcron.ledger.LedgerState;
import io.fleetcron.ledger.LeftOut;
import io.fleetcron.ledger.RunOrigin;
import io.fleetcron.ledger.RunResult;
import io.fleetcron.ledger.Settlement;
import io.fleetcron.ledger.file.RunResults;
import io.fleetcron.membership.DefinitionDrift;
import io.fleetcron.membership.Liveness;
import io.fleetcron.membership.Ranking;
import io.fleetcron.observe.MergedHistory;
import io.fleetcron.observe.SeenLedger;
import io.fleetcron.run.ExitRecord;
import io.fleetcron.run.Heartbeat;
import io.fleetcron.storage.DirectFiles;
import io.fleetcron.storage.SharedRoot;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Whatever another host writes under a right checksum, readers call it valid or not; they never throw, and what they call
 * valid harms nobody who goes on with it. More cases with {@code -Dfleetcron.fuzz.records=1000000}.
 */
class RecordFuzzTest {

    /** Of each of the seven kinds. */
    private static final int CASES = Integer.getInteger("fleetcron.fuzz.records", 28_000) / 7;

    private static final Instant NOW = Instant.parse("2026-11-24T12:00:00Z");
    private static final long BOOT = 1_000_000_000_000L;

    @TempDir
    private Path folder;

    private final long seed = Long.getLong("fleetcron.fuzz.seed", System.nanoTime());
    private final Random random = new Random(seed);
    private final Poison poison = new Poison(random);
    private final SharedLayout layout = new SharedLayout(Path.of("/srv/shared"));
    private int valid;

    @BeforeEach
    void say() {
        System.out.println("RecordFuzzTest: repeat with -Dfleetcron.fuzz.seed=" + seed);
    }

    private interface Case {
        void check(String text) throws IOException;
    }

    private void fuzz(String original, Case one) {
        fuzz(() -> poison.mutated(original), one);
    }

    private void fuzz(Supplier<String> mutated, Case one) {
        for (int i = 0; i < CASES; i++) {
            String text = mutated.get();
            try {
                one.check(text);
            } catch (IOException | RuntimeException | Error e) {
                throw new AssertionError("seed " + seed + ", case " + i + ": " + text, e);
            }
        }
        assertTrue(valid > CASES / 200 && valid < CASES * 19 / 20, valid + " valid records are too uniform a mixture");
    }

    @Test
    void controls() {
        Span span = new Span(
                new Asked("anna@web1", NOW, "why"),
                Optional.of(NOW.plusSeconds(60)),
                Optional.of(new Asked("b@c", NOW, "")));
        ControlTable table = ControlTable.NONE.next(
                List.of(
                        new Control.Pause("night*", span),
                        new Control.Skip("nightly", span),
                        new Control.Kill("nightly", 7, span),
                        new Control.Drain("web1", span)),
                NOW);
        byte[] own = new byte[ControlTable.SIZE];
        List<ControlTable.Part> parts = table.parts(NOW).orElseThrow();
        for (ControlTable.Part part : parts) {
            System.arraycopy(part.bytes(), 0, own, (int) part.offset(), part.bytes().length);
        }
        ControlTable.Part body = parts.get(0);

        fuzz(text(body.bytes()), json -> {
            byte[] file = own.clone();
            System.arraycopy(
                    Poison.sealed(json, body.bytes().length), 0, file, (int) body.offset(), body.bytes().length);
            if (ControlTable.decode(file) instanceof ControlTable.Valid found) {
                valid++;
                ControlTable read = found.table();
                for (Instant fire : List.of(Instant.EPOCH, NOW, StrictJson.LATEST)) {
                    read.leavesOut("nightly", fire, NOW);
                }
                read.drains("web1", NOW);
                read.kills(NOW);
                read.next(read.controls(), NOW).parts(NOW);
            }
            ControlLine.parse(json).ifPresent(ControlLine::toJson);
        });
    }

    @Test
    void memberLines() {
        Activity activity = new Activity(Map.of("nightly", 3L), Map.of("hourly", NOW.minusSeconds(60)));
        Member member = new Member(
                new Identity("web1", "web1.example.org", "b6f1", 42),
                "1.0",
                "ok",
                1,
                "0011",
                new Member.Life(NOW, NOW),
                Optional.of(Duration.ZERO),
                2,
                Optional.of("8:1 /var/lib/fleetcron/jobs@%2Fmnt%2Ffleetcron"),
                activity,
                new Capability(
                        Map.of("role", "db"),
                        new Unfit(Optional.of("the disk is full"), Map.of("nightly", "no such user"))),
                Optional.of(1_700_000_000_000L));
        byte[] own = MemberTable.slot(new MemberBeat(member, NOW, 7));
        Liveness liveness = new Liveness();

        fuzz(text(own), json -> {
            byte[] table = Arrays.copyOf(own, 2 * MemberTable.SLOT);
            System.arraycopy(Poison.sealed(json, MemberTable.SLOT), 0, table, MemberTable.SLOT, MemberTable.SLOT);
            List<MemberTable.Slot> slots = MemberTable.slots(table);
            assertTrue(slots.get(0).beat().isPresent(), "the other slot");
            valid += slots.get(1).beat().isPresent() ? 1 : 0;
            MemberTable.place(slots, "web2", NOW);
            Map<String, Member> live = liveness.after(slots, NOW, BOOT);
            Ranking.rank(new Fire("nightly", NOW), "web1", live.keySet());
            live.values().forEach(this::use);
        });
    }

    private void use(Member member) {
        layout.history(member.instance());
        layout.definitions(member.instance());
        String said = member.instance()
                + member.host()
                + member.version()
                + member.state()
                + member.unfit().host()
                + member.unfit().jobs().values()
                + member.definitions()
                + member.identity().boot();
        assertTrue(said.chars().noneMatch(Character::isISOControl), said);
    }

    @Test
    void ledgers() throws IOException {
        JobDefinition job = job();
        LedgerRecord record = LedgerRecord.first(job, NOW.minusSeconds(86_400))
                .claimed(NOW.minusSeconds(60), RunOrigin.SCHEDULE, "web1", "web1", 42, NOW.minusSeconds(59), 0)
                .withRecent(List.of(settlement()))
                .next();
        byte[] slot = LedgerCodec.encode(record).orElseThrow();

        fuzz(text(slot), json -> {
            byte[] file = new byte[LedgerLayout.SIZE];
            int at = random.nextInt(2) * LedgerLayout.SLOT;
            System.arraycopy(Poison.sealed(json, LedgerLayout.SLOT), 0, file, at, LedgerLayout.SLOT);
            if (random.nextBoolean()) {
                System.arraycopy(slot, 0, file, LedgerLayout.SLOT - at, LedgerLayout.SLOT);
            }
            LedgerState decoded = LedgerCodec.decode("nightly", file, NOW);
            if (decoded instanceof LedgerState.Valid read) {
                valid++;
                if (read.record().sequence() < StrictJson.MOST && read.record().token() < StrictJson.MOST) {
                    goOn(job, read.record()); // nobody counts any further
                }
            }
            SeenLedger seen = new SeenLedger("nightly", decoded, Optional.empty(), Optional.empty());
            seen.last();
            MergedHistory.of(seen.lines());
        });
    }

    /** What an agent does with a record under the lock. */
    private void goOn(JobDefinition job, LedgerRecord record) {
        assertTrue(!record.settled().isAfter(NOW.plusSeconds(300)), "the job is silenced: " + record);
        record.accountsFor(NOW);
        Optional<RunResult> result = random.nextBoolean()
                ? Optional.empty()
                : Optional.of(new RunResult(
                        record.token(), NOW.minusSeconds(60), new RunEnd(Outcome.FAILED, OptionalInt.of(1), 1, NOW)));
        ClaimDecision decision = ClaimProtocol.decide(situation(record, result, job));
        LedgerRecord written = decision.start().isPresent()
                ? decision.record()
                        .claimed(decision.start().get().fire(), RunOrigin.SCHEDULE, "web2", "web2", 1, NOW, 0)
                        .next()
                : decision.record().next();
        LedgerCodec.encode(written.withRecent(List.of()))
                .ifPresent(bytes -> assertEquals(
                        new LedgerState.Valid(written.withRecent(List.of())),
                        LedgerCodec.decode("nightly", bytes, NOW)));
        decision.settled().forEach(settled -> new OutputName(settled.fire(), settled.token(), "web2").text());
    }

    @Test
    void historyLines() {
        List<HistoryLine> all = new ArrayList<>();

        fuzz(new HistoryLine("nightly", settlement()).toJson(), json -> {
            Optional<HistoryLine> line = HistoryLine.parse(json);
            line.ifPresent(read -> {
                valid++;
                all.add(read);
                assertEquals(line, HistoryLine.parse(read.toJson()));
            });
            if (all.size() >= 50) {
                MergedHistory.of(all);
                all.clear();
            }
        });
    }

    @Test
    void heartbeatsAndExitRecords() throws IOException {
        JobDefinition job = job();
        String beat = "{\"token\":7,\"attempt\":1,\"beat\":1764000000000}";
        String exit = "{\"token\":7,\"job\":\"job\",\"fire\":\"" + NOW
                + "\",\"how\":\"failed\",\"exit\":1,\"attempts\":1,\"ended\":1764000000000,\"ok\":1}";

        fuzz(beat, json -> {
            byte[] blocks = Arrays.copyOf(Poison.block(beat, 512), 1024);
            System.arraycopy(Poison.block(json, 512), 0, blocks, 512, 512);
            assertTrue(Heartbeat.newest(blocks).isPresent());
            valid += Heartbeat.parse(Poison.block(json, 512)).isPresent() ? 1 : 0;
        });
        valid = 0;
        fuzz(exit, json -> {
            byte[] file = new byte[LedgerLayout.SIZE];
            System.arraycopy(Poison.block(json, 512), 0, file, LedgerLayout.EXIT, 512);
            Optional<RunResult> result = RunResults.read(
                    file, new CurrentRun(NOW, 7, RunOrigin.SCHEDULE, "web1", "web1", 1, Instant.EPOCH, 0));
            valid += result.isPresent() ? 1 : 0;
            result.ifPresent(read -> goOn(
                    job,
                    LedgerRecord.first(job, NOW.minusSeconds(9))
                            .claimed(NOW, RunOrigin.SCHEDULE, "web1", "web1", 1, NOW, 0),
                    read));
            ExitRecord.parse(Poison.block(json, 512));
        });
    }

    /** Under the hash that the member table names, as root of another host writes both. */
    @Test
    void definitionHashes() throws IOException {
        DefinitionDrift drift = new DefinitionDrift(
                new DirectFiles(new SharedRoot(folder), false), new SharedLayout(folder), "web2", () -> NOW);
        drift.define(List.of(job()));
        Path files = Files.createDirectory(folder.resolve("definitions"));
        Map<String, String> jobs =
                new TreeMap<>(Map.of("nightly", "0a1b2c3d", "hourly", "4e5f6071", "weekly", "8293a4b5"));
        String original = DefinitionHashes.text("0011", jobs);
        List<Member> live = new ArrayList<>();
        int[] fleet = {0};

        fuzz(() -> poison.mutatedLines(original), text -> {
            DefinitionHashes.isCutOff(text, "0011");
            DefinitionHashes.read(text, "0011").ifPresent(read -> {
                valid++;
                read.forEach((job, hash) ->
                        assertTrue(NameRules.job(job).isEmpty() && hash.matches("[0-9a-z]{1,64}"), job + " " + hash));
            });
            Member member = member("w" + (fleet[0] % 2) + "-" + live.size());
            Files.writeString(files.resolve(member.instance()), text);
            live.add(member);
            if (live.size() == 50) {
                drift.compare(live);
                drift.minority("nightly");
                drift.definedElsewhere("hourly");
                live.clear();
                fleet[0]++; // the next one is read afresh
            }
        });
    }

    private static Member member(String instance) {
        return new Member(
                new Identity(instance, instance, "b6f1", 42),
                "1.0",
                "ok",
                0,
                "0011",
                new Member.Life(NOW, NOW),
                Optional.empty(),
                new Activity(Map.of(), Map.of()));
    }

    /** An end that is believed is written, and must be read again by everybody. */
    private static void goOn(JobDefinition job, LedgerRecord record, RunResult result) {
        ClaimDecision decision = ClaimProtocol.decide(
                situation(record, Optional.of(new RunResult(record.token(), NOW, result.end())), job));
        byte[] bytes = LedgerCodec.encode(decision.record().next()).orElseThrow();
        assertEquals(new LedgerState.Valid(decision.record().next()), LedgerCodec.decode("nightly", bytes, NOW));
    }

    private static ClaimInput situation(LedgerRecord record, Optional<RunResult> result, JobDefinition job) {
        return new ClaimInput(
                record,
                result,
                Optional.empty(),
                job,
                ClaimInput.Standing.DEFINED,
                NOW.minusSeconds(10),
                NOW.minusSeconds(10),
                LeftOut.NONE,
                Optional.empty(),
                Optional.empty(),
                NOW,
                "web2");
    }

    private JobDefinition job() throws IOException {
        Path main = folder.resolve("fleetcron.yaml");
        if (!Files.exists(main)) {
            Files.writeString(main, "shared_dir: /srv/shared\njobs: [jobs.yaml]\n");
            Files.writeString(
                    folder.resolve("jobs.yaml"), "jobs:\n  nightly: {schedule: '0 0 1 1 *', command: 'true'}\n");
        }
        return java.util.Objects.requireNonNull(
                new ConfigLoader().load(main).config().orElseThrow().jobs().get("nightly"));
    }

    private static Settlement settlement() {
        return new Settlement(
                NOW.minusSeconds(3600),
                NOW.minusSeconds(3600),
                1,
                Outcome.FAILED,
                RunOrigin.MANUAL,
                "web1",
                "web2~4711",
                1,
                new Settlement.Execution(3, Optional.of(NOW.minusSeconds(3599)), OptionalInt.of(17), Optional.empty()),
                NOW.minusSeconds(3598));
    }

    private static String text(byte[] block) {
        return new String(block, StandardCharsets.UTF_8).strip();
    }
}
