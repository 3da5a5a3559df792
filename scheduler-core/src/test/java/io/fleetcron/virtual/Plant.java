package io.fleetcron.virtual;

import java.util.Locale;
import java.util.Optional;

/** A deliberate fault of what is simulated, or of what the product is joined with: the judge must find each. */
enum Plant {
    /** Nothing is wrong but what goes wrong as often as beside the others: the judge must be content. */
    NOTHING("all", 2_000),
    /** A write is answered before it is on stable storage: a host that dies takes its claim with it. */
    CLAIM_NOT_SYNCED("loss"),
    /** A slot of a group is granted to whoever tries it. */
    SLOT_NOT_TAKEN("groups"),
    /** A schedule is followed before its beginning and after its end. */
    BOUNDS_UNHEEDED("bounds"),
    /** A job runs on hosts that its definition does not name. */
    PLACEMENT_UNHEEDED("placement"),
    /** A job starts however late its definition lets it. */
    TOLERANCE_UNHEEDED("tolerance,pause", 4_000),
    /** The supervisor takes 0 alone for success. */
    STATUSES_UNHEEDED("statuses"),
    /** Nobody reads what people ask of the fleet. */
    CONTROLS_UNREAD("controls"),
    /** The next claim gets the fencing token of the one before. */
    TOKEN_NOT_RAISED("none"),
    /** What the supervisor wrote into the lock file at the end is not read. */
    EXIT_RECORD_IGNORED("agent", 2_000),
    /** The supervisor tries once to write its exit record. */
    EXIT_RECORD_TRIED_ONCE("agent,full", 5_000),
    /** The supervisor does not hold the lock: it is free as soon as the command has started. */
    LOCK_NOT_INHERITED("none"),
    /** Each host grants its own locks: the share is mounted with local locks. */
    LOCKS_LOCAL("none"),
    /** The age of the last proof of the lock is taken by a clock that stands still while the host does. */
    LEASE_BY_WRONG_CLOCK("pause"),
    /** Nobody ends a run whose lock may be lost. */
    NO_FENCING("cut", 4_000),
    /** A run is ended only when its lease has been over for a while. */
    FENCED_TOO_LATE("cut", 4_000),
    /** The supervisor does not look at the claim's age before it starts the command. */
    NO_CHECK_BEFORE_START("pause", 4_000),
    /** Nobody ends a run whose supervisor was killed. */
    NO_GUARD("supervisor"),
    /** A line of history is answered and not written. */
    HISTORY_NOT_WRITTEN("none"),
    /** The server grants locks while others may still reclaim theirs. */
    GRACE_IGNORED("server", 2_000),
    /** Whoever is not first in turn, or finds the lock taken, does not look again. */
    LOSERS_GIVE_UP("loss"),
    /** Whoever is not first in turn, or finds the lock taken, looks again when it is too late. */
    LOOKS_TOO_LATE("loss"),
    /** One instance of two seems to be well and never gets a lock. */
    NEVER_LOOKS("loss", 1_000, 2),
    /** The member table is full of instances that beat and start nothing, and that no one has met before. */
    DEAD_FIRST("none"),
    /** The server's time is learned as a few seconds later than it is. */
    FLEET_CLOCK_AHEAD("none"),
    /** Files are rolled back now and then, and nobody remembers having seen more. */
    LEDGER_GOES_BACK("agent"),
    /** What is read without the lock is some minutes old, and what is read under it too. */
    STALE_READS("none"),
    /** The server gives a client back what it had locked, whoever has had it since: {@code nfs.recover_lost_locks}. */
    LOST_LOCKS_RETAKEN("cut", 2_000),
    /** An error of the lock is taken for the lock. */
    FAILS_OPEN("locks", 1_000),
    /** The errors of writes to a ledger are not looked at. */
    WRITE_ERRORS_IGNORED("full,loss", 2_000),
    /** Each record of a ledger is written over the one before. */
    ONE_SLOT("loss", 5_000),
    /** Nobody proves the lock of a run. */
    NO_HEARTBEATS("none"),
    /** An agent takes the runs of the one before it for lost. */
    SURVIVOR_TAKEN_FOR_DEAD("agent", 1_000),
    /** A host that cannot run anything notices it when it has claimed a fire. */
    SICK_UNNOTICED("sick"),
    /** A host's own clock is taken for the server's. */
    HOST_CLOCK_BELIEVED("clock", 1_000),
    /** The server's time is learned from what the host's kernel remembers of a file. */
    CLOCK_FROM_CACHE("none"),
    /** Jobs that run on every host have their locks on the share. */
    EVERY_LIKE_ONE("none"),
    /** What is a host's own waits for the share as well. */
    LOCAL_WAITS_FOR_SHARE("hang,cut", 1_000),
    /** Another schedule is followed as if it had always been there. */
    CHANGE_UNNOTICED("changes", 2_000);

    private final String faults;
    private final int fires;
    private final int instances;

    /** One that shows at once. */
    Plant(String faults) {
        this(faults, 600);
    }

    Plant(String faults, int fires) {
        this(faults, fires, 5);
    }

    Plant(String faults, int fires, int instances) {
        this.faults = faults;
        this.fires = fires;
        this.instances = instances;
    }

    /** The size of the fleet in which it shows. */
    int instances() {
        return instances;
    }

    /** The faults under which it shows. */
    String faults() {
        return faults;
    }

    /** How many fires it takes to show surely. */
    int fires() {
        return fires;
    }

    String word() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    static Optional<Plant> of(String word) {
        for (Plant plant : values()) {
            if (plant.word().equals(word)) {
                return Optional.of(plant);
            }
        }
        return Optional.empty();
    }
}
