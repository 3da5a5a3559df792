package io.fleetcron.claim;

import io.fleetcron.fleet.SharedLayout;
import io.fleetcron.ledger.Decoded;
import io.fleetcron.ledger.LedgerCodec;
import io.fleetcron.ledger.LedgerLayout;
import io.fleetcron.ledger.LedgerRecord;
import io.fleetcron.ledger.Settlement;
import io.fleetcron.ledger.Situation.Standing;
import io.fleetcron.lock.HeldLock;
import io.fleetcron.lock.LockFile;
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
public final class Look {

    /** The descriptor by which every supervisor holds its lock. */
    private static final int SUPERVISOR_LOCK = 3;

    private final Services services;
    private final Lane lane;
    private final Supplier<Definition> definition;
    private final Consumer<Optional<Run>> onRun;
    private final LockFile file;
    private final Recent recent;
    private final EndedRuns ended;

    public Look(Services services, Lane lane, Supplier<Definition> definition, Consumer<Optional<Run>> onRun) {
        this.services = services;
        this.lane = lane;
        this.definition = definition;
        this.onRun = onRun;
        this.file = lane.locks().file(SharedLayout.lockName(name()));
        this.recent = new Recent(name(), services.settler(), lane.history(), services.members());
        this.ended = new EndedRuns(services.outputs(), lane.ranked());
    }

    /** As {@link #look(Instant, boolean, StandAside)}, of an instance that has left nothing to the others so far. */
    public LookResult look(Instant fire, boolean peekFirst) {
        return look(fire, peekFirst, StandAside.NOT);
    }

    /**
     * One look.
     *
     * @param fire the newest fire that is wanted
     * @param peekFirst read before trying the lock, and let the lock be if nobody need start that fire any more
     * @param aside since when this instance has left the job to the others
     */
    LookResult look(Instant fire, boolean peekFirst, StandAside aside) {
        Optional<String> fault = services.members().clockFault();
        if (fault.isPresent()) {
            return new LookResult.Held(fault.get());
        }
        if (!lane.capacity().take()) {
            return new LookResult.Full();
        }
        try {
            if (peekFirst) {
                Optional<LedgerRecord> seen = peek();
                if (seen.isPresent() && needsNobody(seen.get(), fire)) {
                    return new LookResult.Elsewhere(seen);
                }
            }
            return startsNothing() ? serve(Optional.empty()) : prepareAndServe(fire, aside);
        } catch (StorageException e) {
            return new LookResult.Failed(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new LookResult.InDoubt("interrupted");
        } finally {
            lane.capacity().giveBack();
        }
    }

    private boolean startsNothing() {
        return definition.get().isRetired() || !definition.get().job().enabled();
    }

    private LookResult prepareAndServe(Instant fire, StandAside aside) throws StorageException, InterruptedException {
        try (Preparation prepared = services.fitness().prepare(definition.get().job())) {
            if (prepared.ailment().isPresent() && lane.ranked()) {
                Optional<LookResult> left =
                        leftToOthers(fire, aside, prepared.ailment().get().reason());
                if (left.isPresent()) {
                    return left.get();
                }
            }
            return serve(Optional.of(prepared));
        }
    }

    private LookResult serve(Optional<Preparation> prepared) throws StorageException {
        Optional<HeldLock> lock = file.tryLock();
        return lock.isPresent() ? tenure(lock.get(), prepared).serve() : new LookResult.Elsewhere(peek());
    }

    /** Empty if nobody else has started what is open for so long that this instance, which cannot, may record that. */
    private Optional<LookResult> leftToOthers(Instant fire, StandAside aside, String why) throws StorageException {
        Optional<LedgerRecord> seen = peek();
        if (seen.isPresent() && needsNobody(seen.get(), fire)) {
            return Optional.of(new LookResult.Elsewhere(seen));
        }
        Instant now = services.clock().instant();
        StandAside still =
                aside.still(now, seen.map(LedgerRecord::accountedUpTo).orElse(Instant.MIN));
        boolean over =
                still.isOver(now, definition.get().job().tolerance(lane.lease().now()));
        return over ? Optional.empty() : Optional.of(new LookResult.Unfit(why, seen, still));
    }

    /**
     * Takes back runs of this host, one after the other.
     *
     * @param runs at least one. The supervisor of the newest may hold the lock; older ones are over, and recorded or not
     */
    public LookResult takeBack(List<Run> runs) {
        List<Run> byAge =
                runs.stream().sorted(Comparator.comparingLong(Run::token)).toList();
        Run run = byAge.get(byAge.size() - 1);
        HeldLock lock;
        try {
            for (Run older : byAge.subList(0, byAge.size() - 1)) {
                awaitEnd(older);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new LookResult.InDoubt("interrupted");
        }
        try {
            lock = lane.locks().adopt(file, run.pid(), SUPERVISOR_LOCK);
        } catch (StorageException e) {
            return watch(run);
        }
        onRun.accept(Optional.of(run));
        try {
            Tenure adopted = tenure(lock, Optional.empty());
            LookResult result = adopted.resume(run);
            return adopted.hasSeenEnd() ? result : watch(run);
        } finally {
            onRun.accept(Optional.empty());
        }
    }

    /** The lock cannot be shared: waits for the run's end, which leaves the lock free and word in the file. */
    private LookResult watch(Run run) {
        onRun.accept(Optional.of(run));
        try {
            awaitEnd(run);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new LookResult.InDoubt("interrupted");
        } finally {
            onRun.accept(Optional.empty());
        }
        return look(Instant.MAX, false);
    }

    private void awaitEnd(Run run) throws InterruptedException {
        services.outputs().began(run);
        ended.add(run, RunResults.inFleetTime(run.await(), services.clock()));
        services.outputs().over(run);
    }

    /** Claims and runs the job now. */
    public LookResult runNow(Consumer<Settlement> onSettled) {
        Optional<String> fault = services.members().clockFault();
        if (fault.isPresent()) {
            return new LookResult.Held(fault.get());
        }
        try (Preparation prepared = services.fitness().prepare(definition.get().job())) {
            if (prepared.ailment().isPresent()) {
                return new LookResult.Unfit(prepared.ailment().get().reason(), Optional.empty(), StandAside.NOT);
            }
            Optional<HeldLock> lock = file.tryLock();
            return lock.isPresent()
                    ? tenure(lock.get(), Optional.of(prepared)).runNow(onSettled)
                    : new LookResult.Elsewhere(peek());
        } catch (StorageException e) {
            return new LookResult.Failed(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new LookResult.InDoubt("interrupted");
        }
    }

    public void close() {
        file.close();
    }

    private Tenure tenure(HeldLock lock, Optional<Preparation> prepared) {
        return new Tenure(services, lane, definition, lock, prepared, recent, ended, onRun);
    }

    private Optional<LedgerRecord> peek() throws StorageException {
        Decoded seen = LedgerCodec.decode(name(), file.read(0, LedgerLayout.SLOTS));
        if (seen instanceof Decoded.Valid valid
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
        if (record.isAheadOf(services.clock().latest())) {
            return false; // the look under the lock says so
        }
        Definition now = definition.get();
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
                        .filter(next -> !next.isAfter(services.clock().instant()))
                        .isEmpty();
    }

    /** A run that began just now is not worth a try at its lock. */
    private boolean isRecent(LedgerRecord record) {
        return record.run()
                .filter(run -> Duration.between(run.started(), services.clock().instant())
                                .compareTo(Duration.ofSeconds(1))
                        < 0)
                .isPresent();
    }

    private String name() {
        return definition.get().job().name();
    }
}
