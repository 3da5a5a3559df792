package io.fleetcron.agent;

import io.fleetcron.fleet.Outcome;
import io.fleetcron.fleet.RunEnd;
import io.fleetcron.fleet.RunId;
import io.fleetcron.run.Run;
import io.fleetcron.run.RunLauncher;
import io.fleetcron.run.RunPlace;
import io.fleetcron.run.RunSpec;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Starts nothing: each run is over at once, as {@link Outcome#SHADOWED}. What such an agent claims, it has therefore only
 * recorded. Thread-safe.
 */
final class ShadowLauncher implements RunLauncher {
    private static final RunPlace NOWHERE = () -> {};

    private final Path state;

    /**
     * @param state the shadow's state directory
     */
    ShadowLauncher(Path state) {
        this.state = state;
    }

    @Override
    public RunPlace reserve() {
        return NOWHERE;
    }

    @Override
    public boolean startsProcesses() {
        return true;
    }

    @Override
    public Run start(RunSpec spec, RunPlace place) {
        return over(spec.run(), spec.started(), OptionalInt.empty(), Optional.empty());
    }

    /** What could not have been started is not a failure here either: nothing is started in any case. */
    @Override
    public Run refuse(RunId run, Instant started, String reason) {
        return over(run, started, OptionalInt.of(REFUSED), Optional.of(reason));
    }

    private Run over(RunId run, Instant at, OptionalInt exit, Optional<String> reason) {
        return new ShadowRun(
                run,
                state.resolve("runs").resolve("none"),
                new RunEnd(Outcome.SHADOWED, exit, 0, at, Optional.empty(), reason));
    }

    /** None: whatever this agent claims is over before it could end itself. */
    @Override
    public List<Run> survivors() {
        return List.of();
    }

    /**
     * @param output names a file that never exists
     */
    private record ShadowRun(RunId id, Path output, RunEnd end) implements Run {
        /** This process alone holds the lock. */
        @Override
        public int pid() {
            return Math.toIntExact(ProcessHandle.current().pid());
        }

        @Override
        public boolean startsNothing() {
            return true;
        }

        @Override
        public RunEnd await() {
            return end;
        }

        @Override
        public Optional<String> complaint() {
            return Optional.empty();
        }

        @Override
        public void recorded() {}

        @Override
        public void unrecorded() {}

        @Override
        public void kill() {}

        @Override
        public void forget() {}
    }
}
