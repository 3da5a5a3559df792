package io.fleetcron.claim;

import io.fleetcron.config.JobDefinition;
import io.fleetcron.config.Placement;
import io.fleetcron.config.RunPolicy.Overlap;
import io.fleetcron.control.Control;
import io.fleetcron.fleet.Fire;
import io.fleetcron.ledger.CorruptLedgerException;
import io.fleetcron.ledger.CurrentRun;
import io.fleetcron.ledger.TakenRequest;
import io.fleetcron.look.LockAttempt;
import io.fleetcron.look.LookEvent;
import io.fleetcron.look.LookEvent.FleetView;
import io.fleetcron.look.LookEvent.Turn;
import io.fleetcron.look.LookPlan;
import io.fleetcron.look.LookPlan.Action;
import io.fleetcron.look.LookState;
import io.fleetcron.loop.EventLoop;
import io.fleetcron.membership.Ranking;
import io.fleetcron.run.Run;
import io.fleetcron.storage.StorageHealth.Kind;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One job at one instance. It lives on the agent's loop, which never blocks: {@link LookPlan} says when to try the job's
 * lock, and the tries run on threads that may block. Not thread-safe: all methods belong to the loop, but for
 * {@link #definition}.
 */
public final class JobCoordinator {

    private static final Logger LOG = LoggerFactory.getLogger(JobCoordinator.class);

    private static final Turn NO_TURN = new Turn(List.of(), List.of(), Duration.ZERO);

    private final Instance instance;
    private final JobProblems problems;
    private final IdleMembers idle;
    private final EventLoop loop;
    private final StorageScope lane;
    private final JobLock lock;
    private volatile ActiveDefinition definition;

    private LookState state = LookState.FIRST;
    private Optional<Run> running = Optional.empty();
    private long killed = -1;
    private List<TakenRequest> taken = List.of();
    private Optional<ManualStart> requested = Optional.empty();
    private boolean byHand;
    private Optional<String> declined = Optional.empty();
    private EventLoop.@Nullable Timer timer;
    private List<Run> survivors = List.of();
    private Runnable whenGone = () -> {};

    /**
     * @param problems the jobs that this instance does not start
     * @param idle the members that start no jobs
     */
    public JobCoordinator(
            Instance instance,
            JobProblems problems,
            IdleMembers idle,
            EventLoop loop,
            StorageScope lane,
            ActiveDefinition definition) {
        this.instance = instance;
        this.problems = problems;
        this.idle = idle;
        this.loop = loop;
        this.lane = lane;
        this.definition = definition;
        this.lock = new JobLock(instance, lane, () -> this.definition, this::report);
    }

    /** The newest definition. Thread-safe. */
    public ActiveDefinition definition() {
        return definition;
    }

    /** Reads the ledger without a fire: it may owe something from before this agent's start, or not exist yet. */
    public void begin() {
        on(new LookEvent.Begin(turn(instance.clock().instant())));
    }

    /** A scheduled time has come. */
    public void due(Instant fire) {
        on(new LookEvent.Due(fire, turn(fire), replaces(), instance.clock().latest()));
    }

    /** Adopts what an earlier agent of this host started: one run may still be in progress, others wait to be cleared away. */
    public void takeBack(List<Run> runs) {
        survivors = List.copyOf(runs);
        on(new LookEvent.Adopting());
    }

    private void adopt() {
        List<Run> runs = survivors;
        survivors = List.of();
        lane.capacity().takeOver();
        loop.offload(
                () -> {
                    try {
                        return survive(() -> lock.takeBack(runs));
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
        definition = definition.changed(job, instance.clock().instant(), boot);
        if (rescheduled) {
            // The ledger learns of it now, so that nothing is owed from before.
            begin();
        }
    }

    /** The files define the job again before {@link #retire} was done. */
    public void comeBack(JobDefinition job, Optional<Instant> boot) {
        Instant now = instance.clock().instant();
        definition = definition.returned(job, now, boot);
        whenGone = () -> {};
        on(new LookEvent.Returned(turn(now)));
    }

    /** The fleet's time moved against this host's clock, by which timers wait. */
    public void follow(ClockStep step) {
        definition = definition.moved(step.shift());
        if (definition.isRetired()) {
            return;
        }
        if (!step.isSmall()) {
            begin();
        } else if (definition.job().enabled()) {
            step.missed(definition.schedule(), instance.clock().instant()).ifPresent(this::due);
        }
    }

    /**
     * The files define the job no more. A run in progress is still seen to its end; then the ledger records it, so that
     * nothing is owed from the time without a definition.
     *
     * @param gone called when nothing is left to do
     */
    public void retire(Runnable gone) {
        definition = definition.retired(instance.clock().instant());
        whenGone = gone;
        problems.remove(name());
        instance.fitness().forget(name());
        on(new LookEvent.Retired(!definition.since().equals(Instant.EPOCH)));
    }

    private void on(LookEvent event) {
        LookPlan.Step step = LookPlan.on(state, event, instance.clock().instant(), instance.time()::jitter);
        boolean sameIdle = step.state().others().idle().equals(state.others().idle());
        state = step.state();
        if (!sameIdle) {
            idle.found(name(), state.others().idle());
        }
        Action action = step.action();
        if (action instanceof Action.Wait wait) {
            wait(wait.delay());
        } else if (action instanceof Action.Try look) {
            loop.offload(() -> survive(() -> lock.look(look.fire(), look.peekFirst(), look.aside())), this::looked);
        } else if (action instanceof Action.Adopt) {
            adopt();
        } else if (action instanceof Action.RunRequested) {
            ManualStart asked = requested.orElseThrow();
            byHand = true;
            loop.offload(() -> survive(() -> lock.runRequested(asked)), result -> requestTried(asked, result));
        } else if (action instanceof Action.Repeat repeat) {
            loop.in(repeat.delay(), () -> due(repeat.fire()));
        } else if (action instanceof Action.EndRun end) {
            running.ifPresent(run -> replace(run, end.by()));
        } else if (action instanceof Action.Close) {
            lock.close();
            whenGone.run();
        }
    }

    private void wait(Duration delay) {
        if (timer != null) {
            timer.cancel();
            timer = null;
        }
        if (delay.isZero()) {
            waited();
        } else {
            timer = loop.in(delay, this::waited);
        }
    }

    private void waited() {
        on(new LookEvent.Waited(lane.ranked() ? Optional.of(fleet()) : Optional.empty()));
    }

    private FleetView fleet() {
        Optional<String> minority = instance.definitions().minority(name());
        if (minority.isPresent() && !definition.isRetired()) {
            if (problems.add(name(), minority.get())) {
                LOG.error("{}", minority.get());
            }
        }
        boolean runs = state.watched()
                .map(run -> instance.members().runs(run, name()))
                .orElseGet(() -> state.fires().isOpen() && instance.members().newestToken(name()) > 0);
        return new FleetView(
                minority.isPresent(),
                definition.isRetired() && instance.definitions().definedElsewhere(name()),
                instance.members().settled(name()),
                runs,
                runs
                        ? turn(state.watched()
                                .map(CurrentRun::fire)
                                .orElse(state.fires().wanted()))
                        : NO_TURN,
                state.fires().wanted().isAfter(state.fires().planned())
                        ? turn(state.fires().wanted())
                        : NO_TURN);
    }

    private Turn turn(Instant fire) {
        // The loop asks no mount for its lease: at least so much.
        Duration tolerance = definition.job().policy().tolerance(Optional.empty());
        if (!lane.ranked()) {
            return new Turn(List.of(), List.of(), tolerance);
        }
        List<String> live = instance.members().live();
        String self = instance.identity().instance();
        Set<String> unfit = instance.members().unfit(name());
        unfit.addAll(state.others().idle());
        if (instance.fitness().isUnfit(name()) || instance.drained().isPresent()) {
            unfit.add(self);
        } else {
            unfit.remove(self); // its slot is some seconds old
        }
        return new Turn(Ranking.before(new Fire(name(), fire), self, live, tiers(self, unfit)), live, tolerance);
    }

    /** Those that the job prefers, the others, those that cannot run it, those that may not. */
    private ToIntFunction<String> tiers(String self, Set<String> unfit) {
        JobDefinition job = definition.job();
        Placement placement = job.policy().placement();
        Set<String> excluded = instance.members().excluded(placement);
        Set<String> preferred = instance.members().preferred(placement);
        boolean allowed = instance.fitness().isAllowed(job);
        boolean first = instance.fitness().isPreferred(job);
        return member -> {
            boolean own = member.equals(self); // its slot is some seconds old
            if (own ? !allowed : excluded.contains(member)) {
                return 3;
            }
            if (unfit.contains(member)) {
                return 2;
            }
            return (own ? first : preferred.contains(member)) ? 0 : 1;
        };
    }

    private boolean replaces() {
        return definition.job().policy().overlap() == Overlap.REPLACE;
    }

    private void replace(Run run, Instant by) {
        LOG.info(
                "run replaced job={} fire={} token={} by={}",
                name(),
                run.id().time(),
                run.id().token(),
                by);
        run.kill();
    }

    /**
     * Ends this instance's run of that token, once.
     *
     * @param why who asked for it
     */
    public void kill(long token, String why) {
        if (!lane.ranked() || token == killed) {
            return;
        }
        running.filter(run -> run.id().token() == token).ifPresent(run -> {
            LOG.info("run killed job={} fire={} token={}: {}", name(), run.id().time(), token, why);
            run.kill();
            killed = token;
        });
    }

    /**
     * Somebody asks for a run by hand. Called with each beat, until its time is over: this instance may be busy with the job,
     * or the job may run elsewhere.
     */
    public void request(Control.Run asked) {
        boolean mine =
                asked.instance().map(instance.identity().instance()::equals).orElseGet(() -> lane.ranked() && mayRun());
        if (!mine || taken.stream().anyMatch(request -> request.id().equals(asked.id()))) {
            return;
        }
        requested = Optional.of(ManualStart.of(asked));
        Instant at = asked.span().asked().at();
        int rank = asked.instance().isPresent() ? 0 : turn(at).before().size();
        on(new LookEvent.Requested(at, rank));
        requested = Optional.empty();
    }

    private boolean mayRun() {
        return instance.fitness().isAllowed(definition.job())
                && !instance.fitness().isUnfit(name())
                && instance.drained().isEmpty();
    }

    /** Whatever goes wrong in a try, there is another one. */
    private LockAttempt survive(Supplier<LockAttempt> work) {
        try {
            return work.get();
        } catch (RuntimeException | Error e) {
            LOG.error("internal error, please report it job={}", name(), e);
            return new LockAttempt.Failed(new IOException("internal error: " + e));
        }
    }

    /** The run that just began or ended, reported by the thread that waits for it. */
    private void report(Optional<Run> run) {
        loop.tell(() -> {
            running = run;
            on(
                    run.isPresent()
                            ? new LookEvent.RunBegan(
                                    // A fire that is run again is older than others, which do not replace it for that.
                                    byHand
                                            ? instance.clock().instant()
                                            : run.get().id().time(),
                                    replaces(),
                                    instance.members().live())
                            : new LookEvent.RunEnded());
        });
    }

    private void looked(LockAttempt result) {
        instance.listener().tried(result);
        goOn(result);
    }

    private void goOn(LockAttempt result) {
        try {
            report(result);
        } finally {
            on(new LookEvent.Looked(result)); // else this instance would never look at the job again
        }
    }

    private void requestTried(ManualStart asked, LockAttempt result) {
        byHand = false;
        instance.listener().tried(result);
        if (result instanceof LockAttempt.Unfit unfit) {
            decline(asked, unfit.why());
        } else if (result instanceof LockAttempt.Held held) {
            decline(asked, held.why());
        } else if (result instanceof LockAttempt.GroupFull full) {
            decline(asked, full.why());
        } else if (result instanceof LockAttempt.Full) {
            decline(asked, "as many jobs as may run here do");
        } else {
            goOn(result);
        }
    }

    private void decline(ManualStart asked, String why) {
        Optional<String> id = asked.request().id();
        if (!id.equals(declined)) { // it is tried with each beat
            declined = id;
            LOG.warn("run that was asked for has not begun job={} id={}: {}", name(), id.orElse("-"), why);
        }
        on(new LookEvent.Declined());
    }

    private void report(LockAttempt result) {
        if (result instanceof LockAttempt.Idle idle) {
            lane.health().worked(Kind.LEDGERS);
            taken = idle.record().taken();
            trusted();
        } else if (result instanceof LockAttempt.GroupFull full) {
            lane.health().worked(Kind.LEDGERS);
            taken = full.seen().taken();
            trusted();
        } else if (result instanceof LockAttempt.Elsewhere elsewhere) {
            elsewhere.seen().ifPresent(seen -> {
                taken = seen.taken();
                trusted();
            });
        } else if (result instanceof LockAttempt.Failed failed && !isGone(failed)) {
            failed(failed);
        }
    }

    private boolean isGone(LockAttempt.Failed failed) {
        return definition.isRetired() && failed.cause() instanceof CorruptLedgerException;
    }

    private void trusted() {
        if (problems.remove(name())) {
            LOG.info("job started again by this instance job={}", name());
        }
    }

    private void failed(LockAttempt.Failed failed) {
        if (!(failed.cause() instanceof CorruptLedgerException)) {
            lane.health().failed(Kind.LEDGERS, failed.cause());
            return;
        }
        String reason = String.valueOf(failed.cause().getMessage());
        if (problems.add(name(), reason)) {
            LOG.error("{}", reason);
        }
    }

    private String name() {
        return definition.job().name();
    }
}
