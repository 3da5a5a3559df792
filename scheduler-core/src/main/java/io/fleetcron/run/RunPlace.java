package io.fleetcron.run;

import java.io.IOException;

/**
 * A place kept ready for a run, and so the proof that this host can keep one. Serves one run of the launcher that reserved
 * it, or none and is closed. Thread-safe.
 */
public interface RunPlace extends AutoCloseable {

    /** Leaves the place to the next run, unless this one has it. */
    @Override
    void close() throws IOException;
}
