package io.fleetcron.observe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fleetcron.config.JobDefinition;
import io.fleetcron.config.load.ConfigLoader;
import io.fleetcron.control.Control.Run;
import io.fleetcron.control.ControlTable;
import io.fleetcron.control.Span;
import io.fleetcron.fleet.Activity;
import io.fleetcron.fleet.Asked;
import io.fleetcron.fleet.Capability;
import io.fleetcron.fleet.Identity;
import io.fleetcron.fleet.Member;
import io.fleetcron.fleet.Outcome;
import io.fleetcron.fleet.Unfit;
import io.fleetcron.ledger.HistoryLine;
import io.fleetcron.ledger.LedgerRecord;
import io.fleetcron.ledger.LedgerState;
import io.fleetcron.ledger.ManualRequest;
import io.fleetcron.ledger.RunOrigin;
import io.fleetcron.ledger.Settlement;
import io.fleetcron.observe.RequestProgress.Claimed;
import io.fleetcron.observe.RequestProgress.Ended;
import io.fleetcron.observe.RequestProgress.Expired;
import io.fleetcron.observe.RequestProgress.Running;
import io.fleetcron.observe.RequestProgress.Waiting;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RequestProgressTest {

    private static final Instant NOON = Instant.parse("2026-06-01T12:00:00Z");
    private static final Asked ANNA = new Asked("anna@web1", NOON, "");

    @TempDir
    private Path folder;

    private JobDefinition job;
    private LedgerRecord ledger;
    private Optional<String> on = Optional.empty();

    @BeforeEach
    void define() throws IOException {
        Path main = Files.writeString(
                folder.resolve("fleetcron.yaml"), "shared_dir: shared\nstorage: local\njobs: [jobs.yaml]\n");
        Files.writeString(
                folder.resolve("jobs.yaml"), "jobs:\n  job: {command: x, every: 1h, hosts: ['host-*', '!host-c']}\n");
        job = Objects.requireNonNull(
                new ConfigLoader().load(main).config().orElseThrow().jobs().get("job"));
        ledger = LedgerRecord.first(job, NOON);
    }

    private RequestProgress at(int minute, SeenInstance... instances) {
        Instant now = NOON.plusSeconds(60L * minute);
        FleetView view = new FleetView(
                now,
                true,
                List.of(instances),
                Map.of("job", new SeenLedger("job", new LedgerState.Valid(ledger), Optional.empty(), Optional.empty())),
                new ControlTable.Valid(ControlTable.NONE));
        return RequestProgress.of(view, asked(), job);
    }

    private Run asked() {
        return new Run(
                "job",
                "4711",
                on,
                Optional.empty(),
                Map.of(),
                new Span(ANNA, Optional.of(NOON.plusSeconds(600)), Optional.empty()));
    }

    private static SeenInstance seen(String instance, boolean alive, Unfit unfit) {
        Member member = new Member(
                new Identity(instance, "host-" + instance, "boot", 42),
                "1.2.3",
                "ok",
                0,
                "hash",
                new Member.Life(NOON, NOON),
                Optional.empty(),
                1,
                Optional.empty(),
                new Activity(Map.of(), Map.of()),
                new Capability(Map.of(), unfit),
                Optional.of(1L));
        return new SeenInstance(member, NOON, alive);
    }

    private static SeenInstance up(String instance) {
        return seen(instance, true, Unfit.NONE);
    }

    private void assertWaits(String why, boolean mayPass, RequestProgress progress) {
        Waiting waiting = assertInstanceOf(Waiting.class, progress);
        assertTrue(waiting.why().contains(why), waiting.why());
        assertEquals(mayPass, waiting.mayPass(), waiting.why());
    }

    @Test
    void saysWhatARequestWaitsFor() {
        assertWaits("no instance has claimed it yet", true, at(1, up("a")));
        assertWaits("no agent is up", false, at(1));
        assertWaits("no agent is up", false, at(1, seen("a", false, Unfit.NONE)));
        assertWaits("c: its `hosts` are", false, at(1, up("c")));
        assertWaits("no instance has claimed it yet", true, at(1, up("c"), up("a")));
        assertWaits(
                "a: no such user",
                false,
                at(1, seen("a", true, new Unfit(Optional.empty(), Map.of("job", "no such user")))));
        assertWaits("a: drained", false, at(1, seen("a", true, new Unfit(Optional.of("drained by bob"), Map.of()))));
        on = Optional.of("b");
        assertWaits("no agent is up on b", false, at(1, up("a")));
        assertWaits(
                "no instance has claimed it yet",
                true,
                at(1, seen("b", true, new Unfit(Optional.of("drained by bob"), Map.of()))));
        ledger = ledger.claimed(NOON, RunOrigin.SCHEDULE, "a", "host-a", 1, NOON, 0);
        assertWaits("the job runs on host host-a", false, at(1, up("b")));
    }

    @Test
    void followsItToItsEnd() {
        ManualRequest request = new ManualRequest(ANNA, List.of(), Optional.of("4711"));
        LedgerRecord before = ledger;
        ledger = before.claimedByHand(NOON, request, Optional.of(NOON.plusSeconds(600)), "b", "host-b", 1, NOON);
        assertEquals(new Running("b", "host-b", 1), at(1, up("a")));
        assertEquals(new Running("b", "host-b", 1), at(99, up("a")), "however long it takes");

        LedgerRecord another = before.claimedByHand(
                NOON,
                new ManualRequest(ANNA, List.of(), Optional.of("other")),
                Optional.of(NOON.plusSeconds(600)),
                "b",
                "host-b",
                1,
                NOON);
        ledger = another;
        assertWaits("the job runs on host host-b", false, at(1, up("a")));
        assertEquals(new Expired(), at(11, up("a")));

        Settlement settlement = new Settlement(
                NOON,
                NOON,
                1,
                Outcome.FAILED,
                RunOrigin.MANUAL,
                "b",
                "b",
                1,
                new Settlement.Execution(
                        1, Optional.of(NOON), OptionalInt.of(3), Optional.empty(), Optional.of(request)),
                NOON);
        Ended ended = new Ended("b", Optional.of("host-b"), 1, Outcome.FAILED, OptionalInt.of(3));
        ledger = before.withRecent(List.of(settlement));
        assertEquals(ended, at(1, up("b")));

        ledger = before.claimedByHand(NOON, request, Optional.of(NOON.plusSeconds(600)), "b", "host-b", 1, NOON);
        ledger = new LedgerRecord(
                9,
                "job",
                1,
                NOON,
                Optional.empty(),
                job.scheduleHash(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                ledger.taken(),
                List.of(),
                Map.of());
        assertEquals(new Claimed(), at(1, up("b")), "history knows more");
        FleetView view =
                new FleetView(NOON, true, List.of(up("b")), Map.of(), new ControlTable.Valid(ControlTable.NONE));
        assertEquals(
                Optional.of(ended), RequestProgress.ended(List.of(new HistoryLine("job", settlement)), asked(), view));
    }

    @Test
    void isOverWhenNoInstanceCanClaimItAnyMore() {
        assertWaits("no instance", true, at(9, up("a")));
        assertWaits("no instance", true, at(10, up("a"))); // of which one may have claimed it just now
        assertEquals(new Expired(), at(11, up("a")));
    }
}
