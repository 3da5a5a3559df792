package io.fleetcron.claim;

import io.fleetcron.config.RunPolicy;
import io.fleetcron.fitness.Fitness;
import io.fleetcron.fitness.Preparation;
import io.fleetcron.fitness.Preparation.Ailment;
import io.fleetcron.fleet.RunEnd;
import io.fleetcron.fleet.SharedLayout;
import io.fleetcron.ledger.ClaimInput.Standing;
import io.fleetcron.ledger.LedgerCodec;
import io.fleetcron.ledger.LedgerLayout;
import io.fleetcron.ledger.LedgerRecord;
import io.fleetcron.ledger.LedgerState;
import io.fleetcron.ledger.Settlement;
import io.fleetcron.ledger.file.RetainedSettlements;
import io.fleetcron.ledger.file.RunResults;
import io.fleetcron.lock.HeldLock;
import io.fleetcron.lock.LockFile;
import io.fleetcron.look.LockAttempt;
import io.fleetcron.look.StandAside;
import io.fleetcron.run.Run;
import io.fleetcron.storage.StorageException;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Looks at one job's lock file: reads it, tries the lock and, where it is granted, serves the job. Its methods block on
 * storage and on runs; one caller at a time.
 */
public final class JobLock {

    /** The descriptor by which every supervisor holds its lock. */
    private static final int SUPERVISOR_LOCK = 3;

    private final Instance instance;
    private final StorageScope lane;
    private final Supplier<ActiveDefinition> definition;
    private final Consumer<Optional<Run>> onRun;
    private final LockFile file;
    private final RetainedSettlements recent;
    private final UnrecordedRuns ended;

    public JobLock(
            Instance instance,
            StorageScope lane,
            Supplier<ActiveDefinition> definition,
            Consumer<Optional<Run>> onRun) {
        this.instance = instance;
        this.lane = lane;
        this.definition = definition;
        this.onRun = onRun;
        this.file = lane.locks().file(SharedLayout.lockName(name()));
        this.recent = new RetainedSettlements(name(), instance.settler(), lane.history(), instance.members());
        this.ended = new UnrecordedRuns(instance.listener(), lane.ranked());
    }

    /** As {@link #look(Instant, boolean, StandAside)}, of an instance that has left nothing to the others so far. */
    public LockAttempt look(Instant fire, boolean peekFirst) {
        return look(fire, peekFirst, StandAside.NOT);
    }

    /**
     * One look.
     *
     * @param fire the newest fire that is wanted
     * @param peekFirst read before trying the lock, and let the lock be if nobody need start that fire any more
     * @param aside since when this instance has left the job to the others
     */
    LockAttempt look(Instant fire, boolean peekFirst, StandAside aside) {
        Optional<String> fault = instance.members().clockFault();
        if (fault.isEmpty() && lane.ranked()) {
            fault = instance.controls().fault();
        }
        if (fault.isPresent()) {
            return new LockAttempt.Held(fault.get());
        }
        if (!lane.capacity().take()) {
            return new LockAttempt.Full();
        }
        try {
            if (peekFirst) {
                Optional<LedgerRecord> seen = peek();
                if (seen.isPresent() && needsNobody(seen.get(), fire)) {
                    return new LockAttempt.Elsewhere(seen);
                }
            }
            Optional<String> drained = lane.ranked() ? instance.drained() : Optional.empty();
            if (drained.isPresent()) {
                return leftToAll(fire, drained.get());
            }
            return startsNothing() ? serve(Optional.empty()) : prepareAndServe(fire, aside);
        } catch (StorageException e) {
            return new LockAttempt.Failed(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new LockAttempt.InDoubt("interrupted");
        } finally {
            lane.capacity().giveBack();
        }
    }

    private boolean startsNothing() {
        return definition.get().isRetired() || !definition.get().job().enabled();
    }

    private LockAttempt prepareAndServe(Instant fire, StandAside aside) throws StorageException, InterruptedException {
        try (Preparation prepared = instance.fitness().prepare(definition.get().job())) {
            if (prepared.ailment().isPresent() && lane.ranked()) {
                Optional<LockAttempt> left =
                        leftToOthers(fire, aside, prepared.ailment().get());
                if (left.isPresent()) {
                    return left.get();
                }
            }
            return serve(Optional.of(prepared));
        }
    }

    private LockAttempt serve(Optional<Preparation> prepared) throws StorageException {
        long asked = instance.clock().bootNanos();
        Optional<HeldLock> lock = file.tryLock();
        if (lock.isEmpty()) {
            return new LockAttempt.Elsewhere(peek());
        }
        // If the call hung, a host that was fit may be so no more. One that was not has stood aside for long enough.
        boolean hung = instance.clock().bootNanos() - asked > Fitness.INTERVAL.toNanos();
        Optional<Preparation> valid =
                hung ? prepared.filter(found -> found.ailment().isPresent()) : prepared;
        return session(lock.get(), valid).serve();
    }

    /** What is open is for the others, however long it stays open. */
    private LockAttempt leftToAll(Instant fire, String why) throws StorageException {
        Optional<LedgerRecord> seen = peek();
        return seen.isPresent() && needsNobody(seen.get(), fire)
                ? new LockAttempt.Elsewhere(seen)
                : new LockAttempt.Unfit(why, seen, StandAside.NOT);
    }

    /** Empty if nobody else has started what is open for so long that this instance, which cannot, may record that. */
    private Optional<LockAttempt> leftToOthers(Instant fire, StandAside aside, Ailment ailment)
            throws StorageException {
        Optional<LedgerRecord> seen = peek();
        if (seen.isPresent() && needsNobody(seen.get(), fire)) {
            return Optional.of(new LockAttempt.Elsewhere(seen));
        }
        Instant now = instance.clock().instant();
        StandAside still =
                aside.still(now, seen.map(LedgerRecord::accountedUpTo).orElse(Instant.MIN));
        return still.isOver(now, patience(ailment))
                ? Optional.empty()
                : Optional.of(new LockAttempt.Unfit(ailment.reason(), seen, still));
    }

    /** Twice as long as this instance stands aside. One that may run the job has all the tolerance, if it is alive. */
    private Duration patience(Ailment ailment) throws StorageException {
        RunPolicy policy = definition.get().job().policy();
        Duration tolerance = policy.tolerance(lane.lease().now());
        boolean others = ailment.elsewhere() && instance.members().anyAllowed(policy.placement());
        return others ? tolerance.multipliedBy(2) : tolerance;
    }

    /**
     * Takes back runs of this host, one after the other.
     *
     * @param runs at least one. The supervisor of the newest may hold the lock; older ones are over, and recorded or not
     */
    public LockAttempt takeBack(List<Run> runs) {
        List<Run> byAge = runs.stream()
                .sorted(Comparator.comparingLong((Run run) -> run.id().token()))
                .toList();
        Run run = byAge.get(byAge.size() - 1);
        try {
            for (Run older : byAge.subList(0, byAge.size() - 1)) {
                awaitEnd(older);
            }
            onRun.accept(Optional.of(run));
            Optional<LockAttempt> resumed = resume(run);
            if (resumed.isPresent()) {
                return resumed.get();
            }
            awaitEnd(run);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new LockAttempt.InDoubt("interrupted");
        } finally {
            onRun.accept(Optional.empty());
        }
        return look(Instant.MAX, false); // the run's end left the lock free, and the exit record in the file
    }

    /** Empty, before the run's end, if its lock cannot be shared or is in doubt. */
    private Optional<LockAttempt> resume(Run run) {
        try {
            LockSession adopted = session(lane.locks().adopt(file, run.pid(), SUPERVISOR_LOCK), Optional.empty());
            LockAttempt result = adopted.resume(run);
            return adopted.hasSeenEnd() ? Optional.of(result) : Optional.empty();
        } catch (StorageException e) {
            return Optional.empty();
        }
    }

    private void awaitEnd(Run run) throws InterruptedException {
        instance.listener().began(run);
        RunEnd end = RunResults.inFleetTime(run.await(), instance.clock());
        ended.add(run, end);
        instance.listener().over(run, end);
    }

    /** Claims and runs what was asked of several instances, unless one of them has claimed it. */
    LockAttempt runRequested(ManualStart asked) {
        Optional<String> fault = lane.ranked() ? instance.controls().fault() : Optional.empty();
        if (fault.isPresent()) {
            return new LockAttempt.Held(fault.get());
        }
        if (!lane.capacity().take()) {
            return new LockAttempt.Full();
        }
        try {
            Optional<LedgerRecord> seen = peek();
            return seen.filter(asked::isTaken).isPresent()
                    ? new LockAttempt.Elsewhere(seen)
                    : runNow(asked, settled -> {});
        } catch (StorageException e) {
            return new LockAttempt.Failed(e);
        } finally {
            lane.capacity().giveBack();
        }
    }

    /**
     * Claims and runs what a person asked for now.
     *
     * @param onSettled gets its end
     */
    public LockAttempt runNow(ManualStart asked, Consumer<Settlement> onSettled) {
        Optional<String> fault = instance.members().clockFault();
        if (fault.isPresent()) {
            return new LockAttempt.Held(fault.get());
        }
        try (Preparation prepared =
                instance.fitness().prepare(asked.of(definition.get().job()))) {
            if (prepared.ailment().isPresent()) {
                return new LockAttempt.Unfit(prepared.ailment().get().reason(), Optional.empty(), StandAside.NOT);
            }
            Optional<HeldLock> lock = file.tryLock();
            return lock.isPresent()
                    ? session(lock.get(), Optional.of(prepared)).runNow(asked, onSettled)
                    : new LockAttempt.Elsewhere(peek());
        } catch (StorageException e) {
            return new LockAttempt.Failed(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new LockAttempt.InDoubt("interrupted");
        }
    }

    public void close() {
        file.close();
    }

    private LockSession session(HeldLock lock, Optional<Preparation> prepared) {
        return new LockSession(instance, lane, definition, lock, prepared, recent, ended, onRun);
    }

    private Optional<LedgerRecord> peek() throws StorageException {
        LedgerState seen = LedgerCodec.decode(name(), file.read(0, LedgerLayout.SLOTS));
        if (seen instanceof LedgerState.Valid valid
                && lane.memory().doubt(name(), seen).isEmpty()) {
            lane.memory().seen(name(), valid.record());
            ended.seen(valid.record());
            if (!lane.ranked()) {
                recent.adopt(valid.record()); // no other host reads this ledger
            }
            return Optional.of(valid.record());
        }
        return Optional.empty();
    }

    /** True if the ledger, read without the lock, owes nothing that this instance knows of. */
    private boolean needsNobody(LedgerRecord record, Instant fire) {
        if (record.isAheadOf(instance.clock().latest())) {
            return false; // the look under the lock says so
        }
        ActiveDefinition now = definition.get();
        if (record.run().isPresent()) {
            return record.accountsFor(fire) && isRecent(record);
        }
        if (now.isRetired()) {
            return record.isRetired();
        }
        if (now.standing() == Standing.RETURNED && record.settled().isBefore(now.since())) {
            return false;
        }
        return record.owed().isEmpty()
                && record.schedule().equals(now.job().scheduleHash())
                && record.accountsFor(fire)
                && now.schedule()
                        .next(record.settled())
                        .filter(next -> !next.isAfter(instance.clock().instant()))
                        .isEmpty();
    }

    /** A run that began just now is not worth a try at its lock. */
    private boolean isRecent(LedgerRecord record) {
        return record.run()
                .filter(run -> Duration.between(run.started(), instance.clock().instant())
                                .compareTo(Duration.ofSeconds(1))
                        < 0)
                .isPresent();
    }

    private String name() {
        return definition.get().job().name();
    }
}
