package io.fleetcron.claim;

import io.fleetcron.config.JobDefinition;
import io.fleetcron.config.JobDefinition.Overlap;
import io.fleetcron.ledger.CurrentRun;
import io.fleetcron.ledger.LedgerRecord;
import io.fleetcron.membership.Ranking;
import io.fleetcron.run.Run;
import io.fleetcron.storage.StorageHealth.Kind;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Future;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One job at one instance: when to look at its lock, and when to look again. It lives on the agent's loop, which never
 * blocks; the looks themselves run on threads that may. Not thread-safe: all methods belong to the loop, but for
 * {@link #definition}.
 *
 * <p>Safety never depends on it. It only sees to it that somebody looks: at each fire in turn, again while a fire is
 * neither settled nor started, and now and then while a run goes on elsewhere, so that its death is noticed.
 */
public final class JobCoordinator {

    private static final Logger LOG = LoggerFactory.getLogger(JobCoordinator.class);

    private final Services services;
    private final EventLoop loop;
    private final StorageScope lane;
    private final JobLock look;
    private volatile ActiveDefinition definition;

    private Instant accounted = Instant.MIN;
    private Instant wanted = Instant.MIN;
    private Instant looked = Instant.MIN;
    private Instant planned = Instant.MIN;
    private List<String> ahead = List.of();
    private final Set<String> idle = new TreeSet<>();
    private boolean looking;
    private Runnable whenGone = () -> {};
    private boolean closed;
    private int tries;
    private boolean begun;
    private StandAside aside = StandAside.NOT;
    private @Nullable CurrentRun watched;
    private @Nullable Future<?> timer;
    private Optional<Run> running = Optional.empty();

    public JobCoordinator(Services services, EventLoop loop, StorageScope lane, ActiveDefinition definition) {
        this.services = services;
        this.loop = loop;
        this.lane = lane;
        this.definition = definition;
        this.look = new JobLock(services, lane, () -> this.definition, this::report);
    }

    /** The newest definition. Thread-safe. */
    public ActiveDefinition definition() {
        return definition;
    }

    /** The run that this instance has in progress. */
    Optional<Run> running() {
        return running;
    }

    /** Looks once without a fire: the ledger may owe something from before this agent's start, or not exist yet. */
    public void begin() {
        Instant now = services.clock().instant();
        lookIn(Backoff.spread(before(now).size(), services.members().live().size(), tolerance()), true);
    }

    /** A scheduled time has come. */
    public void due(Instant fire) {
        Duration early = Duration.between(services.clock().instant(), fire);
        if (early.compareTo(Duration.ZERO) > 0) {
            loop.later(early.plusMillis(1), () -> due(fire));
            return;
        }
        forgetTheFuture();
        if (definition.isRetired() || !fire.isAfter(accounted) || !fire.isAfter(wanted)) {
            return;
        }
        wanted = fire;
        if (running.isPresent()) {
            replace(running.get(), fire);
        } else if (!looking) {
            plan(fire);
        }
    }

    /** Plans the look at a fire in this instance's turn. One at an earlier fire that is still open is not put off. */
    private void plan(Instant fire) {
        List<String> before = before(fire);
        boolean far = Backoff.isFar(before.size());
        if (far && timer != null && planned.isAfter(accounted)) {
            return;
        }
        tries = 0;
        planned = fire;
        ahead = far ? before : List.of();
        Duration turn = Backoff.turn(before.size(), services.members().live().size(), tolerance());
        Duration passed = Duration.between(fire, services.clock().instant());
        boolean waits = turn.compareTo(passed) > 0;
        lookIn(waits && !passed.isNegative() ? turn.minus(passed) : waits ? turn : Duration.ZERO, !before.isEmpty());
    }

    /** What was said by a clock that was ahead does not excuse leaving a fire alone. */
    private void forgetTheFuture() {
        Instant now = services.clock().latest();
        if (accounted.isAfter(now)) {
            accounted = Instant.MIN;
        }
        if (wanted.isAfter(now)) {
            wanted = Instant.MIN;
        }
        if (looked.isAfter(now)) {
            looked = Instant.MIN;
        }
        if (planned.isAfter(now)) {
            planned = Instant.MIN;
        }
    }

    private void replace(Run run, Instant fire) {
        if (definition.job().overlap() == Overlap.REPLACE && fire.isAfter(run.fire())) {
            LOG.info("run replaced job={} fire={} token={} by={}", name(), run.fire(), run.token(), fire);
            run.kill();
        }
    }

    /** Of the loop, which asks no mount for its lease: at least so much. */
    private Duration tolerance() {
        return definition.job().tolerance(Optional.empty());
    }

    /** Whose turns come before this instance's. */
    private List<String> before(Instant fire) {
        if (!lane.ranked()) {
            return List.of();
        }
        String self = services.identity().instance();
        List<String> live = services.members().live();
        if (idle.retainAll(live)) {
            services.idle().found(name(), idle);
        }
        Set<String> unfit = services.members().unfit(name());
        unfit.addAll(idle);
        if (services.fitness().isUnfit(name())) {
            unfit.add(self);
        } else {
            unfit.remove(self); // its slot is some seconds old
        }
        return Ranking.before(name(), fire, self, live, unfit);
    }

    /** The run that began answers a fire that many let pass in their turns: the next one does not wait for them. */
    private void noticeIdle(Run run) {
        List<String> live = services.members().live();
        Set<String> passed = new TreeSet<>(ahead);
        passed.retainAll(live);
        if (!run.fire().isBefore(planned) && idle.addAll(passed)) {
            services.idle().found(name(), idle);
        }
        ahead = List.of();
    }

    /** Who is seen to serve the job takes its turns again. */
    private void noticeServing(LedgerRecord record) {
        if (idle.isEmpty()) {
            return;
        }
        Set<String> serving = new TreeSet<>();
        record.run().ifPresent(run -> serving.add(run.instance()));
        record.recent().forEach(settlement -> serving.add(settlement.instance()));
        if (idle.removeAll(serving)) {
            services.idle().found(name(), idle);
        }
    }

    /** Takes back what an earlier agent of this host started: one run may still go on, others wait to be cleared away. */
    public void takeBack(List<Run> runs) {
        looking = true;
        lane.capacity().takeOver();
        loop.offload(
                () -> {
                    try {
                        return survive(() -> look.takeBack(runs));
                    } finally {
                        lane.capacity().giveBack();
                    }
                },
                this::looked);
    }

    /**
     * A changed definition. A new schedule begins now.
     *
     * @param boot the scheduled time of what this host's present boot brings about, if it does
     */
    public void redefine(JobDefinition job, Optional<Instant> boot) {
        boolean rescheduled = !job.scheduleHash().equals(definition.job().scheduleHash());
        definition = definition.changed(job, services.clock().instant(), boot);
        if (rescheduled) {
            // The ledger learns of it now, so that nothing is owed from before.
            beginAnew();
        }
    }

    /** The files define the job again before {@link #retire} was done. */
    public void comeBack(JobDefinition job, Optional<Instant> boot) {
        definition = definition.returned(job, services.clock().instant(), boot);
        whenGone = () -> {};
        beginAnew();
    }

    /** The fleet's time moved against this host's clock, by which timers wait. */
    public void follow(ClockStep step) {
        if (!step.isSmall()) {
            beginAnew();
        } else if (definition.job().enabled()) {
            step.missed(definition.schedule(), services.clock().instant()).ifPresent(this::due);
        }
    }

    /** Looks at the ledger whatever the others say of it. */
    void beginAnew() {
        begun = false;
        begin();
    }

    /**
     * The files define the job no more. A run in progress is still seen to its end; then the ledger records it, so that
     * nothing is owed from the time without a definition.
     *
     * @param gone called when nothing is left to do
     */
    public void retire(Runnable gone) {
        definition = definition.retired(services.clock().instant());
        whenGone = gone;
        services.problems().remove(name());
        services.fitness().forget(name());
        idle.clear();
        services.idle().found(name(), idle);
        begun = false;
        cancelTimer();
        boolean known = !definition.since().equals(Instant.EPOCH);
        lookIn(known ? Backoff.retire() : Backoff.unhurried(), true);
    }

    private void gone() {
        closed = true;
        look.close();
        whenGone.run();
    }

    private void lookIn(Duration delay, boolean peekFirst) {
        if (looking || closed) {
            return;
        }
        cancelTimer();
        if (delay.isZero()) {
            begin(peekFirst);
        } else {
            timer = loop.in(delay, () -> begin(peekFirst));
        }
    }

    private void begin(boolean peekFirst) {
        if (!looking && !closed && !spared()) {
            looking = true;
            Instant fire = wanted;
            looked = fire;
            StandAside left = aside;
            loop.offload(() -> survive(() -> look.look(fire, peekFirst, left)), this::looked);
        }
    }

    /**
     * Spares the lock a look: by the member table, which is read once for all jobs, the others have settled what is
     * wanted, or still run what this instance watches. The table is some seconds old, so each fire gets one look.
     */
    private boolean spared() {
        if (!lane.ranked()) {
            return false;
        }
        if (definition.isRetired() && services.definitions().definedElsewhere(name())) {
            lookIn(Backoff.spared(), true); // as long as one of the others has the job, it is theirs
            return true;
        }
        Optional<String> minority = services.definitions().minority(name());
        if (minority.isPresent() && !definition.isRetired()) {
            if (services.problems().add(name(), minority.get())) {
                LOG.error("{}", minority.get());
            }
            lookIn(Backoff.spared(), true);
            return true;
        }
        Optional<Instant> settled = services.members().settled(name());
        Instant now = services.clock().instant();
        settled.filter(fire -> fire.isAfter(accounted) && !fire.isAfter(now)).ifPresent(fire -> accounted = fire);
        if (begun && !definition.isRetired() && watched == null && !wanted.isAfter(accounted)) {
            aside = StandAside.NOT;
            return true;
        }
        if (begun && watched == null && wanted.isAfter(planned) && !planned.isAfter(accounted)) {
            plan(wanted); // the turn that came was that of an earlier fire, which others settled
            return true;
        }
        if (watched != null && !wanted.isAfter(looked) && services.members().runs(watched, name())) {
            tries = 0; // its death shall be noticed soon
            aside = StandAside.NOT;
            int rank = before(watched.fire()).size();
            lookIn(Backoff.spared(rank, services.members().live().size(), tolerance()), true);
            return true;
        }
        return false;
    }

    /** Whatever goes wrong in a look, the job is looked at again. */
    private LockAttempt survive(Supplier<LockAttempt> work) {
        try {
            return work.get();
        } catch (RuntimeException | Error e) {
            LOG.error("internal error, please report it job={}", name(), e);
            return new LockAttempt.Failed(new IOException("internal error: " + e));
        }
    }

    private void cancelTimer() {
        if (timer != null) {
            timer.cancel(false);
            timer = null;
        }
    }

    /** The run that just began or ended, reported by the thread that waits for it. */
    private void report(Optional<Run> run) {
        loop.tell(() -> {
            running = run;
            run.ifPresent(this::noticeIdle);
            run.filter(r -> wanted.isAfter(r.fire())).ifPresent(r -> replace(r, wanted));
        });
    }

    private void looked(LockAttempt result) {
        looking = false;
        ahead = List.of();
        begun |= !(result instanceof LockAttempt.Failed
                || result instanceof LockAttempt.Full
                || result instanceof LockAttempt.Held
                || result instanceof LockAttempt.Unfit);
        if (definition.isRetired() && isGone(result)) {
            gone();
            return;
        }
        if (result instanceof LockAttempt.Idle || result instanceof LockAttempt.Elsewhere) {
            aside = StandAside.NOT;
        }
        if (result instanceof LockAttempt.Idle idle) {
            lane.health().worked(Kind.LEDGERS);
            trusted();
            accounted(idle.record());
            again(idle.record(), false);
        } else if (result instanceof LockAttempt.Elsewhere elsewhere) {
            elsewhere.seen().ifPresent(seen -> trusted());
            elsewhere.seen().ifPresent(this::accounted);
            again(elsewhere.seen().orElse(null), true);
        } else if (result instanceof LockAttempt.Unfit unfit) {
            leftToOthers(unfit);
        } else if (result instanceof LockAttempt.Held) {
            lookIn(Backoff.failure(tries++), true);
        } else if (result instanceof LockAttempt.Full) {
            lookIn(Backoff.FULL, true);
        } else if (result instanceof LockAttempt.Failed failed) {
            failed(failed);
        } else {
            lookIn(Backoff.retry(tries++), true);
        }
    }

    /** Nothing is left to do for a job without a definition. */
    private static boolean isGone(LockAttempt result) {
        if (result instanceof LockAttempt.Elsewhere elsewhere) {
            return elsewhere
                    .seen()
                    .filter(seen -> seen.isRetired() && seen.run().isEmpty())
                    .isPresent();
        }
        if (result instanceof LockAttempt.Idle idle) {
            return idle.record().isRetired();
        }
        return result instanceof LockAttempt.Failed failed && failed.cause() instanceof CorruptLedgerException;
    }

    private void trusted() {
        if (services.problems().remove(name())) {
            LOG.info("job started again by this instance job={}", name());
        }
    }

    private void failed(LockAttempt.Failed failed) {
        if (failed.cause() instanceof CorruptLedgerException) {
            String reason = String.valueOf(failed.cause().getMessage());
            if (services.problems().add(name(), reason)) {
                LOG.error("{}", reason);
            }
            lookIn(Backoff.CORRUPT, true);
            return;
        }
        lane.health().failed(Kind.LEDGERS, failed.cause());
        lookIn(Backoff.failure(tries++), true);
    }

    /** Somebody else starts what is open, soon; else this instance records that nobody could. */
    private void leftToOthers(LockAttempt.Unfit unfit) {
        aside = unfit.aside();
        unfit.seen().ifPresent(this::accounted);
        watched = unfit.seen().flatMap(LedgerRecord::run).orElse(null);
        lookIn(watched == null ? Backoff.retry(tries++) : Backoff.watch(tries++), true);
    }

    /** A hint that spares looks. What the ledger says goes before what was heard of it earlier. */
    private void accounted(LedgerRecord record) {
        accounted = record.accountedUpTo();
        noticeServing(record);
    }

    /** Nothing more to do until the next fire, unless a fire is open or a run elsewhere wants watching. */
    private void again(@Nullable LedgerRecord record, boolean held) {
        watched = record == null ? null : record.run().orElse(null);
        if (watched != null) {
            lookIn(Backoff.watch(tries++), true);
        } else if (wanted.isAfter(accounted)
                || (held && (record == null || record.owed().isPresent()))) {
            lookIn(Backoff.retry(tries++), true);
        } else {
            tries = 0;
            if (definition.isRetired()) {
                lookIn(Backoff.retire(), true);
            }
        }
    }

    private String name() {
        return definition.job().name();
    }
}
