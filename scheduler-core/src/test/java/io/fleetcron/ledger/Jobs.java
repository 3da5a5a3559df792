package io.fleetcron.ledger;

import io.fleetcron.config.ExecutionEnvironment;
import io.fleetcron.config.ExitStatuses;
import io.fleetcron.config.JobDefinition;
import io.fleetcron.config.JobDefinition.ShellCommand;
import io.fleetcron.config.JobDefinition.Source;
import io.fleetcron.config.Notices;
import io.fleetcron.config.Placement;
import io.fleetcron.config.RunPolicy;
import io.fleetcron.config.RunPolicy.CatchUp;
import io.fleetcron.config.RunPolicy.CatchUpPolicy;
import io.fleetcron.config.RunPolicy.OnLost;
import io.fleetcron.config.RunPolicy.Overlap;
import io.fleetcron.config.RunPolicy.Retries;
import io.fleetcron.config.RunPolicy.RunOn;
import io.fleetcron.config.schedule.Schedule;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Optional;

/** Definitions for tests: a job that fires every so many seconds of the epoch. */
final class Jobs {

    private Jobs() {}

    static JobDefinition job(int period, Overlap overlap, CatchUpPolicy policy, int within, OnLost onLost) {
        return job(period, overlap, policy, within, onLost, true);
    }

    static JobDefinition job(Schedule schedule, CatchUpPolicy policy, int within) {
        return job(schedule, Overlap.SKIP, policy, within, OnLost.SKIP, true);
    }

    static JobDefinition job(
            int period, Overlap overlap, CatchUpPolicy policy, int within, OnLost onLost, boolean enabled) {
        return job(new Every(period), overlap, policy, within, onLost, enabled);
    }

    private static JobDefinition job(
            Schedule schedule, Overlap overlap, CatchUpPolicy policy, int within, OnLost onLost, boolean enabled) {
        return new JobDefinition(
                "job",
                "",
                schedule,
                ZoneOffset.UTC,
                new ShellCommand(ShellCommand.SH, "true"),
                ExecutionEnvironment.USUAL,
                new RunPolicy(
                        Optional.empty(),
                        Duration.ofSeconds(30),
                        ExitStatuses.ZERO,
                        Retries.NONE,
                        overlap,
                        new CatchUp(policy, Duration.ofSeconds(within)),
                        Optional.empty(),
                        onLost,
                        RunOn.ONE,
                        Placement.ANYWHERE,
                        Optional.empty(),
                        Notices.NONE),
                enabled,
                new Source(Path.of("jobs.yaml"), 1, schedule.canonical()));
    }

    private record Every(int period) implements Schedule {
        @Override
        public Optional<Instant> next(Instant after) {
            return Optional.of(Instant.ofEpochSecond((Math.floorDiv(after.getEpochSecond(), period) + 1) * period));
        }

        @Override
        public String canonical() {
            return "every " + period + "s";
        }
    }
}
