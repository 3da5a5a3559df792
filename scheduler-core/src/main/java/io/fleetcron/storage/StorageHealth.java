package io.fleetcron.storage;

import java.io.IOException;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether a directory does what is asked of it. An alarm is raised once when something begins to fail and once when all
 * works again, not for each fire: a kind of operation counts as healed when it has succeeded since it last failed, and that
 * is a while ago, since on a failing file system some calls always succeed. Thread-safe.
 */
public final class StorageHealth {

    /** What the directory is asked for. */
    public enum Kind {
        /** Locks and ledgers. */
        LEDGERS,
        /** The member table. */
        MEMBERS,
        /** History files. */
        HISTORY,
        /** Captured output. */
        OUTPUT,
        /** Notifications that wait. */
        NOTICES,
        /** The server's clock. */
        CLOCK,
        /** What people ask of the fleet. */
        CONTROLS
    }

    private static final Logger LOG = LoggerFactory.getLogger(StorageHealth.class);
    private static final long QUIET = Duration.ofSeconds(12).toNanos();

    /** When a kind failed last, whether it has succeeded since, and whether a planted file has been reported. */
    private record Failure(String found, long at, boolean worked, boolean planted) {}

    private final String directory;
    private final LongSupplier nanos;
    private final Map<Kind, Failure> failing = new EnumMap<>(Kind.class);

    /**
     * @param directory as messages name it
     * @param nanos a clock that only grows
     */
    public StorageHealth(String directory, LongSupplier nanos) {
        this.directory = directory;
        this.nanos = nanos;
    }

    /** An operation failed. */
    public void failed(Kind kind, IOException cause) {
        boolean planted = cause instanceof StorageException e && e.errno().equals(StorageException.PLANTED);
        failed(kind, String.valueOf(cause.getMessage()), planted);
    }

    /** Something is wrong. */
    public void failed(Kind kind, String found) {
        failed(kind, found, false);
    }

    /** A planted file is reported even if the kind failed before: whoever plants one deletes what it takes the place of. */
    private synchronized void failed(Kind kind, String found, boolean planted) {
        heal();
        Failure before = failing.get(kind);
        boolean known = before != null && before.planted;
        if (failing.isEmpty()) {
            LOG.error(
                    "storage unhealthy directory={}: {}. What it cannot record is not started; fires stay due inside"
                            + " their catch-up window",
                    directory,
                    found);
        } else if (before == null || (planted && !known)) {
            LOG.warn("storage unhealthy directory={}, also: {}", directory, found);
        }
        failing.put(kind, new Failure(found, nanos.getAsLong(), false, planted || known));
    }

    /** An operation did what it should. */
    public synchronized void worked(Kind kind) {
        failing.computeIfPresent(kind, (same, last) -> new Failure(last.found, last.at, true, last.planted));
        heal();
    }

    /** What is wrong, if anything. Asked every few seconds, so that a kind that is rarely used heals in time too. */
    public synchronized Optional<String> problem() {
        heal();
        return failing.values().stream().map(Failure::found).findFirst();
    }

    private void heal() {
        long now = nanos.getAsLong();
        if (failing.values().removeIf(last -> last.worked && now - last.at > QUIET) && failing.isEmpty()) {
            LOG.info("storage healthy again directory={}", directory);
        }
    }
}
