package io.fleetcron.cli.option;

import io.fleetcron.cli.console.Times;
import io.fleetcron.config.FleetConfig;
import io.fleetcron.host.SystemTime;
import io.fleetcron.observe.Deadline;
import io.fleetcron.observe.FleetReader;
import java.time.Duration;
import picocli.CommandLine.Option;

/** What the commands that read the shared directory have in common. */
public final class SharedOption {

    @Option(
            names = "--timeout",
            paramLabel = "TIME",
            converter = Times.DurationConverter.class,
            description = "How long to wait for a shared directory that does not answer (default: 5s).")
    private Duration timeout = Duration.ofSeconds(5);

    public Duration timeout() {
        return timeout;
    }

    public Deadline deadline() {
        return new Deadline(timeout, new SystemTime()::bootNanos);
    }

    public FleetReader reader(FleetConfig config) {
        return new FleetReader(config.sharedDir(), deadline(), new SystemTime());
    }
}
