package io.fleetcron.look;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** What makes an instance think again about when to try a job's lock. */
public sealed interface LookEvent {

    /**
     * The ledger is to be read whatever the others report: this agent starts, the schedule has changed, the definition is
     * back, or the clocks have moved apart.
     *
     * @param turn this instance's place in the order in which they do so
     */
    record Begin(Turn turn) implements LookEvent {}

    /**
     * A scheduled time has come.
     *
     * @param fire that time
     * @param turn this instance's place in the order of those that may start it
     * @param replaces whether a newer fire ends the run of an older one
     * @param latest a time that the server's clock has not passed yet
     */
    record Due(Instant fire, Turn turn, boolean replaces, Instant latest) implements LookEvent {}

    /**
     * The wait is over.
     *
     * @param fleet what the member table shows of the job; empty where instances do not take turns
     */
    record Waited(Optional<FleetView> fleet) implements LookEvent {}

    /**
     * The member table, which is read once for all jobs: it is some seconds old.
     *
     * @param minority whether most of the others define the job otherwise than this instance
     * @param definedElsewhere whether one of the others has the job in its files
     * @param settled up to when the others have seen its fires settled
     * @param runs whether the watched run is still in progress; if none is watched and a fire is open,
     *     whether any run of the job is
     * @param watch this instance's place among those that watch it
     * @param turn this instance's place in the order of those that may start the newest fire
     */
    record FleetView(
            boolean minority,
            boolean definedElsewhere,
            Optional<Instant> settled,
            boolean runs,
            Turn watch,
            Turn turn) {}

    /**
     * A place in an order of the live members.
     *
     * @param before whose turns come before this instance's
     * @param live all of them
     * @param tolerance how late a fire may start
     */
    record Turn(List<String> before, List<String> live, Duration tolerance) {
        int rank() {
            return before.size();
        }

        int members() {
            return live.size();
        }
    }

    /** The try is over. */
    record Looked(LockAttempt result) implements LookEvent {}

    /** An earlier agent of this host has started what is to be taken back. */
    record Adopting() implements LookEvent {}

    /**
     * This instance runs a fire.
     *
     * @param replaces whether a newer fire ends it
     * @param live the live members
     */
    record RunBegan(Instant fire, boolean replaces, List<String> live) implements LookEvent {}

    /**
     * Somebody asks for a run by hand, of this instance or of any; so it is reported with each beat until it is claimed.
     *
     * @param asked when
     * @param rank how many instances go before this one
     */
    record Requested(Instant asked, int rank) implements LookEvent {}

    /** The run that was asked for has not begun here, and the ledger was not read. */
    record Declined() implements LookEvent {}

    /** The run is over. */
    record RunEnded() implements LookEvent {}

    /**
     * The files define the job no more.
     *
     * @param known whether they did since this agent started
     */
    record Retired(boolean known) implements LookEvent {}

    /**
     * The files define the job again.
     *
     * @param turn as of {@link Begin}
     */
    record Returned(Turn turn) implements LookEvent {}
}
