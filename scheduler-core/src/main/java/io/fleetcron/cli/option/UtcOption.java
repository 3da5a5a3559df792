package io.fleetcron.cli.option;

import io.fleetcron.cli.console.Moments;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Optional;
import picocli.CommandLine.Option;

/** The {@code --utc} option of the commands that show times in tables. */
public final class UtcOption {

    @Option(
            names = "--utc",
            description =
                    "Show times in UTC on a terminal too, where they else are in your zone (TZ). In pipes and JSON they"
                            + " always are.")
    private boolean utc;

    /** How this command shows times. */
    public Moments moments(Program program, Instant now) {
        return new Moments(now, program.isTerminal() && !utc ? Optional.of(ZoneId.systemDefault()) : Optional.empty());
    }
}
