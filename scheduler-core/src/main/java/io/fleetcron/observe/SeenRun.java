package io.fleetcron.observe;

import io.fleetcron.ledger.CurrentRun;
import io.fleetcron.ledger.RunOrigin;
import io.fleetcron.run.Heartbeat;
import io.fleetcron.run.LocalRun;
import java.time.Instant;
import java.util.Optional;

/**
 * A run that is recorded as started and not as settled. Immutable.
 *
 * @param job the job's name
 * @param fire the scheduled time
 * @param token the fencing token
 * @param trigger what asked for it, where that is known
 * @param attempt the attempt going on, where a heartbeat tells
 * @param instance the instance that claimed it
 * @param host that instance's host
 * @param started when it was claimed
 * @param beat its supervisor's newest heartbeat
 * @param state how far it is
 */
public record SeenRun(
        String job,
        Instant fire,
        long token,
        Optional<RunOrigin> trigger,
        Optional<Integer> attempt,
        String instance,
        String host,
        Instant started,
        Optional<Instant> beat,
        State state) {

    /** How far a run is, as far as is visible without its lock. */
    public enum State {
        /** Its agent is alive. */
        RUNNING,
        /** Its agent is not: the run goes on under its supervisor, or its host is lost. */
        UNATTENDED,
        /** It is over; no claimer has recorded it yet. */
        ENDED
    }

    /**
     * The run that a ledger records as started.
     *
     * @param attended whether the agent that claimed it is alive
     */
    static SeenRun of(SeenLedger ledger, CurrentRun run, boolean attended) {
        Optional<Heartbeat> beat = ledger.runBeat();
        State going = attended ? State.RUNNING : State.UNATTENDED;
        return new SeenRun(
                ledger.job(),
                run.fire(),
                run.token(),
                Optional.of(run.trigger()),
                beat.map(Heartbeat::attempt),
                run.instance(),
                run.host(),
                run.started(),
                beat.map(Heartbeat::beat),
                ledger.runExit().isPresent() ? State.ENDED : going);
    }

    /** A run that left its directory on this host. */
    static SeenRun of(LocalRun run, String host) {
        return new SeenRun(
                run.job(),
                run.fire(),
                run.token(),
                Optional.empty(),
                Optional.empty(),
                run.instance(),
                host,
                run.started(),
                Optional.empty(),
                run.alive() ? State.RUNNING : State.ENDED);
    }
}
