package io.fleetcron.look;

import io.fleetcron.ledger.CorruptLedgerException;
import io.fleetcron.ledger.CurrentRun;
import io.fleetcron.ledger.LedgerRecord;
import io.fleetcron.look.LookEvent.Adopting;
import io.fleetcron.look.LookEvent.Begin;
import io.fleetcron.look.LookEvent.Declined;
import io.fleetcron.look.LookEvent.Due;
import io.fleetcron.look.LookEvent.FleetView;
import io.fleetcron.look.LookEvent.Looked;
import io.fleetcron.look.LookEvent.Requested;
import io.fleetcron.look.LookEvent.Retired;
import io.fleetcron.look.LookEvent.Returned;
import io.fleetcron.look.LookEvent.RunBegan;
import io.fleetcron.look.LookEvent.RunEnded;
import io.fleetcron.look.LookEvent.Turn;
import io.fleetcron.look.LookEvent.Waited;
import io.fleetcron.look.LookState.Look;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.LongUnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * When one instance next tries a job's lock, as a pure function of what it keeps in mind, of what happened and of the time.
 *
 * <p>Safety never depends on it. It only sees to it that some instance tries: at each fire in turn, again while a fire is
 * neither settled nor started, and now and then while a run is in progress elsewhere, so that its death is noticed.
 */
public final class LookPlan {

    /** What to do: one thing at most. */
    public sealed interface Action {
        /** Nothing, but what is waited for already. */
        record None() implements Action {}

        /** Wait, instead of what was waited for before; then comes {@link Waited}. */
        record Wait(Duration delay) implements Action {}

        /** Hand that fire over again after a while, with what is known then. */
        record Repeat(Instant fire, Duration delay) implements Action {}

        /**
         * Try the lock; then comes {@link Looked}.
         *
         * @param fire the newest fire that is wanted
         * @param peekFirst read the ledger before, and leave the lock alone if nobody need start that fire any more
         * @param aside since when this instance has left the job to the others
         */
        record Try(Instant fire, boolean peekFirst, StandAside aside) implements Action {}

        /** Take back what an earlier agent of this host started, which is a try at its lock; then comes {@link Looked}. */
        record Adopt() implements Action {}

        /** Try the lock for the run that is asked for; then comes {@link Looked}. */
        record RunRequested() implements Action {}

        /** End this instance's run, which a newer fire replaces. */
        record EndRun(Instant by) implements Action {}

        /** Nothing is left to do for a job without a definition. */
        record Close() implements Action {}
    }

    /**
     * A decision.
     *
     * @param state what to keep in mind
     * @param action what to do
     */
    public record Step(LookState state, Action action) {}

    private static final Action NONE = new Action.None();

    private final Instant now;
    private final LongUnaryOperator jitter;
    private Instant accounted;
    private Instant wanted;
    private Instant looked;
    private Instant planned;
    private List<String> ahead;
    private Set<String> idle;
    private boolean waiting;
    private boolean looking;
    private boolean adopts;
    private boolean begun;
    private boolean retired;
    private boolean closed;
    private int tries;
    private boolean peekFirst;
    private StandAside aside;
    private Optional<CurrentRun> watched;
    private Optional<Instant> running;

    private LookPlan(LookState state, Instant now, LongUnaryOperator jitter) {
        this.now = now;
        this.jitter = jitter;
        this.accounted = state.fires().accounted();
        this.wanted = state.fires().wanted();
        this.looked = state.fires().looked();
        this.planned = state.fires().planned();
        this.ahead = state.others().ahead();
        this.idle = state.others().idle();
        this.waiting = state.waiting();
        this.looking = state.look() != Look.NONE;
        this.adopts = state.look() == Look.ADOPTS_NEXT;
        this.begun = state.begun();
        this.retired = state.retired();
        this.closed = state.closed();
        this.tries = state.tries();
        this.peekFirst = state.peekFirst();
        this.aside = state.aside();
        this.watched = state.watched();
        this.running = state.running();
    }

    /**
     * Decides.
     *
     * @param now the fleet's time
     * @param jitter gives some number from 0 up to what it is asked for, that one excluded
     */
    public static Step on(LookState state, LookEvent event, Instant now, LongUnaryOperator jitter) {
        LookPlan plan = new LookPlan(state, now, jitter);
        Action action = plan.on(event);
        return new Step(plan.state(), action);
    }

    private LookState state() {
        return new LookState(
                new LookState.Fires(accounted, wanted, looked, planned),
                new LookState.Others(ahead, idle),
                waiting,
                look(),
                begun,
                retired,
                closed,
                tries,
                peekFirst,
                aside,
                watched,
                running);
    }

    private Look look() {
        if (!looking) {
            return Look.NONE;
        }
        return adopts ? Look.ADOPTS_NEXT : Look.UNDER_WAY;
    }

    private Action on(LookEvent event) {
        if (event instanceof Due due) {
            return due(due);
        }
        if (event instanceof Waited waited) {
            waiting = false;
            return looking || closed ? NONE : waited(waited.fleet());
        }
        if (event instanceof Looked result) {
            return adopts ? adopt() : looked(result.result());
        }
        if (event instanceof Begin begin) {
            return begin(begin.turn());
        }
        if (event instanceof Adopting) {
            adopts = looking;
            return looking ? NONE : adopt();
        }
        if (event instanceof RunBegan run) {
            running = Optional.of(run.fire());
            noticeIdle(run);
            return wanted.isAfter(run.fire()) ? replace(run.fire(), run.replaces()) : NONE;
        }
        if (event instanceof RunEnded) {
            running = Optional.empty();
            return NONE;
        }
        if (event instanceof Requested request) {
            return requested(request);
        }
        if (event instanceof Declined) {
            return adopts ? adopt() : declined();
        }
        if (event instanceof Retired gone) {
            retired = true;
            begun = false;
            idle = Set.of();
            return wait(gone.known() ? Backoff.retire(jitter) : Backoff.unhurried(jitter), true);
        }
        retired = false;
        return begin(((Returned) event).turn());
    }

    /** What an earlier try has found does not matter: this one finds out more. */
    private Action adopt() {
        looking = true;
        adopts = false;
        return new Action.Adopt();
    }

    private Action declined() {
        looking = false;
        return waiting ? NONE : wait(Backoff.retry(tries, jitter), true);
    }

    private Action requested(Requested request) {
        boolean early = now.isBefore(request.asked().plus(Backoff.request(request.rank())));
        if (looking || retired || closed || early) {
            return NONE;
        }
        looking = true;
        looked = wanted;
        ahead = List.of(); // that run says nothing of those that go before this instance at a fire
        return new Action.RunRequested();
    }

    private Action begin(Turn turn) {
        begun = false;
        keepIdle(turn.live());
        return wait(Backoff.spread(turn.rank(), turn.members(), turn.tolerance(), jitter), true);
    }

    private Action due(Due due) {
        Instant fire = due.fire();
        Duration early = Duration.between(now, fire);
        if (early.compareTo(Duration.ZERO) > 0) {
            return new Action.Repeat(fire, early.plusMillis(1));
        }
        forgetTheFuture(due.latest());
        if (retired || !fire.isAfter(accounted) || !fire.isAfter(wanted)) {
            return NONE;
        }
        wanted = fire;
        if (running.isPresent()) {
            return replace(running.get(), due.replaces());
        }
        if (looking) {
            return NONE;
        }
        return plan(due.turn());
    }

    /** Plans the try for the newest fire in this instance's turn. One for an earlier fire that is still open is not put off. */
    private Action plan(Turn turn) {
        keepIdle(turn.live());
        boolean far = Backoff.isFar(turn.rank());
        if (far && waiting && planned.isAfter(accounted)) {
            return NONE;
        }
        tries = 0;
        planned = wanted;
        ahead = far ? turn.before() : List.of();
        Duration wait = Backoff.turn(turn.rank(), turn.members(), turn.tolerance(), jitter);
        Duration passed = Duration.between(wanted, now);
        Duration left = passed.isNegative() ? wait : wait.minus(passed);
        return wait(left.isNegative() ? Duration.ZERO : left, turn.rank() > 0);
    }

    private void keepIdle(List<String> live) {
        idle = idle.stream().filter(live::contains).collect(Collectors.toUnmodifiableSet());
    }

    /** The run that began answers a fire that many let pass in their turns: the next one does not wait for them. */
    private void noticeIdle(RunBegan run) {
        if (!run.fire().isBefore(planned)) {
            idle = Stream.concat(idle.stream(), ahead.stream().filter(run.live()::contains))
                    .collect(Collectors.toUnmodifiableSet());
        }
        ahead = List.of();
    }

    /** Who is seen to serve the job takes its turns again. */
    private void noticeServing(LedgerRecord record) {
        if (!idle.isEmpty()) {
            Set<String> others = new TreeSet<>(idle);
            record.run().ifPresent(run -> others.remove(run.instance()));
            record.recent().forEach(settlement -> others.remove(settlement.instance()));
            idle = Set.copyOf(others);
        }
    }

    /** What a clock that was ahead reported does not excuse leaving a fire alone. */
    private void forgetTheFuture(Instant latest) {
        accounted = accounted.isAfter(latest) ? Instant.MIN : accounted;
        wanted = wanted.isAfter(latest) ? Instant.MIN : wanted;
        looked = looked.isAfter(latest) ? Instant.MIN : looked;
        planned = planned.isAfter(latest) ? Instant.MIN : planned;
    }

    private Action replace(Instant run, boolean replaces) {
        return replaces && wanted.isAfter(run) ? new Action.EndRun(wanted) : NONE;
    }

    /** The next try, unless one is under way: that one's result decides then. */
    private Action wait(Duration delay, boolean peek) {
        if (looking || closed) {
            return NONE;
        }
        peekFirst = peek;
        waiting = true;
        return new Action.Wait(delay);
    }

    private Action waited(Optional<FleetView> fleet) {
        return fleet.flatMap(this::spared).orElseGet(() -> {
            looking = true;
            looked = wanted;
            return new Action.Try(wanted, peekFirst, aside);
        });
    }

    /**
     * What makes a try superfluous: by the member table the others have settled what is wanted, or still run what this
     * instance watches, or the job is not this instance's. The table is some seconds old, so each fire gets one try.
     */
    private Optional<Action> spared(FleetView fleet) {
        if (retired ? fleet.definedElsewhere() : fleet.minority()) {
            return Optional.of(wait(Backoff.spared(jitter), true)); // as long as one of the others has it, it is theirs
        }
        fleet.settled()
                .filter(fire -> fire.isAfter(accounted) && !fire.isAfter(now))
                .ifPresent(fire -> accounted = fire);
        if (begun && !retired && watched.isEmpty() && !wanted.isAfter(accounted)) {
            aside = StandAside.NOT;
            return Optional.of(NONE);
        }
        if (begun && watched.isEmpty() && wanted.isAfter(planned) && !planned.isAfter(accounted)) {
            return Optional.of(
                    plan(fleet.turn())); // the turn that came was that of an earlier fire, which others settled
        }
        if (fleet.runs() && (watched.isPresent() ? !wanted.isAfter(looked) : begun && isFarFrom(fleet.watch()))) {
            tries = 0; // its death is to be noticed soon
            aside = StandAside.NOT;
            Turn watch = fleet.watch();
            return Optional.of(wait(Backoff.spared(watch.rank(), watch.members(), watch.tolerance(), jitter), true));
        }
        return Optional.empty();
    }

    /** By its turn the fire has been due for longer than the table is old: what runs is that fire, or goes before it. */
    private static boolean isFarFrom(Turn turn) {
        return Backoff.isFar(turn.rank());
    }

    private Action looked(LockAttempt result) {
        looking = false;
        ahead = List.of();
        begun |= !(result instanceof LockAttempt.Failed
                || result instanceof LockAttempt.Full
                || result instanceof LockAttempt.Held
                || result instanceof LockAttempt.GroupFull
                || result instanceof LockAttempt.Unfit);
        if (retired && isGone(result)) {
            closed = true;
            return new Action.Close();
        }
        if (result instanceof LockAttempt.Idle idle) {
            aside = StandAside.NOT;
            return again(Optional.of(idle.record()), false);
        }
        if (result instanceof LockAttempt.Elsewhere elsewhere) {
            aside = StandAside.NOT;
            return again(elsewhere.seen(), true);
        }
        if (result instanceof LockAttempt.Unfit unfit) {
            return leftToOthers(unfit);
        }
        if (result instanceof LockAttempt.GroupFull full) {
            return waitForSlot(full);
        }
        if (result instanceof LockAttempt.Full) {
            return wait(Backoff.FULL, true);
        }
        if (isCorrupt(result)) {
            return wait(Backoff.CORRUPT, true);
        }
        return result instanceof LockAttempt.Held || result instanceof LockAttempt.Failed
                ? wait(Backoff.failure(tries++, jitter), true)
                : wait(Backoff.retry(tries++, jitter), true);
    }

    private static boolean isGone(LockAttempt result) {
        if (result instanceof LockAttempt.Elsewhere elsewhere) {
            return elsewhere
                    .seen()
                    .filter(seen -> seen.isRetired() && seen.run().isEmpty())
                    .isPresent();
        }
        return result instanceof LockAttempt.Idle idle ? idle.record().isRetired() : isCorrupt(result);
    }

    private static boolean isCorrupt(LockAttempt result) {
        return result instanceof LockAttempt.Failed failed && failed.cause() instanceof CorruptLedgerException;
    }

    /** Somebody else starts what is open, soon; else this instance records that nobody could. */
    private Action leftToOthers(LockAttempt.Unfit unfit) {
        aside = unfit.aside();
        learn(unfit.seen());
        return wait(watched.isEmpty() ? Backoff.retry(tries++, jitter) : Backoff.watch(tries++, jitter), true);
    }

    /**
     * The one instance that the ledger names tries often, the others now and then, in case it can no longer. What the
     * members report is no reason to let the fire be: a rerun is owed although its fire is accounted for.
     */
    private Action waitForSlot(LockAttempt.GroupFull full) {
        aside = StandAside.NOT;
        begun = false;
        learn(Optional.of(full.seen()));
        return wait(full.first() ? Backoff.slot(tries++, jitter) : Backoff.watch(tries++, jitter), !full.first());
    }

    /** What the ledger says goes before what was heard of it earlier. */
    private void learn(Optional<LedgerRecord> record) {
        record.ifPresent(seen -> {
            accounted = seen.accountedUpTo();
            noticeServing(seen);
        });
        watched = record.flatMap(LedgerRecord::run);
    }

    /** Nothing more to do until the next fire, unless a fire is open or a run elsewhere is to be watched. */
    private Action again(Optional<LedgerRecord> record, boolean held) {
        learn(record);
        if (watched.isPresent()) {
            return wait(Backoff.watch(tries++, jitter), true);
        }
        boolean open = record.flatMap(LedgerRecord::owed).isPresent() || record.isEmpty();
        if (wanted.isAfter(accounted) || (held && open)) {
            return wait(Backoff.retry(tries++, jitter), true);
        }
        tries = 0;
        return retired ? wait(Backoff.retire(jitter), true) : NONE;
    }
}
