package io.fleetcron.observe;

import io.fleetcron.config.FleetConfig;
import io.fleetcron.config.JobDefinition;
import io.fleetcron.ledger.Settlement;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.function.LongSupplier;

/** Shows the output of one run, and follows it to its end. It changes nothing and takes no lock. For one thread. */
public final class RunFollower {

    private static final Duration PAUSE = Duration.ofMillis(500);
    /** A run's agent stores the rest of its output right after it recorded the end: nothing new for so long is all. */
    private static final int QUIET = 5;
    /** As long as history may take to tell of it. */
    private static final int LOOKS_AT_END = 12;

    /** Where the output goes. */
    public interface Sink {
        /** False once nobody reads any more. */
        boolean isOpen();

        /** Takes a piece, which is never empty. */
        void write(byte[] piece);
    }

    /** Waits. */
    public interface Pause {
        void take(Duration length) throws InterruptedException;
    }

    /**
     * What there was to see.
     *
     * @param anything whether it has written anything
     * @param goesOn whether it goes on
     * @param wentOn whether it went on at first
     */
    public record Seen(boolean anything, boolean goesOn, boolean wentOn) {}

    private final FleetConfig config;
    private final Deadline deadline;
    private final Pause pause;
    private final ShownRun run;
    private final RunEnds ends;

    /**
     * @param deadline of each question to the shared directory
     * @param nanos a clock that only grows
     * @param pause waits between two looks
     */
    public RunFollower(
            FleetConfig config, Deadline deadline, LongSupplier nanos, Pause pause, JobDefinition job, ShownRun run) {
        this.config = config;
        this.deadline = deadline;
        this.pause = pause;
        this.run = run;
        this.ends = new RunEnds(config, deadline, nanos, job, run);
    }

    /**
     * Shows what is there.
     *
     * @param toItsEnd as long as it goes on, what comes, too
     */
    public Seen show(Sink sink, boolean toItsEnd) throws IOException, SharedDirectoryUnavailable, InterruptedException {
        try (OutputSource output = source()) {
            boolean goesOn = ends.goesOn();
            boolean wentOn = goesOn;
            boolean anything = false;
            int quiet = 0;
            while (sink.isOpen()) {
                byte[] piece = output.next();
                boolean came = piece.length > 0;
                if (came) {
                    sink.write(piece);
                    anything = true;
                    quiet = 0;
                    continue;
                }
                quiet = goesOn ? 0 : quiet + 1;
                boolean all = !goesOn && (run.local().isPresent() || !wentOn || quiet >= QUIET);
                if (!toItsEnd || all) {
                    break;
                }
                pause.take(PAUSE);
                goesOn = goesOn && ends.goesOn();
            }
            return new Seen(anything, goesOn, wentOn);
        }
    }

    /** How a run that is over was settled; empty if nothing says so within some seconds. */
    public Optional<Settlement> end() throws IOException, SharedDirectoryUnavailable, InterruptedException {
        Optional<Settlement> end = ends.end();
        for (int looks = 1; looks < LOOKS_AT_END && end.isEmpty(); looks++) {
            pause.take(PAUSE);
            end = ends.end();
        }
        return end;
    }

    private OutputSource source() throws IOException {
        return run.local().isPresent()
                ? OutputSource.here(run.local().get())
                : OutputSource.shared(new OutputFiles(config.sharedDir()), deadline, run.id());
    }
}
