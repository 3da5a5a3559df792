package io.fleetcron.agent;

import java.io.IOException;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether storage does what is asked of it. Says so once when that changes, not once for each fire. Thread-safe.
 */
final class StorageHealth {

    private static final Logger LOG = LoggerFactory.getLogger(StorageHealth.class);

    private final String what;
    private Optional<String> problem = Optional.empty();

    /**
     * @param what the directory, as messages name it
     */
    StorageHealth(String what) {
        this.what = what;
    }

    /** An operation failed. */
    void failed(IOException cause) {
        failed(String.valueOf(cause.getMessage()));
    }

    /** Something is wrong. */
    synchronized void failed(String found) {
        if (problem.isEmpty()) {
            LOG.error(
                    "storage unhealthy: {}. No run is started on it until it answers again; fires stay due inside their"
                            + " catch-up window. directory={}",
                    found,
                    what);
        }
        problem = Optional.of(found);
    }

    /** An operation did what it should. */
    synchronized void worked() {
        if (problem.isPresent()) {
            LOG.info("storage healthy again directory={}", what);
            problem = Optional.empty();
        }
    }

    /** What is wrong, if anything. */
    synchronized Optional<String> problem() {
        return problem;
    }
}
