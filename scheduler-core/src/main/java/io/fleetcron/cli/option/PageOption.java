package io.fleetcron.cli.option;

import io.fleetcron.config.FleetConfig;
import io.fleetcron.host.SystemTime;
import io.fleetcron.observe.Deadline;
import io.fleetcron.observe.FleetReader;
import io.fleetcron.observe.newest.NewestHistory;
import io.fleetcron.page.PageReader;
import java.time.Duration;
import java.util.Optional;
import picocli.CommandLine.Option;

/** What the commands that make the page have in common. */
public final class PageOption {

    private static final int WEEK = 7;

    @Option(
            names = "--days",
            paramLabel = "N",
            description =
                    "How many days back history is read (default: 7). What ledgers remember is shown whatever its age.")
    private int days = WEEK;

    public void check() throws CommandFailed {
        if (days < 1) {
            throw new CommandFailed(ExitCode.USAGE, "--days must be at least 1, found " + days);
        }
    }

    /**
     * @param fleet for instances and ledgers
     * @param history for history, see {@link #history}
     */
    public PageReader reader(FleetConfig config, FleetOption named, Deadline fleet, NewestHistory history) {
        String file = named.file().toString();
        return new PageReader(
                config,
                new PageReader.Readers(new FleetReader(config.sharedDir(), fleet, new SystemTime()), history),
                new PageReader.Clocks(new SystemTime(), new SystemTime()::bootNanos),
                new PageReader.Options(
                        Duration.ofDays(days),
                        file.equals(ConfigOption.USUAL) ? Optional.empty() : Optional.of(file),
                        named.notes()));
    }

    /** What reads history for that, again and again. */
    public static NewestHistory history(Deadline deadline) {
        return new NewestHistory(deadline, PageReader.FIRES);
    }
}
