package io.fleetcron.observe;

import io.fleetcron.fleet.RunId;
import io.fleetcron.ledger.CurrentRun;
import io.fleetcron.ledger.RunOrigin;
import io.fleetcron.run.Heartbeat;
import io.fleetcron.run.LocalRun;
import java.time.Instant;
import java.util.Optional;

/**
 * A run that is recorded as started and not as settled. Immutable.
 *
 * @param run which run it is
 * @param trigger what asked for it, where that is known
 * @param attempt the attempt going on, where a heartbeat tells
 * @param host that instance's host
 * @param started when it was claimed
 * @param beat its supervisor's newest heartbeat
 * @param state how far it is
 */
public record SeenRun(
        RunId run,
        Optional<RunOrigin> trigger,
        Optional<Integer> attempt,
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
                run.id(ledger.job()),
                Optional.of(run.trigger()),
                beat.map(Heartbeat::attempt),
                run.host(),
                run.started(),
                beat.map(Heartbeat::beat),
                ledger.runExit().isPresent() ? State.ENDED : going);
    }

    /** A run that left its directory on this host. */
    static SeenRun of(LocalRun run, String host) {
        return new SeenRun(
                run.run(),
                Optional.empty(),
                Optional.empty(),
                host,
                run.started(),
                Optional.empty(),
                run.alive() ? State.RUNNING : State.ENDED);
    }
}
