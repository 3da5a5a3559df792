package io.fleetcron.claim;

import io.fleetcron.config.JobDefinition;
import io.fleetcron.config.RunGroup;
import io.fleetcron.fitness.Preparation;
import io.fleetcron.fitness.Preparation.Ailment;
import io.fleetcron.fleet.Fire;
import io.fleetcron.fleet.Identity;
import io.fleetcron.fleet.Outcome;
import io.fleetcron.fleet.RunEnd;
import io.fleetcron.group.GroupSlot;
import io.fleetcron.ledger.ClaimDecision;
import io.fleetcron.ledger.ClaimInput;
import io.fleetcron.ledger.ClaimInput.Standing;
import io.fleetcron.ledger.ClaimProtocol;
import io.fleetcron.ledger.CurrentRun;
import io.fleetcron.ledger.HistoryLine;
import io.fleetcron.ledger.LedgerRecord;
import io.fleetcron.ledger.LeftOut;
import io.fleetcron.ledger.RunOrigin;
import io.fleetcron.ledger.RunResult;
import io.fleetcron.ledger.Settlement;
import io.fleetcron.ledger.Waiting;
import io.fleetcron.ledger.file.JobLedger;
import io.fleetcron.ledger.file.RetainedSettlements;
import io.fleetcron.ledger.file.RunResults;
import io.fleetcron.lock.HeldLock;
import io.fleetcron.look.LockAttempt;
import io.fleetcron.look.StandAside;
import io.fleetcron.run.Run;
import io.fleetcron.run.RunSpec;
import io.fleetcron.storage.StorageException;
import io.fleetcron.storage.StorageHealth.Kind;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * From taking a job's lock to giving it back, perhaps over several runs. Straight-line code for one thread, which may
 * block on storage and on the run.
 *
 * <p>The invariants are kept here: a start is on stable storage before the command starts; what a run ended with is
 * recorded through the descriptor that held the lock all the while; after any error the lock is in doubt, is let go and
 * nothing more is recorded.
 */
final class LockSession {

    private static final Logger LOG = LoggerFactory.getLogger(LockSession.class);

    private final Instance instance;
    private final StorageScope lane;
    private final Supplier<ActiveDefinition> definition;
    private final String job;
    private final HeldLock lock;
    private final JobLedger ledger;
    private final UnrecordedRuns ended;
    private final Consumer<Optional<Run>> onRun;
    private boolean seenEnd;
    private Optional<Preparation> prepared;
    private Optional<GroupSlot> slot = Optional.empty();
    private boolean mayRefuse;
    private Optional<Duration> lease = Optional.empty();
    private Duration claimedUptime = Duration.ZERO;
    private Instant claimedWall = Instant.EPOCH;
    /** By which one claim is decided, prepared, recorded and reported, whatever the files say meanwhile. */
    private ActiveDefinition inForce;

    private Optional<CurrentRun> decidedOn = Optional.empty();
    private Optional<String> refusal = Optional.empty();

    /**
     * @param definition the job's newest definition at any time
     * @param lock just taken, or taken back
     * @param prepared what the first run gets, if that is known: it is not closed here. If this host cannot run the job,
     *     nobody else has done so in time: one fire is then claimed and recorded as failed
     * @param recent what the ledger goes on remembering
     * @param ended runs of this job that are over but not recorded
     * @param onRun gets each run that begins, and an empty value when it is over
     */
    LockSession(
            Instance instance,
            StorageScope lane,
            Supplier<ActiveDefinition> definition,
            HeldLock lock,
            Optional<Preparation> prepared,
            RetainedSettlements recent,
            UnrecordedRuns ended,
            Consumer<Optional<Run>> onRun) {
        this.instance = instance;
        this.lane = lane;
        this.definition = definition;
        this.inForce = definition.get();
        this.job = inForce.job().name();
        this.lock = lock;
        this.prepared = prepared;
        this.mayRefuse = prepared.flatMap(Preparation::ailment)
                .filter(ailment -> !ailment.elsewhere()
                        || !instance.members().anyAllowed(inForce.job().policy().placement()))
                .isPresent();
        this.ledger = new JobLedger(job, lock, recent, lane.memory(), instance.clock(), this::knownToMembers);
        this.ended = ended;
        this.onRun = onRun;
    }

    /** Settles what is due and runs what is to run, until nothing is. */
    LockAttempt serve() {
        return guarded(() -> {
            LedgerRecord record = read();
            return goOn(record, resultOf(record));
        });
    }

    /** Takes a run back that an earlier agent of this host started: waits for it, then goes on as {@link #serve}. */
    LockAttempt resume(Run run) {
        return guarded(() -> {
            instance.listener().began(run);
            LedgerRecord record = read();
            adoptSlot(run);
            Optional<RunResult> result = await(run, record);
            freeSlot(result.isPresent());
            return result.isPresent()
                    ? goOn(
                            record,
                            result.filter(end -> record.run().filter(end::isOf).isPresent())
                                    .or(() -> resultOf(record)))
                    : inDoubt(record);
        });
    }

    /** Whether this saw a run end, however it went on from there. */
    boolean hasSeenEnd() {
        return seenEnd;
    }

    /** Claims a fire that a person asked for now, and runs it; then goes on as {@link #serve}. */
    LockAttempt runNow(ManualStart asked, Consumer<Settlement> onSettled) {
        return guarded(() -> {
            LedgerRecord read = read();
            ClaimDecision decision = decide(read, resultOf(read));
            if (asked.isTaken(read) || asked.isOver(instance.clock().instant())) {
                return settle(read, decision);
            }
            Optional<String> open = asked.fire().flatMap(decision::mayStillStart);
            if (open.isPresent()) {
                LockAttempt settled = settle(read, decision);
                return settled instanceof LockAttempt.Idle ? new LockAttempt.Held(open.get()) : settled;
            }
            LedgerRecord claimed;
            Optional<Run> run = Optional.empty();
            Optional<RunResult> result = Optional.empty();
            try (Preparation mine = preparation(asked.of(inForce.job()))) {
                Optional<LockAttempt> full = takeSlotByHand(read);
                if (full.isPresent()) {
                    return full.get();
                }
                if (!instance.steps().begin()) {
                    return settle(read, decision);
                }
                try {
                    claimed = claim(decision, asked);
                    if (tooLate()) {
                        return notStarted(claimed);
                    }
                    run = Optional.of(launch(claimed, mine));
                } catch (LaunchException e) {
                    claimed = e.claimed;
                    result = Optional.of(e.result);
                } finally {
                    instance.steps().end();
                }
            }
            if (run.isPresent()) {
                result = await(run.get(), claimed);
            }
            if (result.isEmpty()) {
                return inDoubt(claimed);
            }
            freeSlot(true);
            ClaimDecision after = decide(claimed, result);
            after.settled().stream().limit(1).forEach(onSettled);
            return settle(claimed, after);
        });
    }

    private interface Step {
        LockAttempt take() throws IOException, InterruptedException;
    }

    private LockAttempt guarded(Step step) {
        try {
            return step.take();
        } catch (IOException e) {
            lock.abandon();
            ended.unrecorded();
            return new LockAttempt.Failed(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            lock.abandon();
            return new LockAttempt.InDoubt("interrupted");
        } catch (RuntimeException | Error e) {
            lock.abandon(); // else no host could run this job until this agent ends
            throw e;
        } finally {
            freeSlot(false); // a run that was lost sight of keeps it
        }
    }

    private LedgerRecord read() throws IOException {
        lease = lane.lease().now();
        return ledger.read(() -> LedgerRecord.first(inForce.job(), inForce.since()));
    }

    private Optional<String> knownToMembers() {
        return lane.ranked() ? instance.members().knowing(job) : Optional.empty();
    }

    private Optional<RunResult> resultOf(LedgerRecord record) {
        return record.run().flatMap(run -> {
            Optional<RunResult> known = ended.resultOf(run);
            return isLost(known) ? ledger.resultOf(run).or(() -> known) : known.or(() -> ledger.resultOf(run));
        });
    }

    /** Whether all that this host knows is that the run's processes have disappeared. */
    private static boolean isLost(Optional<RunResult> result) {
        return result.filter(known -> known.end().outcome() == Outcome.LOST).isPresent();
    }

    private LockAttempt goOn(LedgerRecord read, Optional<RunResult> first) throws IOException, InterruptedException {
        LedgerRecord record = read;
        Optional<RunResult> result = first;
        while (true) {
            ClaimDecision decision = decide(record, result);
            if (decision.start().isEmpty()) {
                return settle(record, decision);
            }
            ClaimDecision.Start start = decision.start().get();
            freeSlot(true); // of a claim that started nothing
            Optional<String> drained = lane.ranked() ? instance.drained() : Optional.empty();
            if (drained.isPresent()) {
                return leaveToOthers(record, decision, drained.get());
            }
            Run run;
            try (Preparation mine = preparation(inForce.job())) {
                if (mine.ailment().isPresent() && !refuses()) {
                    return leaveToOthers(record, decision, mine.ailment().get().reason());
                }
                Optional<LockAttempt> full = mine.ailment().isPresent() ? Optional.empty() : takeSlot(record, decision);
                if (full.isPresent()) {
                    return full.get();
                }
                if (!instance.steps().begin()) {
                    return settle(record, decision);
                }
                try {
                    if (mine.ailment().filter(Ailment::elsewhere).isPresent()) {
                        record = missed(decision, mine.ailment().get());
                        result = Optional.empty();
                        continue;
                    }
                    record = claim(decision, start);
                    Optional<String> forbidden = forbidden(start.fire());
                    if (tooLate()) {
                        return notStarted(record);
                    }
                    if (forbidden.isPresent()) {
                        result = Optional.of(leftOut(record, forbidden.get()));
                        continue;
                    }
                    run = launch(record, mine);
                } finally {
                    instance.steps().end();
                }
            } catch (LaunchException e) {
                result = Optional.of(e.result);
                continue;
            }
            result = await(run, record);
            if (result.isEmpty()) {
                return inDoubt(record);
            }
            freeSlot(true);
        }
    }

    private LockAttempt settle(LedgerRecord record, ClaimDecision decision) throws IOException {
        if (!instance.steps().beginLast()) {
            lock.abandon(); // a supervisor that gets no answer writes the exit record itself
            return new LockAttempt.InDoubt("the agent stops");
        }
        try {
            settling(decision);
            LedgerRecord written = decision.record().equals(record) ? record : ledger.write(decision.record());
            recorded(decision);
            instance.listener().accounted(new Fire(job, written.settled()));
            lock.unlock();
            return new LockAttempt.Idle(written);
        } finally {
            instance.steps().end();
        }
    }

    /** No live instance may run what is to be started: that is recorded instead of a claim. */
    private LedgerRecord missed(ClaimDecision decision, Ailment ailment) throws IOException {
        Instant fire = decision.start().orElseThrow().fire();
        String why = "no live instance may run it: " + ailment.reason();
        ClaimDecision missed =
                decision.missed(why, instance.settler(), instance.clock().instant());
        settling(missed);
        LedgerRecord written = ledger.write(missed.record());
        LOG.error("fire missed job={} fire={}: {}", job, fire, why);
        recorded(missed);
        return written;
    }

    /**
     * Takes a slot of the job's group, if it is in one, for what is to be started; else says why that has to wait. It stays
     * due in the record, or owed, and nothing of it is recorded but that it waits.
     */
    private Optional<LockAttempt> takeSlot(LedgerRecord record, ClaimDecision decision) throws IOException {
        Optional<RunGroup> group = inForce.job().policy().group();
        if (group.isEmpty()) {
            return Optional.empty();
        }
        if (!lane.capacity().take()) {
            LockAttempt settled = settle(record, decision);
            return Optional.of(settled instanceof LockAttempt.Idle ? new LockAttempt.Full() : settled);
        }
        Instant now = instance.clock().instant();
        Instant since = decision.record().waiting().map(Waiting::since).orElse(now);
        keepSlot(lane.groups().take(group.get(), job, since));
        return slot.isPresent() ? Optional.empty() : Optional.of(waitForSlot(record, decision, group.get(), now));
    }

    private LockAttempt waitForSlot(LedgerRecord record, ClaimDecision decision, RunGroup group, Instant now)
            throws IOException {
        String self = instance.identity().instance();
        ClaimDecision waiting = decision.waiting(group.name(), self, this::mayTry, now);
        if (!waiting.record().equals(decision.record())) {
            LOG.info(
                    "fire waits job={} fire={} group={}: as many of its jobs run as may run at once",
                    job,
                    decision.start().orElseThrow().fire(),
                    group);
        }
        LockAttempt settled = settle(record, waiting);
        return settled instanceof LockAttempt.Idle idle
                ? new LockAttempt.GroupFull(
                        full(group),
                        idle.record(),
                        idle.record()
                                .waiting()
                                .filter(fire -> fire.instance().equals(self))
                                .isPresent())
                : settled;
    }

    private boolean mayTry(String other) {
        return instance.members().live().contains(other)
                && !instance.members().unfit(job).contains(other);
    }

    /** As {@link #takeSlot}; behind all that wait. */
    private Optional<LockAttempt> takeSlotByHand(LedgerRecord read) throws IOException {
        Optional<RunGroup> group = inForce.job().policy().group();
        if (group.isEmpty()) {
            return Optional.empty();
        }
        if (!lane.capacity().take()) {
            lock.unlock();
            return Optional.of(new LockAttempt.Full());
        }
        keepSlot(lane.groups().takeByHand(group.get(), job));
        if (slot.isPresent()) {
            return Optional.empty();
        }
        lock.unlock();
        return Optional.of(new LockAttempt.GroupFull(full(group.get()), read, false));
    }

    private static String full(RunGroup group) {
        return "of group " + group.name() + ", as many jobs run or wait as may run at once, " + group.limit();
    }

    /** The capacity for it is taken already. */
    private void keepSlot(Optional<GroupSlot> taken) {
        slot = taken;
        if (taken.isEmpty()) {
            lane.capacity().giveBack();
        }
    }

    /** Without a share in it the slot is held by the run's own processes alone, which is as good as long as they live. */
    private void adoptSlot(Run run) {
        run.slot().ifPresent(name -> {
            try {
                GroupSlot shared = lane.groups().adopt(name, run.pid());
                lane.capacity().takeOver();
                slot = Optional.of(shared);
            } catch (StorageException e) {
                LOG.warn(
                        "slot of a run not shared job={} token={}: {}",
                        job,
                        run.id().token(),
                        e.getMessage());
            }
        });
    }

    /** @param over whether nothing of the run that it was taken for lives */
    private void freeSlot(boolean over) {
        Optional<GroupSlot> held = slot;
        slot = Optional.empty();
        held.ifPresent(taken -> {
            if (over) {
                taken.release();
            } else {
                taken.abandon();
            }
            lane.capacity().giveBack();
        });
    }

    /** What is to be started stays due, or owed, in the record. */
    private LockAttempt leaveToOthers(LedgerRecord record, ClaimDecision decision, String why) throws IOException {
        LockAttempt settled = settle(record, decision);
        return settled instanceof LockAttempt.Idle idle
                ? new LockAttempt.Unfit(why, Optional.of(idle.record()), StandAside.NOT)
                : settled;
    }

    private LockAttempt inDoubt(LedgerRecord record) {
        return leave(
                record,
                "run fenced job={} fire={} token={}: its lock was in doubt, so it was ended here; the next claimer"
                        + " records it");
    }

    private LockAttempt notStarted(LedgerRecord record) {
        return leave(
                record,
                "run not started job={} fire={} token={}: this host stood still after its claim, so the lock is in doubt;"
                        + " the next claimer records it");
    }

    private LockAttempt leave(LedgerRecord record, String message) {
        lock.abandon();
        ended.recorded(); // this run's end is the next claimer's to record; its claim accounts for all before it
        LOG.error(message, job, record.run().map(run -> run.fire().toString()).orElse("-"), record.token());
        return new LockAttempt.InDoubt("its lock was in doubt");
    }

    private ClaimDecision decide(LedgerRecord record, Optional<RunResult> result) throws IOException {
        ActiveDefinition now = definition.get();
        inForce = now;
        Standing standing = standing(now);
        Instant since = standing == Standing.DEFINED ? since(record, now) : now.since();
        decidedOn = record.run();
        return ClaimProtocol.decide(new ClaimInput(
                record,
                result,
                record.run().flatMap(run -> ledger.lastSign(run.token())),
                now.job(),
                isHeld() ? Standing.HELD : standing,
                since,
                standing == Standing.DEFINED ? since : now.until(),
                leftOut().and(now.job()::exclusion),
                now.boot(),
                lease,
                instance.clock().instant(),
                instance.settler()));
    }

    /**
     * Since when the definition counts. A ledger that was written under another schedule has not been open to those who had
     * this one before: what came due for them is owed.
     */
    private Instant since(LedgerRecord record, ActiveDefinition now) throws StorageException {
        boolean changed = !record.schedule().equals(now.job().scheduleHash());
        return changed && lane.ranked() ? instance.members().scheduledSince(now.job(), now.since()) : now.since();
    }

    /**
     * What only this host's files do not define, or did not define for a while, is in force in the fleet: its open fires are
     * for the others, or are owed.
     */
    private Standing standing(ActiveDefinition now) {
        if (!lane.ranked() || !instance.definitions().definedElsewhere(job)) {
            return now.standing();
        }
        return switch (now.standing()) {
            case RETIRED -> Standing.HELD;
            case RETURNED -> Standing.DEFINED;
            case DEFINED, HELD -> now.standing();
        };
    }

    private boolean isHeld() {
        return instance.members().clockFault().isPresent()
                || (lane.ranked()
                        && (isBlind() || instance.definitions().minority(job).isPresent()));
    }

    /** Whether nobody knows here what people ask of the fleet: then nothing is started. */
    private boolean isBlind() {
        try {
            return instance.controls().current().isPresent();
        } catch (StorageException e) {
            lane.health().failed(Kind.CONTROLS, e);
            return true;
        }
    }

    /** Jobs that run on every host follow what was read last: they do not wait for the shared directory. */
    private LeftOut leftOut() {
        return instance.controls().leftOut(job, instance.clock().instant());
    }

    /**
     * Why the fire just claimed is left out after all: so much time may have passed since the decision that somebody has
     * heard that it is. Whoever asks after this finds the claim in the ledger.
     */
    private Optional<String> forbidden(Instant fire) throws IOException {
        if (!lane.ranked()) {
            return Optional.empty();
        }
        Optional<String> fault = instance.controls().current();
        return fault.isPresent() ? fault : leftOut().reason(fire);
    }

    private LedgerRecord claim(ClaimDecision decision, ClaimDecision.Start start) throws IOException {
        Identity self = instance.identity();
        return claim(
                decision,
                now -> decision.record()
                        .claimed(
                                start.fire(),
                                RunOrigin.SCHEDULE,
                                self.instance(),
                                self.host(),
                                self.pid(),
                                now,
                                start.reruns()));
    }

    private LedgerRecord claim(ClaimDecision decision, ManualStart asked) throws IOException {
        Identity self = instance.identity();
        return claim(
                decision,
                now -> decision.postponed(now)
                        .claimedByHand(
                                asked.fire().orElse(now),
                                asked.request(),
                                asked.until(),
                                self.instance(),
                                self.host(),
                                self.pid(),
                                now));
    }

    private LedgerRecord claim(ClaimDecision decision, Function<Instant, LedgerRecord> claim) throws IOException {
        settling(decision);
        lease = lane.lease().now(); // it may have changed; a mount that fences nobody in time starts nothing
        // A write that succeeds proves that the server kept the lock up to its beginning: the run's first heartbeat. Of
        // the slot nothing is known beyond the moment at which it was taken.
        claimedUptime = slot.map(GroupSlot::uptime).orElseGet(this::uptime);
        claimedWall = slot.map(GroupSlot::wall).orElseGet(() -> instance.time().instant());
        LedgerRecord claimed = ledger.write(claim.apply(instance.clock().instant()));
        recorded(decision);
        return claimed;
    }

    private RunResult leftOut(LedgerRecord claimed, String why) {
        CurrentRun claim = claimed.run().orElseThrow();
        return new RunResult(
                claim.token(),
                claim.fire(),
                new RunEnd(
                        Outcome.SKIPPED,
                        OptionalInt.empty(),
                        0,
                        instance.clock().instant(),
                        Optional.empty(),
                        Optional.of(why)));
    }

    /** The host may have been paused since the claim, and the lock given away. The supervisor looks once more. */
    private boolean tooLate() {
        Duration age = uptime().minus(claimedUptime);
        return lease.filter(kept -> age.compareTo(kept.dividedBy(2)) > 0).isPresent();
    }

    private Duration uptime() {
        return Duration.ofNanos(instance.time().bootNanos());
    }

    /**
     * What the next run gets: found out before the lock was tried, else now. To be closed; it takes a few seconds at most.
     */
    private Preparation preparation(JobDefinition now) throws InterruptedException {
        Optional<Preparation> known = prepared;
        prepared = Optional.empty();
        if (known.filter(first -> first.job().equals(now)).isPresent()) {
            return known.get();
        }
        return instance.fitness().prepare(now);
    }

    /** Whether a fire is claimed that this host cannot run: one, or any where no other host could. */
    private boolean refuses() {
        boolean once = mayRefuse;
        mayRefuse = false;
        return once || !lane.ranked();
    }

    private Run launch(LedgerRecord claimed, Preparation prepared) throws LaunchException {
        CurrentRun claim = claimed.run().orElseThrow();
        refusal = Optional.empty();
        try {
            Run run = prepared.ailment().isPresent()
                    ? refuse(claim, prepared.ailment().get())
                    : start(claim, prepared);
            instance.listener().began(run);
            if (claim.trigger() == RunOrigin.SCHEDULE) {
                instance.listener().started(run.id());
            }
            onRun.accept(Optional.of(run));
            return run;
        } catch (IOException e) {
            LOG.error("run's refusal not noted job={} token={}: {}", job, claimed.token(), e.getMessage());
            throw new LaunchException(
                    claimed,
                    new RunResult(
                            claimed.token(),
                            claim.fire(),
                            new RunEnd(
                                    Outcome.FAILED,
                                    OptionalInt.of(RunEnd.NEVER_BEGAN),
                                    0,
                                    instance.clock().instant(),
                                    Optional.empty(),
                                    refusal)));
        }
    }

    private Run start(CurrentRun claim, Preparation prepared) throws IOException {
        try {
            Run run = instance.launcher()
                    .start(
                            RunSpecs.of(
                                    prepared.job(),
                                    claim,
                                    prepared.command().orElseThrow(),
                                    lease,
                                    lock.descriptor(),
                                    slot.map(held -> new RunSpec.Slot(held.name(), held.descriptor())),
                                    claimedUptime,
                                    claimedWall,
                                    instance.outputCap()),
                            prepared.place().orElseThrow());
            LOG.info(
                    run.startsNothing()
                            ? "run only recorded, nothing started job={} fire={} token={} pid={} late={}ms"
                            : "run started job={} fire={} token={} pid={} late={}ms",
                    job,
                    run.id().time(),
                    run.id().token(),
                    run.pid(),
                    Duration.between(run.id().time(), instance.clock().instant())
                            .toMillis());
            return run;
        } catch (IOException e) {
            instance.fitness().cannotStart(prepared.job(), e);
            return refuse(claim, new Ailment(false, String.valueOf(e.getMessage())));
        }
    }

    /** A run that is over before it began; log, history and, where this host can write one, output say why. */
    private Run refuse(CurrentRun claim, Ailment ailment) throws IOException {
        refusal = Optional.of(ailment.reason());
        LOG.error("run not started job={} fire={} token={}: {}", job, claim.fire(), claim.token(), ailment.reason());
        if (ailment.ofHost()) {
            throw new IOException("this host keeps no output"); // its state directory may hang
        }
        return instance.launcher().refuse(claim.id(job), claim.started(), ailment.reason());
    }

    /**
     * Waits for the run's end. Where its processes have disappeared without telling this host, the lock file may hold what
     * one of them wrote there last.
     */
    private Optional<RunResult> await(Run run, LedgerRecord record) throws IOException, InterruptedException {
        Optional<RunResult> result = await(run);
        return isLost(result) && record.run().isPresent()
                ? ledger.writtenResultOf(record.run().get()).or(() -> result)
                : result;
    }

    private Optional<RunResult> await(Run run) throws InterruptedException {
        RunEnd end = RunResults.inFleetTime(run.await(), instance.clock());
        run.complaint()
                .filter(said -> end.reason().isEmpty())
                .ifPresent(said -> LOG.warn(
                        "supervisor said job={} fire={} token={}: {}",
                        job,
                        run.id().time(),
                        run.id().token(),
                        said));
        end.reason().filter(why -> refusal.isEmpty()).ifPresent(why -> neverBegan(run, why));
        instance.listener().over(run, end);
        onRun.accept(Optional.empty());
        seenEnd = true;
        RunEnd known = withKiller(run, end);
        ended.add(run, known);
        return RunResults.of(run.id().token(), run.id().time(), known);
    }

    /** The end of a run that somebody asked for says so. */
    private RunEnd withKiller(Run run, RunEnd end) {
        Optional<String> killer = end.outcome() == Outcome.KILLED && lane.ranked()
                ? instance.controls()
                        .killer(job, run.id().token(), instance.clock().instant())
                : Optional.empty();
        return killer.isPresent() && end.reason().isEmpty()
                ? new RunEnd(end.outcome(), end.exit(), end.attempts(), end.ended(), end.usage(), killer)
                : end;
    }

    /** Its processes were started, and found nothing to run it with: so would those of any other job's. */
    private void neverBegan(Run run, String why) {
        LOG.error(
                "run not started job={} fire={} token={}: {}",
                job,
                run.id().time(),
                run.id().token(),
                why);
        instance.fitness().cannotStart(inForce.job(), new IOException(why));
    }

    /** What was decided is on stable storage. */
    private void settling(ClaimDecision decision) {
        if (!decision.settled().isEmpty()) {
            instance.listener().settling(inForce.job(), decision, decidedOn);
        }
    }

    private void recorded(ClaimDecision decision) {
        List<Settlement> settled = decision.settled();
        instance.listener().settled(inForce.job(), decision, decidedOn, ended::outputOf);
        lane.history().add(settled.stream().map(s -> new HistoryLine(job, s)).toList());
        Settlement.rows(settled).forEach(this::log);
        ended.recorded(); // may have to wait for the supervisor's end
    }

    private void log(Settlement settlement) {
        if (settlement.outcome().isWell() || settlement.outcome() == Outcome.SKIPPED) {
            LOG.info(
                    "fire settled job={} fire={} outcome={} token={} instance={}",
                    job,
                    settlement.fire(),
                    settlement.outcome().word(),
                    settlement.token(),
                    settlement.instance());
        } else {
            LOG.warn(
                    "fire settled job={} fire={} outcome={} exit={} count={} token={} instance={}",
                    job,
                    settlement.fire(),
                    settlement.outcome().word(),
                    settlement.exit().isPresent()
                            ? String.valueOf(settlement.exit().getAsInt())
                            : "-",
                    settlement.count(),
                    settlement.token(),
                    settlement.instance());
        }
    }

    /** No process could be started; the claim stands, so the fire ends as failed. */
    private static final class LaunchException extends Exception {
        private static final long serialVersionUID = 1L;
        private final transient LedgerRecord claimed;
        private final transient RunResult result;

        LaunchException(LedgerRecord claimed, RunResult result) {
            super("not started", null, false, false);
            this.claimed = claimed;
            this.result = result;
        }
    }
}
