package io.fleetcron.cli.audit;

import io.fleetcron.audit.AuditReport;
import io.fleetcron.cli.console.Printer;
import io.fleetcron.cli.console.Times;
import io.fleetcron.cli.option.CommandFailed;
import io.fleetcron.cli.option.ConfigOption;
import io.fleetcron.cli.option.ExitCode;
import io.fleetcron.cli.option.ReadCommand;
import io.fleetcron.cli.option.SharedOption;
import io.fleetcron.cli.option.StartWindow;
import io.fleetcron.config.FleetConfig;
import io.fleetcron.control.Glob;
import io.fleetcron.ledger.HistoryLine;
import io.fleetcron.observe.HostFiles;
import io.fleetcron.observe.SharedDirectoryUnavailable;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code fleetcron audit}. */
@Command(
        name = "audit",
        description =
                "Recomputes every fire that was due, from the definitions in force at its time, and compares it with history:"
                        + " whether it was started exactly once, or what happened instead. Fires that were skipped, missed or lost"
                        + " are accounted for if history says so.",
        mixinStandardHelpOptions = true,
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {
            "0:every due fire is accounted for",
            "1:a fire was started twice, or is not accounted for, or two runs of a job overlapped",
            "2:it cannot be said: the shared directory does not answer, or what is needed of that time is not on record;"
                    + " or the command line or the configuration cannot be used"
        })
public final class AuditCommand extends ReadCommand {

    private static final Duration USUAL = Duration.ofDays(1);

    /** How long after the last moment for its start a fire may stay open: hosts look again every 30 s at least. */
    private static final Duration SLACK = Duration.ofMinutes(5);

    @Mixin
    private ConfigOption config = new ConfigOption();

    @Mixin
    private SharedOption shared = new SharedOption();

    @Parameters(
            arity = "0..*",
            paramLabel = "JOB",
            description = "Only these jobs, by names and globs with * and ?; also ones that are not configured now.")
    private List<String> jobs = List.of();

    @Option(
            names = "--since",
            paramLabel = "INSTANT",
            converter = Times.InstantConverter.class,
            description = "Fires scheduled then or later (default: 24 hours ago).")
    private @Nullable Instant since;

    @Option(
            names = "--until",
            paramLabel = "INSTANT",
            converter = Times.InstantConverter.class,
            description = "Fires scheduled before that (default: now).")
    private @Nullable Instant until;

    @Override
    public Integer call() throws CommandFailed {
        if (since != null && until != null && !since.isBefore(until)) {
            throw wrong("--since must be before --until");
        }
        FleetConfig loaded = config.read(err());
        AuditReport report = report(loaded);
        for (String job : jobs) {
            if (report.jobs().keySet().stream().noneMatch(name -> Glob.matches(job, name))) {
                throw new CommandFailed(ExitCode.USAGE, "no job " + job + " was defined or run in that time");
            }
        }
        if (json()) {
            Printer.line(out(), AuditJson.of(report));
        } else {
            AuditText.print(report, out());
        }
        out().flush();
        return report.isWrong() ? ExitCode.PROBLEM : report.isUnknown() ? ExitCode.USAGE : ExitCode.OK;
    }

    private AuditReport report(FleetConfig loaded) throws CommandFailed {
        try {
            return shared.reader(loaded)
                    .audit(
                            now -> since == null ? (until == null ? now : until).minus(USUAL) : since,
                            Optional.ofNullable(until),
                            name -> jobs.isEmpty() || jobs.stream().anyMatch(job -> Glob.matches(job, name)),
                            job -> StartWindow.of(loaded, job).plus(SLACK),
                            local(loaded));
        } catch (SharedDirectoryUnavailable e) {
            throw new CommandFailed(ExitCode.USAGE, "shared_dir " + loaded.sharedDir() + ": " + e.getMessage());
        }
    }

    static List<HistoryLine> local(FleetConfig loaded) {
        try {
            return new HostFiles(loaded).lines();
        } catch (IOException e) {
            return List.of(); // another user's directory; what it holds is in history a second later
        }
    }
}
