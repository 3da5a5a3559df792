package io.fleetcron.virtual;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** What goes wrong in a simulated fleet, and what people want of it besides. */
enum Fault {
    /** A host stands still for up to three minutes. */
    PAUSE,
    /** A host dies, perhaps in the middle of a write, and comes back some minutes later. */
    LOSS,
    /** An agent is killed; its runs live on; it is started again. */
    AGENT,
    /** An agent is stopped in order, and started again. */
    STOP,
    /** A host is cut off from the share for up to three minutes. */
    CUT,
    /** The file server restarts. */
    SERVER,
    /** The share hangs for up to half a minute. */
    HANG,
    /** The server refuses locks to one host. */
    LOCKS,
    /** The share takes no writes that need room, or none at all. */
    FULL,
    /** A host cannot run anything. */
    SICK,
    /** A host's clock is set wrong. */
    CLOCK,
    /** The server's clock is set wrong, forwards or backwards. */
    SERVERCLOCK,
    /** A run's supervisor is killed. */
    SUPERVISOR,
    /** A host gets another definition of a job, or loses some, and gets the right ones some minutes later. */
    DEFINITIONS,
    /** Some jobs get another schedule, at one host after the other. */
    CHANGES,
    /** All hosts read their definitions again. */
    RELOAD,
    /** A host's clocks are too fast or too slow, as far as Linux lets them. */
    DRIFT,
    /** A person has a job run now, or settles what is open of it. */
    PEOPLE,
    /** Some jobs must not run together, and have just enough slots for their runs. */
    GROUPS,
    /** Some jobs do not run at some of the times of their schedule. */
    EXCEPTIONS,
    /** Some jobs fire from some time on, or until some time. */
    BOUNDS,
    /** The commands of some jobs end with several exit statuses, of which not only 0 is a success. */
    STATUSES,
    /** Some jobs may run on some hosts only. */
    PLACEMENT,
    /** Some jobs may start later than others, or have to start sooner. */
    TOLERANCE,
    /** People pause jobs, leave out fires and drain hosts, and take some of that back. */
    CONTROLS;

    /** Whether it holds from the beginning, or comes as planned: nothing to inject at random times. */
    boolean isPlanned() {
        return this == CHANGES
                || this == GROUPS
                || this == EXCEPTIONS
                || this == BOUNDS
                || this == STATUSES
                || this == PLACEMENT
                || this == TOLERANCE;
    }

    String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Whether it is trouble: what people want is named by itself. */
    private boolean isWrong() {
        return this == CHANGES || (!isPlanned() && this != CONTROLS);
    }

    /** What a list of words names; {@code all} is all trouble. */
    static List<Fault> parse(String words) {
        if (words.equals("none")) {
            return List.of();
        }
        List<Fault> named = new ArrayList<>();
        for (String word : words.split(",", -1)) {
            if (word.equals("all")) {
                named.addAll(Stream.of(values()).filter(Fault::isWrong).toList());
            } else {
                named.add(of(word));
            }
        }
        return named;
    }

    private static Fault of(String word) {
        for (Fault fault : values()) {
            if (fault.word().equals(word)) {
                return fault;
            }
        }
        throw new IllegalArgumentException("unknown fault '" + word + "'");
    }
}
