package io.fleetcron.cli;

import com.google.gson.JsonObject;
import io.fleetcron.cli.console.Printer;
import io.fleetcron.cli.console.Screen;
import io.fleetcron.cli.console.Terminal;
import io.fleetcron.cli.console.Times;
import io.fleetcron.cli.option.CommandFailed;
import io.fleetcron.cli.option.ExitCode;
import io.fleetcron.cli.option.FleetOption;
import io.fleetcron.cli.option.ReadCommand;
import io.fleetcron.cli.option.SharedOption;
import io.fleetcron.cli.option.UtcOption;
import io.fleetcron.config.FleetConfig;
import io.fleetcron.config.Printable;
import io.fleetcron.observe.FleetView;
import io.fleetcron.observe.HostFiles;
import io.fleetcron.observe.SeenLedger;
import io.fleetcron.observe.SeenRun;
import io.fleetcron.observe.SharedDirectoryUnavailable;
import io.fleetcron.observe.StatusReport;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code fleetcron status}. */
@Command(
        name = "status",
        description =
                "Shows the instances, what runs where since when, what waits for its run_group, and each job's last"
                        + " outcome and next time. An instance whose state is unfit cannot run a job, or any, for the reason given,"
                        + " and leaves it to the others.%nAnswers also while the shared directory hangs: then with what this host"
                        + " knows.",
        mixinStandardHelpOptions = true,
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {
            "0:done",
            "1:the shared directory does not answer, a ledger cannot be trusted, or no live instance may run a job",
            "2:the command line or the configuration cannot be used"
        })
final class StatusCommand extends ReadCommand {

    private static final Duration SHORTEST = Duration.ofMillis(100);

    @Mixin
    private FleetOption config = new FleetOption();

    @Mixin
    private SharedOption shared = new SharedOption();

    @Mixin
    private UtcOption utc = new UtcOption();

    @Option(
            names = "--watch",
            arity = "0..1",
            paramLabel = "TIME",
            fallbackValue = "2s",
            converter = Times.DurationConverter.class,
            description =
                    "Show it again and again, this far apart (2s), until Ctrl-C. On a terminal each takes the place of the"
                            + " one before, and what does not fit is left out; with --json each is a line.")
    private @Nullable Duration watch;

    @Override
    public Integer call() throws CommandFailed {
        FleetConfig loaded = config.read(err());
        if (watch != null) {
            return watch(loaded, watch);
        }
        StatusReport report = report(loaded);
        if (json()) {
            out().println(json(report));
        } else {
            page(out -> print(report, out));
        }
        out().flush();
        StatusText.messages(report).forEach(this::say);
        return report.isSound() ? ExitCode.OK : ExitCode.PROBLEM;
    }

    private int watch(FleetConfig loaded, Duration pause) throws CommandFailed {
        if (pause.compareTo(SHORTEST) < 0) {
            throw wrong("--watch must be at least " + SHORTEST.toMillis() + "ms");
        }
        try {
            while (show(report(loaded))) {
                Thread.sleep(pause.toMillis());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return ExitCode.OK;
    }

    /** Returns false once nobody reads any more. */
    private boolean show(StatusReport report) {
        if (json()) {
            return Printer.line(out(), json(report));
        }
        StringWriter text = new StringWriter();
        PrintWriter lines = new PrintWriter(text);
        StatusText.messages(report).forEach(message -> lines.println(Printable.line(message)));
        print(report, lines);
        if (!program().isTerminal() || !(out() instanceof Screen screen)) {
            out().println(text);
        } else {
            Terminal.Size size = program().terminal().size();
            screen.clear();
            text.toString().lines().limit(size.rows() - 1L).forEach(line -> screen.println(cut(line, size.columns())));
        }
        return !out().checkError();
    }

    private void print(StatusReport report, PrintWriter to) {
        config.notes().forEach(to::println);
        StatusText.print(report, utc.moments(program(), report.now()), to);
    }

    private JsonObject json(StatusReport report) {
        JsonObject json = StatusJson.of(report);
        if (config.isShadow()) {
            json.addProperty("shadow", true);
        }
        return json;
    }

    private static String cut(String line, int columns) {
        return line.codePointCount(0, line.length()) <= columns
                ? line
                : line.substring(0, line.offsetByCodePoints(0, columns));
    }

    private StatusReport report(FleetConfig loaded) {
        Map<String, SeenLedger> local = Map.of();
        List<SeenRun> runs = List.of();
        try {
            HostFiles host = new HostFiles(loaded);
            local = host.ledgers();
            runs = host.seenRuns();
        } catch (IOException e) {
            say("this host's state directory cannot be read (" + e.getMessage()
                    + "); jobs that run on every host are shown without their outcomes");
        }
        try {
            FleetView view = shared.reader(loaded).view();
            return StatusReport.of(loaded, view, local);
        } catch (SharedDirectoryUnavailable e) {
            return StatusReport.degraded(loaded, String.valueOf(e.getMessage()), local, runs, time().instant());
        }
    }
}
