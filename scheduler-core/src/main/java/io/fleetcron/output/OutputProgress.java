package io.fleetcron.output;

import io.fleetcron.run.Run;
import io.fleetcron.storage.SharedFiles.Appender;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How far the output of one run of this instance has come, in the log and in the shared store. */
final class OutputProgress {

    /** A name of its own, so that these lines alone can be turned off or sent elsewhere. */
    private static final Logger LOG = LoggerFactory.getLogger("io.fleetcron.output");

    final Run run;
    final OutputLineReader lines;
    /** When it was first seen here, in nanoseconds of a clock that only grows. */
    final long since;
    /** Whether it waits to be stored. */
    final AtomicBoolean waiting = new AtomicBoolean();
    /** Bytes that the shared store holds. */
    volatile long stored;
    /** The run is over and recorded: what is left is to be stored, then its traces here go. */
    volatile boolean recorded;
    /** When that was. */
    volatile long over;
    /** Whether all hosts' output of the job lies together because one of them runs it. */
    volatile boolean ofFleet;
    /** Not to be stored again before then, as storage failed. */
    volatile long retryAt;
    /** The shared file while it grows. Belongs to the thread that stores. */
    @Nullable
    Appender file;

    OutputProgress(Run run, long since) {
        this.run = run;
        this.since = since;
        this.retryAt = since;
        this.lines = new OutputLineReader(
                run.output(),
                line -> LOG.info(
                        "output job={} fire={} token={}: {}",
                        run.id().job(),
                        run.id().time(),
                        run.id().token(),
                        line));
    }
}
