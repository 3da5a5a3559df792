package io.fleetcron.cli.option;

import io.fleetcron.cli.console.PrintableStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import picocli.CommandLine.Option;

/** The {@code --raw} option of the commands that show what jobs wrote. */
public final class RawOption {

    @Option(
            names = "--raw",
            description =
                    "Show what the job wrote byte for byte also on a terminal, which it may then steer. Elsewhere,"
                            + " as in a pipe, it always is byte for byte.")
    private boolean raw;

    /** Where a job's output goes. It is to be {@link PrintStream#flush flushed}, not closed. */
    public PrintStream of(Program program) {
        PrintStream out = program.out();
        return program.isTerminal() && !raw
                ? new PrintStream(new PrintableStream(out), false, StandardCharsets.UTF_8)
                : out;
    }
}
