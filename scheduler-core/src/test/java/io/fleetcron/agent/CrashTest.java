package io.fleetcron.agent;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fleetcron.Slow;
import io.fleetcron.claim.ActiveDefinition;
import io.fleetcron.claim.JobLock;
import io.fleetcron.claim.ManualStart;
import io.fleetcron.claim.ManualStarts;
import io.fleetcron.claim.RunSlots;
import io.fleetcron.claim.ShutdownGate;
import io.fleetcron.claim.StorageScope;
import io.fleetcron.config.FleetConfig;
import io.fleetcron.config.JobDefinition;
import io.fleetcron.config.RunPolicy.OnLost;
import io.fleetcron.config.RunPolicy.RunOn;
import io.fleetcron.config.load.ConfigLoader;
import io.fleetcron.fleet.Identity;
import io.fleetcron.fleet.Outcome;
import io.fleetcron.host.AgentDirectories;
import io.fleetcron.ledger.CorruptLedgerException;
import io.fleetcron.ledger.HistoryLine;
import io.fleetcron.ledger.LedgerCodec;
import io.fleetcron.ledger.LedgerRecord;
import io.fleetcron.ledger.LedgerState;
import io.fleetcron.ledger.ManualRequest;
import io.fleetcron.ledger.Owed;
import io.fleetcron.ledger.RunOrigin;
import io.fleetcron.ledger.Settlement;
import io.fleetcron.ledger.file.LedgerMemory;
import io.fleetcron.lock.FaultyLockDirectory;
import io.fleetcron.lock.FaultyLockDirectory.Crashes;
import io.fleetcron.lock.FaultyLockDirectory.CrashesAfter;
import io.fleetcron.lock.FaultyLockDirectory.Fails;
import io.fleetcron.lock.FaultyLockDirectory.Fault;
import io.fleetcron.lock.FaultyLockDirectory.SimulatedCrash;
import io.fleetcron.lock.LockDirectory;
import io.fleetcron.look.LockAttempt;
import io.fleetcron.membership.FleetFile;
import io.fleetcron.run.Run;
import io.fleetcron.storage.ServerLease;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * One fire, and an instance that dies, or whose storage fails, at every single operation of claim and settle. A second
 * instance then looks: the ledger must come right, and the fire must not have been started twice.
 */
@Slow
final class CrashTest {

    private static final Instant FIRE = Instant.parse("2026-03-01T03:00:00Z");
    private static final List<Fault> FAULTS = List.of(
            new Crashes(0), new Crashes(1), new Crashes(200), new Crashes(4095), new CrashesAfter(), new Fails("EIO"));

    @TempDir
    Path folder;

    private final AtomicInteger round = new AtomicInteger();

    @ParameterizedTest
    @EnumSource(OnLost.class)
    void atEveryStepOfClaimAndSettle(OnLost onLost) throws Exception {
        int operations = trial(0, new Crashes(0), onLost);
        assertTrue(operations >= 6, "lock, read, first write, claim, settle, unlock; were " + operations);
        everywhere(operations, (at, fault) -> trial(at, fault, onLost));
    }

    @Test
    void storageThatRecoversLosesNothing() throws Exception {
        int operations = trial(0, new Crashes(0), OnLost.SKIP);
        for (int at = 1; at <= operations; at++) {
            Place place = place("recover" + at, OnLost.SKIP);
            JobLock look = place.look("a", new FaultyLockDirectory(place.locks(), at, new Fails("EDQUOT")));
            LockAttempt first = look.look(FIRE, false);
            // Unlocking is the last operation: by then all is recorded, but the lock is in doubt.
            assertInstanceOf(LockAttempt.Failed.class, first, "operation " + at);
            settle(look);
            place.check("operation " + at + " failed once", OnLost.SKIP);
        }
    }

    @ParameterizedTest
    @EnumSource(RunOn.class)
    void whatIsSettledComesToHistoryThoughItsHostDiedAtOnce(RunOn where) throws Exception {
        Place place = place("history", OnLost.SKIP);
        settle(place.look(place.parts("a"), where));
        assertEquals(List.of(), place.history());

        AgentParts later = place.parts("a", FIRE.plusSeconds(600));
        place.look(later, where).look(FIRE, where == RunOn.EVERY); // as after a start; nobody else reads that ledger
        later.lane(where).history().flush();
        later.shared().history().flush();
        later.spool().dropIfWritten();
        assertEquals(
                List.of(Outcome.SUCCEEDED),
                place.history().stream()
                        .map(line -> line.settlement().outcome())
                        .toList());
    }

    /** A lost run owes another one, whoever reads the ledger next and for what reason. */
    @ParameterizedTest
    @EnumSource(Between.class)
    void aRerunThatIsOwedIsNotSwallowed(Between between) throws Exception {
        Place place = place("owed" + between, OnLost.RERUN);
        int claim = 4; // lock, read, first write, claim
        JobLock dead = place.look("a", new FaultyLockDirectory(place.locks(), claim, new CrashesAfter()));
        assertThrows(SimulatedCrash.class, () -> dead.look(FIRE, false));
        List<Settlement> manual = new ArrayList<>();
        AgentParts next = place.parts("b");
        if (between == Between.STOP) {
            inTheMiddleOfAStop(
                    next.instance().steps(), () -> place.look(next, RunOn.ONE).look(FIRE, false));
        } else {
            place.look(next, RunOn.ONE).runNow(ManualStarts.here(), manual::add);
        }
        settle(place.look("d", place.locks()));
        LedgerRecord record = place.record();
        assertEquals(
                List.of(Outcome.LOST, Outcome.SUCCEEDED),
                record.recent().stream()
                        .filter(settlement -> settlement.trigger() == RunOrigin.SCHEDULE)
                        .map(Settlement::outcome)
                        .toList(),
                record.toString());
        assertEquals(FIRE, record.settled());
        assertTrue(manual.stream().allMatch(settlement -> settlement.outcome() == Outcome.SUCCEEDED));
    }

    /** What is owed is started once, wherever {@code fleetcron run} dies or fails, and whether or not it has run the job. */
    @ParameterizedTest
    @EnumSource(Owed.Why.class)
    void aRunByHandAtEveryStepSwallowsNothingThatIsOwed(Owed.Why why) throws Exception {
        int operations = runByHand(why, 0, new Crashes(0));
        assertTrue(operations >= 5, "lock, read, claim, settle, unlock; were " + operations);
        everywhere(operations, (at, fault) -> runByHand(why, at, fault));
    }

    private interface Trial {
        int of(int at, Fault fault) throws Exception;
    }

    /** Several at once: a supervisor whose agent has died waits some seconds for another one. */
    private static void everywhere(int operations, Trial trial) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(8);
        try {
            List<Future<Integer>> trials = new ArrayList<>();
            for (int at = 1; at <= operations; at++) {
                int here = at;
                FAULTS.forEach(fault -> trials.add(threads.submit(() -> trial.of(here, fault))));
            }
            for (Future<Integer> done : trials) {
                done.get();
            }
        } finally {
            threads.shutdownNow();
        }
    }

    private int runByHand(Owed.Why why, int at, Fault fault) throws Exception {
        Place place = place("byHand" + round.incrementAndGet(), OnLost.RERUN);
        place.owe(why);
        FaultyLockDirectory faulty = new FaultyLockDirectory(place.locks(), at, fault);
        try {
            place.look("a", faulty)
                    .runNow(ManualStarts.here(), settled -> assertEquals(RunOrigin.MANUAL, settled.trigger()));
        } catch (SimulatedCrash crash) {
            assertTrue(at > 0);
        }
        settle(place.look("b", place.locks()));
        place.checkOwed(why + ", operation " + at + " " + fault);
        return faulty.operations();
    }

    /** What was asked of any instance is started once, wherever the one that claims it dies or fails. */
    @Test
    void aRequestThatTwoInstancesServeIsStartedOnceWhateverBecomesOfTheFirst() throws Exception {
        int operations = request(0, new Crashes(0));
        assertTrue(operations >= 5, "lock, read, claim, settle, unlock; were " + operations);
        everywhere(operations, this::request);
    }

    private int request(int at, Fault fault) throws Exception {
        Place place = place("request" + round.incrementAndGet(), OnLost.SKIP);
        ManualStart asked = ManualStarts.requested("4711", FIRE.plusSeconds(600));
        FaultyLockDirectory faulty = new FaultyLockDirectory(place.locks(), at, fault);
        try {
            place.look("a", faulty).runNow(asked, settled -> {});
        } catch (SimulatedCrash crash) {
            assertTrue(at > 0);
        }
        String context = "operation " + at + " " + fault;
        JobLock next = place.look("b", place.locks());
        for (int i = 0; i < 2; i++) {
            settle(next);
            assertInstanceOf(LockAttempt.Idle.class, next.runNow(asked, settled -> {}), context);
        }
        LedgerRecord record = place.record();
        List<Settlement> byHand = record.recent().stream()
                .filter(settlement -> settlement.trigger() == RunOrigin.MANUAL)
                .toList();
        assertEquals(1, byHand.size(), context + " " + record);
        assertEquals(Optional.of("4711"), byHand.get(0).request().flatMap(ManualRequest::id), context);
        assertTrue(record.hasTaken("4711"), context);
        // The scheduled fire is another start. A claim whose host died before the start has none.
        boolean lost = byHand.get(0).outcome() == Outcome.LOST;
        long starts = place.starts();
        assertTrue(starts == 2 || (lost && starts == 1), context + ": " + starts + " " + record);
        return faulty.operations();
    }

    @Test
    void aRequestWhoseTimeIsOverIsNotStarted() throws Exception {
        Place place = place("expired", OnLost.SKIP);
        settle(place.look("a", place.locks()));
        ManualStart asked = ManualStarts.requested("4711", FIRE.plusSeconds(1));
        assertInstanceOf(LockAttempt.Idle.class, place.look("a", place.locks()).runNow(asked, settled -> {}));
        assertEquals(1, place.starts(), "the scheduled fire alone");
        assertFalse(place.record().hasTaken("4711"));
    }

    /** Its command sees the scheduled time; the fire keeps the outcome that it had. */
    @Test
    void aFireIsRunAgainBesideItsOwnOutcome() throws Exception {
        Place place = place("again", OnLost.SKIP);
        JobLock look = place.look("a", place.locks());
        LockAttempt early = look.runNow(ManualStarts.again(FIRE.plusSeconds(86_400)), settled -> {});
        assertTrue(
                assertInstanceOf(LockAttempt.Held.class, early).why().contains("is not settled yet"), early.toString());
        settle(look);
        List<Settlement> ended = new ArrayList<>();
        assertInstanceOf(LockAttempt.Idle.class, look.runNow(ManualStarts.again(FIRE), ended::add));
        Settlement again = ended.get(0);
        assertEquals(FIRE, again.fire());
        assertEquals(RunOrigin.MANUAL, again.trigger());
        assertEquals("anna@web1", again.request().orElseThrow().asked().by());
        LedgerRecord record = place.record();
        assertEquals(FIRE, record.settled());
        assertEquals(
                List.of(RunOrigin.SCHEDULE, RunOrigin.MANUAL),
                record.recent().stream().map(Settlement::trigger).toList());
        assertEquals(2, place.starts());
    }

    /** Not one that is owed either: a fire by itself and again by hand would be two starts of which a person wanted one. */
    @ParameterizedTest
    @EnumSource(Owed.Why.class)
    void aFireThatIsOwedIsNotRunByHandBefore(Owed.Why why) throws Exception {
        Place place = place("owedAgain" + why, OnLost.RERUN);
        place.owe(why);
        JobLock look = place.look("a", place.locks());
        assertInstanceOf(LockAttempt.Held.class, look.runNow(ManualStarts.again(FIRE), settled -> {}));
        settle(look);
        place.checkOwed(why.toString());
    }

    /** A stop before the claim leaves it to the next one who looks. */
    @ParameterizedTest
    @EnumSource(Owed.Why.class)
    void aStopSwallowsNothingThatIsOwed(Owed.Why why) throws Exception {
        Place place = place("stopped" + why, OnLost.RERUN);
        place.owe(why);
        AgentParts stopping = place.parts("a");
        inTheMiddleOfAStop(
                stopping.instance().steps(),
                () -> place.look(stopping, RunOn.ONE).look(FIRE, false));
        assertEquals(0, place.starts());
        settle(place.look("b", place.locks()));
        place.checkOwed(why.toString());
    }

    /** A ledger never goes backwards: what an older copy of it does not show may have run. */
    @ParameterizedTest
    @EnumSource(Damage.class)
    void aLedgerThatGoesBackwardsIsNotBelieved(Damage damage) throws Exception {
        Place place = place("damage" + damage, OnLost.SKIP);
        Path file = place.root().resolve("shared/jobs/nightly.lock");
        AgentParts parts = place.parts("a");
        JobLock running = place.look(parts, RunOn.ONE);
        running.look(FIRE.minusSeconds(1), false);
        byte[] intact = Files.readAllBytes(file);
        parts.remember();
        // Restored from a copy made before the claim, or gone: in place, or as another file while this one is open.
        byte[] earlier = LedgerCodec.encode(
                        LedgerRecord.first(place.definition().job(), FIRE.minusSeconds(10)))
                .orElseThrow();
        byte[] found = damage.blank ? new byte[0] : earlier;
        if (damage.moved) {
            Files.move(file, file.resolveSibling("moved"));
        }
        Files.write(file, found);

        for (JobLock look : List.of(running, place.look(place.parts("a"), RunOn.ONE))) {
            LockAttempt.Failed failed = refusal(look);
            assertInstanceOf(CorruptLedgerException.class, failed.cause(), failed.toString());
            String words = String.valueOf(failed.cause().getMessage());
            assertTrue(words.contains("token 1") && words.contains("fleetcron settle nightly"), words);
        }
        assertArrayEquals(found, Files.readAllBytes(file), "left as it was found");
        assertEquals(1, place.starts());

        Files.write(file, intact);
        assertInstanceOf(
                LockAttempt.Idle.class, place.look(place.parts("a"), RunOn.ONE).look(FIRE, false));
        assertEquals(1, place.starts());
    }

    /** Written while the server's clock was ahead: an error of its own, also where a look without the lock would do. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aLedgerThatIsAheadOfTheFleetsTimeIsAnError(boolean peek) throws Exception {
        Place place = place("ahead", OnLost.SKIP);
        Path file = place.root().resolve("shared/jobs/nightly.lock");
        JobDefinition job = place.definition().job();
        AgentParts parts = place.parts("a");
        Files.write(
                file,
                LedgerCodec.encode(LedgerRecord.first(job, FIRE.plusSeconds(3600)))
                        .orElseThrow());
        LockAttempt.Failed failed = assertInstanceOf(
                LockAttempt.Failed.class, place.look(parts, RunOn.ONE).look(FIRE, peek));
        String words = String.valueOf(failed.cause().getMessage());
        assertTrue(words.contains("ahead of the fleet's time") && words.contains("settle nightly --to now"), words);
        assertEquals(0, place.starts());

        Files.write(
                file,
                LedgerCodec.encode(LedgerRecord.first(job, FIRE.minusSeconds(10)))
                        .orElseThrow());
        assertInstanceOf(LockAttempt.Idle.class, place.look(parts, RunOn.ONE).look(FIRE, peek));
        assertEquals(1, place.starts());
    }

    /** Also what was read without the lock has been seen: an instance that loses every race still notices an older copy. */
    @Test
    void anInstanceThatOnlyReadTheLedgerWithoutItsLockDoesNotBelieveAnOlderCopy() throws Exception {
        Place place = place("peeked", OnLost.SKIP);
        Path file = place.root().resolve("shared/jobs/nightly.lock");
        place.parts("a");
        byte[] copy = LedgerCodec.encode(LedgerRecord.first(place.definition().job(), FIRE.minusSeconds(10)))
                .orElseThrow();
        Files.write(file, copy);
        settle(place.look("a", place.locks()));
        JobLock loser = place.look(place.parts("b"), RunOn.ONE);
        LockAttempt.Elsewhere seen = assertInstanceOf(LockAttempt.Elsewhere.class, loser.look(FIRE, true));
        assertEquals(1, seen.seen().orElseThrow().token());

        Files.write(file, copy);
        LockAttempt result = loser.look(FIRE, false);
        assertInstanceOf(
                LockAttempt.Failed.class, result, "started again, with a token that was used: " + place.record());
    }

    /** The files change at any moment of a claim: what was decided by one definition is not started by another. */
    @Test
    void aClaimIsDecidedAndStartedByOneDefinition() throws Exception {
        int asked = aClaimWithAReloadAfter(Integer.MAX_VALUE);
        for (int before = 1; before <= asked; before++) {
            aClaimWithAReloadAfter(before);
        }
    }

    /** @return how often the definition was asked for */
    private int aClaimWithAReloadAfter(int questions) throws Exception {
        Place place = place("reload" + questions, OnLost.SKIP);
        Path jobs = place.root().resolve("jobs.yaml");
        Files.writeString(
                jobs,
                Files.readString(jobs).replace("0 3 * * *", "0 3,4 * * *").replace("$FLEETCRON_TOKEN", "changed"));
        Place changed = new Place(
                place.root(),
                new ConfigLoader()
                        .load(place.root().resolve("fleetcron.yaml"))
                        .config()
                        .orElseThrow());
        AtomicInteger asked = new AtomicInteger();
        CompletableFuture<String> claimedBy = new CompletableFuture<>();
        AgentParts parts = place.parts("a");
        JobLock lock = new JobLock(
                parts.instance(),
                parts.lane(RunOn.ONE),
                () -> (asked.incrementAndGet() <= questions ? place : changed).definition(),
                run -> run.ifPresent(
                        began -> claimedBy.complete(place.unchecked().schedule())));
        lock.look(FIRE, true);
        boolean started = Files.exists(place.root().resolve("changed"));
        assertEquals(
                (started ? changed : place).definition().job().scheduleHash(),
                claimedBy.get(60, TimeUnit.SECONDS),
                "a reload after " + questions + " questions");
        return asked.get();
    }

    /** Else the coordinator takes the run as going on indefinitely, and never looks at a fire of that job again. */
    @Test
    void aRunThatCannotBeAdoptedBecauseItsLedgerIsNotReadableIsSeenToItsEnd() throws Exception {
        Path root = place("adopted", OnLost.SKIP).root();
        Path jobs = root.resolve("jobs.yaml");
        Files.writeString(
                jobs,
                Files.readString(jobs)
                        .replace("command: ':", "command: 'until [ -e " + root + "/go ]; do sleep 0.1; done;"));
        Place place = new Place(
                root,
                new ConfigLoader().load(root.resolve("fleetcron.yaml")).config().orElseThrow());
        CompletableFuture<Run> begun = new CompletableFuture<>();
        AgentParts first = place.parts("a");
        JobLock starts = new JobLock(
                first.instance(), first.lane(RunOn.ONE), place::definition, run -> run.ifPresent(begun::complete));
        CompletableFuture<LockAttempt> served = CompletableFuture.supplyAsync(() -> starts.look(FIRE, false));
        List<Optional<Run>> reported = new CopyOnWriteArrayList<>();
        AgentParts second = place.parts("a");
        JobLock adopts = place.look(second, new FaultyLockDirectory(place.locks(), 1, new Fails("EIO")), reported::add);
        Run run = begun.get(60, TimeUnit.SECONDS);
        CompletableFuture<LockAttempt> adopted = CompletableFuture.supplyAsync(() -> adopts.takeBack(List.of(run)));
        while (reported.isEmpty()) {
            Thread.onSpinWait();
        }
        Files.createFile(root.resolve("go"));
        adopted.get(60, TimeUnit.SECONDS);
        served.get(60, TimeUnit.SECONDS);
        assertEquals(Optional.empty(), reported.get(reported.size() - 1), "still reported as running: " + reported);
        assertEquals(Map.of(), second.reports().activity().current().running(), "the others still hear of it");
    }

    /** A file that was replaced is noticed once, then opened afresh. */
    private static LockAttempt.Failed refusal(JobLock look) {
        LockAttempt.Failed failed = assertInstanceOf(LockAttempt.Failed.class, look.look(FIRE, false));
        return failed.cause() instanceof CorruptLedgerException
                ? failed
                : assertInstanceOf(LockAttempt.Failed.class, look.look(FIRE, false));
    }

    /** What happens to a lock file. */
    enum Damage {
        ROLLED_BACK(false, false),
        REPLACED(true, false),
        EMPTIED(false, true),
        DELETED(true, true);

        private final boolean moved;
        private final boolean blank;

        Damage(boolean moved, boolean blank) {
            this.moved = moved;
            this.blank = blank;
        }
    }

    private static void inTheMiddleOfAStop(ShutdownGate steps, Runnable work) {
        assertTrue(steps.begin());
        CompletableFuture<Boolean> stop = CompletableFuture.supplyAsync(() -> stop(steps));
        while (steps.begin()) { // until the stop has begun
            steps.end();
            Thread.onSpinWait();
        }
        work.run();
        steps.end();
        assertTrue(stop.join());
    }

    private static boolean stop(ShutdownGate steps) {
        try {
            return steps.stop(Duration.ofSeconds(60));
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** What happens between the loss of a run and the next one. */
    enum Between {
        STOP,
        RUN_BY_HAND
    }

    /** Returns how many operations there were. */
    private int trial(int at, Fault fault, OnLost onLost) throws Exception {
        Place place = place("trial" + round.incrementAndGet(), onLost);
        FaultyLockDirectory faulty = new FaultyLockDirectory(place.locks(), at, fault);
        try {
            place.look("a", faulty).look(FIRE, false);
        } catch (SimulatedCrash crash) {
            assertTrue(at > 0);
        }
        settle(place.look("b", place.locks()));
        place.check("operation " + at + " " + fault + " " + onLost, onLost);
        return faulty.operations();
    }

    /** Looks until the lock, which a run of the dead instance may still hold, is free and all is settled. */
    private static void settle(JobLock look) {
        for (int i = 0; i < 3_000; i++) {
            LockAttempt result = look.look(FIRE, false);
            if (result instanceof LockAttempt.Idle) {
                return;
            }
            TestFleet.pause(10);
        }
        throw new AssertionError("never settled");
    }

    private Place place(String name, OnLost onLost) throws Exception {
        Path root = Files.createDirectory(folder.resolve(name));
        Files.writeString(root.resolve("fleetcron.yaml"), """
                shared_dir: shared
                storage: local
                state_dir: state
                jobs: [jobs.yaml]
                """);
        Files.writeString(root.resolve("jobs.yaml"), """
                jobs:
                  nightly:
                    schedule: "0 3 * * *"
                    on_lost: %s
                    command: ': >%s/$FLEETCRON_TOKEN'
                """.formatted(onLost == OnLost.SKIP ? "skip" : "rerun", root));
        return new Place(
                root,
                new ConfigLoader().load(root.resolve("fleetcron.yaml")).config().orElseThrow());
    }

    private record Place(Path root, FleetConfig config) {

        LockDirectory locks() throws Exception {
            return parts("locks").shared().locks();
        }

        JobLock look(String instance, LockDirectory locks) throws Exception {
            return look(instance, locks, Place::ignore);
        }

        JobLock look(String instance, LockDirectory locks, Consumer<Optional<Run>> onRun) throws Exception {
            return look(parts(instance), locks, onRun);
        }

        JobLock look(AgentParts parts, LockDirectory locks, Consumer<Optional<Run>> onRun) {
            StorageScope lane = new StorageScope(
                    locks,
                    true,
                    ServerLease.none(),
                    LedgerMemory.ofThisProcess(),
                    parts.shared().health(),
                    new RunSlots(1),
                    parts.shared().groups(),
                    parts.shared().history());
            return new JobLock(parts.instance(), lane, this::definition, onRun);
        }

        JobLock look(AgentParts parts, RunOn where) {
            return new JobLock(parts.instance(), parts.lane(where), this::definition, Place::ignore);
        }

        private ActiveDefinition definition() {
            JobDefinition job = config.jobs().values().iterator().next();
            return new ActiveDefinition(job, FIRE.minusSeconds(10), Optional.empty());
        }

        List<HistoryLine> history() throws IOException {
            List<HistoryLine> lines = new ArrayList<>();
            try (Stream<Path> files = Files.walk(root.resolve("shared/history"))) {
                for (Path file : files.filter(Files::isRegularFile).toList()) {
                    Files.readAllLines(file)
                            .forEach(line -> HistoryLine.parse(line).ifPresent(lines::add));
                }
            }
            return lines;
        }

        private static void ignore(Optional<Run> run) {}

        private AgentParts parts(String instance) throws Exception {
            return parts(instance, FIRE.plusSeconds(1));
        }

        AgentParts parts(String instance, Instant now) throws Exception {
            AgentDirectories place = AgentDirectories.prepare(config, instance);
            return AgentParts.ofAgent(config, place, Identity.here(instance), () -> now, FleetFile.Use.RUNS);
        }

        LedgerRecord record() throws IOException {
            byte[] file = Files.readAllBytes(root.resolve("shared/jobs/nightly.lock"));
            return assertInstanceOf(LedgerState.Valid.class, LedgerCodec.decode("nightly", file))
                    .record();
        }

        LedgerRecord unchecked() {
            try {
                return record();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        /** Writes a ledger that owes the fire. */
        void owe(Owed.Why why) throws IOException {
            LedgerRecord first = LedgerRecord.first(definition().job(), FIRE.minusSeconds(10));
            Owed owed = new Owed(FIRE, why, FIRE, why == Owed.Why.RERUN ? 1 : 0);
            LedgerRecord owing = new LedgerRecord(
                    first.sequence(),
                    first.job(),
                    first.token(),
                    first.settled(),
                    first.backlog(),
                    first.schedule(),
                    first.times(),
                    Optional.of(owed),
                    first.run(),
                    first.recent());
            Files.createDirectories(root.resolve("shared/jobs"));
            Files.write(
                    root.resolve("shared/jobs/nightly.lock"),
                    LedgerCodec.encode(owing).orElseThrow());
        }

        /** The fire was started once and succeeded; a run by hand, if there was one, is another. */
        void checkOwed(String context) throws IOException {
            LedgerRecord record = record();
            assertEquals(FIRE, record.settled(), context);
            assertTrue(record.run().isEmpty() && record.owed().isEmpty(), context + " " + record);
            assertEquals(
                    List.of(Outcome.SUCCEEDED),
                    record.recent().stream()
                            .filter(settlement -> settlement.trigger() == RunOrigin.SCHEDULE)
                            .map(Settlement::outcome)
                            .toList(),
                    context + " " + record);
            long byHand = record.recent().stream()
                    .filter(settlement ->
                            settlement.trigger() == RunOrigin.MANUAL && settlement.outcome() == Outcome.SUCCEEDED)
                    .count();
            assertTrue(byHand <= 1, context + " " + record);
            assertEquals(1 + byHand, starts(), context + " " + record);
        }

        long starts() throws IOException {
            try (Stream<Path> files = Files.list(root)) {
                return files.filter(f -> f.getFileName().toString().matches("[0-9]+"))
                        .count();
            }
        }

        void check(String context, OnLost onLost) throws IOException {
            LedgerRecord record = record();
            assertEquals(FIRE, record.settled(), context);
            assertTrue(record.run().isEmpty(), context);
            long started = starts();
            List<Outcome> outcomes =
                    record.recent().stream().map(Settlement::outcome).toList();
            assertTrue(started <= 1, context + ": started " + started + " times, " + outcomes);
            Outcome last = outcomes.get(outcomes.size() - 1);
            if (onLost == OnLost.RERUN) {
                assertEquals(1, started, context + " " + outcomes);
            }
            assertEquals(started == 1 ? Outcome.SUCCEEDED : Outcome.LOST, last, context + " " + outcomes);
            assertEquals(
                    1, record.recent().stream().filter(s -> s.outcome() == last).count(), context + " " + outcomes);
        }
    }
}
