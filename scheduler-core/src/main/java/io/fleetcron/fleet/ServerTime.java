package io.fleetcron.fleet;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/** Whether the clock of the file server, which is the fleet's time, is right by the clocks of its hosts. Pure functions. */
public final class ServerTime {

    /** Hosts keep their clocks within a second of each other; a median that is this far off accuses the server. */
    public static final Duration LIMIT = Duration.ofSeconds(30);

    private ServerTime() {}

    /**
     * By how much the server's clock is ahead of most hosts, where that is more than {@link #LIMIT}; negative if it is
     * behind them.
     *
     * @param skews how far the own clock of each live host is ahead of the server's
     */
    public static Optional<Duration> wrong(Collection<Duration> skews) {
        List<Duration> sorted = new ArrayList<>(skews);
        sorted.sort(null);
        if (sorted.isEmpty()) {
            return Optional.empty();
        }
        Duration low = sorted.get((sorted.size() - 1) / 2);
        Duration high = sorted.get(sorted.size() / 2);
        // Of an even number the one that speaks for the server counts: half of the hosts agree with it.
        Duration median = low.abs().compareTo(high.abs()) <= 0 ? low : high;
        return median.abs().compareTo(LIMIT) > 0 ? Optional.of(median.negated()) : Optional.empty();
    }
}
