package io.fleetcron.virtual;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What goes wrong in a simulated fleet. */
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
    PEOPLE;

    String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** What a list of words names. */
    static List<Fault> parse(String words) {
        if (words.equals("none")) {
            return List.of();
        }
        if (words.equals("all")) {
            return List.of(values());
        }
        List<Fault> named = new ArrayList<>();
        for (String word : words.split(",", -1)) {
            named.add(of(word));
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
